"""One look at the city: the answer to the question that the address asks, with all that is told beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kuai import catalog, periods
from kuai.serving import Question

from dashboards import choices
from dashboards.atlas import Atlas, Scope
from dashboards.filters import Filters
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from kuai.metrics import Metric
    from kuai.serving import Serving

Row = dict[str, Any]
_HOUR = 3600


@dataclass(frozen=True)
class Freshness:
    """Age of a metric against its budget.

    Parameters
    ----------
    until : date, optional
        Newest observed day; None if nothing was observed.
    age_seconds, budget_seconds : int
        Time since that day ended, and the age from which it counts as stale.
    is_complete : bool
        Whether every delivery that was ever expected has come: age is then no fault.
    """

    until: date | None
    age_seconds: int
    budget_seconds: int
    is_complete: bool

    @property
    def is_stale(self) -> bool:
        """Whether the metric is older than it may be."""
        return self.until is None or self.age_seconds > self.budget_seconds


@dataclass(frozen=True)
class View:
    """All that the page of the map shows.

    Parameters
    ----------
    filters : Filters
        Settled choices.
    words : Words
        The reader's language.
    metric : Metric
        What is shown.
    rows : DataFrame
        One row per area of the scope: area, name_zh, name_en, value, state, coverage.
    scope : Scope
        Areas shown, with their outlines.
    snapshot : dict
        The snapshot behind it.
    freshness : Freshness
        Age against budget.
    batches : list of dict
        Ingested files whose days touch the question's.
    """

    filters: Filters
    words: Words
    metric: Metric
    rows: pd.DataFrame
    scope: Scope
    snapshot: Row
    freshness: Freshness
    batches: list[Row]

    @property
    def day(self) -> date:
        """The day in the period shown."""
        return self.filters.date or date.min

    @property
    def coverage(self) -> float:
        """Observed part of the period, 0 to 1."""
        return float(self.rows["coverage"].max()) if len(self.rows) else 0.0


def look(serving: Serving, atlas: Atlas, chosen: Filters, language: str) -> View:
    """View of what the reader has chosen.

    Raises
    ------
    GateError
        If the question has no answer; says what does.
    """
    filters = choices.settle(serving, atlas, chosen, language)
    day = filters.date or date.min
    answer = serving.ask(Question(filters.metric, filters.level, filters.period, day, day, category=filters.category))
    scope = atlas.scope(filters.level, filters.area, day)
    return View(
        filters.but(area=scope.place),
        Words(filters.lang),
        answer.metric,
        _named(scope, answer.rows),
        scope,
        serving.snapshot(),
        freshness(serving, answer.metric, answer.age_seconds),
        answer.batches,
    )


def freshness(serving: Serving, metric: Metric, age_seconds: int) -> Freshness:
    """Age of a metric against the tightest budget of its flows; of its stocks, if it has no flow."""
    flows = {catalog.measure(one).dataset for one in metric.measures if catalog.measure(one).kind != "stock"}
    known = serving.feeds(metric.id)
    feeds = [feed for feed in known if feed["dataset"] in flows] or known
    budgets = [feed["budget_hours"] for feed in feeds if feed["budget_hours"]] or [metric.budget_hours]
    is_complete = bool(feeds) and all(feed["state"] == "complete" for feed in feeds)
    return Freshness(serving.newest(metric.id), age_seconds, min(budgets) * _HOUR, is_complete)


def step(period: str, day: date, count: int) -> date:
    """A day in the period after (1) or before (-1) the one that holds `day`."""
    return periods.following(period, day) if count > 0 else periods.start(period, day) - timedelta(days=1)


def _named(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Areas of the scope with their values, greatest first, those without one last."""
    names = scope.areas[["area", "name_zh", "name_en"]]
    values = rows[["area", "value", "state", "coverage"]].astype({"area": "object", "state": "object"})
    found = names.merge(values, on="area", how="inner")
    return found.sort_values(["value", "area"], ascending=[False, True], na_position="last", ignore_index=True)
