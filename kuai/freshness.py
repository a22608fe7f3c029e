"""Freshness: how old a number is against the age that it may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog

if TYPE_CHECKING:
    from kuai.metrics import Metric
    from kuai.serving import Serving

_HOUR, _TOLD_IN_HOURS = 3600, 48


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

    @property
    def is_overdue(self) -> bool:
        """Whether it is older than it may be, and something is still to come."""
        return self.is_stale and not self.is_complete


def freshness(serving: Serving, metric: Metric, age_seconds: int) -> Freshness:
    """Age of a metric against the tightest budget of its flows; of its stocks, if it has no flow."""
    flows = {catalog.measure(one).dataset for one in metric.measures if catalog.measure(one).kind != "stock"}
    known = serving.feeds(metric.id)
    feeds = [feed for feed in known if feed["dataset"] in flows] or known
    budgets = [feed["budget_hours"] for feed in feeds if feed["budget_hours"]] or [metric.budget_hours]
    is_complete = bool(feeds) and all(feed["state"] == "complete" for feed in feeds)
    return Freshness(serving.newest(metric.id), age_seconds, min(budgets) * _HOUR, is_complete)


def pulse(serving: Serving) -> str:
    """What numbers stand on now; when it is another, whatever shows them is made anew.

    It names the snapshot, how old the newest is, in hours and from two days on in days, the metrics out of date, and
    the feeds that are late.
    """
    aged = [(one, serving.age_seconds(one.id)) for one in catalog.METRICS if serving.newest(one.id)]
    found = {one.id: freshness(serving, one, age) for one, age in aged}
    old = [name for name, one in found.items() if one.is_overdue]
    late = {feed["source"] for one, _ in aged for feed in serving.feeds(one.id) if feed["state"] == "late"}
    hours = min((age for _, age in aged), default=0) // _HOUR
    told = f"{hours}h" if hours < _TOLD_IN_HOURS else f"{hours // 24}d"
    return " ".join([str(serving.snapshot()["snapshot"]), told, *old, *sorted(late)])
