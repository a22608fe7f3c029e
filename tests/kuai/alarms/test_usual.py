"""What is usual: periods of the same phase, and an alarm only where the difference is more than chance."""

from __future__ import annotations

import numpy as np
import pytest

from kuai.alarms.usual import BEFORE, PHASE, same_phase, unusual


def test_days_are_compared_with_the_same_day_of_the_week() -> None:
    days = np.arange(15.0)[np.newaxis]
    assert same_phase(days, "day").tolist() == [[7, 0]]
    assert same_phase(days, "week").tolist() == [list(range(13, -1, -1))]
    assert same_phase(days[:, :1], "day").shape == (1, 0)


@pytest.mark.parametrize("period", PHASE)
def test_the_past_that_is_asked_for_is_enough_for_a_range(period: str) -> None:
    assert BEFORE[period] // PHASE[period] >= 4


def test_chance_raises_hardly_any_alarm_and_a_threefold_count_does() -> None:
    chance = np.random.default_rng(7)
    values = chance.poisson(20, (200, 27)).astype(float)
    assert unusual(values, "week").mean() <= 0.01
    values[3, -1] = 60
    assert np.flatnonzero(unusual(values, "week")).tolist() == [3]
