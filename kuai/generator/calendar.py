"""When things happen: seasons, weekdays and hours."""

from __future__ import annotations

import numpy as np

from kuai.generator.draw import Floats, Ints

SECONDS_PER_DAY = 86_400


def weekday(days: Ints) -> Ints:
    """Day of the week of days since 1970, Monday 0."""
    return (days + 3) % 7


def season(days: Ints, peak_month: float, swing: float) -> Floats:
    """Factor around 1 with its highest value in the middle of the peak month (1 January, 12.5 mid-December)."""
    return 1 + swing * np.cos(2 * np.pi * (days / 365.2425 - (peak_month - 0.5) / 12))


def hour_profile(peaks: tuple[tuple[float, float, float], ...], base: float) -> Floats:
    """Share of each of 24 hours: a base and bell curves given as (hour, width in hours, height)."""
    hours = np.arange(24) + 0.5
    total = np.full(24, base)
    for hour, width, height in peaks:
        away = np.abs(hours - hour)
        total += height * np.exp(-((np.minimum(away, 24 - away) / width) ** 2) / 2)
    return np.asarray(total / total.sum())
