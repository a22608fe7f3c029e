"""Ages and due moments, in the city's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kuai.store import lateness

NOON = datetime(2018, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "zone", "hours"),
    [
        (date(2018, 3, 4), "UTC", 12),
        (date(2018, 3, 4), "Asia/Shanghai", 20),
        (date(2018, 3, 4), "America/Chicago", 6),
        (date(2018, 3, 5), "UTC", 0),
        (date(2019, 1, 1), "UTC", 0),
        (None, "UTC", 0),
    ],
)
def test_age_begins_when_the_newest_day_ends_in_the_city(newest: date | None, zone: str, hours: int) -> None:
    assert lateness.age_seconds(newest, NOON, zone) == hours * 3600


def feed(**also: Any) -> dict[str, Any]:
    usual = {"every": "day", "expected_from": date(2018, 1, 1), "expected_until": None, "due_hours": 12}
    return usual | also


def test_a_delivery_is_late_from_its_due_moment_on() -> None:
    day = date(2018, 3, 4)
    assert lateness.is_late([feed()], day, day, NOON, "UTC")
    assert not lateness.is_late([feed()], day, day, NOON - timedelta(seconds=1), "UTC")


@pytest.mark.parametrize(
    "one",
    [
        feed(every=None),
        feed(expected_from=None),
        feed(expected_from=date(2018, 3, 5)),
        feed(expected_until=date(2018, 3, 3)),
        feed(due_hours=13),
        feed(every="month"),
    ],
)
def test_what_is_not_expected_yet_or_any_more_is_not_late(one: dict[str, Any]) -> None:
    day = date(2018, 3, 4)
    assert not lateness.is_late([one], day, day, NOON, "UTC")


def test_a_period_is_late_once_its_first_delivery_was_due() -> None:
    assert lateness.is_late([feed()], date(2018, 3, 1), date(2018, 3, 31), NOON, "UTC")
