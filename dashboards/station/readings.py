"""Readings: one measure of one unit over the last periods, each with its state, its age and its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from kuai import periods
from kuai.serving import Question

from dashboards.view import freshness

if TYPE_CHECKING:
    from kuai.metrics import Metric
    from kuai.serving import Answer, Note, Serving

    from dashboards.filters import Place
    from dashboards.view import Freshness

Given = TypeVar("Given")
Asked = TypeVar("Asked")

PERIODS_SHOWN = 13
"""Periods of a history: the one looked at, and twelve before, so that a month stands beside that of last year."""

_ASKED_AT_ONCE = 8


@dataclass(frozen=True)
class Topic:
    """What is read of a unit.

    Parameters
    ----------
    name : str
        Name on the page, and of its text: ``station.topic.<name>``.
    metric : str
        Metric of the catalogue.
    category : str
        Its category; empty for the one that the reader has chosen.
    """

    name: str
    metric: str
    category: str = "all"


POPULATION = (
    Topic("residents", "resident_count"), Topic("births", "population_event_count", "birth"),
    Topic("deaths", "population_event_count", "death"), Topic("moves_in", "population_event_count", "move_in"),
    Topic("moves_out", "population_event_count", "move_out"),
)  # fmt: skip
"""Stock of residents and what moves it."""

STAGES = (
    Topic("cases", "incident_count", ""), Topic("accepted", "accepted_count", ""),
    Topic("filed", "filed_count", ""), Topic("closed", "closed_count", ""),
)  # fmt: skip
"""Stages of cases, in the order in which a case passes them."""

HANDLING = Topic("handling", "median_handling_days", "")
CHECKPOINTS = (
    Topic("passages", "passage_count"),
    Topic("checkpoints", "checkpoint_count"),
    Topic("per_checkpoint", "passages_per_checkpoint"),
)
TOPICS = (*POPULATION, *STAGES, HANDLING, *CHECKPOINTS)


@dataclass(frozen=True)
class Point:
    """One period of a reading: first day, value (NaN unless its state is ``value``), state, observed part (0 to 1)."""

    start: date
    value: float
    state: str
    coverage: float


@dataclass(frozen=True)
class Reading:
    """A measure of one unit over some periods, oldest first.

    Parameters
    ----------
    topic : Topic
        What is read.
    metric : Metric
        Label, unit and digits.
    period : str
        Kind of its periods: the one that is looked at, or the next longer one that it is released for.
    points : tuple of Point
        At least one; the last is that of the period looked at.
    freshness : Freshness
        Age against budget.
    batches : list of dict
        Ingested files whose days touch the periods.
    notes : tuple of Note
        Periods that wait for their day, and such that were corrected.
    """

    topic: Topic
    metric: Metric
    period: str
    points: tuple[Point, ...]
    freshness: Freshness
    batches: list[dict[str, Any]]
    notes: tuple[Note, ...] = ()

    @property
    def now(self) -> Point:
        """The period that is looked at."""
        return self.points[-1]


def offered_as(serving: Serving, metric: str, level: str, period: str) -> str:
    """Period a metric is released for at a level: the one wanted, else the next longer, else the longest; or none."""
    if not serving.categories(metric):
        return ""
    offered = set(serving.offered(metric))
    known = [one for one in periods.PERIODS if (level, one) in offered]
    longer = [one for one in known if periods.PERIODS.index(one) >= periods.PERIODS.index(period)]
    return (longer or known[-1:] or [""])[0]


def question(topic: Topic, place: Place, period: str, day: date, category: str) -> Question:
    """Question on the period that holds a day and those before it.

    Parameters
    ----------
    topic : Topic
        What is read.
    place : Place
        The unit.
    period : str
        A period the topic is released for.
    day : date
        A day of the last period.
    category : str
        Category that the reader has chosen.
    """
    first = before(period, day, PERIODS_SHOWN - 1)
    return Question(
        topic.metric, place.level, period, first, periods.end(period, day), place.code, topic.category or category
    )


def before(period: str, day: date, count: int) -> date:
    """First day of the period that lies so many periods before the one that holds a day."""
    first = periods.start(period, day)
    for _ in range(count):
        first = periods.start(period, first - date.resolution)
    return first


def reading(serving: Serving, topic: Topic, asked: Question, answer: Answer) -> Reading:
    """Reading from the answer to its question."""
    rows = answer.rows
    starts, states = rows["start"].to_numpy("datetime64[D]").tolist(), list(rows["state"])
    each = zip(starts, rows["value"].tolist(), states, rows["coverage"].tolist(), strict=True)
    found = tuple(Point(*one) for one in each)
    absent = (Point(periods.start(asked.period, asked.last), float("nan"), "missing", 0.0),)
    is_current = found and found[-1].start == absent[0].start
    fresh = freshness(serving, answer.metric, answer.age_seconds)
    points = found if is_current else found + absent
    return Reading(topic, answer.metric, asked.period, points, fresh, answer.batches, answer.notes)


def at_once(ask: Callable[[Asked], Given], questions: Iterable[Asked]) -> Sequence[Given]:
    """Answers to several questions, in their order; their lines of the audit wait for the disk together."""
    return list(_askers().map(ask, questions))


@lru_cache(maxsize=1)
def _askers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_ASKED_AT_ONCE, "kuai unit")
