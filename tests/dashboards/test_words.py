"""Numbers and dates in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest

from kuai import catalog, texts

from dashboards.words import Words

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("period", "en", "zh"),
    [
        ("day", "21 November 2026", "2026年11月21日"),
        ("week", "week 47 of 2026", "2026年第47周"),
        ("month", "November 2026", "2026年11月"),
        ("quarter", "quarter 4 of 2026", "2026年第4季度"),
        ("year", "2026", "2026年"),
    ],
)
def test_periods_are_written_out(period: str, en: str, zh: str) -> None:
    assert (Words("en").period(period, DAY), Words("zh").period(period, DAY)) == (en, zh)


def test_a_week_belongs_to_its_iso_year() -> None:
    assert Words("en").period("week", date(2027, 1, 1)) == "week 53 of 2026"


@pytest.mark.parametrize(
    ("seconds", "text"), [(59, "0 min"), (3599, "59 min"), (40_000, "11 h"), (259_200, "3 d"), (253_227_977, "8 y")]
)
def test_an_age_is_told_in_the_unit_that_suits_it(seconds: int, text: str) -> None:
    assert Words("en").age(seconds) == text


def test_a_part_is_never_rounded_up_to_the_whole() -> None:
    assert Words("en").share(0.999) == "99 %"


def test_values_have_the_digits_of_their_metric() -> None:
    rate, count = catalog.metric("incident_rate"), catalog.metric("incident_count")
    assert (Words("en").number(rate, 1234.5), Words("en").number(count, 1234.0)) == ("1,234.50", "1,234")


def test_an_unknown_category_is_shown_as_the_source_writes_it() -> None:
    assert Words("zh").category("THEFT") == "盗窃"
    assert Words("zh").category("KITE_FLYING") == "Kite flying"


def test_months_are_twelve_in_both_languages() -> None:
    assert {len(texts.text("date.months", language).split()) for language in texts.LANGUAGES} == {12}
