"""Which days a file is observed to cover, told from the days of its rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.spec.sheet import result

TODAY = date(2026, 7, 1)
JUNE = [date(2026, 6, 1) + timedelta(days=day) for day in range(30)]
WHOLE = ["2026-06-01 2026-06-30"]


def observed(*days: date, until: date = TODAY) -> list[str]:
    drawn = "\n".join(["day", *(day.isoformat() for day in days)])
    return result("observed_days", "first last", {"until": until}, kept=drawn)


def test_a_file_covers_the_days_from_its_first_row_to_its_last() -> None:
    assert observed(*JUNE) == WHOLE
    assert observed(JUNE[0], JUNE[29]) == WHOLE
    assert observed(JUNE[3]) == ["2026-06-04 2026-06-04"]


@pytest.mark.parametrize(
    "odd",
    [
        [date(2009, 3, 1)],
        [date(2036, 3, 1)],
        [date(2009, 3, 1), date(2036, 3, 1)],
        [date(2009, 3, 1), date(2009, 3, 2)],
        [date(2019, 3, 1), date(2021, 8, 5), date(2026, 3, 30)],
    ],
)
def test_odd_days_do_not_stretch_what_a_file_covers(odd: list[date]) -> None:
    assert observed(*odd, *JUNE) == WHOLE


def test_a_small_delivery_of_a_day_covers_that_day_and_not_the_years_before_a_late_report() -> None:
    assert observed(*JUNE[:1] * 3, date(2019, 3, 1)) == ["2026-06-01 2026-06-01"]


def test_no_day_after_the_present_one_is_observed() -> None:
    assert observed(*JUNE, TODAY + timedelta(days=1)) == WHOLE
    assert observed(*JUNE, *[date(2036, 1, 1)] * 90) == WHOLE
    assert observed(*JUNE, until=JUNE[9]) == ["2026-06-01 2026-06-10"]
    assert observed(*[date(2036, 1, 1)] * 90) == ["- -"]


def test_weeks_without_a_row_are_days_without_an_event() -> None:
    assert observed(date(2026, 1, 2), date(2026, 2, 20), date(2026, 4, 23)) == ["2026-01-02 2026-04-23"]
    years = [date(2020, 1, 1) + timedelta(days=31 * number) for number in range(60)]
    assert observed(*years) == [f"2020-01-01 {years[-1]}"]


def test_a_feed_that_rested_for_a_season_covers_both_its_stretches() -> None:
    before = [day.replace(year=2024) for day in JUNE[:4]]
    assert observed(*before, *JUNE) == ["2024-06-01 2026-06-30"]


def test_where_rows_are_sparse_all_of_them_count() -> None:
    years = [date(year, 3, 1) for year in range(2015, 2025)]
    assert observed(*years) == ["2015-03-01 2024-03-01"]
