"""The usual range of each area, from the same phase of earlier periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Floats

LEAST = 4
"""Earlier periods with a value that a range has to stand on."""
_Z, _MIDST = 1.959964, 0.975
_TO_DEVIATION = 1.482602
"""Median absolute deviation to standard deviation, where values are normal."""
_MEAN_TO_DEVIATION = 1.253314
_ANSCOMBE = 0.375


@dataclass(frozen=True)
class Usual:
    """Range in which the next value of each area is expected 19 times in 20; NaN where too little is known.

    Parameters
    ----------
    low, middle, high : array of float, shape (areas,)
        Ends and median, in the unit of the values.
    periods : array of int, shape (areas,)
        How many earlier periods it stands on.
    """

    low: Floats
    middle: Floats
    high: Floats
    periods: np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def usual_range(history: ArrayLike, *, is_count: bool = True) -> Usual:
    """Usual range of each area, from the values of earlier periods.

    Parameters
    ----------
    history : array of float, shape (areas, periods)
        Values of earlier periods that are like the one judged: same weekday, same week of earlier years. NaN without a
        value. One area may be given as one row.
    is_count : bool
        Whether the values are counts, which scatter by chance at least; False for ratios and rates.

    Notes
    -----
    Median and median absolute deviation, so that a single odd period does not widen the range; widened by what
    both may be off after so few. Counts are judged on the scale of Anscombe (Biometrika 35, 1948, 246-254),
    2 sqrt(x + 3/8), on which chance has deviation 1 and a range never falls under 0.
    """
    values = np.atleast_2d(np.asarray(history, dtype=np.float64))
    periods = np.isfinite(values).sum(axis=1)
    scaled = 2 * np.sqrt(values + _ANSCOMBE) if is_count else values
    middle, deviation = _robust(scaled, periods > 0)
    half = np.maximum(_student(periods) * deviation, _Z * is_count) * np.sqrt(1 + np.pi / 2 / np.maximum(periods, 1))
    half = np.where(periods >= LEAST, half, np.nan)
    low, mid, high = (_back(one, is_count=is_count) for one in (middle - half, middle, middle + half))
    return Usual(low, mid, high, periods)


def _robust(values: Floats, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Floats, Floats]:
    """Median and robust deviation of each row; NaN in rows without any value."""
    middle, deviation = np.full(len(values), np.nan), np.full(len(values), np.nan)
    if known.any():
        some = values[known]
        middle[known] = _median(some)
        apart = np.abs(some - middle[known][:, None])
        medians = _TO_DEVIATION * _median(apart)
        deviation[known] = np.where(medians > 0, medians, _MEAN_TO_DEVIATION * np.nanmean(apart, axis=1))
    return middle, deviation


def _median(values: Floats) -> Floats:
    """Median of the values of each row, which has one at least: that of `numpy.nanmedian` at a tenth of its time."""
    ranked, rows = np.sort(values, axis=1), np.arange(len(values))
    count = np.isfinite(values).sum(axis=1)
    found: Floats = (ranked[rows, (count - 1) // 2] + ranked[rows, count // 2]) / 2
    return found


def _student(periods: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Floats:
    """Deviations that hold 19 values in 20, when the deviation itself is known from so many periods."""
    from scipy import special

    few, which = np.unique(np.maximum(periods - 1, 1), return_inverse=True)  # few numbers, and a slow function
    found: Floats = special.stdtrit(few, _MIDST)[which]
    return found


def _back(scaled: Floats, *, is_count: bool) -> Floats:
    return np.maximum((np.maximum(scaled, 0) / 2) ** 2 - _ANSCOMBE if is_count else scaled, 0)
