"""What state and value every kind of cell has. Each test draws a store, asks one question, and draws the answer."""

from __future__ import annotations

from typing import Any

import pytest


def covered(measure: str, first: str, last: str) -> str:
    return f"measure | first | last\n{measure} | {first} | {last}"


def cells(measure: str, *lines: str) -> str:
    rows = [f"{measure} | station | " + line for line in lines]
    return "\n".join(["measure | level | area | period | start | category | value", *rows])


def test_an_incident_count_without_incidents_is_zero(asked: Any) -> None:
    tables = {
        "coverage": covered("incident_count", "2018-03-01", "2018-03-31"),
        "cell": cells("incident_count", "a | month | 2018-03-01 | all | 4"),
    }
    assert asked("incident_count", "2018-03-01", "2018-03-31", tables=tables) == [
        "a 2018-03 4 value 1",
        "b 2018-03 0 value 1",
    ]


def test_a_period_nobody_observed_is_missing_and_not_zero(asked: Any) -> None:
    tables = {"coverage": covered("incident_count", "2018-03-01", "2018-03-31")}
    assert asked("incident_count", "2018-02-01", "2018-02-28", tables=tables) == [
        "a 2018-02 - missing 0",
        "b 2018-02 - missing 0",
    ]


def test_a_period_observed_in_part_says_which_part(asked: Any) -> None:
    tables = {"coverage": covered("incident_count", "2018-03-17", "2018-04-30")}
    assert asked("incident_count", "2018-04-01", "2018-04-30", area="a", tables=tables) == ["a 2018-04 0 value 1"]
    half = covered("incident_count", "2018-04-16", "2018-04-30")
    assert asked("incident_count", "2018-04-02", "2018-04-03", area="a", tables={"coverage": half}) == [
        "a 2018-04 0 value 0.5"
    ]


def test_a_count_of_persons_that_is_not_stored_is_suppressed(asked: Any) -> None:
    tables = {
        "coverage": covered("population_event_count", "2018-03-01", "2018-03-31"),
        "cell": cells("population_event_count", "a | month | 2018-03-01 | all | 14"),
    }
    assert asked("population_event_count", "2018-03-01", "2018-03-31", tables=tables) == [
        "a 2018-03 14 value 1",
        "b 2018-03 - suppressed 1",
    ]


def test_a_category_stands_at_the_days_it_was_released_at(asked: Any) -> None:
    tables = {
        "category": "measure | category\nresident_count | all\nresident_count | male",
        "cell": cells(
            "resident_count",
            "a | stock | 2018-01-01 | all  | 40",
            "a | stock | 2018-01-01 | male | 20",
            "a | stock | 2018-02-01 | all  | 44",
        ),
    }
    days = "2018-02-01", "2018-02-28"
    assert asked("resident_count", *days, area="a", tables=tables) == ["a 2018-02 44 value 1"]
    assert asked("resident_count", *days, area="a", category="male", tables=tables) == ["a 2018-02 20 value 1"]
    assert asked("resident_count", *days, area="b", category="male", tables=tables) == ["b 2018-02 - suppressed 1"]


def test_a_value_that_the_publisher_withheld_is_suppressed(asked: Any) -> None:
    tables = {
        "coverage": covered("incident_count", "2018-03-01", "2018-03-31"),
        "cell": cells("incident_count", "a | month | 2018-03-01 | all | -"),
    }
    assert asked("incident_count", "2018-03-01", "2018-03-01", area="a", tables=tables) == ["a 2018-03 - suppressed 1"]


def test_a_median_of_no_cases_is_missing(asked: Any) -> None:
    tables = {
        "coverage": covered("median_handling_days", "2018-03-01", "2018-03-31"),
        "cell": cells("median_handling_days", "a | month | 2018-03-01 | all | 2.5"),
    }
    assert asked("median_handling_days", "2018-03-01", "2018-03-01", tables=tables) == [
        "a 2018-03 2.5 value 1",
        "b 2018-03 - missing 1",
    ]


def test_an_audience_without_small_counts_sees_zero_but_not_one_or_two(asked: Any) -> None:
    tables = {
        "coverage": covered("incident_count", "2018-03-01", "2018-03-31"),
        "cell": cells("incident_count", "a | month | 2018-03-01 | all | 2"),
    }
    assert asked("incident_count", "2018-03-01", "2018-03-01", audience="wall", tables=tables) == [
        "a 2018-03 - suppressed 1",
        "b 2018-03 0 value 1",
    ]


def test_an_audience_without_small_counts_sees_no_median(asked: Any) -> None:
    tables = {
        "coverage": covered("median_handling_days", "2018-03-01", "2018-03-31"),
        "cell": cells("median_handling_days", "a | month | 2018-03-01 | all | 2.5"),
    }
    assert asked("median_handling_days", "2018-03-01", "2018-03-01", audience="wall", area="a", tables=tables) == [
        "a 2018-03 - not_permitted 1"
    ]


