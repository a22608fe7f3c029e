"""Enclosed: the areas of a level that lie wholly within an outline that somebody drew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.errors import GateError
from kuai.store import lineage

if TYPE_CHECKING:
    from datetime import date

    from kuai.store.reader import Opened

MOST_CHARACTERS = 1_000_000
"""Length of the longest outline that is read."""

_KINDS = ("Polygon", "MultiPolygon")


def enclosed(opened: Opened, level: str, day: date, outline: str) -> tuple[str, ...]:
    """Codes of the areas of a level, valid on a day, that lie wholly within an outline; its border belongs to it.

    Parameters
    ----------
    opened : Opened
        The open serving file.
    level : str
        Level of the areas.
    day : date
        Day they must be valid on.
    outline : str
        GeoJSON geometry: a polygon or multipolygon in degrees (EPSG:4326).

    Raises
    ------
    GateError
        If the outline is none, the level has no outlines, or none of its areas lies wholly within.
    """
    import shapely

    shape = _shape(outline)
    areas = lineage.areas(opened, level, day)
    drawn = areas[areas["geometry"].notna()]
    if drawn.empty:
        raise GateError(f"level {level} has no outlines", remedy="name its areas")
    shapely.prepare(shape)
    inside = shapely.covers(shape, shapely.from_wkb(drawn["geometry"].map(bytes).to_numpy()))
    if not inside.any():
        raise GateError(f"no area of level {level} lies wholly within the outline", remedy="draw it wider")
    return tuple(drawn["area"][np.asarray(inside)])


def _shape(outline: str) -> Any:  # noqa: ANN401 -- shapely has no types
    import shapely

    wanted = "give a GeoJSON polygon or multipolygon in degrees"
    if len(outline) > MOST_CHARACTERS:
        raise GateError("the outline is too long", remedy=f"give at most {MOST_CHARACTERS:,} characters")
    try:
        shape = shapely.from_geojson(outline)
    except shapely.errors.ShapelyError:
        raise GateError("the outline is no GeoJSON", remedy=wanted) from None
    if shape is None or shape.geom_type not in _KINDS or shape.is_empty:
        raise GateError("the outline has no surface", remedy=wanted)
    if not shape.is_valid:
        raise GateError(f"the outline crosses itself: {shapely.is_valid_reason(shape)}", remedy=wanted)
    return shape
