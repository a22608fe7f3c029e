"""Day marts: leaf counts by area, day and category, rebuilt for dirty days only.

Beside a month that is written stands what changed in it, for the cells that are patched by it; no commit refers to that
file, and the next build sweeps it away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog, sql
from kuai.catalog.marts import AREA_DAY
from kuai.lake import Lake, Ledger
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change

from jobs.dirty import BUILT, RECIPE, built_marks, by_month, dirty_days, files_by_day
from jobs.site import Site, files_size, files_view
from jobs.staging import number, write

if TYPE_CHECKING:
    import duckdb

FLOWS = ("core.case", "core.population_event", "core.checkpoint_hour")
SCHEMA = arrow_schema(AREA_DAY)


@dataclass(frozen=True)
class DayTask:
    """One month of one dataset whose dirty days are counted anew.

    Parameters
    ----------
    site : Site
        City.
    dataset : str
        Dataset counted.
    month : date
        First day of the month.
    days : tuple of date
        Dirty days; the others are taken over from ``old``.
    files, registry, old : tuple of str
        Files of the dataset, of the checkpoint registry, and of the month as it is now.
    path, change : str
        Files to write: the month, and what changed in it.
    size : int
        Bytes of the dataset's files to read: they are sorted by day, and a month reads its own part of a year.
    """

    site: Site
    dataset: str
    month: date
    days: tuple[date, ...]
    files: tuple[str, ...]
    registry: tuple[str, ...]
    old: tuple[str, ...]
    path: str
    change: str
    size: int


@dataclass(frozen=True)
class DayResult:
    """A month that was written, what changed in it, and the number of its leaf cells; no path if none is left."""

    dataset: str
    month: date
    path: str
    change: str
    rows: int


def table_of(dataset: str) -> str:
    """Name of the day mart of a dataset."""
    return f"mart_{dataset.split('.')[1]}_day"


def plan(site: Site, lake: Lake, ledger: Ledger, dataset: str, recipe: str) -> list[DayTask]:
    """One task per month with a dirty day."""
    mart = table_of(dataset)
    days = dirty_days(lake, ledger, mart, dataset, recipe)
    if not days:
        return []
    files = files_by_day(lake, ledger, dataset, catalog.contract(dataset).table)
    old, registry, bytes_a_day = lake.units(mart), tuple(lake.paths("core_checkpoint")), _bytes_a_day(files)
    return [
        DayTask(
            site, dataset, month, tuple(dirty), tuple(sorted({path for day in dirty for path in files[day]})),
            registry, tuple(old.get(f"{month:%Y-%m}", ())), lake.new_path(mart, f"{month:%Y-%m}"),
            lake.new_path(mart, f"{month:%Y-%m}"),
            round(sum(bytes_a_day[path] for day in dirty for path in files[day])),
        )
        for month, dirty in by_month(days).items()
    ]  # fmt: skip


def _bytes_a_day(files: Mapping[date, list[str]]) -> dict[str, float]:
    """Bytes of each file by day it touches."""
    days = Counter(path for paths in files.values() for path in paths)
    return {path: files_size([path]) / touched for path, touched in days.items()}


def count(task: DayTask) -> DayResult:
    """Leaf counts of the month, written: dirty days counted, the others taken over."""
    with task.site.connect() as connection:
        _view(connection, task, task.dataset, task.files, f"day IN ({_listed(task.days)})")
        if task.dataset == "core.checkpoint_hour":
            _view(connection, task, "core.checkpoint", task.registry, "true")
        query = sql.text(f"leaf_{task.dataset.split('.')[1]}")
        connection.execute(f"CREATE TABLE leaf AS {query}")
        if task.old:
            _take_over(connection, task)
        rows = number(connection, "SELECT count(*) FROM leaf")
        if rows:
            write(connection, "FROM leaf ORDER BY day, measure, leaf", task.path)
    return DayResult(task.dataset, task.month, task.path if rows else "", task.change if task.old else task.path, rows)


def _take_over(connection: duckdb.DuckDBPyConnection, task: DayTask) -> None:
    """Write what changed on the dirty days, and add the others to the month."""
    files_view(connection, "counts_before", list(task.old), f"day IN ({_listed(task.days)})")
    connection.execute("CREATE VIEW counts_now AS FROM leaf")
    write(connection, sql.text("leaf_change"), task.change)
    files_view(connection, "old", list(task.old), f"day NOT IN ({_listed(task.days)})")
    connection.execute("INSERT INTO leaf BY NAME SELECT * FROM old")


def _view(
    connection: duckdb.DuckDBPyConnection, task: DayTask, dataset: str, files: tuple[str, ...], where: str
) -> None:
    """Make the rows of a dataset readable under its name; an empty table if there are no files."""
    contract = catalog.contract(dataset)
    if files:
        files_view(connection, contract.table, list(files), where)
    else:
        connection.execute(contract.to_duckdb(task.site.city.located))


def _listed(days: tuple[date, ...]) -> str:
    return ", ".join(f"DATE '{day}'" for day in days)


def in_step(lake: Lake, dataset: str, recipe: str, cells: str) -> bool:
    """Whether the cells of the dataset were built from the day mart as it is now, so that they can be patched.

    Parameters
    ----------
    lake : Lake
        Lake before the day mart is built anew.
    dataset : str
        Dataset.
    recipe : str
        Hash of all that the day mart depends on besides the rows.
    cells : str
        Table of the dataset's cells.
    """
    mart = table_of(dataset)
    return lake.mark(mart, RECIPE) == recipe and lake.mark(mart, BUILT) == lake.mark(cells, BUILT)


def commit(lake: Lake, ledger: Ledger, dataset: str, recipe: str, results: list[DayResult]) -> None:
    """Make the months part of the day mart, with the mark up to which delivery it is built."""
    change = Change(
        added=tuple(result.path for result in results if result.path),
        replaced=frozenset(f"{result.month:%Y-%m}" for result in results),
        marks=built_marks(ledger, dataset, recipe),
    )
    lake.commit(table_of(dataset), SCHEMA, change)
