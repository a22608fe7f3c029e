"""What a unit is compared by: a count of two periods, and what says how much of it is to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kuai import periods
from kuai.serving import Question, Window

from dashboards.station.readings import before

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.filters import Place


@dataclass(frozen=True)
class Comparison:
    """What is compared: a count against what it would be if the unit were like its peers.

    Parameters
    ----------
    name : str
        Name in the address, and of its text: ``station.against.<name>``.
    observed : str
        Metric that is counted.
    exposure : str
        Metric that says how much of it is to be expected; the same as `observed` for that of a year before.
    """

    name: str
    observed: str
    exposure: str

    @property
    def is_of_last_year(self) -> bool:
        """Whether each unit is measured by itself a year before."""
        return self.observed == self.exposure


COMPARISONS = (
    Comparison("residents", "incident_count", "resident_count"),
    Comparison("year", "incident_count", "incident_count"),
    Comparison("checkpoints", "passage_count", "checkpoint_count"),
)


@dataclass(frozen=True)
class Asking:
    """What is asked of the peers: level, a period it is released for, a day of it, and the category of cases."""

    place: Place
    period: str
    day: date
    category: str


def offered(serving: Serving, level: str, period: str) -> list[Comparison]:
    """Comparisons whose two counts are released at a level for a period."""

    def is_known(metric: str) -> bool:
        return (level, period) in serving.offered(metric) and bool(serving.categories(metric))

    return [one for one in COMPARISONS if is_known(one.observed) and is_known(one.exposure)]


def flow(metric: str, asking: Asking, starts: Sequence[date]) -> Question:
    """Question on two periods, the later named first."""
    category = asking.category if metric == "incident_count" else "all"
    end = periods.end(asking.period, starts[0])
    return Question(metric, asking.place.level, asking.period, starts[1], end, category=category)


def exposure(comparison: Comparison, asking: Asking, starts: Sequence[date]) -> Question:
    """Question on what two counts are measured by: a stock of the later period, or the counts of a year before."""
    if not comparison.is_of_last_year:
        return stock(comparison.exposure, asking, starts[0])
    return flow(comparison.exposure, asking, year_before(asking))


def year_before(asking: Asking) -> list[date]:
    """First days of the period and of the one before it, a year earlier."""
    count = periods.IN_A_YEAR[asking.period]
    return [before(asking.period, asking.day, count + more) for more in (0, 1)]


def stock(metric: str, asking: Asking, start: date) -> Window:
    """Question on a stock, whose answer tells the variance of its noise."""
    return Window(metric, asking.place.level, asking.period, start, periods.end(asking.period, start))
