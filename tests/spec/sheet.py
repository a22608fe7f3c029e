"""Tables drawn as text, a method's SQL run on them, and its result drawn again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import duckdb

from kuai import catalog, sql
from tests.drawn import drawn, fill

LOCATED = ("beat", "tract")
ANY_DAY = {"period": "year", "first": date(1900, 1, 1), "last": date(2100, 1, 1)}
CELLS = "measure VARCHAR, level VARCHAR, area VARCHAR, start DATE, category VARCHAR, n BIGINT, k BIGINT"
SERVED = "measure VARCHAR, level VARCHAR, area VARCHAR, period VARCHAR, start DATE, category VARCHAR, value DOUBLE"
WORKING = {
    "leaf": "measure VARCHAR, leaf_level VARCHAR, leaf VARCHAR, day DATE, as_of DATE, category VARCHAR, n BIGINT, "
    "k BIGINT",
    "expanded": CELLS,
    "built": SERVED,
    "published": SERVED,
    "level_rank": "hierarchy VARCHAR, level VARCHAR, rank INTEGER",
    "path": "leaf_level VARCHAR, leaf VARCHAR, level VARCHAR, area VARCHAR, valid_from DATE, valid_to DATE",
    "wanted": "measure VARCHAR, level VARCHAR, leaf_level VARCHAR, is_root BOOLEAN, by_day BOOLEAN, rhythm VARCHAR, "
    "breakdown VARCHAR",
    "released": "measure VARCHAR, level VARCHAR, leaf_level VARCHAR, period VARCHAR, summed_from VARCHAR",
    "root": "area VARCHAR",
    "kept": "day DATE",
    "pad_rkey": "inner_pad BLOB, outer_pad BLOB",
    "delivery": "batch_id VARCHAR, place INTEGER",
    "top": "leaf_level VARCHAR, level VARCHAR",
    "checkpoint_area": "longitude DOUBLE, latitude DOUBLE, level VARCHAR, area VARCHAR, valid_from DATE, valid_to DATE",
    "published_day": "as_of DATE, place INTEGER",
    "leaf_set": "level VARCHAR, area VARCHAR, leaf VARCHAR, valid_from DATE, valid_to DATE",
}


def result(method: str, columns: str, parameters: dict[str, Any] | None = None, **tables: str) -> list[str]:
    """Rows of a method on drawn tables, sorted, each as its columns with a blank between; `-` is NULL.

    A method that reads the latest of each case finds them, of any day; and checkpoints as they stand.
    """
    with empty() as connection:
        for name, table in tables.items():
            connection.execute(_empty(name))
            fill(connection, name, drawn(table))
        if "core_case" in tables and "delivery" not in tables:
            connection.execute(_empty("delivery"))
        if "core_case" in tables and method != "latest_case":
            _make(connection, "latest_case", {**ANY_DAY, **(parameters or {})})
        if "core_checkpoint" in tables and method == "stock_checkpoint":
            _make(connection, "standing_checkpoint", {})
            connection.execute(f"CREATE TABLE IF NOT EXISTS path ({WORKING['path']})")
        _make(connection, method, parameters or {}, "outcome")
        found = connection.execute(f"SELECT {', '.join(columns.split())} FROM outcome").fetchall()
    return sorted(" ".join(_shown(value) for value in row) for row in found)


def _make(connection: duckdb.DuckDBPyConnection, method: str, known: dict[str, Any], table: str = "") -> None:
    statement = sql.text(method)
    named = {name: value for name, value in known.items() if f"${name}" in statement}
    connection.execute(f"CREATE TABLE {table or method} AS {statement}", named)


@contextmanager
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty database; one engine stands behind all of them, for starting it costs more than a method does."""
    _engine().execute("ATTACH ':memory:' AS own")
    try:
        with _engine().cursor() as connection:
            connection.execute("USE own")
            yield connection
    finally:
        _engine().execute("DETACH own")


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


def rows(text: str) -> list[str]:
    """Expected rows, written one a line with blanks between the values."""
    return sorted(" ".join(line.split("#")[0].split()) for line in text.strip().splitlines())


def _empty(name: str) -> str:
    if name in WORKING:
        return f"CREATE TABLE {name} ({WORKING[name]})"
    contract = next(one for one in catalog.CONTRACTS if one.table == name)
    return contract.to_duckdb(LOCATED)


def _shown(value: object) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
