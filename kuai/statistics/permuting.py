"""How often chance alone would give each area neighbours like its own: conditional permutation."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kuai.statistics.arrays import Floats
    from kuai.statistics.neighbours import Integers, Neighbours

_KEPT = 8
_TIE = 1e-9


def p_values(values: Floats, near: Neighbours, permutations: int, seed: int) -> Floats:
    """Two-sided p of the sum of each area's neighbours, if values lay anywhere; NaN without neighbours.

    Parameters
    ----------
    values : array of float, shape (areas,)
        Without NaN.
    near : Neighbours
        Of the same areas.
    permutations : int
        How often values are laid out anew.
    seed : int
        Same seed, same p.

    Notes
    -----
    Anselin, Local Indicators of Spatial Association, Geogr. Anal. 27 (1995) 93-115: an area keeps its value, the others
    are laid out anew. As in ``esda`` all areas share the layouts. A layout is a row of drawn areas of which an area
    with k neighbours takes the first k other than itself. So areas with as many neighbours are told by one sorted
    column, and only where an area was itself among the first k is it counted anew. ``esda`` needs half a minute to be
    compiled in every process, and a tenth of a second for a tenth of the layouts; tests compare both.
    """
    counts = near.counts
    drawn = draws(len(values), int(counts.max(initial=0)) + 1, permutations, seed)
    sums = np.concatenate([np.zeros((len(drawn), 1)), np.cumsum(values[drawn], axis=1)], axis=1)
    observed = near.sums(values)
    slack = _TIE * np.abs(values).sum() / max(len(values), 1)
    more = _reached(sums, observed - slack, (values, drawn, counts))
    less = _reached(-sums, -observed - slack, (-values, drawn, counts))
    found: Floats = np.minimum(2 * (np.minimum(more, less) + 1) / (permutations + 1), 1.0)
    return np.where(counts > 0, found, np.nan)


def _reached(sums: Floats, observed: Floats, laid: tuple[Floats, Integers, Integers]) -> Integers:
    """Layouts in which the sum of each area's neighbours is the observed one or more."""
    values, drawn, counts = laid
    found = np.zeros(len(values), dtype=np.int64)
    for k in np.unique(counts):
        at = counts == k
        found[at] = len(sums) - np.searchsorted(np.sort(sums[:, k]), observed[at], side="left")
    row, place = np.nonzero(np.arange(drawn.shape[1]) < counts[drawn])
    itself = drawn[row, place]
    k = counts[itself]
    without = sums[row, k + 1] - values[itself] >= observed[itself]
    change = without.astype(np.int64) - (sums[row, k] >= observed[itself])
    return found + np.bincount(itself, weights=change, minlength=len(values)).astype(np.int64)


@lru_cache(maxsize=_KEPT)
def draws(areas: int, length: int, permutations: int, seed: int) -> Integers:
    """Rows of areas drawn without putting back, shape (permutations, length); they hold no value of any.

    Parameters
    ----------
    areas : int
        How many there are to draw from.
    length : int
        How many are drawn; at most as many as there are.
    permutations, seed : int
        As in `p_values`.
    """
    chance = np.random.default_rng(seed)
    if length**2 > areas:
        return chance.permuted(np.tile(np.arange(areas), (permutations, 1)), axis=1)[:, :length]
    drawn = chance.integers(areas, size=(permutations, length))
    again = np.arange(permutations)
    while len(again):
        again = again[(np.diff(np.sort(drawn[again], axis=1), axis=1) == 0).any(axis=1)]
        drawn[again] = chance.integers(areas, size=(len(again), length))
    return drawn
