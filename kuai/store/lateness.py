"""When a delivery is due, and which periods without data are late rather than missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kuai import periods

Feed = dict[str, Any]


def end_of(day: date, time_zone: str) -> datetime:
    """Moment in UTC at which a day of the city ends."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def due(feed: Feed, day: date, time_zone: str) -> datetime:
    """Moment in UTC at which the delivery with that day must have come: its period's end and the agreed delay."""
    last = periods.end(feed["every"], day)
    if feed["expected_until"] is not None:
        last = min(last, feed["expected_until"])
    return end_of(last, time_zone) + timedelta(hours=feed["due_hours"] or 0)


def is_late(feeds: Iterable[Feed], first: date, last: date, now: datetime, time_zone: str) -> bool:
    """Whether some feed was to deliver a day of [first, last] by now."""
    return any(_is_overdue(feed, first, last, now, time_zone) for feed in feeds)


def _is_overdue(feed: Feed, first: date, last: date, now: datetime, time_zone: str) -> bool:
    if not feed["every"] or feed["expected_from"] is None:
        return False
    begin = max(first, feed["expected_from"])
    stop = min(last, feed["expected_until"] or last)
    return begin <= stop and now >= due(feed, begin, time_zone)


def age_seconds(newest: date | None, now: datetime, time_zone: str) -> int:
    """Seconds since the newest observed day ended; 0 if it has not ended, or if nothing was ever observed."""
    if newest is None:
        return 0
    return max(0, int((now - end_of(newest, time_zone)).total_seconds()))
