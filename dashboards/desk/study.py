"""Study: the answers behind one state of the desk, each a question to the gate with its line in the audit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import access, periods
from kuai.errors import AccessError, GateError, KuaiError
from kuai.seasons import earlier_years
from kuai.serving import Answer, Question, Series

from dashboards import choices
from dashboards.desk.choice import COMPARED, Choice, settle
from dashboards.desk.span import Span, earliest_first
from dashboards.desk.span import newest as latest
from dashboards.filters import Place
from dashboards.view import Freshness, freshness
from dashboards.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kuai.metrics import Metric
    from kuai.serving import Serving

    from dashboards.atlas import Atlas, Scope

Row = dict[str, Any]
SHOWN = {"day": 120, "week": 104, "month": 48, "quarter": 24, "year": 20}
"""Periods a trend shows."""

_DAYS_SHOWN = 371
_FORTNIGHT = 14
_FIRST_YEAR = date(1900, 1, 1)


@dataclass(frozen=True)
class Subject:
    """The one area that trend and calendar are of, with its names."""

    place: Place
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Study:
    """All that a desk shows, before it is judged.

    Parameters
    ----------
    choice : Choice
        Settled choices.
    words : Words
        The reader's language.
    scope : Scope
        Areas of the level that are shown.
    windows : Answer
        Values of every area in every span of `spans`.
    spans : list of Span
        What is compared with, the earliest first, and last the span looked at.
    subject : Subject
        What trend and calendar are of.
    trend, other, days : Answer or KuaiError
        Values of the subject by period, of the area it is compared with, and of the subject by day; or why there are
        none.
    snapshot : dict
        The snapshot behind it.
    freshness : Freshness
        Age against budget.
    """

    choice: Choice
    words: Words
    scope: Scope
    windows: Answer
    spans: list[Span]
    subject: Subject
    trend: Answer | KuaiError
    other: Answer | KuaiError | None
    days: Answer | KuaiError
    snapshot: Row
    freshness: Freshness

    @property
    def metric(self) -> Metric:
        """What is shown."""
        return self.windows.metric

    @property
    def grain(self) -> str:
        """Period that the trend is drawn by."""
        return self.choice.span.unit if isinstance(self.trend, KuaiError) else _period_of(self.trend)

    @cached_property
    def last(self) -> Answer:
        """What is told of the span looked at: one row an area."""
        rows = self.windows.columns
        begin = np.searchsorted(rows["start"], np.datetime64(self.spans[-1].first, "s"))
        return replace(self.windows, columns={name: column[int(begin) :] for name, column in rows.items()})

    @property
    def areas(self) -> pd.DataFrame:
        """Areas of the scope."""
        return self.scope.areas


def study(serving: Serving, atlas: Atlas, chosen: Choice, language: str) -> Study:
    """Answers to what the reader has chosen.

    Raises
    ------
    AccessError, GateError
        If the areas have no answer at all; parts that have none say so themselves.
    """
    choice = settle(serving, atlas, chosen, language)
    scope = atlas.scope(choice.filters.level, choice.filters.area, choice.span.first)
    choice = _among(choice, scope.areas)
    subject = _subject(serving, atlas, choice, scope)
    trend = _trend(serving, choice, subject.place)
    other = _trend(serving, choice, Place(choice.filters.level, choice.other)) if choice.other else None
    spans = compared(choice, serving.oldest(choice.filters.metric))
    windows = serving.series(_series(choice, scope, spans))
    return Study(
        choice.but(area=scope.place), Words(choice.filters.lang), scope, windows, spans, subject, trend, other,
        _days(serving, choice, subject.place, trend), serving.snapshot(),
        freshness(serving, windows.metric, windows.age_seconds),
    )  # fmt: skip


def compared(choice: Choice, since: date | None) -> list[Span]:
    """Spans a choice is about: those it compares with, the earliest first, and its own.

    Parameters
    ----------
    choice : Choice
        Settled choices.
    since : date, optional
        First day that was observed.
    """
    span = choice.span
    if choice.compare in COMPARED:
        known = {"usual": span.usual(since), "before": [span.before], "year": [span.year_before], "none": []}
        return [*known[choice.compare], span]
    then = Span(span.unit, span.count, date.fromisoformat(choice.compare))
    if then.last >= span.first:
        raise GateError(
            f"the span to {choice.compare} is not over before {span.first}", "compare", "choose an earlier day"
        )
    return earliest_first([then, span])


def _among(choice: Choice, areas: pd.DataFrame) -> Choice:
    """The same choices without areas that are not among those shown."""
    known = set(areas["area"])
    kept = {name: code if (code := getattr(choice, name)) in known else "" for name in ("pick", "other")}
    return choice.but(**kept if kept["pick"] else {"pick": "", "other": ""})


def _subject(serving: Serving, atlas: Atlas, choice: Choice, scope: Scope) -> Subject:
    if choice.pick:
        return _named(scope.areas, scope.level, choice.pick)
    if scope.place is not None:
        place, row = atlas.path(scope, choice.span.first)[-1]
        return Subject(place, str(row["name_zh"]), str(row["name_en"]))
    root = next(row for row in serving.levels() if row["rank"] == 0 and row["hierarchy"] == scope.hierarchy)
    whole = atlas.areas(scope.hierarchy, root["level"], choice.span.first)
    snapshot = serving.snapshot()
    return Subject(Place(root["level"], str(whole["area"].iloc[0])), snapshot["name_zh"], snapshot["name_en"])


def _named(areas: pd.DataFrame, level: str, code: str) -> Subject:
    row = areas[areas["area"] == code].iloc[0]
    return Subject(Place(level, code), str(row["name_zh"]), str(row["name_en"]))


def _series(choice: Choice, scope: Scope, spans: list[Span]) -> Series:
    filters = choice.filters
    within = access.Place(scope.place.level, scope.place.code) if scope.place else None
    return Series(
        filters.metric, filters.level, choice.span.unit, spans[0].first, spans[-1].last, category=filters.category,
        within=within, windows=tuple(one.days for one in spans),
    )  # fmt: skip


def grain(span: Span, offered: Sequence[str]) -> str:
    """Period that a trend is drawn by: that of the span, but weeks for two weeks of days and more, where offered."""
    return "week" if span.unit == "day" and span.count >= _FORTNIGHT and "week" in offered else span.unit


def _trend(serving: Serving, choice: Choice, place: Place) -> Answer | KuaiError:
    """The subject by period: those shown, and before them those that tell what is usual; each is over."""
    filters, span = choice.filters, choice.span
    offered = choices.periods(serving, filters.metric, place.level)
    unit = grain(span, offered)
    if unit not in offered:
        return GateError(f"{filters.metric} is not offered by {unit} at level {place.level}")
    newest = latest(unit, span.last)
    first = max(newest.back(SHOWN[unit] + span.count + max(earlier_years(unit))).first, _FIRST_YEAR)
    return _try(serving, Question(filters.metric, place.level, unit, first, newest.last, place.code, filters.category))


def _days(serving: Serving, choice: Choice, place: Place, trend: Answer | KuaiError) -> Answer | KuaiError:
    """The subject by day; a trend by day reaches further back and holds them."""
    filters, last = choice.filters, choice.span.last
    offered = choices.periods(serving, filters.metric, place.level)
    if grain(choice.span, offered) == "day":
        return trend
    if "day" not in offered:
        return GateError("days are not offered for this metric and level")
    first = first_day(choice)
    return _try(serving, Question(filters.metric, place.level, "day", first, last, place.code, filters.category))


def first_day(choice: Choice) -> date:
    """First day of the calendar: the Monday from which on it has 53 weeks."""
    return periods.start("week", choice.span.last - timedelta(days=_DAYS_SHOWN - 7))


def _try(serving: Serving, question: Question) -> Answer | KuaiError:
    try:
        return serving.ask(question)
    except AccessError:
        raise
    except KuaiError as error:
        return error


def _period_of(answer: Answer) -> str:
    """Period of the rows of an answer."""
    return periods.parse(str(answer.columns["period"][-1]))[0]
