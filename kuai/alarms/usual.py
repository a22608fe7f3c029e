"""What is usual for an area: the range of its own past, each period beside those of the same phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHASE = {"day": 7, "week": 1, "month": 1, "quarter": 4, "year": 1}
"""Periods from one phase to the next: days are compared with the same day of the week, quarters with the same."""

BEFORE = {"day": 84, "week": 26, "month": 24, "quarter": 16, "year": 6}
"""Periods of the past that are looked at."""

FEWEST = 6
"""Periods of the past that a range needs."""

_WIDTH = 2.24  # standard deviations to either side: one period in 40 lies outside without a reason
_NORMAL = 1.4826


@dataclass(frozen=True)
class Usual:
    """Usual range of each area; NaN where its past is too short.

    Parameters
    ----------
    low, middle, high : array of float
        Bounds and middle, in the unit of the values.
    """

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]


def usual(values: NDArray[np.float64], period: str) -> Usual:
    """Usual range for the last period of each area, from the earlier ones of its phase.

    Parameters
    ----------
    values : array of float, areas × periods
        Values in the order of time; NaN where there is none.
    period : str
        Period they are of.

    Notes
    -----
    Median and median absolute deviation (Hampel 1974), which single days do not move, and at least the spread of a
    Poisson count of that size.
    """
    past = values[:, :-1][:, :: -PHASE[period]]
    known = np.sum(~np.isnan(past), axis=1) >= min(FEWEST, BEFORE[period] // PHASE[period])
    middle = _median(past)
    spread = np.maximum(_NORMAL * _median(np.abs(past - middle[:, np.newaxis])), np.sqrt(np.maximum(middle, 0)))
    low, high = np.maximum(middle - _WIDTH * spread, 0), middle + _WIDTH * spread
    return Usual(*(np.where(known, one, np.nan) for one in (low, middle, high)))


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each row; NaN of a row without a value."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    is_empty: NDArray[np.bool_] = np.asarray(np.isnan(values).all(axis=1))
    return np.where(is_empty, np.nan, np.nanmedian(np.where(is_empty[:, np.newaxis], 0.0, values), axis=1))
