"""Load of the alarms: counted by the hour and by the operator's day, and how many were answered in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kuai.access import Place
from kuai.alarms.burden import burden
from kuai.alarms.entry import Entry, Point

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


def entry(number: int, hours: float, answered: float | None = None, *, cleared: float | None = None) -> Entry:
    at = BEGIN + timedelta(hours=hours)
    moments = [at + timedelta(minutes=one) if one is not None else None for one in (answered, cleared)]
    point = Point("many" if number % 3 else "late", Place("city", "demo"))
    return Entry(number, point, "2026-03-01", 30, at, moments[0], "ana" if answered else "", moments[1], None)


def test_alarms_are_counted_by_hour_and_operator() -> None:
    entries = [entry(1, 0, 10), entry(2, 0.5, 20), entry(3, 23, 50), entry(4, 47, cleared=5)]
    found = burden(entries, 2, BEGIN - timedelta(days=7), BEGIN + timedelta(hours=48))
    assert (found.since, found.raised, found.busiest_hour) == (BEGIN, 4, 2)
    assert found.an_hour == pytest.approx(4 / 48)
    assert found.operator_day == pytest.approx(4 / 2 / 2)
    assert (found.in_time, found.minutes) == (0.75, 20)
    assert (found.standing, found.often) == (3, (("many", 3), ("late", 1)))


def test_what_is_not_due_is_not_judged_and_what_is_overdue_is() -> None:
    now = BEGIN + timedelta(hours=2)
    assert burden([entry(1, 1.9)], 1, BEGIN, now).in_time is None
    assert burden([entry(1, 0.5)], 1, BEGIN, now).in_time == 0


def test_without_alarms_there_is_no_load() -> None:
    found = burden([], 1, BEGIN, BEGIN + timedelta(days=1))
    assert (found.raised, found.an_hour, found.operator_day, found.in_time, found.minutes) == (0, 0, 0, None, None)
