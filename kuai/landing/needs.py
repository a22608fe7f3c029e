"""Which columns of a file a pack's SELECT needs, found by DuckDB's own binder and parser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import duckdb

from kuai.city.model import Source
from kuai.database import Budget, lend
from kuai.errors import PackError
from kuai.landing.faults import pack_fault
from kuai.landing.header import Header

_UNBOUND = re.compile(
    r'(?:Referenced column |does not have a column named )"(?P<name>[^"]+)"'
    r'|Column "(?P<alias>[^"]+)" referenced that exists in the SELECT clause'
)
_WHOLE_ROW = {"STAR", "POSITIONAL_REFERENCE"}


def needed(source: Source, header: Header, file: str) -> set[str]:
    """Columns the source's SELECT reads, those the file lacks included.

    Parameters
    ----------
    source : Source
        With its SELECT.
    header : Header
        Columns of the file.
    file : str
        Name of the file, for errors.

    Raises
    ------
    PackError
        If the text is not one SELECT, or fails whatever columns the file has.
    """
    try:
        return set(_needed(source, tuple(header.columns.items())))
    except PackError as error:
        raise PackError(f"{error.what} (met with {file})", error.where, error.remedy) from None


@lru_cache
def _needed(source: Source, columns: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The same for every file with these columns: finding it costs as much as some ten thousand rows."""
    return frozenset(columns_missing(source, dict(columns))) | columns_used(source.sql, dict(columns))


def columns_missing(source: Source, columns: Mapping[str, str]) -> list[str]:
    """Columns the SELECT refers to and the file does not have.

    Parameters
    ----------
    source : Source
        With its SELECT from the view ``raw``.
    columns : mapping of str to str
        DuckDB type of each column of the file.

    Raises
    ------
    PackError
        If the text is not one SELECT, or fails whatever columns the file has.
    """
    missing: list[str] = []
    with lend(Budget(sees_files=False)) as connection:
        while name := _unbound(connection, source, {**columns, **dict.fromkeys(missing, "VARCHAR")}):
            missing.append(name)
    return missing


def columns_used(sql: str, columns: Mapping[str, str]) -> set[str]:
    """Columns of the file that the SELECT may read; all of them if that cannot be told.

    Parameters
    ----------
    sql : str
        The SELECT.
    columns : mapping of str to str
        Columns of the file.
    """
    with lend(Budget(sees_files=False)) as connection:
        parsed = json.loads(connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()[0][0])
    texts = {text.lower() for text in _texts(parsed)}
    if parsed.get("error") or not texts.isdisjoint(word.lower() for word in _WHOLE_ROW) or _reads_rows(parsed):
        return set(columns)
    return {name for name in columns if name.lower() in texts}


def _unbound(connection: duckdb.DuckDBPyConnection, source: Source, columns: dict[str, str]) -> str:
    """Name of a column that cannot be bound; empty if all can."""
    own = {"line": "BIGINT", "file": "VARCHAR", "as_of": "DATE"}
    listed = ", ".join(f'"{_escaped(name)}" {kind}' for name, kind in {**own, **columns}.items())
    connection.execute(f"CREATE OR REPLACE TABLE raw ({listed})")
    try:
        _one_select(connection, source)
        connection.sql(source.sql)
    except duckdb.Error as error:
        found = _UNBOUND.search(str(error)) if isinstance(error, duckdb.BinderException) else None
        name = found["name"] or found["alias"] if found else ""
        if name in {"", *columns}:
            raise pack_fault(error, source.sql_path, "such columns") from None
        return name
    return ""


def _one_select(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    kinds = [statement.type for statement in connection.extract_statements(source.sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise PackError("the file must hold one SELECT", str(source.sql_path), "and nothing else")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """All objects of parsed JSON."""
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(part)


def _texts(tree: Any) -> Iterator[str]:  # noqa: ANN401
    """All texts of parsed JSON: a column is used at most if its name is among them."""
    for node in _nodes(tree):
        for value in node.values():
            yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))


def _reads_rows(tree: Any) -> bool:  # noqa: ANN401
    """Whether a table is referred to as a value, or joined on whatever columns it has."""
    nodes = list(_nodes(tree))
    tables = {str(node.get(key)).lower() for node in nodes if "table_name" in node for key in ("table_name", "alias")}
    values = {names[0].lower() for node in nodes if len(names := node.get("column_names", [])) == 1}
    return bool(tables & values) or any(node.get("ref_type") == "NATURAL" for node in nodes)


def _escaped(name: str) -> str:
    return name.replace('"', '""')
