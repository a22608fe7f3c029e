"""Staging: the accepted rows of one file, kept until all of it has been read and then written in contract form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kuai import sql
from kuai.contracts import Contract

if TYPE_CHECKING:
    import duckdb

_KEPT = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'kept'"
_HOURS = """
    SELECT checkpoint_id, date_trunc('hour', passed_at) AS hour, 1 AS span_hours, 'passage' AS category,
        CAST(count(*) AS BIGINT) AS passages, day
    FROM dated GROUP BY ALL
"""
_PERSON_ROWS = 30_720


def keep(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Add the rows of the table ``dated`` to the table ``kept``; single passages as counts per checkpoint and hour."""
    rows = _HOURS if contract.stored_as else "FROM dated"
    begun = number(connection, _KEPT)
    connection.execute(f"INSERT INTO kept BY NAME {rows}" if begun else f"CREATE TABLE kept AS {rows}")


def touched_days(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    """Days of the rows kept, in days since 1970-01-01."""
    if not number(connection, _KEPT):
        return ()
    rows = connection.execute("SELECT DISTINCT datediff('day', DATE '1970-01-01', day) FROM kept ORDER BY 1").fetchall()
    return tuple(int(row[0]) for row in rows)


def observed_days(connection: duckdb.DuckDBPyConnection, until: date) -> tuple[date, date] | None:
    """First and last day that the rows kept are observed to cover; None if they cover none.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that may know ``kept``.
    until : date
        Last day that can have been observed.
    """
    if not number(connection, _KEPT):
        return None
    first, last = connection.execute(sql.text("observed_days"), {"until": until}).fetchall()[0]
    return (first, last) if first else None


def keep_since(connection: duckdb.DuckDBPyConnection, gone: date | None) -> int:
    """Rows kept, without those of days that have left the lake: whatever brings them again, they stay away."""
    if not number(connection, _KEPT):
        return 0
    if gone is not None:
        connection.execute("DELETE FROM kept WHERE day <= $1", [gone])
    return number(connection, "SELECT count(*) FROM kept")


def write_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, located: tuple[str, ...], batch: str, path: str
) -> None:
    """Write the rows kept as a file of the contract's dataset.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows ``kept``.
    contract : Contract
        Dataset that stores the rows.
    located : tuple of str
        Levels that points are located in.
    batch, path : str
        Identity of the batch, and the file to write.
    """
    have = [str(row[0]) for row in connection.execute("DESCRIBE kept").fetchall()]
    columns = ", ".join(
        f'CAST({_value(column.name, have, batch)} AS {column.sql_type}) AS "{column.name}"'
        for column in contract.lake_columns(located)
    )
    is_person = contract.name == "core.person"
    rows = f"({_summed(have)})" if contract.name == "core.checkpoint_hour" else "kept"
    options = f", COMPRESSION zstd{f', ROW_GROUP_SIZE {_PERSON_ROWS}' if is_person else ''}"
    order = "pid" if is_person else "day"
    write(connection, f"SELECT {columns} FROM {rows} ORDER BY {order}", path, options)


def write_rejects(connection: duckdb.DuckDBPyConnection, batch: str, path: str) -> None:
    """Write the lines turned away: batch, line and rule, never a value."""
    write(connection, f"SELECT '{batch}' AS batch_id, line, rule FROM turned_away ORDER BY line", path)


def write(connection: duckdb.DuckDBPyConnection, query: str, path: str, options: str = "") -> None:
    """Write a result as a Parquet file that is there as a whole or not at all, however many attempts write it."""
    draft = Path(f"{path.removesuffix('.parquet')}-{uuid.uuid4().hex}.parquet")
    connection.execute(f"COPY ({query}) TO '{draft}' (FORMAT parquet{options})")
    draft.replace(path)


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Only value of a query that gives one whole number."""
    return int(connection.execute(query).fetchall()[0][0])


def _summed(have: Sequence[str]) -> str:
    others = ", ".join(f'"{name}"' for name in have if name != "passages")
    return f"SELECT {others}, sum(passages) AS passages FROM kept GROUP BY ALL"


def _value(name: str, have: Sequence[str], batch: str) -> str:
    if name == "batch_id":
        return f"'{batch}'"
    return f'"{name}"' if name in have else "NULL"
