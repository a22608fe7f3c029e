"""Tables drawn as text, and serving files made of them."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


class Shelf:
    """Folders of drawn stores, which one database reads: to start another for each costs more than most tests do.

    Parameters
    ----------
    scratch : DuckDBPyConnection
        The one database.
    usual : callable
        What opens every other file: ``duckdb.connect``.
    """

    def __init__(self, scratch: duckdb.DuckDBPyConnection, usual: Callable[..., Any]) -> None:
        self.folders: set[Path] = set()
        self.usual = usual
        self._scratch = scratch
        self._numbers = itertools.count()

    def connect(self, *words: Any, **options: Any) -> Any:
        """Open a drawn store in the one database, and everything else as usual."""
        if not words or Path(words[0]).parent not in self.folders or not options.get("read_only"):
            return self.usual(*words, **options)
        return Attached(self._scratch, words[0], f"drawn{next(self._numbers)}")


class Attached:
    """A serving file in a database that reads others as well, in place of a database of its own."""

    def __init__(self, scratch: duckdb.DuckDBPyConnection, path: str, name: str) -> None:
        self._scratch = scratch
        self._name = name
        with scratch.cursor() as connection:
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        connection = self._scratch.cursor()
        connection.execute(f"USE {self._name}")
        return connection

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        return self.cursor().execute(statement)

    def close(self) -> None:
        with self._scratch.cursor() as connection:
            connection.execute(f"DETACH {self._name}")


@contextmanager
def _written(scratch: duckdb.DuckDBPyConnection, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    scratch.execute(f"ATTACH '{file}' AS store")
    with scratch.cursor() as connection:
        connection.execute("USE store")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    scratch.execute("DETACH store")
