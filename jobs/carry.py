"""Carry: the body of a task that carries leaf counts to every level and period, protects them and writes the slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai import catalog, periods, sql
from kuai.catalog.marts import AREA_DAY, CELL

from jobs.cells import CellResult, CellTask, Slice, measures_of
from jobs.codes import coded
from jobs.protect import protect
from jobs.site import files_view
from jobs.staging import number, write

if TYPE_CHECKING:
    import duckdb

_COLUMNS = ", ".join(column.name for column in CELL)
_ORDER = "measure, level, period, category, start, area"


def carry(task: CellTask) -> CellResult:
    """Cells of the slices, written."""
    with task.site.connect(frame=task.frame.paths) as connection:
        task.frame.show(connection, in_codes=True)
        _attach(connection, task)
        by_day = task.slices[0][0].is_short
        connection.execute(f"CREATE TABLE expanded AS {sql.text('expand_days')}", {"by_day": by_day})
        written = [one for period in periods.PERIODS for one in _write_period(connection, task, period)]
    return CellResult(tuple((unit, path) for unit, path, _ in written), sum(rows for _, _, rows in written))


def _attach(connection: duckdb.DuckDBPyConnection, task: CellTask) -> None:
    if task.days:
        files_view(connection, "counts", list(task.days))
    else:
        connection.execute(f"CREATE TABLE counts ({', '.join(f'{c.name} {c.sql_type}' for c in AREA_DAY)})")
    connection.execute(f"CREATE VIEW leaf AS {coded(connection, 'counts')}")
    if task.files and any(measure.kind == "direct" for measure in measures_of(task.dataset)):
        files_view(connection, catalog.contract(task.dataset).table, list(task.files))


def _write_period(connection: duckdb.DuckDBPyConnection, task: CellTask, period: str) -> list[tuple[str, str, int]]:
    """Slices of one kind of period: counted and protected together, then written one by one."""
    slices = [(one, path) for one, path in task.slices if one.period == period]
    if not slices:
        return []
    span = {"period": period, "first": slices[0][0].bucket, "last": max(one.last for one, _ in slices)}
    connection.execute(f"CREATE OR REPLACE TABLE counted AS {sql.text('rollup_period')}", span)
    protect(connection, task.site, measures_of(task.dataset), task.frame)
    connection.execute("DROP TABLE counted")
    for measure in measures_of(task.dataset):
        if measure.kind == "direct" and task.files and task.frame.releases(measure.id, period):
            connection.execute(f"INSERT INTO served SELECT {_COLUMNS} FROM ({sql.text(measure.source)})", span)
    return [_write(connection, one, path) for one, path in slices]


def _write(connection: duckdb.DuckDBPyConnection, one: Slice, path: str) -> tuple[str, str, int]:
    rows = f"FROM served WHERE start BETWEEN DATE '{one.bucket}' AND DATE '{one.last}'"
    count = number(connection, f"SELECT count(*) {rows}")
    if count:
        write(connection, f"{rows} ORDER BY {_ORDER}", path)
    return one.unit, path if count else "", count
