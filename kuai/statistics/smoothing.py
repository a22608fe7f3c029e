"""Rates of small areas, drawn towards those of all or of their neighbours as far as chance may explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics.arrays import alike, floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Flags, Floats
    from kuai.statistics.neighbours import Neighbours


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
    total, weight = np.full(e.shape, e[known].sum()), np.full(e.shape, b[known].sum())
    rate = _over(total, weight)
    squares = np.full(e.shape, np.sum(_squares(e, b, rate)[known]))
    return _drawn((e, b, known), rate, _between(rate, squares, weight, float(known.sum())))


def local(events: ArrayLike, base: ArrayLike, near: Neighbours) -> Floats:
    """Smoothed rate of each area, drawn towards the rate of the area and its neighbours together.

    Parameters
    ----------
    events, base : array of float, shape (areas,)
        As in `empirical_bayes`.
    near : Neighbours
        Of the same areas.

    Notes
    -----
    Marshall's local estimator (section 4), as ``esda.smoothing.Spatial_Empirical_Bayes``, the window being an area with
    its neighbours. Shows a hill where the other flattens it, but is less steady.
    """
    e, b, known = _known(events, base)
    around = near.among(known)
    own, size = e[known], b[known]
    weight = _window(size, around)
    rate = _window(own, around) / weight
    # sum b (r - m)² = sum e²/b - 2 m sum e + m² sum b, of each window
    squares = _window(own**2 / size, around) - rate**2 * weight
    between = _between(rate, squares, weight, floats(around.counts + 1))
    found = np.full(e.shape, np.nan)
    found[known] = _drawn((own, size, np.ones(len(own), dtype=bool)), rate, between)
    return found


def _known(events: ArrayLike, base: ArrayLike) -> tuple[Floats, Floats, Flags]:
    e, b = alike(events, base)
    known = np.isfinite(e) & (b > 0)
    return np.where(known, e, np.nan), np.where(known, b, np.nan), known


def _window(values: Floats, near: Neighbours) -> Floats:
    return values + near.sums(values)


def _squares(events: Floats, base: Floats, rate: Floats) -> Floats:
    return base * (_over(events, base) - rate) ** 2


def _between(rate: Floats, squares: Floats, weight: Floats, areas: float | Floats) -> Floats:
    """Variance of rates between areas beyond that of chance."""
    return np.maximum(_over(squares, weight) - _over(rate * areas, weight), 0.0)


def _drawn(counted: tuple[Floats, Floats, Flags], rate: Floats, between: Floats) -> Floats:
    events, base, known = counted
    share = np.nan_to_num(_over(between, between + _over(rate, base)))
    return np.where(known, share * _over(events, base) + (1 - share) * rate, np.nan)


def _over(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / below)
