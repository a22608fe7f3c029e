"""The record of what was published: parts and their names, what is due, and that it survives as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from kuai.disclosure.policy import Policy
from kuai.disclosure.release import Release
from kuai.lake import Batch

from jobs.editions import Edition, Part, due, from_text, klass_of, order, to_text

RELEASE = Release({"stock": 20, "week": 5, "month": 20, "year": 30}, "half", 2)
EPOCH = date(1970, 1, 1)


@dataclass
class Delivered:
    """Stands for the ledger, and for the frame of the one dataset there is."""

    batches: list[Batch]
    stored_periods: tuple[str, ...]
    dataset: str = "core.population_event"

    def of(self, _dataset: str) -> list[Batch]:
        return self.batches


def batch(first: str, last: str, *days: str) -> Batch:
    numbers = tuple((date.fromisoformat(day) - EPOCH).days for day in days)
    return Batch("b", "d", "s", "p", "f", 1, 1, days=numbers, covers_from=first, covers_to=last)


def parts(today: str, periods: tuple[str, ...], *batches: Batch) -> list[str]:
    delivered: Any = Delivered(list(batches), periods)
    return [one.unit for one in due(delivered, RELEASE, delivered, date.fromisoformat(today))]


def test_what_was_observed_is_due_after_its_lag_whether_or_not_anything_happened() -> None:
    observed = batch("2026-01-10", "2026-03-31", "2026-01-12")
    assert parts("2026-03-19", ("month", "year"), observed) == ["month-2026-01-01"]
    assert parts("2026-03-20", ("month", "year"), observed) == ["month-2026-01-01", "month-2026-02-01"]
    assert parts("2027-02-01", ("year",), observed) == ["year-2026-01-01"]


def test_weeks_are_due_together_when_the_last_that_begins_in_their_month_is() -> None:
    observed = batch("2026-01-01", "2026-01-31")
    # the week that begins on 26 January ends on 1 February
    assert parts("2026-02-10", ("week",), observed) == ["week-2026-01-01"]


def test_a_stock_is_due_day_by_day_and_a_late_row_makes_its_month_due() -> None:
    register = batch("", "", "2026-01-01", "2026-04-01")
    assert parts("2026-04-20", ("stock",), register) == ["stock-2026-01-01"]
    assert parts("2026-04-21", ("stock",), register) == ["stock-2026-01-01", "stock-2026-04-01"]
    late = batch("2026-03-01", "2026-03-31", "2026-01-31", "2026-03-02")
    assert parts("2026-03-01", ("month",), late) == ["month-2026-01-01"]


@pytest.mark.parametrize("period", ["stock", "week", "month", "year"])
def test_a_part_is_found_again_by_its_name(period: str) -> None:
    part = Part.of(period, date(2026, 5, 17))
    assert Part.named(part.unit) == part
    assert part.first <= date(2026, 5, 17)


def test_the_record_comes_back_in_its_order() -> None:
    days = (date(2026, 5, 20), date(2026, 4, 1))
    first = [Edition(Part("stock", day), 1, date(2026, 6, 9), None, "abc", 1) for day in days]
    record = {one.part.unit: one for one in (first[0], first[1].corrected(date(2026, 7, 1), Policy.load()))}
    assert from_text(to_text(record)) == record
    assert order(from_text(to_text(record))) == list(days)
    assert from_text("") == {}


def test_counts_of_persons_are_published_by_a_calendar_and_others_as_they_come() -> None:
    policy = Policy.load()
    scheduled = ("core.person", "core.population_count", "core.population_event")
    assert all(klass_of(policy, one) for one in scheduled)
    assert not any(klass_of(policy, one) for one in ("core.case", "core.checkpoint_hour", "core.unit", "core.area"))
