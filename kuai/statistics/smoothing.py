"""Rates of small areas, drawn towards that of all as far as chance may explain the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics.arrays import alike

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Flags, Floats


def empirical_bayes(events: ArrayLike, base: ArrayLike) -> Floats:
    """Smoothed rate of each area: events for one unit of base, drawn towards the rate of all areas.

    Parameters
    ----------
    events : array of float, shape (areas,)
        Counts; NaN without a value.
    base : array of float, shape (areas,)
        What they are counted among: residents, passages. Areas without any, or without a value, have no rate.

    Notes
    -----
    Marshall, Mapping disease and mortality rates using empirical Bayes estimators, Appl. Stat. 40 (1991) 283-294: as
    ``esda.smoothing.Empirical_Bayes``, but where rates scatter less than chance alone would have them, the variance
    between areas is 0 as Marshall has it, and every rate is that of all.
    """
    e, b, known = _known(events, base)
    total, weight = e[known].sum(), b[known].sum()
    rate = _over(total, weight)
    squares = np.sum(b[known] * (_over(e[known], b[known]) - rate) ** 2)
    between = np.maximum(_over(squares, weight) - _over(rate * known.sum(), weight), 0.0)
    share = np.nan_to_num(_over(between, between + _over(rate, b)))
    return np.where(known, share * _over(e, b) + (1 - share) * rate, np.nan)


def _known(events: ArrayLike, base: ArrayLike) -> tuple[Floats, Floats, Flags]:
    e, b = alike(events, base)
    known = np.isfinite(e) & (b > 0)
    return np.where(known, e, np.nan), np.where(known, b, np.nan), known


def _over(above: ArrayLike, below: ArrayLike) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(above, below))
