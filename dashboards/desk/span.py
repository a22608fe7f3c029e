"""Spans: the days a desk looks at, as a number of whole periods, and the earlier ones they are judged by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kuai import periods, seasons
from kuai.errors import GateError

DAYS = "28d"
"""The span a desk opens with: four weeks up to the newest day, every weekday four times."""

Days = tuple[date, date]

_COUNTED = re.compile(r"([1-9]\d{0,3})([dwmqy])")
_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
_MOST_DAYS = 3700


@dataclass(frozen=True)
class Span:
    """A number of whole periods, one after the other.

    Parameters
    ----------
    unit : str
        One of `kuai.periods.PERIODS`.
    count : int
        How many.
    day : date
        A day of the last of them.
    """

    unit: str
    count: int
    day: date

    @classmethod
    def parse(cls, text: str, day: date) -> Span:
        """Span of a written form, up to a day: ``28d``, ``6w``, ``3m``, or the name of a period for one of it.

        Raises
        ------
        GateError
            If it is none, or longer than ten years.
        """
        found = _COUNTED.fullmatch(text)
        unit, count = (_UNITS[found[2]], int(found[1])) if found else (periods.check(text), 1)
        if count * periods.days(unit, day) > _MOST_DAYS:
            raise GateError(f"{text} is longer than ten years", "period", "choose a shorter one")
        return cls(unit, count, day)

    def __str__(self) -> str:
        return self.unit if self.count == 1 else f"{self.count}{self.unit[0]}"

    @property
    def first(self) -> date:
        """First day."""
        return periods.start(self.unit, _back(self.unit, self.day, self.count - 1))

    @property
    def last(self) -> date:
        """Last day."""
        return periods.end(self.unit, self.day)

    @property
    def days(self) -> Days:
        """First and last day."""
        return self.first, self.last

    @property
    def length(self) -> int:
        """Days in it."""
        return (self.last - self.first).days + 1

    def back(self, steps: int) -> Span:
        """The same span so many of its periods earlier; later, if negative."""
        return Span(self.unit, self.count, _back(self.unit, self.day, steps))

    @property
    def before(self) -> Span:
        """The span of equal length right before it."""
        return self.back(self.count)

    @property
    def year_before(self) -> Span:
        """The same span of the year before: the same weekdays, or the same months."""
        return self.back(seasons.cycle(self.unit, self.count))

    def seasons(self) -> list[Span]:
        """The same season of earlier years: of each year this span, and the ones beside it; the earliest first."""
        return [self.back(steps) for steps in seasons.earlier_years(self.unit, self.count)]

    def recent(self) -> list[Span]:
        """The spans right before it, the earliest first."""
        return [self.back(steps) for steps in seasons.right_before(self.unit, self.count)]

    def usual(self, since: date | None) -> list[Span]:
        """Earlier spans that tell what is usual: the season of earlier years, or the recent ones if those are too few.

        Parameters
        ----------
        since : date, optional
            First day that was observed; None if none was.
        """
        known = [[one for one in some if since and one.first >= since] for some in (self.seasons(), self.recent())]
        return list(seasons.usual(*known))


def earliest_first(spans: Sequence[Span]) -> list[Span]:
    """Each of some spans once, the earliest first."""
    return sorted(set(spans), key=lambda one: one.first)


def _back(unit: str, day: date, steps: int) -> date:
    try:
        if unit in ("day", "week"):
            return day - timedelta(days=steps * (7 if unit == "week" else 1))
        return _months_back(unit, periods.start(unit, day), steps)
    except (OverflowError, ValueError):
        raise GateError("the days lie outside the calendar", "date", "choose a later one") from None


def _months_back(unit: str, start: date, steps: int) -> date:
    month = start.year * 12 + start.month - 1 - steps * {"month": 1, "quarter": 3, "year": 12}[unit]
    return date(month // 12, month % 12 + 1, 1)


def newest(unit: str, day: date) -> Span:
    """Newest period that is over by the end of a day."""
    found = Span(unit, 1, day)
    return found if found.last == day else found.back(1)
