"""Which side of an edge a point is on, decided exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from kuai.geography.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPLIT = 134217729.0  # 2**27 + 1
_BOUND = 3.3306690738754716e-16  # (3 + 16 eps) eps, eps = 2**-53
_LIFT = 500  # binary exponent the largest coordinate is brought to: products stay finite, and small ones stay exact
_TINY = 1e-290  # far above what gradual underflow can take from the products


@compiled
def _two_sum(a: float, b: float) -> tuple[float, float]:
    total = a + b
    virtual = total - a
    return total, (a - (total - virtual)) + (b - virtual)


@compiled
def _halves(a: float) -> tuple[float, float]:
    big = _SPLIT * a
    high = big - (big - a)
    return high, a - high


@compiled
def _two_product(a: float, b: float) -> tuple[float, float]:
    product = a * b
    (a1, a0), (b1, b0) = _halves(a), _halves(b)
    return product, a0 * b0 - (((product - a1 * b1) - a0 * b1) - a1 * b0)


@compiled
def _grow(expansion: NDArray[np.float64], used: int, term: float) -> None:
    for i in range(used):
        term, expansion[i] = _two_sum(expansion[i], term)
    expansion[used] = term


@compiled
def _exact(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> int:
    largest = max(abs(a[0]), abs(a[1]), abs(b[0]), abs(b[1]), abs(p[0]), abs(p[1]))
    power = _LIFT - math.frexp(largest)[1]
    ax, ay = math.ldexp(a[0], power), math.ldexp(a[1], power)
    bx, by = math.ldexp(b[0], power), math.ldexp(b[1], power)
    px, py = math.ldexp(p[0], power), math.ldexp(p[1], power)
    expansion, used = np.zeros(12), 0
    for left, right in ((ax, by), (-ay, bx), (bx, py), (-by, px), (px, ay), (-py, ax)):
        high, low = _two_product(left, right)
        _grow(expansion, used, low)
        _grow(expansion, used + 1, high)
        used += 2
    for i in range(used - 1, -1, -1):
        if expansion[i] != 0.0:
            return 1 if expansion[i] > 0.0 else -1
    return 0


@compiled
def side(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> int:
    """Side of the line from `a` to `b` that `p` is on: 1 left, -1 right, 0 on the line.

    Parameters
    ----------
    a, b, p : pair of float
        x and y, finite, in one unit.

    Notes
    -----
    Double precision with an error bound, and where that cannot decide, an exact sum of the six products.
    Source: J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
    Predicates", Discrete & Computational Geometry 18 (1997).
    """
    left = (a[0] - p[0]) * (b[1] - p[1])
    right = (a[1] - p[1]) * (b[0] - p[0])
    difference = left - right
    bound = _BOUND * (abs(left) + abs(right)) + _TINY
    if difference > bound:
        return 1
    if difference < -bound:
        return -1
    return _exact(a, b, p)
