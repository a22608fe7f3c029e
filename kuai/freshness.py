"""Freshness: how old a number is against the age that it may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog

if TYPE_CHECKING:
    from kuai.metrics import Metric
    from kuai.serving import Serving

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


def freshness(serving: Serving, metric: Metric, age_seconds: int) -> Freshness:
    """Age of a metric against the tightest budget of its flows; of its stocks, if it has no flow."""
    flows = {catalog.measure(one).dataset for one in metric.measures if catalog.measure(one).kind != "stock"}
    known = serving.feeds(metric.id)
    feeds = [feed for feed in known if feed["dataset"] in flows] or known
    budgets = [feed["budget_hours"] for feed in feeds if feed["budget_hours"]] or [metric.budget_hours]
    is_complete = bool(feeds) and all(feed["state"] == "complete" for feed in feeds)
    return Freshness(serving.newest(metric.id), age_seconds, min(budgets) * _HOUR, is_complete)
