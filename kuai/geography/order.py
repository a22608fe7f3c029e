"""Points located tile by tile: what one point brings into the processor's cache serves the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai.geography.compiled import compiled
from kuai.geography.kernel import Index, Points, locate_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILES = 32
"""tiles a side"""


@compiled
def _step(value: float, low: float, high: float) -> int:
    """Tile of a coordinate along one side, any number where it is outside or not finite."""
    if not low <= value <= high or high <= low:
        return 0
    return min(int((value - low) / (high - low) * TILES), TILES - 1)


@compiled
def _tiles(frame: NDArray[np.float64], points: Points) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Tile of each point, and how many points the tiles before each hold."""
    tiles, starts = np.empty(len(points.x), np.uint16), np.zeros(TILES * TILES + 1, np.int64)
    for i in range(len(tiles)):
        row, column = _step(points.y[i], frame[1], frame[3]), _step(points.x[i], frame[0], frame[2])
        tiles[i] = row * TILES + column
        starts[tiles[i] + 1] += 1
    return tiles, np.cumsum(starts)


@compiled
def by_tile(frame: NDArray[np.float64], points: Points) -> tuple[NDArray[np.int32], Points]:
    """Positions of the points, those of one tile together, and the points in that order.

    Parameters
    ----------
    frame : array
        As in `Index`.
    points : Points
        Fewer than 2**31.
    """
    tiles, place = _tiles(frame, points)
    order, size, each = np.empty(len(tiles), np.int32), len(tiles), len(points.day) == len(points.x)
    x, y, day = np.empty(size), np.empty(size), np.empty(size if each else 1, np.int32)
    day[0] = points.day[0]
    for i in range(size):
        k = place[tiles[i]]
        place[tiles[i]] += 1
        order[k], x[k], y[k] = i, points.x[i], points.y[i]
        if each:
            day[k] = points.day[i]
    return order, Points(x, y, day, np.empty(size, np.int32))


@compiled
def locate_tiled(index: Index, points: Points) -> None:
    """Same as `locate_points`, faster for many points in no order."""
    order, sorted_points = by_tile(index.frame, points)
    locate_points(index, sorted_points)
    for k in range(len(order)):
        points.area[order[k]] = sorted_points.area[k]
