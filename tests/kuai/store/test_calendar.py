from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kuai import periods
from kuai.store import calendar
from kuai.store.facts import numbered_day

FIRST, LAST = date(2017, 12, 29), date(2019, 1, 2)


@pytest.mark.parametrize("period", periods.PERIODS)
def test_numbers_are_those_of_the_calendar(period: str) -> None:
    found = calendar.starts(period, FIRST, LAST)
    first, last = calendar.edges(period, found)

    assert list(found) == list(periods.starts(period, FIRST, LAST))
    assert [numbered_day(int(day)) for day in first] == list(found)
    assert [numbered_day(int(day)) for day in last] == [periods.end(period, day) for day in found]
    assert calendar.labels(period, found) == tuple(periods.label(period, day) for day in found)


def test_the_same_periods_are_worked_out_once_and_cannot_be_written_to() -> None:
    found = calendar.starts("day", FIRST, LAST)
    first, _ = calendar.edges("day", found)

    assert calendar.starts("day", FIRST, LAST) is found
    assert calendar.edges("day", tuple(found))[0] is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


def test_a_span_of_decades_is_not_kept() -> None:
    found = calendar.starts("day", date(2000, 1, 1), date(2020, 1, 1))

    assert calendar.starts("day", date(2000, 1, 1), date(2020, 1, 1)) is not found
    assert np.array_equal(calendar.edges("day", found)[0], calendar.edges("day", found)[1])
