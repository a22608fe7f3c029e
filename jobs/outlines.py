"""Outlines of areas for the store: one per code and validity, parts merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from jobs.frame import area_table
from jobs.site import Site

if TYPE_CHECKING:
    import duckdb

_KEY = ("hierarchy", "level", "area", "valid_from", "valid_to")
_FIELDS = ("parent", "name_zh", "name_en")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("hierarchy", "level", "area", "parent", "name_zh", "name_en")]
    + [("valid_from", pa.date32()), ("valid_to", pa.date32()), ("geometry", pa.binary())]
)


def outlines(site: Site, files: Sequence[str]) -> pa.Table:
    """Areas as the store holds them, one row per hierarchy, code and validity; the geometry is WKB in WGS 84."""
    with site.connect() as connection:
        area_table(connection, site, files)
        rows = _rows(connection)
    groups: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in _KEY)].append(row)
    merged = [_merged(rows) for rows in groups.values()]
    return pa.Table.from_pylist(merged, schema=SCHEMA)


def _rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    columns = ", ".join((*_KEY, *_FIELDS))
    order = "hierarchy, level, area, valid_from"
    query = f"SELECT {columns}, unhex(geometry) AS geometry FROM core_area ORDER BY {order}"
    return [dict(row) for row in connection.sql(query).to_arrow_table().to_pylist()]


def _merged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = [row["geometry"] for row in rows if row["geometry"]]
    shape = parts[0] if len(parts) == 1 else _union(parts)
    return {**rows[0], "geometry": shape}


def _union(parts: list[bytes]) -> bytes | None:
    if not parts:
        return None
    return bytes(shapely.to_wkb(shapely.union_all(shapely.make_valid(shapely.from_wkb(parts)))))
