"""What is usual: the same season of earlier years, and an alarm only where the difference is more than chance."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kuai.alarms.usual import BEFORE, earlier, unusual
from kuai.periods import PERIODS
from kuai.statistics.usual import usual_range

from dashboards.desk.span import Span

WEEKS = 364 // 7 * 4


def counted(periods: int) -> np.ndarray:
    """One area, whose values say how far back they are."""
    return np.arange(float(periods), -1, -1)[np.newaxis]


@pytest.mark.parametrize("period", PERIODS)
def test_the_wall_and_the_desk_look_at_the_same_periods(period: str) -> None:
    span = Span(period, 1, date(2026, 6, 17))
    for since, known in ((date(2000, 1, 1), BEFORE[period]), (span.back(13).first, 13)):
        at_desk = [one.first for one in span.usual(since)]
        on_wall = [span.back(int(one)).first for one in earlier(counted(known), period)[0]]
        assert on_wall[::-1] == at_desk


def test_days_are_compared_with_the_same_day_of_the_week() -> None:
    assert earlier(counted(14), "day").tolist() == [[7, 14]]
    assert earlier(counted(0), "day").shape == (1, 0)
    steps = earlier(counted(BEFORE["day"]), "day")[0]
    assert len(steps) == 9
    assert {int(one) % 7 for one in steps} == {0}


def test_periods_without_any_value_tell_nothing() -> None:
    values = counted(BEFORE["week"])
    values[:, :-30] = np.nan
    assert earlier(values, "week").tolist() == [list(range(1, 13))]


def test_chance_raises_hardly_any_alarm_and_a_threefold_count_does() -> None:
    chance = np.random.default_rng(7)
    values = chance.poisson(20, (200, BEFORE["week"] + 1)).astype(float)
    assert unusual(values, "week").mean() <= 0.01
    values[3, -1] = 60
    assert np.flatnonzero(unusual(values, "week")).tolist() == [3]


def test_a_season_is_no_alarm() -> None:
    """Counts that swing by a half over the year: what comes each summer is usual in summer."""
    chance, days = np.random.default_rng(11), [date(2022, 1, 3) + timedelta(weeks=one) for one in range(WEEKS + 52)]
    swing = 1 - 0.5 * np.cos([2 * np.pi * one.timetuple().tm_yday / 365.25 for one in days])
    values = chance.poisson(90 * swing, (40, len(days))).astype(float)
    ends, recent = range(WEEKS, len(days), 3), 0
    marked, above = 0, 0
    for end in ends:
        past = values[:, : end + 1]
        marked += int(unusual(past, "week").sum())
        above += int((past[:, -1] > usual_range(earlier(past, "week"), is_count=True).high).sum())
        recent += int((past[:, -1] > usual_range(past[:, -27:-1], is_count=True).high).sum())
    assert marked <= 0.01 * 40 * len(ends)
    assert above <= 0.05 * 40 * len(ends)
    assert recent > 2 * above
