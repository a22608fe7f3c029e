"""Triangles of areas on a grid of whole numbers, on which neighbours keep every point of their border."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shapes = NDArray[np.object_]

_CORNERS = 3


@dataclass(frozen=True)
class Grid:
    """Grid on the square that the Mercator projection maps the world to.

    Parameters
    ----------
    west, north : float
        Origin; the world is 1 wide, north is up and has the lesser number.
    step : float
        Distance of two lines of the grid.
    """

    west: float
    north: float
    step: float

    def whole(self, points: NDArray[np.float64]) -> Numbers:
        """Line numbers nearest to points, as points × 2."""
        return np.rint((points - (self.west, self.north)) / self.step).astype(np.int64)


@dataclass(frozen=True)
class Mesh:
    """Triangles of some areas.

    Parameters
    ----------
    points : array of int, points × 2
        Places on the grid, area by area.
    owners : array of int
        Position of the area of each point, ascending.
    corners : array of int, triangles × 3
        Points of each triangle, area by area.
    """

    points: Numbers
    owners: Numbers
    corners: Numbers

    def of(self, first: int, stop: int) -> Mesh:
        """Triangles of the areas at positions from the first up to where to stop; points are counted anew."""
        begin, end = np.searchsorted(self.owners, (first, stop))
        lot = self.owners[self.corners[:, 0]] if len(self.corners) else np.zeros(0, np.int64)
        low, high = np.searchsorted(lot, (first, stop))
        return Mesh(self.points[begin:end], self.owners[begin:end] - first, self.corners[low:high] - begin)


def mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places in the Mercator square of longitudes and latitudes in degrees, as points × 2."""
    up = np.arcsinh(np.tan(np.radians(points[:, 1]))) / (2 * math.pi)
    return np.stack([points[:, 0] / 360 + 0.5, 0.5 - up], axis=1)


def mesh(shapes: Shapes, grid: Grid, first: int = 0) -> Mesh:
    """Triangles of areas with all their parts and holes.

    Parameters
    ----------
    shapes : array of geometry
        Areas in the Mercator square.
    grid : Grid
        Grid their points are moved to.
    first : int
        Position of the first of them.
    """
    import shapely

    parts, owner = shapely.get_parts(_sound(shapes, grid), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    points, ring = _thinned(np.rint(coordinates).astype(np.int64), ring)
    return _triangulated(points, *_ends(ring, part), owner[part[ring]] + first)


def _sound(shapes: Shapes, grid: Grid) -> Shapes:
    """Areas on a grid, without the folds and spikes that rounding makes: triangles would go astray on them."""
    import shapely

    found = np.asarray(shapely.transform(shapes, lambda points: grid.whole(points).astype(np.float64)))
    wrong = np.flatnonzero(~shapely.is_valid(found))
    mended = shapely.make_valid(found[wrong], method="structure", keep_collapsed=False)
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    found[wrong] = np.where(np.isin(shapely.get_type_id(mended), kinds), mended, shapely.Polygon())
    return found


def _thinned(points: Numbers, ring: Numbers) -> tuple[Numbers, Numbers]:
    """Points of rings that differ from the one before, of rings that have an area left; none is closed by its first."""
    before = np.roll(points, 1, axis=0)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    last = np.append(first[1:], len(ring)) - 1
    before[first] = points[last]
    is_kept = (points != before).any(axis=1)
    is_kept[last] &= (points[last] != points[first]).any(axis=1) | (last == first)
    is_kept[first] = True
    is_kept &= np.bincount(ring, is_kept, ring.max(initial=0) + 1)[ring] >= _CORNERS
    return points[is_kept], ring[is_kept]


def _ends(ring: Numbers, part: Numbers) -> tuple[Numbers, Numbers]:
    """Where each ring ends, and of which part it is."""
    stop = np.flatnonzero(np.diff(ring, append=-1)) + 1
    return stop, part[ring[stop - 1]]


def _triangulated(points: Numbers, stop: Numbers, part: Numbers, owners: Numbers) -> Mesh:
    from mapbox_earcut import triangulate_int64

    found: list[Any] = []
    edges = np.flatnonzero(np.diff(part, append=-1)) + 1
    begin = np.append(0, stop)
    for low, high in zip(np.append(0, edges[:-1]).tolist(), edges.tolist(), strict=True):
        base = begin[low]
        own = np.ascontiguousarray(points[base : begin[high]])
        found.append(triangulate_int64(own, (stop[low:high] - base).astype(np.uint32)).astype(np.int64) + base)
    return Mesh(points, owners, _joined(found).reshape(-1, _CORNERS))


def _joined(found: Sequence[Numbers]) -> Numbers:
    return np.concatenate(found) if found else np.zeros(0, np.int64)
