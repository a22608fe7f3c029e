"""Order in which areas are drawn: along a curve that fills the plane, so that near ones are near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shapes = NDArray[np.object_]

_BITS = 16


def ordered(shapes: Shapes) -> Numbers:
    """Order of areas along a Hilbert curve, so that near ones are near each other."""
    import shapely

    bounds = shapely.bounds(shapes)
    middle = bounds[:, :2] / 2 + bounds[:, 2:] / 2
    low = middle.min(axis=0)
    share = (middle - low) / np.maximum((middle.max(axis=0) - low).max(), 1e-12)
    return np.argsort(_hilbert(*(share * (2**_BITS - 1)).astype(np.int64).T), kind="stable")


def _hilbert(x: Numbers, y: Numbers) -> Numbers:
    """Distance along the curve of cells of a square of 2^16 × 2^16, after Warren (Hacker's Delight, 16.2)."""
    found = np.zeros_like(x)
    for bit in reversed(range(_BITS)):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        found = found * 4 + ((3 * right) ^ up)
        turned = np.where((up == 0) & (right == 1), 2**_BITS - 1, 0)
        x, y = np.where(up == 0, y ^ turned, x), np.where(up == 0, x ^ turned, y)
    return found
