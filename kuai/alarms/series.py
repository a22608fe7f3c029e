"""Series of a number: its newest whole period and those before, of every area of a level, with their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kuai import catalog, periods
from kuai.alarms.usual import BEFORE, earlier
from kuai.question import Question

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from kuai.question import Answer
    from kuai.serving import Serving
    from kuai.statistics.usual import Usual


@dataclass(frozen=True)
class Wanted:
    """Which number is wanted: a metric by areas of a level and periods, of a category."""

    metric: str
    level: str
    period: str
    category: str = "all"


@dataclass(frozen=True)
class Series:
    """Values of areas over time, the newest whole period last.

    Parameters
    ----------
    wanted : Wanted
        What they are.
    areas : array of str
        Codes of the areas.
    starts : tuple of date
        First days of the periods.
    values : array of float, areas × periods
        Values in the metric's unit; NaN unless the state is `value`.
    states : array of str, areas × periods
        States; `missing` where the area was not there.
    answer : Answer
        The answer they are from.
    """

    wanted: Wanted
    areas: NDArray[np.object_]
    starts: tuple[date, ...]
    values: NDArray[np.float64]
    states: NDArray[np.object_]
    answer: Answer

    @property
    def label(self) -> str:
        """Written form of the newest period."""
        return periods.label(self.wanted.period, self.starts[-1])

    @cached_property
    def usual(self) -> Usual:
        """Usual range of each area for the newest period."""
        from kuai.statistics.usual import usual_range

        return usual_range(earlier(self.values, self.wanted.period), is_count=self.is_count)

    @property
    def is_count(self) -> bool:
        """Whether the values are counts, which scatter by chance at least."""
        metric = self.answer.metric
        return not metric.is_ratio and catalog.measure(metric.numerator).kind != "direct"

    @property
    def has_noise(self) -> bool:
        """Whether the values are counts of persons, which are served with noise."""
        return any(catalog.measure(one).klass == "person" for one in self.answer.metric.measures)

    def at(self, area: str) -> int | None:
        """Position of an area; None if the answer has nothing of it."""
        found = np.flatnonzero(self.areas == area)
        return int(found[0]) if len(found) else None


def series(serving: Serving, wanted: Wanted) -> Series | None:
    """Series up to the newest whole period that was observed; None if nothing was.

    Parameters
    ----------
    serving : Serving
        Gate for whoever asks.
    wanted : Wanted
        Metric, level, period and category.

    Raises
    ------
    AccessError, GateError
        As `Serving.ask` does.
    """
    newest = serving.newest(wanted.metric)
    if newest is None:
        return None
    last = periods.start(wanted.period, newest) if _stands(wanted) else newest_whole(wanted.period, newest)
    first = _before(wanted.period, last, BEFORE[wanted.period])
    answer = serving.ask(Question(wanted.metric, wanted.level, wanted.period, first, last, category=wanted.category))
    return _series(wanted, answer, tuple(periods.starts(wanted.period, first, last)))


def newest_whole(period: str, day: date) -> date:
    """First day of the last period that had ended with a day."""
    start = periods.start(period, day)
    return start if periods.end(period, day) == day else periods.start(period, start - timedelta(days=1))


def _stands(wanted: Wanted) -> bool:
    """Whether the number stands at a day, and needs no period to have ended."""
    return all(catalog.measure(one).kind == "stock" for one in catalog.metric(wanted.metric).measures)


def _before(period: str, day: date, count: int) -> date:
    for _ in range(count):
        day = periods.start(period, day - timedelta(days=1))
    return day


def _series(wanted: Wanted, answer: Answer, starts: tuple[date, ...]) -> Series:
    rows = answer.rows
    areas, of_area = np.unique(rows["area"].astype(str).to_numpy(dtype=object), return_inverse=True)
    days = np.array(starts, dtype="datetime64[D]")
    of_start = np.searchsorted(days, rows["start"].to_numpy("datetime64[D]"))
    values, states = _spread(rows, (of_area, of_start), (len(areas), len(days)))
    return Series(wanted, areas, starts, values, states, answer)


def _spread(rows: Any, at: tuple[Any, Any], shape: tuple[int, int]) -> tuple[Any, Any]:  # noqa: ANN401 -- frame and arrays
    values, states = np.full(shape, np.nan), np.full(shape, "missing", dtype=object)
    values[at] = rows["value"].to_numpy(float)
    states[at] = rows["state"].astype(str).to_numpy(dtype=object)
    return values, states
