"""Day marts: leaf counts by area, day and category, rebuilt for dirty days only.

A month that is there gets a patch: by how much the counts of its dirty days changed. A month is the sum of what it was
written with and its patches. Where one is written anew as a whole, what changed stands beside it, for the cells that
are patched by it; no commit refers to that file, and the next build sweeps it away. The cases that deliveries touched
are written too, for those cells that leaf counts do not tell of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog, sql
from kuai.catalog.marts import AREA_DAY
from kuai.lake import Lake, Ledger
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change, unit_of

from jobs.dirty import BUILT, RECIPE, built_marks, by_month, dirty_days, files_by_day
from jobs.order import show_order
from jobs.patches import by_unit, is_patchable, patch, replaced
from jobs.site import Site, files_size, files_view
from jobs.staging import number, write
from jobs.standing import PASSAGES, Registry, registry
from jobs.touched import CASE, fresh_batches, show, touch

if TYPE_CHECKING:
    import duckdb

FLOWS = ("core.case", "core.population_event", PASSAGES)
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
        Dirty days; the others are as in ``old``.
    files, old : tuple of str
        Files of the dataset, and of the month as it is now.
    registry : Registry, optional
        Checkpoints that its rows are located by.
    path, change : str
        Files to write: the month, and what changed in it; one and the same for a patch.
    size : int
        Bytes of the dataset's files to read: they are sorted by day, and a month reads its own part of a year.
    fresh : tuple of str
        Batches of cases since the month was counted, if every one of them only added rows.
    touched : str
        File to write of the cases that these touched; empty without them.
    """

    site: Site
    dataset: str
    month: date
    days: tuple[date, ...]
    files: tuple[str, ...]
    registry: Registry | None
    old: tuple[str, ...]
    path: str
    change: str
    size: int
    fresh: tuple[str, ...] = ()
    touched: str = ""

    @property
    def is_patch(self) -> bool:
        """Whether only what changed is written."""
        return self.path == self.change


@dataclass(frozen=True)
class DayResult:
    """A month or patch that was written, what changed in the month, and the number of rows; no path without any.

    ``touched`` is empty too where it is not known which cases were.
    """

    dataset: str
    month: date
    unit: str
    path: str
    change: str
    rows: int
    touched: str = ""


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
    is_same = lake.mark(mart, RECIPE) == recipe
    fresh = fresh_batches(ledger, dataset, int(lake.mark(mart, BUILT, "0"))) if is_same else ()
    old, bytes_a_day = by_unit(lake.units(mart)), _bytes_a_day(files)
    listed = registry(site, lake, ledger) if dataset == PASSAGES else None
    return [
        DayTask(
            site, dataset, month, tuple(dirty), tuple(sorted({path for day in dirty for path in files[day]})),
            listed, tuple(old.get(f"{month:%Y-%m}", ())),
            *_paths(lake, mart, f"{month:%Y-%m}", old.get(f"{month:%Y-%m}", ()) if is_same else ()),
            round(sum(bytes_a_day[path] for day in dirty for path in files[day])),
            fresh, str(site.folder.scratch / f"touched-{month:%Y-%m}.parquet") if fresh else "",
        )
        for month, dirty in by_month(days).items()
    ]  # fmt: skip


def method(dataset: str) -> str:
    """Statements that the leaf counts of a dataset are made by."""
    return _leaf(dataset) + (sql.text("latest_case") if dataset == CASE else "")


def _leaf(dataset: str) -> str:
    return sql.text(f"leaf_{dataset.split('.')[1]}")


def _paths(lake: Lake, mart: str, month: str, held: Sequence[str]) -> tuple[str, str]:
    """Where to write a month and what changed in it: one file where it gets a patch."""
    path = lake.new_path(mart, patch(month, held) if is_patchable(held) else month)
    return path, path if is_patchable(held) else lake.new_path(mart, month)


def _bytes_a_day(files: Mapping[date, list[str]]) -> dict[str, float]:
    """Bytes of each file by day it touches."""
    days = Counter(path for paths in files.values() for path in paths)
    return {path: files_size([path]) / touched for path, touched in days.items()}


def count(task: DayTask) -> DayResult:
    """Leaf counts of the month, written: dirty days counted, the others taken over."""
    with task.site.connect() as connection:
        task.site.show(connection, task.dataset, task.files, f"day IN ({_listed(task.days)})")
        if task.registry:
            task.registry.show(connection, task.site)
        show_order(connection, task.site)
        if task.fresh:
            touch(connection, task.fresh)
            write(connection, "FROM touched", task.touched)
        if task.fresh and task.is_patch:
            _count_touched(connection, task)
        else:
            _count_all(connection, task)
        changed = _write_change(connection, task) if task.old else 0
        rows = changed if task.is_patch else _write_month(connection, task)
    path, change = task.path if rows else "", task.change if changed else ""
    return DayResult(
        task.dataset, task.month, unit_of(task.path), path, change if task.old else path, rows, task.touched
    )


def _count_all(connection: duckdb.DuckDBPyConnection, task: DayTask) -> None:
    """Make ``leaf`` of all rows of the dirty days, and ``counts_before`` of the leaf counts there are of them."""
    if task.dataset == CASE:
        connection.execute(f"CREATE TABLE latest_case AS {sql.text('latest_case')}", _span(task))
    connection.execute(f"CREATE TABLE leaf AS {_leaf(task.dataset)}")
    if task.old:
        files_view(connection, "counts_before", list(task.old), f"day IN ({_listed(task.days)})")


def _count_touched(connection: duckdb.DuckDBPyConnection, task: DayTask) -> None:
    """Make ``leaf`` of the touched cases alone, as they are now, and ``counts_before`` of what they counted before."""
    for table, is_before in (("counts_before", True), ("leaf", False)):
        show(connection, _span(task), is_before=is_before)
        connection.execute(f"CREATE TABLE {table} AS {_leaf(task.dataset)}")


def _span(task: DayTask) -> dict[str, str | date]:
    return {"period": "month", "first": task.month, "last": task.month}


def _write_change(connection: duckdb.DuckDBPyConnection, task: DayTask) -> int:
    """Number of leaf counts of the dirty days that are other than before, written."""
    connection.execute("CREATE VIEW counts_now AS FROM leaf")
    connection.execute(f"CREATE TABLE change AS {sql.text('leaf_change')}")
    rows = number(connection, "SELECT count(*) FROM change")
    if rows:
        write(connection, "FROM change ORDER BY day, measure, leaf", task.change)
    return rows


def _write_month(connection: duckdb.DuckDBPyConnection, task: DayTask) -> int:
    """Number of leaf counts of the month, written: dirty days as counted, the others taken over."""
    if task.old:
        files_view(connection, "counts_kept", list(task.old), f"day NOT IN ({_listed(task.days)})")
        connection.execute(f"INSERT INTO leaf BY NAME {sql.text('leaf_kept')}")
    rows = number(connection, "SELECT count(*) FROM leaf")
    if rows:
        write(connection, "FROM leaf ORDER BY day, measure, leaf", task.path)
    return rows


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
        replaced=replaced((result.unit for result in results), lake.units(table_of(dataset))),
        marks=built_marks(ledger, dataset, recipe),
    )
    lake.commit(table_of(dataset), SCHEMA, change)
