"""Calendar periods: where they start and end, and how they are written. Days are dates of the city's own calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from kuai.errors import GateError, nearest

PERIODS = ("day", "week", "month", "quarter", "year")
"""All periods, from the shortest to the longest; week is the ISO week and starts on Monday."""

RHYTHMS = ("day", "week", "month", "quarter", "half", "year")
"""Periods that something may happen once in, from the shortest to the longest; half is half a calendar year."""

STEPS = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}
"""Length of each period as a SQL interval."""

IN_A_YEAR = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Periods back to the one of a year before; of days and weeks to the same weekday."""

BLOCK_DAYS = 28
"""Days of a block of days or weeks: four ISO weeks, counted from Monday, 5 January 1970."""

_FIRST_MONDAY = date(1970, 1, 5)
_LABEL = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
}
_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def check(period: str) -> str:
    """Return the period itself.

    Raises
    ------
    GateError
        If it is none of `PERIODS`; names the nearest.
    """
    if period not in PERIODS:
        raise GateError(f"unknown period {period!r}", remedy=nearest(period, PERIODS))
    return period


def start(period: str, day: date) -> date:
    """First day of the period, or of the half-year, that holds `day`."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period not in _MONTHS and check(period) == "day":
        return day
    months = _MONTHS[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def following(period: str, day: date) -> date:
    """First day of the period, or half-year, after the one that holds `day`."""
    first = start(period, day)
    if period in ("day", "week"):
        return first + timedelta(days=1 if period == "day" else 7)
    return start(period, first + timedelta(days=31 * _MONTHS[period]))


def end(period: str, day: date) -> date:
    """Last day of the period that holds `day`."""
    return following(period, day) - _DAY


def days(period: str, day: date) -> int:
    """Length in days of the period that holds `day`."""
    return (following(period, day) - start(period, day)).days


def starts(period: str, first: date, last: date) -> Iterator[date]:
    """First days, in order, of every period that holds a day of [first, last]."""
    moving = start(period, first)
    while moving <= last:
        yield moving
        moving = following(period, moving)


def block(period: str, day: date) -> tuple[date, date]:
    """First and last day of the block that holds `day`: `BLOCK_DAYS` of days or weeks, else the period itself."""
    if period not in ("day", "week"):
        return start(period, day), end(period, day)
    first = day - timedelta(days=(day - _FIRST_MONDAY).days % BLOCK_DAYS)
    return first, first + timedelta(days=BLOCK_DAYS - 1)


def label(period: str, day: date) -> str:
    """Written form of the period that holds `day`: 2018-03-04, 2018-W10, 2018-03, 2018-Q1 or 2018."""
    if check(period) == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    if period == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[period]]


def parse(text: str) -> tuple[str, date]:
    """Period and its first day from its written form.

    Raises
    ------
    GateError
        If the text is no label, or names a day or week that does not exist.
    """
    for period, pattern in _LABEL.items():
        if found := pattern.fullmatch(text):
            try:
                return period, _first(period, [int(part) for part in found.groups()])
            except ValueError:
                break
    raise GateError(f"{text!r} names no period", remedy="write 2018-03-04, 2018-W10, 2018-03, 2018-Q1 or 2018")


def _first(period: str, parts: list[int]) -> date:
    if period == "week":
        return date.fromisocalendar(parts[0], parts[1], 1)
    if period == "quarter":
        return date(parts[0], parts[1] * 3 - 2, 1)
    return date(*[*parts, 1, 1][:3])
