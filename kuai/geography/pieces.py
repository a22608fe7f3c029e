"""Polygons read from an area table: checked, repaired where they can be, and laid out as flat arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from kuai.errors import PackError
from kuai.geography.index import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALWAYS = np.iinfo(np.int32).min, np.iinfo(np.int32).max
REACH = 1e150
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


class AreaPieces(NamedTuple):
    """Pieces of areas, the areas they are of, and what was met on the way."""

    pieces: Pieces | None
    """None where no row has a polygon"""
    codes: list[str]
    """area codes in ascending order; the area number of a piece is a position here"""
    repaired: int
    """rows whose polygon was invalid and was made valid"""
    without: int
    """rows that have no geometry, or none left after repair"""


def _decode(areas: pa.Table) -> NDArray[np.object_]:
    values = areas["geometry"].to_pylist()
    try:
        return np.asarray(shapely.from_wkb(np.array(values, dtype=object)), dtype=object)
    except (shapely.errors.GEOSException, TypeError, ValueError):
        for area, value in zip(areas["area"].to_pylist(), values, strict=True):
            _decode_one(area, value)
        raise


def _decode_one(area: str, value: str | bytes | None) -> None:
    try:
        shapely.from_wkb(value)
    except (shapely.errors.GEOSException, TypeError, ValueError) as error:
        raise PackError(f"the geometry is not WKB: {error}", f"area {area}", "give WKB as bytes or as hex") from None


def _refuse(areas: pa.Table, wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        area = areas["area"][int(np.flatnonzero(wrong)[0])].as_py()
        raise PackError(f"{what} ({int(wrong.sum())} of {len(wrong)} areas)", f"area {area}", "correct the area file")


def _polygonal(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Polygons among the parts of what a repair gave."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])


def _repair(shapes: NDArray[np.object_]) -> int:
    """Make invalid polygons valid in place; how many."""
    broken = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    shapes[broken] = shapely.make_valid(shapes[broken])
    for i in broken[shapely.get_type_id(shapes[broken]) == _COLLECTION]:
        shapes[i] = _polygonal(shapes[i])
    line = ~np.isin(shapely.get_type_id(shapes[broken]), (_POLYGON, _MULTIPOLYGON))
    shapes[broken[line]] = None
    return len(broken)


def _days(column: pa.ChunkedArray, absent: int) -> NDArray[np.int32]:
    days = pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), pa.scalar(absent, pa.int32()))
    return np.asarray(days.to_numpy(), dtype=np.int32)


def _lay_out(shapes: NDArray[np.object_], pieces: NDArray[np.int32]) -> Pieces | None:
    if not len(shapes):
        return None
    kind, vertices, offsets = shapely.to_ragged_array(shapes, include_z=False)
    rings, polygons = offsets[0], offsets[1]
    owners = offsets[2] if kind == shapely.GeometryType.MULTIPOLYGON else np.arange(len(shapes) + 1)
    last = np.zeros(len(vertices), np.bool_)
    last[rings[1:] - 1] = True
    edges = np.flatnonzero(~last).astype(np.int32)
    starts = np.searchsorted(edges, rings[polygons[owners]])
    return Pieces(np.ascontiguousarray(vertices), edges, starts.astype(np.int64), pieces)


def read_pieces(areas: pa.Table) -> AreaPieces:
    """Pieces of `areas`, one for each row that has a polygon, ordered by area code.

    Parameters
    ----------
    areas : pyarrow.Table
        `area` string, `valid_from` and `valid_to` date (inclusive; null: open), `geometry` WKB as bytes or hex
        string, or null. Several rows may bear one code: the area is then all of them.

    Raises
    ------
    PackError
        For a geometry that is no polygon, cannot be read, or lies beyond all bounds; it names the area.
    """
    shapes = _decode(areas)
    kinds, present = shapely.get_type_id(shapes), ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    _refuse(areas, present & ~np.isin(kinds, (_POLYGON, _MULTIPOLYGON)), "the geometry is not a polygon")
    bounds = shapely.bounds(shapes)
    _refuse(areas, present & ~(np.abs(bounds) < REACH).all(axis=1), "a coordinate is not a finite number in reach")
    shapes[~present] = None
    repaired = _repair(shapes)
    present &= ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    codes, numbers = np.unique(np.array(areas["area"].to_pylist(), dtype=str), return_inverse=True)
    days = _days(areas["valid_from"], ALWAYS[0]), _days(areas["valid_to"], ALWAYS[1])
    kept = np.flatnonzero(present)
    kept = kept[np.argsort(numbers[kept], kind="stable")]
    pieces = np.column_stack([numbers, *days])[kept].astype(np.int32)
    return AreaPieces(_lay_out(shapes[kept], pieces), codes.tolist(), repaired, int((~present).sum()))
