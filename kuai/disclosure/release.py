"""The calendar of release: from which day a period may be shown, and when what was shown is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kuai import periods

STOCK = "stock"
"""What stands at a day, beside the periods that something happens in."""


@dataclass(frozen=True)
class Release:
    """When counts of a class are published, and when they are published anew.

    Parameters
    ----------
    lag : mapping
        Days from the last day of a period, or from the day of a stock, to the day it may be shown on.
    revise : str
        Rhythm, one of `kuai.periods.RHYTHMS`, on whose first day corrections are published together.
    revisions : int
        How often one period is corrected at most.
    """

    lag: Mapping[str, int]
    revise: str
    revisions: int

    def due(self, period: str, day: date) -> date:
        """First day on which the period that holds a day, or the stock of a day, may be shown."""
        last = day if period == STOCK else periods.end(period, day)
        return last + timedelta(days=self.lag[period])

    def revised(self, today: date) -> date:
        """Last date of revision up to a day."""
        return periods.start(self.revise, today)

    def next_revision(self, today: date) -> date:
        """First date of revision after a day."""
        return periods.following(self.revise, today)

    def newest(self, period: str, today: date) -> date:
        """First day of the newest period that may be shown on a day."""
        over = periods.start(period, today - timedelta(days=self.lag[period] - 1))
        return periods.start(period, over - timedelta(days=1))