def test_an_audience_without_permission_sees_no_value_at_all(asked: Any) -> None:
    tables = {
        "coverage": covered("population_event_count", "2018-03-01", "2018-03-31"),
        "cell": cells("population_event_count", "a | month | 2018-03-01 | all | 14"),
    }
    assert asked("population_event_count", "2018-03-01", "2018-03-01", audience="engineer", tables=tables) == [
        "a 2018-03 - not_permitted 1",
        "b 2018-03 - not_permitted 1",
    ]


FEED = """
    source | dataset   | every | expected_from | expected_until | due_hours | budget_hours
    cases  | core.case | month | 2018-01-01    | {until}        | 48        | 36
"""


@pytest.mark.parametrize(
    ("first", "until", "state"),
    [
        ("2018-02-01", "-", "late"),  # due on 3 March
        ("2018-04-01", "-", "missing"),  # due on 3 May, two days from now
        ("2017-12-01", "-", "missing"),  # never expected
        ("2018-03-01", "2018-02-28", "missing"),  # ended before
        ("2018-02-01", "2018-02-10", "late"),  # its last delivery never came
    ],
)
def test_an_unobserved_period_is_late_once_its_delivery_was_due(asked: Any, first: str, until: str, state: str) -> None:
    tables = {"feed": FEED.format(until=until)}
    found = asked("incident_count", first, first, area="a", tables=tables)
    assert found == [f"a {first[:7]} - {state} 0"]


def test_what_a_delivered_source_does_not_tell_is_missing_however_late_its_next_delivery_is(asked: Any) -> None:
    feed = """
        source | dataset   | every | expected_from | expected_until | due_hours | budget_hours | covered_until
        cases  | core.case | month | 2018-01-01    | -              | 48        | 36           | 2018-01-31
    """
    told = covered("incident_count", "2018-01-01", "2018-01-31")
    for metric, state in (("incident_count", "late"), ("median_handling_days", "missing")):
        found = asked(metric, "2018-02-01", "2018-02-01", area="a", tables={"feed": feed, "coverage": told})
        assert found == [f"a 2018-02 - {state} 0"]


def test_a_stock_stands_until_the_next_one(asked: Any) -> None:
    tables = {
        "cell": cells(
            "resident_count",
            "a | stock | 2018-02-15 | all | 120",
            "b | stock | 2018-02-15 | all | 80",
            "a | stock | 2018-04-01 | all | 130",
        )
    }
    assert asked("resident_count", "2018-01-01", "2018-04-30", tables=tables) == [
        "a 2018-01 - missing 0",
        "b 2018-01 - missing 0",
        "a 2018-02 120 value 1",
        "b 2018-02 80 value 1",
        "a 2018-03 120 value 1",
        "b 2018-03 80 value 1",
        "a 2018-04 130 value 1",
        "b 2018-04 - suppressed 1",  # the newest stock may not be shown; an older one must not stand in for it
    ]


def test_a_stock_of_places_without_any_is_zero(asked: Any) -> None:
    tables = {"cell": cells("checkpoint_count", "a | stock | 2018-02-15 | all | 3")}
    assert asked("checkpoint_count", "2018-03-01", "2018-03-01", tables=tables) == [
        "a 2018-03 3 value 1",
        "b 2018-03 0 value 1",
    ]


def test_an_area_is_answered_for_while_it_is_valid(asked: Any) -> None:
    tables = {
        "coverage": covered("incident_count", "2018-01-01", "2018-04-30"),
        "area": """
            hierarchy | level   | area | parent | valid_from | valid_to
            police    | station | a    | demo   | 2000-01-01 | 2018-02-10
            police    | station | a    | demo   | 2018-02-11 | 2018-03-01
            police    | station | b    | demo   | 2018-03-02 | -
        """,
    }
    assert asked("incident_count", "2018-02-01", "2018-04-01", tables=tables) == [
        "a 2018-02 0 value 1",
        "a 2018-03 0 value 1",
        "b 2018-03 0 value 1",
        "b 2018-04 0 value 1",
    ]


def test_every_period_that_holds_a_day_of_the_question_is_answered(asked: Any) -> None:
    tables = {"coverage": covered("incident_count", "2018-01-01", "2018-12-31")}
    found = asked("incident_count", "2018-01-31", "2018-02-01", area="a", tables=tables)
    assert found == ["a 2018-01 0 value 1", "a 2018-02 0 value 1"]


def test_the_root_of_two_hierarchies_is_answered_for_once(asked: Any) -> None:
    tables = {
        "level": """
            hierarchy | level   | rank | name_zh | name_en | has_geometry
            civic     | station | 0    | 市      | City    | true
            police    | station | 0    | 市      | City    | true
        """,
        "area": """
            hierarchy | level   | area | valid_from
            civic     | station | a    | 2000-01-01
            police    | station | a    | 2000-01-01
        """,
        "coverage": covered("incident_count", "2018-03-01", "2018-03-31"),
    }
    assert (
        len(asked("incident_count", "2018-03-01", "2018-03-01", tables=tables)) == 1
    )  # civic comes first, and has only a
