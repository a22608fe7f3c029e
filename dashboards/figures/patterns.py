"""Patterns of the states without a value: lines and dots clipped to the areas, so that colour alone tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Line = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
"""Longitudes and latitudes in degrees; not a number where the pen is lifted."""

NO_LINE: Line = (np.empty(0), np.empty(0))

STATES = ("suppressed", "missing", "late", "not_permitted")
"""States without a value, in the order of the legend."""

_STROKES = {"suppressed": ((1, 1),), "missing": (), "late": ((1, 0),), "not_permitted": ((1, 1), (1, -1))}
_ROWS = 70


def pattern(state: str, outlines: Sequence[object] | NDArray[np.object_], extent: Sequence[float]) -> Line:
    """Line (dots for `missing`) that marks the areas of a state.

    Parameters
    ----------
    state : str
        One of `STATES`.
    outlines : sequence of geometry
        Outlines of the areas, in degrees.
    extent : sequence of float
        West, south, east and north of the whole picture: patterns are as dense in every part of it.
    """
    import shapely

    if not len(outlines):
        return NO_LINE
    whole = shapely.union_all(shapely.make_valid(np.asarray(outlines)))
    step = max(extent[2] - extent[0], extent[3] - extent[1]) / _ROWS
    if not _STROKES[state]:
        return _dots(whole, extent, step)
    strokes = [shapely.multilinestrings(_strokes(extent, step, way)) for way in _STROKES[state]]
    return _pen(
        shapely.intersection(strokes, whole)
    )  # those of one way at a time: where strokes cross, each would be cut


def _strokes(extent: Sequence[float], step: float, way: tuple[int, int]) -> NDArray[np.float64]:
    """Parallel strokes over the extent, as lines × 2 points × 2 coordinates."""
    west, south, east, north = extent
    rise = (east - west) * way[1]
    begin = np.arange(south - max(rise, 0), north - min(rise, 0), step * (1.4 if way[1] else 1))
    ends = np.stack([np.full_like(begin, west), begin, np.full_like(begin, east), begin + rise], axis=1)
    return ends.reshape(-1, 2, 2)


def _dots(whole: object, extent: Sequence[float], step: float) -> Line:
    import shapely

    lon, lat = np.meshgrid(np.arange(extent[0], extent[2], step), np.arange(extent[1], extent[3], step))
    lon[1::2] += step / 2
    shapely.prepare(whole)
    inside = shapely.contains_xy(whole, lon.ravel(), lat.ravel())
    return lon.ravel()[inside].round(5), lat.ravel()[inside].round(5)


def _pen(lines: NDArray[np.object_]) -> Line:
    import shapely

    parts = shapely.get_parts(lines)
    points, of = shapely.get_coordinates(parts[shapely.get_dimensions(parts) == 1], return_index=True)
    lifted = np.flatnonzero(np.diff(of, append=-1)) + 1
    lon, lat = np.insert(points.round(5), lifted, np.nan, axis=0).T
    return lon, lat
