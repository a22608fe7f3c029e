"""Carry: the body of a task that carries leaf counts to every level and period, protects them and writes the slices.

Where the cells are as counted, what has changed since is carried alone: sums of changes are changes of sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kuai import catalog, periods, sql
from kuai.catalog.marts import AREA_DAY, CELL
from kuai.lake.tables import unit_of
from kuai.metrics import Measure

from jobs.cells import CellResult, CellTask, Slice, measures_of
from jobs.codes import coded
from jobs.order import show_order
from jobs.protect import protect
from jobs.site import files_view, listed
from jobs.staging import number, write
from jobs.touched import CASE, add_sums, are_handled, known, narrow

if TYPE_CHECKING:
    import duckdb

_COLUMNS = ", ".join(column.name for column in CELL)
_ORDER = "measure, level, period, category, start, area"


def carry(task: CellTask) -> CellResult:
    """Cells of the slices, written."""
    with task.site.connect(frame="" if task.held else task.frame.paths) as connection:
        task.frame.show(connection, in_codes=not task.held)
        _attach(connection, task)
        is_short = task.slices[0][0].is_short
        grain = {"by_day": is_short or bool(task.held), "all_levels": not is_short or bool(task.held)}
        connection.execute(f"CREATE TABLE expanded AS {sql.text('expand_days')}", grain)
        written = [one for period in periods.PERIODS for one in _write_period(connection, task, period)]
    return CellResult(
        task.dataset, tuple((unit, path) for unit, path, _ in written), sum(rows for _, _, rows in written)
    )


def _attach(connection: duckdb.DuckDBPyConnection, task: CellTask) -> None:
    if task.days:
        files_view(connection, "counts", list(task.days))
    else:
        connection.execute(f"CREATE TABLE counts ({', '.join(f'{c.name} {c.sql_type}' for c in AREA_DAY)})")
    connection.execute(f"CREATE VIEW leaf AS {'FROM counts' if task.held else coded(connection, 'counts')}")
    task.site.show(connection, task.dataset, task.files)
    if task.dataset == CASE:
        show_order(connection, task.site)
    if task.held:
        _cell_file(connection, task.held)
    if task.is_narrow:
        narrow(connection, task.touched)


def _cell_file(connection: duckdb.DuckDBPyConnection, files: tuple[str, ...]) -> None:
    """Make the view ``cell_file`` of cells with the place of their file: of a cell in several, the last counts."""
    paths = listed(files)
    connection.execute(
        f"CREATE VIEW cell_file AS SELECT {_COLUMNS}, list_position({paths}, filename) AS place "
        f"FROM read_parquet({paths}, filename = true)"
    )


def _write_period(connection: duckdb.DuckDBPyConnection, task: CellTask, period: str) -> list[tuple[str, str, int]]:
    """Slices of one kind of period: counted and protected together, then written one by one."""
    slices = [(one, path) for one, path in task.slices if one.period == period]
    if not slices:
        return []
    span = {"period": period, "first": slices[0][0].bucket, "last": max(one.last for one, _ in slices)}
    connection.execute(f"CREATE OR REPLACE TABLE counted AS {sql.text('rollup_period')}", span)
    direct = [one for one in measures_of(task.dataset) if one.is_from_rows and task.frame.stores(one.id, period)]
    protected = [one for one in direct if task.frame.policy.klass(one.klass).is_protected]
    summed = [one for one in direct if one.is_additive] if task.touched else []
    _add_counts(connection, protected, span)
    add_sums(connection, summed, span)
    if task.held:
        connection.execute(f"CREATE OR REPLACE TABLE served AS {sql.text('cell_change')}")
    else:
        protect(connection, task.site, measures_of(task.dataset), task.frame)
    connection.execute("DROP TABLE counted")
    rest = [one for one in direct if one not in (*protected, *summed)]
    if rest and (not task.touched or are_handled(connection, span)):
        _show_rows(connection, task, span)
        for measure in rest:
            _add_direct(connection, task, measure, span)
    return [_write(connection, one, path) for one, path in slices]


def _add_counts(connection: duckdb.DuckDBPyConnection, measures: list[Measure], span: dict[str, Any]) -> None:
    """Add exact counts from rows to ``counted``, to be protected with the others."""
    for measure in measures:
        connection.execute(f"INSERT INTO counted BY NAME {sql.text(measure.source)}", span)


def _show_rows(connection: duckdb.DuckDBPyConnection, task: CellTask, span: dict[str, Any]) -> None:
    """Make ``latest_case`` of all cases, and ``near_cell`` of the cells there are of the areas that are counted."""
    if task.touched:
        files_view(connection, catalog.contract(CASE).table, list(task.files))
    if task.dataset == CASE:
        connection.execute(f"CREATE OR REPLACE TABLE latest_case AS {sql.text('latest_case')}", span)
    if task.held:
        only = " SEMI JOIN path USING (level, area)" if task.touched else ""
        connection.execute(f"CREATE OR REPLACE VIEW near_cell AS FROM cell_file{only}")


def _add_direct(connection: duckdb.DuckDBPyConnection, task: CellTask, measure: Measure, span: dict[str, Any]) -> None:
    """Add the cells of a measure that is counted from rows; of patches, those that are other than before."""
    rows, values = f"SELECT {_COLUMNS} FROM ({sql.text(measure.source)})", {"measure": measure.id, **span}
    if task.held:
        connection.execute(f"CREATE OR REPLACE TABLE direct AS {rows}", known(rows, values))
        rows = sql.text("direct_change")
    connection.execute(f"INSERT INTO served {rows}", known(rows, values))


def _write(connection: duckdb.DuckDBPyConnection, one: Slice, path: str) -> tuple[str, str, int]:
    rows = f"FROM served WHERE start BETWEEN DATE '{one.bucket}' AND DATE '{one.last}'"
    count = number(connection, f"SELECT count(*) {rows}")
    if count:
        write(connection, f"{rows} ORDER BY {_ORDER}", path)
    return unit_of(path), path if count else "", count
