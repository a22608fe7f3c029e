"""Alarm as the book keeps it: what it is about, what a look has found, its state, and the acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kuai.access.viewer import Place


@dataclass(frozen=True)
class Point:
    """What an alarm is about: a rule, and the area it is looked at in."""

    rule: str
    place: Place


@dataclass(frozen=True)
class Finding:
    """What a look at a point has found.

    Parameters
    ----------
    fires : bool
        Whether the rule is met.
    period : str
        Written form of the period looked at; empty for a feed.
    respond_minutes : int
        Minutes within which an alarm must be acknowledged.
    """

    fires: bool
    period: str
    respond_minutes: int


@dataclass(frozen=True)
class Entry:
    """One alarm.

    Parameters
    ----------
    number : int
        Number in the book.
    point : Point
        Rule and area.
    period : str
        Written form of the period that it was raised on.
    respond_minutes : int
        Minutes within which it must be acknowledged.
    raised : datetime
        When it was raised.
    acknowledged, acknowledged_by : datetime, str, optional
        When and by whom it was acknowledged.
    cleared : datetime, optional
        When its rule cleared.
    shelved_until : datetime, optional
        Until when it is put aside.
    """

    number: int
    point: Point
    period: str
    respond_minutes: int
    raised: datetime
    acknowledged: datetime | None
    acknowledged_by: str
    cleared: datetime | None
    shelved_until: datetime | None

    @property
    def state(self) -> str:
        """``cleared``, ``shelved``, ``acknowledged``, or ``standing`` until somebody has acknowledged it."""
        if self.cleared:
            return "cleared"
        if self.shelved_until:
            return "shelved"
        return "acknowledged" if self.acknowledged else "standing"

    @property
    def due(self) -> datetime:
        """By when it must be acknowledged."""
        return self.raised + timedelta(minutes=self.respond_minutes)

    def is_overdue(self, now: datetime) -> bool:
        """Whether nobody has acknowledged it in time."""
        return self.state == "standing" and now > self.due


@dataclass(frozen=True)
class Act:
    """One act on an alarm: when, which, what (`raised`, `acknowledged`, `shelved`, `returned`, `cleared`), by whom."""

    at: datetime
    alarm: int
    point: Point
    deed: str
    actor: str
    about: str
