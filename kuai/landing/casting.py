"""SQL that brings a selected column to its contract type, or to NULL where that would change what it says."""

from __future__ import annotations

from kuai.contracts import Column

_BLANKS = "' ' || chr(9) || chr(160) || chr(12288)"
_WHOLE = r"'\s*[+-]?[0-9]+(\.0*)?\s*'"
_ZONED = r"':[0-9]{2}.*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)\s*$'"


def cast(column: Column, kind: str) -> str:
    """SQL of the column in its contract type; blank text, and what cannot be told in that type, is NULL.

    Nothing is rounded, cut off or moved between time zones on the way: 1.5 is no integer, a moment with an offset is no
    local time, an infinite number is no number.

    Parameters
    ----------
    column : Column
        Name and contract type.
    kind : str
        DuckDB type of the selected column.
    """
    name = f'"{column.name}"'
    if kind == column.sql_type and column.type not in ("string", "double"):
        return name
    return _from_text(name, column) if kind == "VARCHAR" else _from_value(name, column)


def unreadable(column: Column, kind: str) -> str:
    """SQL that is true where there is a value and it does not fit the contract type.

    Parameters
    ----------
    column : Column
        Name and contract type.
    kind : str
        DuckDB type of the selected column.
    """
    given = f'"{column.name}" IS NOT NULL'
    if kind == "VARCHAR":
        given = f"NOT {_blank(column.name)}"
    return f"{given} AND ({cast(column, kind)}) IS NULL"


def may_fail(column: Column, kind: str) -> bool:
    """Whether the cast can meet a value it does not fit.

    Parameters
    ----------
    column : Column
        Name and contract type.
    kind : str
        DuckDB type of the selected column.
    """
    return column.type == "double" or (column.type != "string" and kind != column.sql_type)


def _blank(name: str) -> str:
    return f"coalesce(trim(\"{name}\", {_BLANKS}) = '', true)"


def _from_text(name: str, column: Column) -> str:
    value = f"try_cast({name} AS {column.sql_type})"
    if column.type == "string":
        return f"CASE WHEN NOT {_blank(column.name)} THEN {name} END"
    if column.type == "double":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    if column.type in ("integer", "bigint"):
        return f"CASE WHEN regexp_full_match({name}, {_WHOLE}) THEN {value} END"
    if column.type == "date":
        return f"CASE WHEN isfinite({value}) AND try_cast({name} AS TIMESTAMP) = {value} THEN {value} END"
    if column.type == "timestamp":
        return f"CASE WHEN isfinite({value}) AND NOT regexp_matches({name}, {_ZONED}) THEN {value} END"
    return value


def _from_value(name: str, column: Column) -> str:
    value = f"try_cast({name} AS {column.sql_type})"
    if column.type == "string":
        return value
    if column.type == "double":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    return f"CASE WHEN {value} = {name} THEN {value} END"
