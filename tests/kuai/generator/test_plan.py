from __future__ import annotations

from datetime import date, timedelta

import pytest

from kuai.errors import SettingsError
from kuai.generator import SCALES, Plan
from kuai.generator.plan import before, day_after, deliveries, month_back, months


def test_an_unknown_scale_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="province"):
        Plan("provinse", 1, date(2026, 6, 30))


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(SettingsError, match="seed"):
        Plan("town", -1, date(2026, 6, 30))


def test_a_last_day_without_two_years_before_it_is_refused() -> None:
    with pytest.raises(SettingsError, match="last day is 0001-01-01") as caught:
        Plan("town", 1, date(1, 1, 1))
    assert "1900" in caught.value.remedy


@pytest.mark.parametrize(("day", "back", "first"), [
    (date(2026, 1, 15), 1, date(2025, 12, 1)),
    (date(2026, 12, 31), 11, date(2026, 1, 1)),
    (date(2026, 12, 31), -1, date(2027, 1, 1)),
])  # fmt: skip
def test_months_are_counted_over_the_turn_of_the_year(day: date, back: int, first: date) -> None:
    assert month_back(day, back) == first


def test_months_are_cut_at_the_last_day() -> None:
    assert months(date(2026, 5, 1), date(2026, 6, 10)) == [
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 6, 10)),
    ]


@pytest.mark.parametrize("until", [date(2026, 6, 30), date(2026, 6, 3), date(2026, 6, 4), date(2024, 2, 29)])
@pytest.mark.parametrize("scale", SCALES)
def test_deliveries_cover_every_day_once_and_end_with_three_single_days(scale: str, until: date) -> None:
    plan = Plan(scale, 1, until)
    found = deliveries(plan)
    days = [one.first + timedelta(days=k) for one in found for k in range((one.last - one.first).days + 1)]
    assert days == [plan.first + timedelta(days=k) for k in range((until - plan.first).days + 1)]
    assert [one.label for one in found[-3:]] == [(until - timedelta(days=k)).isoformat() for k in (2, 1, 0)]
    assert [one.index for one in found] == list(range(len(found)))


def test_the_day_after_follows_the_last_delivery() -> None:
    plan = Plan("town", 1, date(2026, 6, 30))
    first, second = (day_after(plan, date(2026, 7, day)) for day in (1, 2))
    assert before(plan, first) == deliveries(plan)[-1]
    assert before(plan, second) == first
    assert before(plan, deliveries(plan)[0]) is None


def test_a_day_within_the_plan_is_no_day_after() -> None:
    with pytest.raises(SettingsError, match="within the plan"):
        day_after(Plan("town", 1, date(2026, 6, 30)), date(2026, 6, 30))
