"""Which periods of a measure with a calendar are shown: released ones, whatever else has been observed."""

from __future__ import annotations

from typing import Any

import pytest

CALENDAR = """
    measure                | period | lag_days | revise | revisions
    population_event_count | month  | 20       | half   | 2
"""
TABLES = {
    "calendar": CALENDAR,
    "coverage": "measure | first | last\npopulation_event_count | 2018-01-01 | 2018-04-28",
    "cell": """
        measure                | level   | area | period | start      | category | value
        population_event_count | station | a    | month  | 2018-01-01 | all      | 14
        population_event_count | station | a    | month  | 2018-02-01 | all      | 15
    """,
    "edition": """
        measure                | period | first      | last       | revision | revised_on
        population_event_count | month  | 2018-01-01 | 2018-01-01 | 2        | 2018-03-01
        population_event_count | month  | 2018-02-01 | 2018-02-01 | 1        | -
    """,
}
STOCK = {
    "calendar": "measure | period | lag_days | revise | revisions\nresident_count | stock | 20 | half | 2",
    "cell": """
        measure        | level   | area | period | start      | category | value
        resident_count | station | a    | stock  | 2018-01-01 | all      | 40
    """,
    "edition": """
        measure        | period | first      | last       | revision | revised_on
        resident_count | stock  | 2018-01-01 | 2018-01-01 | 3        | 2018-03-01
    """,
}


def rows(asked: Any, first: str, last: str, **also: Any) -> list[str]:
    found: list[str] = asked("population_event_count", first, last, tables=TABLES, area="a", **also)
    return found


def test_a_period_is_shown_once_it_is_released(asked: Any) -> None:
    assert rows(asked, "2018-01-01", "2018-02-28") == ["a 2018-01 14 value 1", "a 2018-02 15 value 1"]


def test_a_period_that_waits_for_its_day_is_missing_and_not_suppressed(asked: Any) -> None:
    assert rows(asked, "2018-04-01", "2018-04-30") == ["a 2018-04 - missing 0"]


def test_a_period_whose_day_has_passed_is_late(asked: Any) -> None:
    assert rows(asked, "2018-03-01", "2018-03-31") == ["a 2018-03 - late 0"]


def test_a_period_that_nobody_observed_is_missing_as_ever(asked: Any) -> None:
    assert rows(asked, "2017-11-01", "2017-11-30") == ["a 2017-11 - missing 0"]


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2018-01", "2018-01 revised 2 2018-03-01"),
        ("2018-02", ""),
        ("2018-04", "2018-04 waits 2018-05-20"),
        ("2018-03", ""),
    ],
)
def test_the_answer_says_what_waits_and_what_was_corrected(noted: Any, month: str, said: str) -> None:
    assert noted("population_event_count", f"{month}-01", TABLES) == said


def test_a_stock_says_that_the_day_it_stands_at_was_corrected(noted: Any) -> None:
    assert noted("resident_count", "2018-04-01", STOCK) == "2018-01-01 revised 3 2018-03-01"
    assert noted("resident_count", "2017-04-01", STOCK) == ""


def test_what_comes_next_is_told_by_measure_and_period(gate: Any) -> None:
    with gate(TABLES) as serving:
        (told,) = serving.calendar()
        newest = serving.newest("population_event_count")
    assert (told["newest"], told["next"], str(told["next_on"])) == ("2018-02", "2018-04", "2018-05-20")
    assert (str(told["next_revision"]), told["klass"], str(newest)) == ("2018-07-01", "person", "2018-02-28")


def test_an_observed_stock_is_as_new_as_the_day_that_was_released(gate: Any) -> None:
    seen = "measure | first | last\nresident_count | 2018-01-01 | 2018-03-31"
    with gate(STOCK | {"coverage": seen}) as serving:
        assert str(serving.newest("resident_count")) == "2018-01-01"
