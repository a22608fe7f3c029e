"""Weeks, quarters and years that are added up where they are asked for."""

from __future__ import annotations

from typing import Any

RELEASED = """
    measure        | level   | period  | summed_from
    incident_count | station | day     | -
    incident_count | station | week    | day
    incident_count | station | month   | -
    incident_count | station | quarter | month
    incident_count | station | year    | month
"""
CELLS = """
    measure        | level   | area | period | start      | category | value
    incident_count | station | a    | month  | 2017-12-01 | all      | 9
    incident_count | station | a    | month  | 2018-01-01 | all      | 2
    incident_count | station | a    | month  | 2018-03-01 | all      | 4
    incident_count | station | a    | month  | 2018-03-01 | theft    | 3
    incident_count | station | b    | month  | 2018-04-01 | all      | 5
    incident_count | city    | demo | month  | 2018-03-01 | all      | 7
    incident_count | station | a    | day    | 2018-02-26 | all      | 1
    incident_count | station | a    | day    | 2018-03-04 | all      | 6
    incident_count | station | a    | day    | 2018-03-05 | all      | 8
    incident_count | station | b    | day    | 2018-03-01 | all      | 2
"""
COVERED = "measure | first | last\nincident_count | 2017-10-01 | 2018-04-30"
TABLES = {"cell": CELLS, "released": RELEASED, "coverage": COVERED}


def test_a_quarter_is_the_sum_of_its_months_and_no_other(asked: Any) -> None:
    assert asked("incident_count", "2017-12-01", "2018-04-01", "quarter", TABLES) == [
        "a 2017-Q4 9 value 1",
        "b 2017-Q4 0 value 1",
        "a 2018-Q1 6 value 1",
        "b 2018-Q1 0 value 1",
        "a 2018-Q2 0 value 0.32967",
        "b 2018-Q2 5 value 0.32967",
    ]


def test_a_year_of_one_area_and_category(asked: Any) -> None:
    found = asked("incident_count", "2018-01-01", "2018-12-31", "year", TABLES, area="a", category="theft")
    assert found == ["a 2018 3 value 0.328767"]


def test_a_week_is_the_sum_of_its_days(asked: Any) -> None:
    assert asked("incident_count", "2018-02-26", "2018-03-05", "week", TABLES, area="a") == [
        "a 2018-W09 7 value 1",
        "a 2018-W10 8 value 1",
    ]


def test_a_week_of_all_areas_is_the_sum_of_all_its_days(asked: Any) -> None:
    assert asked("incident_count", "2018-02-26", "2018-02-26", "week", TABLES) == [
        "a 2018-W09 7 value 1",
        "b 2018-W09 2 value 1",
    ]


def test_a_year_of_which_nothing_was_observed_is_missing(asked: Any) -> None:
    assert asked("incident_count", "2016-01-01", "2016-12-31", "year", TABLES, area="a") == ["a 2016 - missing 0"]
