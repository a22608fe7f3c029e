"""What state and value a ratio has, made of what its parts may show."""

from __future__ import annotations

from typing import Any

import pytest


def covered(measure: str, first: str, last: str) -> str:
    return f"measure | first | last\n{measure} | {first} | {last}"


def rate_tables(cases: str, residents: str) -> dict[str, str]:
    drawn = ["measure | level | area | period | start | category | value"]
    drawn += [f"incident_count | station | a | month | 2018-03-01 | all | {cases}"] if cases else []
    drawn += [f"resident_count | station | a | stock | 2018-01-01 | all | {residents}"] if residents else []
    return {"cell": "\n".join(drawn), "coverage": covered("incident_count", "2018-03-01", "2018-03-31")}


@pytest.mark.parametrize(
    ("cases", "residents", "expected"),
    [
        ("6", "1200", "5 value"),
        ("", "1200", "0 value"),
        ("-", "1200", "- suppressed"),
        ("6", "49", "- suppressed"),  # too few residents for a rate
        ("6", "50", "120 value"),
        ("6", "", "- missing"),
    ],
)
def test_a_rate_is_made_of_served_values_only(asked: Any, cases: str, residents: str, expected: str) -> None:
    found = asked("incident_rate", "2018-03-01", "2018-03-01", area="a", tables=rate_tables(cases, residents))
    coverage = 0 if not residents else 1
    assert found == [f"a 2018-03 {expected} {coverage}"]


def test_a_rate_of_an_unobserved_period_is_missing(asked: Any) -> None:
    found = asked("incident_rate", "2018-02-01", "2018-02-01", area="a", tables=rate_tables("", "1200"))
    assert found == ["a 2018-02 - missing 0"]


def test_a_ratio_over_places_needs_at_least_one_place(asked: Any) -> None:
    drawn = """
        measure          | level   | area | period | start      | category | value
        passage_count    | station | a    | month  | 2018-03-01 | all      | 90
        passage_count    | station | b    | month  | 2018-03-01 | all      | 90
        checkpoint_count | station | a    | stock  | 2018-01-01 | all      | 3
    """
    tables = {"cell": drawn, "coverage": covered("passage_count", "2018-03-01", "2018-03-31")}
    assert asked("passages_per_checkpoint", "2018-03-01", "2018-03-01", tables=tables) == [
        "a 2018-03 30 value 1",
        "b 2018-03 - missing 1",
    ]


def test_the_category_is_that_of_the_numerator(asked: Any) -> None:
    tables = rate_tables("6", "1200")
    tables["cell"] += "\nincident_count | station | a | month | 2018-03-01 | theft | 3"
    found = asked("incident_rate", "2018-03-01", "2018-03-01", area="a", category="theft", tables=tables)
    assert found == ["a 2018-03 2.5 value 1"]
