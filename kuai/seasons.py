"""Seasons: how far back the spans lie that tell what is usual for one, on the wall and at the desk alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kuai import periods

FEWEST = 4
"""Earlier spans from which on there is a usual."""

_YEARS, _RECENT = 3, 12
Step = TypeVar("Step")


def cycle(unit: str, count: int = 1) -> int:
    """Periods in a year; in so many years as a longer span needs.

    Parameters
    ----------
    unit : str
        One of `kuai.periods.PERIODS`.
    count : int
        Periods of the span.
    """
    year = periods.IN_A_YEAR.get(unit, 1)
    return -(-count // year) * year


def stride(unit: str, count: int = 1) -> int:
    """Periods to the next span that is alike: of days, whole weeks."""
    return -(-count // 7) * 7 if unit == "day" else count


def earlier_years(unit: str, count: int = 1) -> list[int]:
    """Periods back to the same season of earlier years: in each that span and the ones beside it; farthest first."""
    year, side = cycle(unit, count), stride(unit, count)
    beside = (1, 0, -1) if 3 * side <= year else (0,)
    return [back * year + one * side for back in range(_YEARS, 0, -1) for one in beside]


def right_before(unit: str, count: int = 1) -> list[int]:
    """Periods back to the spans right before, farthest first."""
    return [step * stride(unit, count) for step in range(_RECENT, 0, -1)]


def usual(seasons: Sequence[Step], recent: Sequence[Step]) -> Sequence[Step]:
    """Those of what is known that tell what is usual: the seasons, or the recent ones if these are too few."""
    return seasons if len(seasons) >= FEWEST or len(seasons) >= len(recent) else recent
