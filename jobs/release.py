"""Release: what is due enters the published cells and stays as it is; corrections wait for the date of revision.

Cells of a class with a calendar are served from a table of their own. A part of them is copied there once it is due.
From then on deliveries change the mart and not the copy, until the next date of revision, on which every copy that is
other than the mart is taken anew, all in one commit with the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from kuai import catalog, sql
from kuai.catalog.marts import CELL
from kuai.disclosure.cellkey import Noise
from kuai.disclosure.release import STOCK, Release
from kuai.lake import Lake
from kuai.lake.tables import Change

from jobs.cells import SCHEMA, Slice, table_of
from jobs.editions import Edition, Part, Record, due, from_text, klass_of, to_text
from jobs.facts import Rows
from jobs.frame import Frame, dataset_of
from jobs.site import Site, listed
from jobs.staging import number, write

if TYPE_CHECKING:
    import duckdb

    from jobs.job import Run

_RECORD, _REVISED = "kuai.editions", "kuai.revised"
_COLUMNS = ", ".join(column.name for column in CELL)
_ORDER = "measure, level, period, category, start, area"
_HASHED = f"SELECT coalesce(bit_xor(hash({_COLUMNS})), 0) FROM {{}}"
_NOTHING = tuple(f"NULL::{column.sql_type} AS {column.name}" for column in CELL)


@dataclass(frozen=True)
class Issue:
    """What is published of one dataset on one day.

    Parameters
    ----------
    run : Run
        Build under way.
    frame : Frame
        Frame of the dataset.
    calendar : Release
        When it is published.
    noise : Noise
        What its cells are protected by.
    today : date
        Day that decides what is due.
    """

    run: Run
    frame: Frame
    calendar: Release
    noise: Noise
    today: date

    @property
    def table(self) -> str:
        """Name of the table of what is published."""
        return published_table(self.frame.dataset)

    @cached_property
    def published(self) -> dict[str, list[str]]:
        """Files of what was published, by part."""
        return self.run.lake.units(self.table)

    def built(self, part: Part) -> list[str]:
        """Files of the mart that have the cells of a part."""
        return self._mart.get(STOCK if part.period == STOCK else Slice(part.period, part.first).unit, [])

    @cached_property
    def _mart(self) -> dict[str, list[str]]:
        return self.run.lake.units(table_of(self.frame.dataset))


def published_table(dataset: str) -> str:
    """Name of the table of the published cells of a dataset with a calendar."""
    return f"published_{dataset.split('.')[1]}_cell"


def record_of(lake: Lake, dataset: str) -> Record:
    """What was published of a dataset."""
    return from_text(lake.mark(published_table(dataset), _RECORD))


def release(run: Run, frames: Sequence[Frame], today: date, *, revises: bool = False) -> None:
    """Publish what is due of every dataset with a calendar, and on a date of revision what was corrected.

    Parameters
    ----------
    run : Run
        Build under way, whose cells are built.
    frames : sequence of Frame
        Frames of all datasets.
    today : date
        Day of the city that decides what is due.
    revises : bool
        Whether corrections are published today, whatever the calendar says.
    """
    for frame in frames:
        klass = klass_of(frame.policy, frame.dataset)
        if klass and klass.calendar and klass.noise:
            _issue(Issue(run, frame, klass.calendar, klass.noise, today), revises=revises)


def calendar_rows(site: Site, frames: Sequence[Frame]) -> Rows:
    """When periods of each measure may be shown: measure, period, lag_days, revise, revisions."""
    return [
        {
            "measure": measure, "period": period, "lag_days": calendar.lag[period],
            "revise": calendar.revise, "revisions": calendar.revisions,
        }
        for frame in frames
        if (klass := klass_of(frame.policy, frame.dataset)) and (calendar := klass.calendar)
        for measure in _measures(site, frame)
        for period in sorted(frame.stored_periods)
    ]  # fmt: skip


def edition_rows(site: Site, lake: Lake, frames: Sequence[Frame]) -> Rows:
    """Periods that were released: measure, period, first, last, revision, revised_on."""
    return [
        {
            "measure": measure, "period": one.part.period, "first": one.part.first, "last": one.part.last,
            "revision": one.revision, "revised_on": one.revised_on,
        }
        for frame in frames
        if klass_of(frame.policy, frame.dataset)
        for one in record_of(lake, frame.dataset).values()
        for measure in _measures(site, frame)
    ]  # fmt: skip


def _measures(site: Site, frame: Frame) -> list[str]:
    return [measure.id for measure in catalog.MEASURES if dataset_of(measure, site) == frame.dataset]


def _issue(issue: Issue, *, revises: bool) -> None:
    record, revised = record_of(issue.run.lake, issue.frame.dataset), issue.run.lake.mark(issue.table, _REVISED)
    parts = due(issue.frame, issue.calendar, issue.run.ledger, issue.today)
    new = [part for part in parts if part.unit not in record]
    on = issue.today if revises else issue.calendar.revised(issue.today)
    old = [part for part in parts if part.unit in record] if revised and revised < str(on) else []
    stale = [one.part for one in record.values() if one.policy != issue.frame.policy.release]
    if not (new or stale) and revised >= str(on):
        return
    with issue.run.site.connect() as connection:
        written = {part.unit: _write(connection, _built(issue, part), issue, part) for part in new}
        written |= {part.unit: path for part in stale for path in _hidden(connection, issue, part)}
        again = {part.unit: path for part in old for path in _corrected(connection, issue, record[part.unit])}
    editions = record | _first(issue, new) | {part.unit: _held(issue, record[part.unit]) for part in stale}
    editions |= {unit: record[unit].corrected(on, issue.frame.policy) for unit in again}
    marks = {_RECORD: to_text(editions), _REVISED: max(revised, str(on))}
    added = tuple(path for path in (written | again).values() if path)
    issue.run.lake.commit(issue.table, SCHEMA, Change(added, frozenset(written) | frozenset(again), marks=marks))


def _first(issue: Issue, parts: Sequence[Part]) -> Record:
    policy = issue.frame.policy
    return {part.unit: Edition(part, 1, issue.today, None, policy.release, policy.epoch) for part in parts}


def _held(issue: Issue, edition: Edition) -> Edition:
    return replace(edition, policy=issue.frame.policy.release)


def _hidden(connection: duckdb.DuckDBPyConnection, issue: Issue, part: Part) -> Iterator[str]:
    """File of a part without the cells that are under a threshold which has been raised, if there are any."""
    cells, few = _published(issue, part), f"value < {issue.noise.threshold}"
    if number(connection, f"SELECT count(*) FROM ({cells}) WHERE {few}"):
        yield _write(connection, f"FROM ({cells}) WHERE NOT {few}", issue, part)


def _corrected(connection: duckdb.DuckDBPyConnection, issue: Issue, edition: Edition) -> Iterator[str]:
    """File of the next edition of a part, if a cell of it is to be corrected and it may be corrected once more."""
    if edition.revision > issue.calendar.revisions:
        return
    part, threshold = edition.part, issue.noise.threshold
    connection.execute(f"CREATE OR REPLACE VIEW built AS {_built(issue, part)}")
    connection.execute(f"CREATE OR REPLACE VIEW published AS {_published(issue, part)}")
    bounds = {"hidden": threshold - 1, "least": threshold + issue.noise.reach}
    connection.execute(f"CREATE OR REPLACE TABLE revised AS {sql.text('revised_cell')}", bounds)
    if number(connection, _HASHED.format("revised")) != number(connection, _HASHED.format("published")):
        yield _write(connection, f"FROM revised WHERE value >= {threshold}", issue, part)


def _write(connection: duckdb.DuckDBPyConnection, cells: str, issue: Issue, part: Part) -> str:
    """File of the cells of a part; an empty path if there are none."""
    if not number(connection, f"SELECT count(*) FROM ({cells})"):
        return ""
    path = issue.run.lake.new_path(issue.table, part.unit)
    write(connection, f"{cells} ORDER BY {_ORDER}", path)
    return path


def _published(issue: Issue, part: Part) -> str:
    return _cells(issue.published.get(part.unit, []), part)


def _built(issue: Issue, part: Part) -> str:
    return _cells(issue.built(part), part)


def _cells(files: Sequence[str], part: Part) -> str:
    """Query of the cells of a part."""
    source = f"read_parquet({listed(files)})" if files else f"(SELECT {', '.join(_NOTHING)} WHERE false)"
    days = f"DATE '{part.first}' AND DATE '{part.last}'"
    return f"SELECT {_COLUMNS} FROM {source} WHERE period = '{part.period}' AND start BETWEEN {days}"
