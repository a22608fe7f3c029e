"""Hours of the week: cases of one area by the weekday and hour they happened in, for a calendar heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kuai import catalog, periods
from kuai.catalog.hours import HOURS, UNKNOWN, WEEKDAYS
from kuai.serving import Answer, Distribution

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.serving import Serving

METRIC = "incident_hour_count"
_SHAPE = len(WEEKDAYS), len(HOURS) // len(WEEKDAYS)
_COLUMNS = ("category", "value", "state")
_MISSING = (float("nan"), "missing")


@dataclass(frozen=True)
class Hours:
    """What happened in one area by hour of the week, and where that comes from.

    Parameters
    ----------
    value : array of float, shape (7, 24)
        Cases, Monday first, hours of the city's time; NaN unless the state is ``value``.
    state : array of str, shape (7, 24)
        One of the five states of each.
    unknown, unknown_state : array, shape (7,)
        Cases by weekday of which no hour is known, with their states.
    total : float
        Cases of all hours, with those of none; NaN if it is not shown.
    answer : Answer
        All of it by category, with snapshot, age, batches and notes.
    """

    value: NDArray[np.float64]
    state: NDArray[np.object_]
    unknown: NDArray[np.float64]
    unknown_state: NDArray[np.object_]
    total: float
    answer: Answer

    @property
    def unknown_share(self) -> float:
        """Part of all cases of which no hour is known, 0 to 1; NaN if it is not shown, or there are none."""
        return float(self.unknown.sum() / self.total) if self.total else float("nan")


def hours_of(serving: Serving, area: Place, span: tuple[date, date], period: str = "month") -> Hours:
    """Cases of an area by hour of the week, added up over every period that holds a day of a span.

    Where no hour at all is known of cases there are, every hour is ``missing``, not 0.

    Parameters
    ----------
    serving : Serving
        Gate as the viewer's; one question is put down.
    area : Place
        Area of a level that has hours: all above the smallest.
    span : tuple of date
        First and last day.
    period : str
        ``month``, ``quarter`` or ``year``.

    Raises
    ------
    AccessError, GateError
        As `Serving.distribution` does.
    """
    periods.check(period)
    first, last = periods.start(period, span[0]), periods.end(period, span[1])
    answer = serving.distribution(Distribution(METRIC, area.level, period, first, last, area.area))
    found = {row[0]: row[1:] for row in zip(*(answer.columns[name].tolist() for name in _COLUMNS), strict=True)}
    value, state = _of(found, HOURS)
    unknown, unknown_state = _of(found, UNKNOWN)
    total = float(_of(found, ("all",))[0][0])
    if total and total == unknown.sum():
        value, state = _of({}, HOURS)
    return Hours(value.reshape(_SHAPE), state.reshape(_SHAPE), unknown, unknown_state, total, answer)


def offered(serving: Serving) -> list[tuple[str, str]]:
    """Levels and periods that hours are told of; none in a city whose cases have not come."""
    return serving.offered(METRIC) if serving.categories(METRIC) else []


def label(language: str) -> str:
    """Name of what is counted, in ``zh`` or ``en``."""
    return catalog.metric(METRIC).label.to(language)


def _of(found: dict[str, tuple[float, str]], names: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Values and states of some categories in order; what there is none of is missing."""
    shown = [found.get(name, _MISSING) for name in names]
    return np.array([value for value, _ in shown]), np.array([state for _, state in shown], dtype=object)
