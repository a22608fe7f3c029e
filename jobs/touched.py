"""Touched: the cases that deliveries since the last build brought, as they are now and as they were before.

What is counted changes by what these cases count now, less what they counted before, however many others there are.
A median does not add up: it is computed again from all cases, but only of the areas in which a touched one was handled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kuai import sql
from kuai.catalog.marts import CELL
from kuai.lake import Ledger
from kuai.metrics import Measure

from jobs.site import files_view

if TYPE_CHECKING:
    import duckdb

CASE = "core.case"
_COLUMNS = ", ".join(column.name for column in CELL)
_CLOSED = "FROM touched WHERE closed_at IS NOT NULL AND date_trunc($period, day) BETWEEN $first AND $last LIMIT 1"


def fresh_batches(ledger: Ledger, dataset: str, built: int) -> tuple[str, ...]:
    """Batches of cases after a commit; none where one took the place of another, whose rows are no longer there.

    Parameters
    ----------
    ledger : Ledger
        Record of what was delivered.
    dataset : str
        Dataset; of others than cases nothing is touched.
    built : int
        Number of the last commit that was built.
    """
    fresh = [batch for batch in ledger.of(dataset) if batch.sequence > built]
    is_known = dataset == CASE and all(batch.replaced == "" for batch in fresh)
    return tuple(sorted(batch.batch_id for batch in fresh)) if is_known else ()


def touch(connection: duckdb.DuckDBPyConnection, fresh: Sequence[str]) -> None:
    """Make the table ``touched`` of the deliveries of the cases that the fresh batches brought, from ``core_case``."""
    connection.execute(f"CREATE TABLE touched AS {sql.text('touched_case')}", {"fresh": list(fresh)})


def show(connection: duckdb.DuckDBPyConnection, span: dict[str, Any], *, is_before: bool) -> None:
    """Make ``latest_case`` of the touched cases alone, as they were before the fresh batches or as they are now.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows ``touched``; ``core_case`` is replaced by it.
    span : mapping
        Period, and first and last day that one may begin on.
    is_before : bool
        Whether the fresh batches are left out.
    """
    connection.execute(f"CREATE OR REPLACE VIEW core_case AS FROM touched WHERE NOT (is_fresh AND {is_before})")
    connection.execute(f"CREATE OR REPLACE TABLE latest_case AS {sql.text('latest_case')}", span)


def narrow(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> None:
    """Make ``touched`` readable, and leave only the ways up from the leaf areas in which something changed.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows ``leaf`` and ``path``, which becomes ``every_path``.
    files : sequence of str
        Files of touched cases; may be empty.
    """
    if files:
        files_view(connection, "touched", list(files))
    else:
        connection.execute("CREATE TABLE touched (area_ VARCHAR)")
    connection.execute("ALTER VIEW path RENAME TO every_path")
    connection.execute(f"CREATE TABLE near_path AS {sql.text('touched_path')}")
    connection.execute("CREATE VIEW path AS FROM near_path")


def add_sums(connection: duckdb.DuckDBPyConnection, measures: Sequence[Measure], span: dict[str, Any]) -> None:
    """Add to ``counted`` by how much cells changed of measures that are counted from rows and add up."""
    for measure in measures:
        for is_before in (True, False):
            show(connection, span, is_before=is_before)
            table = "direct_before" if is_before else "direct"
            cells = f"SELECT {_COLUMNS} FROM ({sql.text(measure.source)})"
            connection.execute(f"CREATE OR REPLACE TABLE {table} AS {cells}", known(cells, span))
        connection.execute(f"INSERT INTO counted BY NAME {sql.text('direct_sum_change')}")


def are_handled(connection: duckdb.DuckDBPyConnection, span: dict[str, Any]) -> bool:
    """Whether a touched case of the periods is or was closed; if so, ``path`` leads to the areas of such cases alone.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that `narrow` prepared.
    span : mapping
        Period, and first and last day that one may begin on.
    """
    if not connection.execute(_CLOSED, span).fetchall():
        return False
    rows = sql.text("touched_handling")
    connection.execute(f"CREATE OR REPLACE TABLE handled_path AS {rows}", known(rows, span))
    connection.execute("CREATE OR REPLACE VIEW path AS FROM handled_path")
    return True


def known(statement: str, values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that a statement names."""
    return {name: value for name, value in values.items() if f"${name}" in statement}
