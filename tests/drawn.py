"""Tables drawn as text, and serving files made of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

SCHEMA = Path(__file__).parents[1] / "kuai" / "store" / "schema.sql"


def drawn(table: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn with `|`; the first line names the columns, `-` is NULL, `#` begins a comment."""
    lines = [line.split("#")[0].strip() for line in table.strip().splitlines()]
    header, *body = [[cell.strip() for cell in line.split("|")] for line in lines if line.strip()]
    assert all(len(row) == len(header) for row in body), "a row has another number of cells than the header"
    return [{name: None if cell == "-" else cell for name, cell in zip(header, row, strict=True)} for row in body]


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, str | None]]) -> None:
    """Insert drawn rows in one statement; DuckDB casts the texts."""
    if rows:
        values = ", ".join(f"({', '.join('?' for _ in row)})" for row in rows)
        given = [cell for row in rows for cell in row.values()]
        connection.execute(f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES {values}", given)


def draw(scratch: duckdb.DuckDBPyConnection, built: Path, tables: dict[str, str]) -> None:
    """Make a serving file of drawn tables, from a copy of the empty one beside it."""
    empty = built.with_name("empty.duckdb")
    if not empty.exists():
        with _written(scratch, empty) as connection:
            connection.execute(SCHEMA.read_text("utf-8"))
    with _written(scratch, Path(shutil.copyfile(empty, built))) as connection:
        for name, table in tables.items():
            fill(connection, name, drawn(table))


@contextmanager
def _written(scratch: duckdb.DuckDBPyConnection, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    scratch.execute(f"ATTACH '{file}' AS store")
    with scratch.cursor() as connection:
        connection.execute("USE store")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    scratch.execute("DETACH store")
