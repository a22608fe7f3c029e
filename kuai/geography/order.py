"""Points located tile by tile: what one point brings into the processor's cache serves the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai.geography.borrowed import borrowed
from kuai.geography.compiled import compiled
from kuai.geography.kernel import Index, Points, locate_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILES = 64
"""tiles a side"""


@compiled
def _step(value: float, low: float, high: float) -> int:
    """Tile of a coordinate along one side, any number where it is outside or not finite."""
    if not low <= value <= high or high <= low:
        return 0
    return min(int((value - low) / (high - low) * TILES), TILES - 1)


@compiled
def tile_order(frame: NDArray[np.float64], points: Points) -> NDArray[np.int32]:
    """Positions of the points, those of one tile together.

    Parameters
    ----------
    frame : array
        As in `Index`.
    points : Points
        Fewer than 2**31.
    """
    tiles, starts = np.empty(len(points.x), np.uint16), np.zeros(TILES * TILES + 1, np.int64)
    for i in range(len(tiles)):
        row, column = _step(points.y[i], frame[1], frame[3]), _step(points.x[i], frame[0], frame[2])
        tiles[i] = row * TILES + column
        starts[tiles[i] + 1] += 1
    starts = np.cumsum(starts)
    order = np.empty(len(tiles), np.int32)
    for i in range(len(tiles)):
        order[starts[tiles[i]]] = i
        starts[tiles[i]] += 1
    return order


@compiled
def locate_tiled(index: Index, points: Points) -> None:
    """Same as `locate_points`, faster for many points in no order."""
    order, lent = tile_order(index.frame, points), borrowed(index)
    step = 1 if len(points.day) == len(points.x) else 0
    for i in order:
        points.area[i] = locate_point(lent, (points.x[i], points.y[i]), points.day[i * step])
