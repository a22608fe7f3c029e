"""What earlier periods of areas tell: their mean, how much they scatter beyond chance, and how odd a count is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kuai.statistics.arrays import Floats

_WEIGHT = 30.0
"""Degrees of freedom that the scatter of the page counts for, beside an area's own; found by simulation."""
_FEWEST = 2


@dataclass(frozen=True)
class Past:
    """Earlier periods of each area.

    Parameters
    ----------
    periods : array of float
        How many of them have a value.
    mean : array of float
        Mean count of a period; NaN without any.
    scatter : array of float
        Variance for one unit of mean, at least 1, which is that of pure chance.
    """

    periods: Floats
    mean: Floats
    scatter: Floats


def learn(history: Floats, noise_variance: Floats) -> Past:
    """Mean and scatter of each area's earlier periods.

    Parameters
    ----------
    history : array of float, shape (areas, periods)
        Counts; NaN without a value.
    noise_variance : array of float, shape (areas,)
        Variance of the noise that each count carries.

    Notes
    -----
    Counts of events scatter more than Poisson counts: variance = mean + k mean². Of the whole page k is estimated by
    moments. An area's own scatter, which few periods tell badly, is drawn towards that of the page, as Smyth does with
    variances (Stat. Appl. Genet. Mol. Biol. 3, 2004, 3).
    """
    known = np.isfinite(history)
    periods = known.sum(axis=1).astype(np.float64)
    mean = np.where(known, history, 0.0).sum(axis=1) / np.where(periods > 0, periods, np.nan)
    freedom = np.maximum(periods - 1, 0)
    squares = np.where(known, (history - mean[:, None]) ** 2, 0.0).sum(axis=1)
    own = np.where(freedom > 0, squares / np.maximum(freedom, 1) / np.maximum(mean, 1e-9), 1.0)
    page = 1 + _excess(own, mean, freedom) * np.nan_to_num(mean)
    drawn = (_WEIGHT * page + freedom * own) / (_WEIGHT + freedom)
    return Past(periods, mean, np.maximum(drawn, 1 + noise_variance / np.maximum(mean, 1.0)))


def _excess(own: Floats, mean: Floats, freedom: Floats) -> float:
    """Variance of the page beyond that of chance, for one unit of squared mean."""
    counted = (mean > 0) & (freedom > 0)
    weight = np.sum((freedom * mean)[counted])
    return max(0.0, float(np.sum((freedom * (own - 1))[counted]) / weight)) if weight > 0 else 0.0


def p_values(now: Floats, past: Past) -> Floats:
    """Two-sided p of each count, if it came from its past; NaN with fewer than two earlier periods.

    Parameters
    ----------
    now : array of float, shape (areas,)
        Whole counts.
    past : Past
        Of the same areas.

    Notes
    -----
    Tail probabilities of the negative binomial distribution with the area's mean and scatter, the latter enlarged by
    what the mean itself may be off after so many periods. A mean of nothing is taken for half an event in all periods.
    """
    from scipy import special

    periods = np.maximum(past.periods, 1)
    mean = np.maximum(past.mean, 0.5 / periods)
    scatter = past.scatter * (1 + 1 / periods)
    size = mean / (scatter - 1)
    up_to = special.betainc(size, now + 1, 1 / scatter)
    onwards = np.where(now > 0, special.betaincc(size, np.maximum(now, 1.0), 1 / scatter), 1.0)
    return np.where(past.periods >= _FEWEST, np.minimum(2 * np.minimum(up_to, onwards), 1.0), np.nan)
