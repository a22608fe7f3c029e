"""SQL that brings a selected column to its contract type, or to NULL where that would change what it says."""

from __future__ import annotations

from kuai.contracts import Column

_BLANKS = "' ' || chr(9) || chr(160) || chr(12288)"
_WHOLE = r"'\s*[+-]?[0-9]+(\.0*)?\s*'"
_CALENDAR = {
    "date": "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'",
    "timestamp": "BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999'",
}
_ZONED = r"':[0-9]{2}.*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)\s*$'"


def cast(column: Column, kind: str) -> str:
    """SQL of the column in its contract type; blank text, and what cannot be told in that type, is NULL.

    Nothing is rounded, cut off or moved between time zones on the way: 1.5 is no integer, a moment with an offset is no
    local time, an infinite number is no number. The calendar is that of the years 1 to 9999.

    Parameters
    ----------
    column : Column
        Name and contract type.
    kind : str
        DuckDB type of the selected column.
    """
    name = f'"{column.name}"'
    if kind == column.sql_type and column.type not in ("string", "double"):
        return f"CASE WHEN {name} {_CALENDAR[column.type]} THEN {name} END" if column.type in _CALENDAR else name
    return _from_text(name, column) if kind == "VARCHAR" else _from_value(name, column)


def unreadable(column: Column, kind: str, given: str) -> str:
    """SQL that is true where there was a value and it does not fit the contract type.

    Parameters
    ----------
    column : Column
        Its name is that of the cast value.
    kind : str
        DuckDB type of the selected column.
    given : str
        Name of the selected column, as it was before the cast.
    """
    there = f"NOT ({_blank(given)})" if kind == "VARCHAR" else f'"{given}" IS NOT NULL'
    return f'"{column.name}" IS NULL AND {there}'


def may_fail(column: Column, kind: str) -> bool:
    """Whether the cast can meet a value it does not fit.

    Parameters
    ----------
    column : Column
        Name and contract type.
    kind : str
        DuckDB type of the selected column.
    """
    return column.type in ("double", *_CALENDAR) or (column.type != "string" and kind != column.sql_type)


def _blank(name: str) -> str:
    """Only a text that begins below "!", or between the no-break and the ideographic space, is looked at as a whole."""
    filled = f'"{name}" >= \'!\' AND "{name}" < chr(160) OR "{name}" > chr(12289)'
    return f"CASE WHEN {filled} THEN false ELSE coalesce(trim(\"{name}\", {_BLANKS}) = '', true) END"


def _from_text(name: str, column: Column) -> str:
    value = f"try_cast({name} AS {column.sql_type})"
    if column.type == "string":
        return f"CASE WHEN {_blank(column.name)} THEN NULL ELSE {name} END"
    if column.type == "double":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    if column.type in ("integer", "bigint"):
        return f"CASE WHEN regexp_full_match({name}, {_WHOLE}) THEN {value} END"
    if column.type == "date":
        return f"CASE WHEN {value} {_CALENDAR['date']} AND try_cast({name} AS TIMESTAMP) = {value} THEN {value} END"
    if column.type == "timestamp":
        return f"CASE WHEN {value} {_CALENDAR['timestamp']} AND NOT regexp_matches({name}, {_ZONED}) THEN {value} END"
    return value


def _from_value(name: str, column: Column) -> str:
    value = f"try_cast({name} AS {column.sql_type})"
    if column.type == "string":
        return value
    if column.type == "double":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    within = f" AND {value} {_CALENDAR[column.type]}" if column.type in _CALENDAR else ""
    return f"CASE WHEN {value} = {name}{within} THEN {value} END"
