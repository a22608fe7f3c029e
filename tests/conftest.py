"""Fixtures for every test: stores and lakes drawn as text tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from kuai.home import Home
from kuai.store import pointer

ROOT = Path(__file__).parents[1]

Publish = Callable[..., Home]


def drawn(table: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn with `|`; the first line names the columns, `-` is NULL, `#` begins a comment."""
    lines = [line.split("#")[0].strip() for line in table.strip().splitlines()]
    header, *body = [[cell.strip() for cell in line.split("|")] for line in lines if line.strip()]
    assert all(len(row) == len(header) for row in body), "a row has another number of cells than the header"
    return [{name: None if cell == "-" else cell for name, cell in zip(header, row, strict=True)} for row in body]


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, str | None]]) -> None:
    """Insert drawn rows; DuckDB casts the texts."""
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publish a store of drawn tables into a home: `publish(cell="…", area="…")`."""
    home = Home(tmp_path / "home")

    def build(snapshot: str = "s1", city: str = "demo", keep: int = 3, **tables: str) -> Home:
        store = home.city(city).prepare().store
        built = store / "built.duckdb"
        with duckdb.connect(str(built)) as connection:
            connection.execute((ROOT / "kuai" / "store" / "schema.sql").read_text("utf-8"))
            fill(connection, "snapshot", drawn(f"""
                snapshot   | city   | name_zh | name_en | published_at        | run_id | policy_version | time_zone
                {snapshot} | {city} | 示范    | Demo    | 2018-05-01 00:00:00 | run1   | p1             | UTC
            """))  # fmt: skip
            for name, table in tables.items():
                fill(connection, name, drawn(table))
        pointer.publish(built, store, snapshot, keep, datetime(2018, 5, 1, tzinfo=UTC))
        home.remember(city)
        return home

    return build
