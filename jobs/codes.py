"""Codes: measures, levels and areas as enumerations while cells are counted, which halves the time and the memory.

The values of each enumeration are sorted, so that rows sort by code as they do by name; they are written as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_NAMES = {
    "measure_name": "SELECT measure FROM wanted UNION SELECT measure FROM released",
    "level_name": "SELECT level FROM wanted UNION SELECT level FROM released UNION SELECT leaf_level FROM wanted",
    "area_name": "SELECT area FROM path UNION SELECT leaf FROM path UNION SELECT $root",
}
_TYPES = {
    "measure": "measure_name", "level": "level_name", "leaf_level": "level_name", "area": "area_name",
    "leaf": "area_name",
}  # fmt: skip
_FRAME = ("wanted", "released", "path")


def enumerate_names(connection: duckdb.DuckDBPyConnection, root: str) -> None:
    """Make the types of the codes, the frame's tables in them, and ``root`` with the code of the whole city.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that the frame is attached to.
    root : str
        Code of the whole city.
    """
    for name, query in _NAMES.items():
        given = {"root": root} if "$root" in query else {}
        connection.execute(f"CREATE TYPE {name} AS ENUM (SELECT * FROM ({query}) ORDER BY 1)", given)
    for table in _FRAME:
        where = " WHERE level IN (SELECT level FROM wanted)" if table == "path" else ""
        connection.execute(f"CREATE TABLE coded AS {coded(connection, table)}{where}")
        connection.execute(f"DROP VIEW {table}")
        connection.execute(f"ALTER TABLE coded RENAME TO {table}")
    connection.execute("CREATE TABLE root AS SELECT CAST($1 AS area_name) AS area", [root])


def coded(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Query of a table with its names as codes; a name that the frame does not know is NULL."""
    columns = [str(row[0]) for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    casts = ", ".join(f"TRY_CAST({name} AS {_TYPES[name]}) AS {name}" for name in columns if name in _TYPES)
    return f"SELECT * REPLACE ({casts}) FROM {table}"
