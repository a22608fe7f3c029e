"""How cases are counted by hour of the week: in the city's time, and honestly where only the day is known."""

from __future__ import annotations

from datetime import date
from typing import Any

from kuai import catalog
from kuai.catalog.hours import HOURS, UNKNOWN, WEEKDAYS
from tests.spec.sheet import result, rows

MARCH: dict[str, Any] = {"period": "month", "first": date(2018, 3, 1), "last": date(2018, 3, 31)}
FRAME = {
    "root": """
        area
        demo
    """,
    "wanted": """
        measure             | level    | leaf_level | is_root
        incident_hour_count | city     | beat       | true
        incident_hour_count | district | beat       | false
        incident_count      | beat     | beat       | false
    """,
    "released": """
        measure             | level    | leaf_level | period | summed_from
        incident_hour_count | city     | beat       | month  | -
        incident_hour_count | district | beat       | month  | -
        incident_hour_count | district | beat       | year   | month
    """,
    "path": """
        leaf_level | leaf | level    | area | valid_from | valid_to
        beat       | b1   | beat     | b1   | 2000-01-01 | 9999-12-31
        beat       | b1   | district | d1   | 2000-01-01 | 2018-03-14
        beat       | b1   | district | d2   | 2018-03-15 | 9999-12-31
        tract      | t1   | district | d9   | 2000-01-01 | 9999-12-31
        beat       | b1   | city     | demo | 2000-01-01 | 9999-12-31
    """,
}


def hours(cases: str, span: dict[str, Any] | None = None) -> list[str]:
    found = span or MARCH
    return result("direct_incident_hour", "level area start category value", found, core_case=cases, **FRAME)


def test_a_case_lies_in_the_hour_of_the_week_it_happened_in() -> None:
    assert hours("""
        case_id | day        | occurred_at         | area_beat | batch_id
        1       | 2018-03-05 | 2018-03-05 00:00:01 | b1        | x   # Monday, in its first hour
        2       | 2018-03-05 | 2018-03-05 00:59:59 | b1        | x
        3       | 2018-03-04 | 2018-03-04 23:00:00 | b1        | x   # Sunday, in its last hour
    """) == rows("""
        district d1   2018-03-01 1-00 2
        district d1   2018-03-01 7-23 1
        district d1   2018-03-01 all  3
        city     demo 2018-03-01 1-00 2
        city     demo 2018-03-01 7-23 1
        city     demo 2018-03-01 all  3
    """)


def test_what_may_be_known_to_the_day_only_has_no_hour() -> None:
    found = hours("""
        case_id | day        | occurred_at         | area_beat | batch_id
        1       | 2018-03-05 | 2018-03-05 00:00:00 | b1        | x   # a date, or midnight
        2       | 2018-03-12 | 2018-03-12 00:00:00 | b1        | x
        3       | 2018-03-06 | 2018-03-06 12:00:00 | b1        | x
    """)
    assert [line for line in found if line.startswith("district")] == rows("""
        district d1 2018-03-01 1-unknown 2
        district d1 2018-03-01 2-12      1
        district d1 2018-03-01 all       3
    """)


def test_the_root_counts_unlocated_cases_and_a_district_those_of_its_days() -> None:
    assert hours("""
        case_id | day        | occurred_at         | area_beat | batch_id
        1       | 2018-03-14 | 2018-03-14 08:30:00 | b1        | x
        2       | 2018-03-15 | 2018-03-15 08:30:00 | b1        | x   # the beat has another district now
        3       | 2018-03-15 | 2018-03-15 08:30:00 | -         | x
        4       | 2018-04-02 | 2018-04-02 08:30:00 | b1        | x   # another month
    """) == rows("""
        district d1   2018-03-01 3-08 1
        district d1   2018-03-01 all  1
        district d2   2018-03-01 4-08 1
        district d2   2018-03-01 all  1
        city     demo 2018-03-01 3-08 1
        city     demo 2018-03-01 4-08 2
        city     demo 2018-03-01 all  3
    """)


def test_a_case_delivered_again_counts_in_its_last_hour() -> None:
    found = hours("""
        case_id | day        | occurred_at         | updated_at       | area_beat | batch_id
        1       | 2018-03-05 | 2018-03-05 08:30:00 | 2018-03-06 08:00 | b1        | z
        1       | 2018-03-05 | 2018-03-05 09:30:00 | 2018-03-07 08:00 | b1        | a
        1       | 2018-03-05 | 2018-03-05 10:30:00 | -                | b1        | z
    """)
    assert [line for line in found if line.startswith("city")] == rows("""
        city demo 2018-03-01 1-09 1
        city demo 2018-03-01 all  1
    """)


def test_a_period_that_is_summed_has_no_cells_of_its_own() -> None:
    year = {"period": "year", "first": date(2018, 1, 1), "last": date(2018, 12, 31)}
    assert hours("case_id | day | occurred_at | area_beat | batch_id\n1|2018-03-05|2018-03-05 08:30|b1|x", year) == []


def test_every_hour_of_a_week_is_a_category_that_is_declared() -> None:
    table = ["case_id | day | occurred_at | area_beat | batch_id"]
    for day in WEEKDAYS:
        for hour in range(24):
            table.append(f"{day}{hour:02d} | 2018-03-{4 + day:02d} | 2018-03-{4 + day:02d} {hour:02d}:00:00 | b1 | x")
            table.append(f"{day}{hour:02d}+ | 2018-03-{4 + day:02d} | 2018-03-{4 + day:02d} {hour:02d}:30:00 | b1 | x")
    found = [line.split() for line in hours("\n".join(table)) if line.startswith("city")]
    assert sorted(category for *_, category, _ in found) == sorted(catalog.measure("incident_hour_count").categories)
    assert {value for *_, category, value in found if category in (*UNKNOWN, *(f"{day}-00" for day in WEEKDAYS))} == {
        "1"
    }
    assert (len(HOURS), len(UNKNOWN), len({*HOURS, *UNKNOWN})) == (168, 7, 175)
