"""The exact e-test of two Poisson counts, for a page of areas at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kuai.statistics.arrays import Floats

_REACH = 7.0
"""Standard deviations summed over on both sides; what lies beyond adds less than 1e-9."""
_MARGIN = 16.0
_AT_ONCE = 1 << 20
_TIE = 1e-9


def p_values(now: Floats, before: Floats, ratio: float | Floats = 1.0) -> Floats:
    """Two-sided p of equal rates, one per pair of counts.

    Parameters
    ----------
    now, before : array of float, shape (n,)
        Counts, whole and not negative.
    ratio : float or array of float
        Exposure of the first count for one unit of exposure of the second.

    Notes
    -----
    Krishnamoorthy and Thomson, A more powerful test for comparing two Poisson means, J. Stat. Plan. Inference 119
    (2004) 23-35, with the score statistic of Gu, Ng, Tang and Schucany, Biometrical Journal 50 (2008) 283-298: the
    same as ``statsmodels.stats.rates.test_poisson_2indep(..., method="etest")``. Both counts are Poisson with the means
    of the pooled rate; p is the probability of all pairs at least as far apart as the pair observed. For each first
    count, the second counts that are far enough lie beyond the two roots of a quadratic equation, so that one sum over
    the first count and a table of the second are enough. Pairs as far apart but for the rounding of a float are ties,
    and count.
    """
    rows, back = np.unique(np.stack(np.broadcast_arrays(now, before, ratio), axis=1), axis=0, return_inverse=True)
    order = np.argsort(rows[:, 0] + rows[:, 1], kind="stable")
    found = np.empty(len(rows))
    for part in _parts(rows[order]):
        found[order[part]] = _p(*rows[order[part]].T)
    return found[back.reshape(-1)]


def _parts(rows: Floats) -> list[slice]:
    """Slices of rows with about as many pairs to sum, small enough for memory; rows come by their total."""
    widths = _MARGIN + 2 * _REACH * np.sqrt(np.maximum(rows[:, 0] + rows[:, 1], 1))
    steps = np.flatnonzero(np.diff(np.log2(widths).astype(int)) != 0) + 1
    most = int(_AT_ONCE / widths.max(initial=1)) + 1
    cuts = sorted({0, len(rows), *steps.tolist(), *range(0, len(rows), most)})
    return [slice(first, last) for first, last in pairwise(cuts)]


def _p(now: Floats, before: Floats, ratio: Floats) -> Floats:
    total, r = now + before, ratio
    distance = (now - r * before) ** 2 / np.maximum(total * r, 1e-300)
    first, mass = _mass(total * r / (1 + r))
    second, other = _mass(total / (1 + r))
    below, above = _bounds(first, distance[:, None] * (1 - _TIE), r[:, None])
    tail = _up_to(below, second, other) + _from(above, second, other)
    return np.where(distance < _TIE, 1.0, np.minimum(np.sum(mass * tail, axis=1), 1.0))


def _mass(mean: Floats) -> tuple[Floats, Floats]:
    """Counts around each mean, and their Poisson probabilities."""
    from scipy import special

    spread = np.sqrt(mean)
    start = np.maximum(np.floor(mean - _REACH * spread), 0)
    width = int(np.max(mean + _REACH * spread - start)) + int(_MARGIN)
    counts: Floats = start[:, None] + np.arange(width, dtype=np.float64)
    least = int(start.min())
    table = special.gammaln(np.arange(least, int(start.max()) + width) + 1.0)
    logs = special.xlogy(counts, mean[:, None]) - mean[:, None] - table[(counts - least).astype(np.int64)]
    return counts, np.exp(logs)


def _bounds(first: Floats, distance: Floats, r: Floats) -> tuple[Floats, Floats]:
    """Greatest second count that is far enough below a first one, and least that is far enough above."""
    middle = 2 * first + distance
    root = np.sqrt(distance * (distance + 4 * first * (1 + r)))
    below = np.where(first > 0, np.floor((middle - root) / (2 * r)), -1)
    return below, np.ceil((middle + root) / (2 * r))


def _up_to(bound: Floats, counts: Floats, mass: Floats) -> Floats:
    sums = np.concatenate([np.zeros((len(mass), 1)), np.cumsum(mass, axis=1)], axis=1)
    return np.take_along_axis(sums, _place(bound + 1, counts), axis=1)


def _from(bound: Floats, counts: Floats, mass: Floats) -> Floats:
    sums = np.concatenate([np.cumsum(mass[:, ::-1], axis=1)[:, ::-1], np.zeros((len(mass), 1))], axis=1)
    return np.take_along_axis(sums, _place(bound, counts), axis=1)


def _place(bound: Floats, counts: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.clip(bound - counts[:, :1], 0, counts.shape[1]).astype(np.int64)
