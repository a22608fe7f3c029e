"""Calendar periods tile the days, and their labels lead back to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import periods
from kuai.errors import GateError

PERIOD = st.sampled_from(periods.PERIODS)
DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(PERIOD, DAY)
def test_a_label_leads_back_to_its_period(period: str, day: date) -> None:
    assert periods.parse(periods.label(period, day)) == (period, periods.start(period, day))


@given(PERIOD, DAY)
def test_a_day_lies_in_its_period_and_the_next_one_follows_at_once(period: str, day: date) -> None:
    first, last = periods.start(period, day), periods.end(period, day)
    assert first <= day <= last
    assert periods.start(period, last) == first
    assert periods.following(period, day) == last + timedelta(days=1) == periods.start(period, last + timedelta(days=1))


@given(PERIOD, DAY, st.integers(0, 800))
def test_periods_tile_the_days(period: str, day: date, more: int) -> None:
    last = day + timedelta(days=more)
    starts = list(periods.starts(period, day, last))
    days = [start + timedelta(days=n) for start in starts for n in range(periods.days(period, start))]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert days[0] <= day
    assert last <= days[-1]
    assert len(starts) == len({periods.label(period, start) for start in starts})


@pytest.mark.parametrize(
    ("period", "day", "label"),
    [
        ("day", date(2018, 3, 4), "2018-03-04"),
        ("week", date(2018, 3, 5), "2018-W10"),
        ("week", date(2018, 12, 31), "2019-W01"),
        ("week", date(2021, 1, 3), "2020-W53"),
        ("month", date(2018, 3, 31), "2018-03"),
        ("quarter", date(2018, 3, 31), "2018-Q1"),
        ("quarter", date(2018, 12, 1), "2018-Q4"),
        ("year", date(2018, 12, 1), "2018"),
    ],
)
def test_labels(period: str, day: date, label: str) -> None:
    assert periods.label(period, day) == label


@pytest.mark.parametrize("text", ["", "2018-13", "2018-W54", "2019-W53", "2018-02-30", "2018-Q5", "18", "march"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(GateError, match="names no period"):
        periods.parse(text)


def test_an_unknown_period_names_the_nearest() -> None:
    with pytest.raises(GateError) as raised:
        periods.start("mnth", date(2018, 1, 1))
    assert raised.value.remedy == "did you mean month?"
