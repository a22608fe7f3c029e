"""Codes: measures, levels and areas as enumerations while cells are counted, which halves the time and the memory.

The enumerations of levels and areas stand with the paths in the file of a frame, so that no task makes them again. They
are sorted, so that rows sort by code as they do by name; what is written is text. Attaching that file costs half a
second in a province: work that is small, or has several threads, reads the same paths as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.site import files_view
from jobs.staging import write

if TYPE_CHECKING:
    import duckdb

_TYPES = {
    "measure": "measure_name", "level": "frame.level_name", "leaf_level": "frame.level_name", "area": "frame.area_name",
    "leaf": "frame.area_name",
}  # fmt: skip
_AREAS = "SELECT area FROM path UNION SELECT leaf FROM path UNION SELECT area FROM root"
_STORED = ("path", "canonical", "root")
_MEASURES = "SELECT measure FROM wanted_names UNION SELECT measure FROM released_names"


def store(connection: duckdb.DuckDBPyConnection, file: Path, levels: Sequence[str], root: str) -> None:
    """Write the tables ``path``, ``canonical`` and ``root`` (the whole city) in codes, and beside them as text.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows them as text.
    file : Path
        DuckDB file of the codes; it is there as a whole or not at all, and after the texts.
    levels : sequence of str
        All levels.
    root : str
        Code of the whole city.
    """
    connection.execute("CREATE TABLE root AS SELECT $1 AS area", [root])
    for table in _STORED:
        write(connection, f"FROM {table} ORDER BY ALL", str(_text(file, table)))
    draft = file.with_name(f".{file.name}")
    draft.unlink(missing_ok=True)
    connection.execute(f"ATTACH '{draft}' AS frame")
    listed = "SELECT DISTINCT unnest($levels::VARCHAR[]) AS level"
    connection.execute(f"CREATE TYPE frame.level_name AS ENUM (FROM ({listed}) ORDER BY 1)", {"levels": list(levels)})
    connection.execute(f"CREATE TYPE frame.area_name AS ENUM (FROM ({_AREAS}) ORDER BY 1)")
    for table in _STORED:
        connection.execute(f"CREATE TABLE frame.{table} AS {coded(connection, table)}")
    connection.execute("DETACH frame")
    draft.replace(file)


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what `store` wrote readable, and the views ``wanted_names`` and ``released_names`` in codes."""
    for table in _STORED:
        connection.execute(f"CREATE VIEW {table} AS FROM frame.{table}")
    connection.execute(f"CREATE TYPE measure_name AS ENUM (FROM ({_MEASURES}) ORDER BY 1)")
    for table in ("wanted", "released"):
        connection.execute(f"CREATE TABLE {table} AS {coded(connection, f'{table}_names')}")


def show_names(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the same readable as text; on several threads windows over codes mixed names up."""
    for table in _STORED:
        files_view(connection, table, [str(_text(file, table))])
    for table in ("wanted", "released"):
        connection.execute(f"CREATE VIEW {table} AS FROM {table}_names")


def _text(file: Path, table: str) -> Path:
    return file.with_name(f"{table}.parquet")


def coded(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Query of a table with its names as codes; a name that the frame does not know is NULL."""
    columns = [str(row[0]) for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    casts = ", ".join(f"TRY_CAST({name} AS {_TYPES[name]}) AS {name}" for name in columns if name in _TYPES)
    return f"SELECT * REPLACE ({casts}) FROM {table}"
