"""How counts are carried up: areas above areas, days into periods, in every hierarchy and vintage."""

from __future__ import annotations

from datetime import date

from tests.spec.sheet import result, rows

RANKS = """
    hierarchy | level    | rank
    police    | city     | 0
    police    | district | 1
    police    | beat     | 2
    civic     | city     | 0
    civic     | quarter  | 1
    civic     | beat     | 2
"""


def above(areas: str) -> list[str]:
    found = result("ancestors", "leaf_level leaf level area valid_from valid_to", core_area=areas, level_rank=RANKS)
    return [line for line in found if line.startswith("beat") and line.split()[2] != "beat"]


def test_an_area_that_changes_its_parent_lies_in_each_for_its_time() -> None:
    assert above("""
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | city     | demo | -      | 2000-01-01 | -
        police    | district | d1   | demo   | 2000-01-01 | -
        police    | district | d2   | demo   | 2000-01-01 | -
        police    | beat     | b1   | d1     | 2010-01-01 | 2012-12-31
        police    | beat     | b1   | d2     | 2013-01-01 | -
    """) == rows("""
        beat b1 city     demo 2010-01-01 9999-12-31   # both spans touch: one path
        beat b1 district d1   2010-01-01 2012-12-31
        beat b1 district d2   2013-01-01 9999-12-31
    """)


def test_an_area_in_two_hierarchies_has_a_path_in_each_and_one_to_the_root() -> None:
    assert above("""
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | city     | demo | -      | 2000-01-01 | -
        police    | district | d1   | demo   | 2000-01-01 | -
        police    | beat     | b1   | d1     | 2010-01-01 | -
        civic     | city     | demo | -      | 2000-01-01 | -
        civic     | quarter  | q1   | demo   | 2000-01-01 | -
        civic     | beat     | b1   | q1     | 2011-01-01 | -
    """) == rows("""
        beat b1 city     demo 2010-01-01 9999-12-31
        beat b1 district d1   2010-01-01 9999-12-31
        beat b1 quarter  q1   2011-01-01 9999-12-31
    """)


def test_a_gap_in_validity_is_a_gap_in_the_path() -> None:
    assert above("""
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | district | d1   | demo   | 2000-01-01 | -
        police    | beat     | b1   | d1     | 2010-01-01 | 2010-12-31
        police    | beat     | b1   | d1     | 2012-01-01 | 2012-12-31
    """) == rows("""
        beat b1 district d1 2010-01-01 2010-12-31
        beat b1 district d1 2012-01-01 2012-12-31
    """)


PATHS = """
    leaf_level | leaf | level    | area | valid_from | valid_to
    beat       | b1   | beat     | b1   | 2000-01-01 | 9999-12-31
    beat       | b1   | district | d1   | 2000-01-01 | 2018-03-15
    beat       | b1   | district | d2   | 2018-03-16 | 9999-12-31
    beat       | b1   | city     | demo | 2000-01-01 | 9999-12-31
"""
WANTED = """
    measure | level    | leaf_level | is_root | by_day
    m       | city     | beat       | true    | true
    m       | district | beat       | false   | true
    m       | beat     | beat       | false   | false
"""
ROOT = """
    area
    demo
"""
DAYS = """
    measure | leaf_level | leaf | day        | category | n | k
    m       | beat       | b1   | 2018-03-10 | theft    | 2 | 20
    m       | beat       | b1   | 2018-03-20 | theft    | 3 | 30
    m       | beat       | -    | 2018-03-20 | theft    | 1 | 10
"""


def test_by_month_every_level_is_carried_and_the_root_counts_unlocated_rows() -> None:
    found = result("expand_days", "level area start category n k", {"by_day": False, "all_levels": True}, root=ROOT,
                   leaf=DAYS, wanted=WANTED, path=PATHS)  # fmt: skip
    assert found == rows("""
        beat     b1   2018-03-01 theft 5 50
        district d1   2018-03-01 theft 2 20     # until the boundary changed
        district d2   2018-03-01 theft 3 30
        city     demo 2018-03-01 theft 6 60
    """)


def test_by_day_only_levels_that_release_days_are_carried() -> None:
    found = result("expand_days", "level area start n", {"by_day": True, "all_levels": False}, root=ROOT,
                   leaf=DAYS, wanted=WANTED, path=PATHS)  # fmt: skip
    assert found == rows("""
        district d1   2018-03-10 2
        district d2   2018-03-20 3
        city     demo 2018-03-10 2
        city     demo 2018-03-20 4
    """)


def test_a_period_holds_its_days_and_all_is_the_sum_of_categories() -> None:
    span = {"period": "week", "first": date(2018, 2, 26), "last": date(2018, 3, 31)}
    found = result("rollup_period", "level area start category n k", span,
        released="""
            measure | level    | leaf_level | period | summed_from
            m       | city     | beat       | week   | day     # is added up where it is asked for
            m       | district | beat       | week   | -
            m       | district | beat       | month  | -
            m       | beat     | beat       | month  | -
        """,
        expanded="""
            measure | level    | area | start      | category | n | k
            m       | district | d1   | 2018-02-25 | theft    | 9 | 9    # Sunday of the week before
            m       | district | d1   | 2018-02-26 | theft    | 1 | 10
            m       | district | d1   | 2018-03-04 | theft    | 2 | 20
            m       | district | d1   | 2018-03-04 | fraud    | 4 | 40
            m       | district | d1   | 2018-03-05 | fraud    | 8 | 80
            m       | beat     | b1   | 2018-03-05 | fraud    | 8 | 80   # weeks of beats are not released
            m       | city     | demo | 2018-03-05 | fraud    | 8 | 80
        """)  # fmt: skip
    assert found == rows("""
        district d1 2018-02-26 theft 3 30
        district d1 2018-02-26 fraud 4 40
        district d1 2018-02-26 all   7 70
        district d1 2018-03-05 fraud 8 80
        district d1 2018-03-05 all   8 80
    """)


def test_a_median_is_taken_at_each_level_from_the_cases_themselves() -> None:
    span = {"period": "month", "first": date(2018, 3, 1), "last": date(2018, 3, 31)}
    found = result("direct_handling", "level area start category value", span,
        released="""
            measure              | level    | leaf_level | period
            median_handling_days | district | beat       | month
        """,
        path="""
            leaf_level | leaf | level    | area | valid_from | valid_to
            beat       | b1   | district | d1   | 2000-01-01 | 9999-12-31
            beat       | b2   | district | d1   | 2000-01-01 | 9999-12-31
        """,
        core_case="""
            case_id | category | day        | reported_at      | closed_at        | area_beat | batch_id
            1       | theft    | 2018-03-01 | 2018-03-01 00:00 | 2018-03-02 00:00 | b1        | x
            2       | theft    | 2018-03-01 | 2018-03-01 00:00 | 2018-03-04 00:00 | b2        | x
            3       | fraud    | 2018-03-02 | 2018-03-02 00:00 | 2018-03-12 00:00 | b2        | x
            4       | fraud    | 2018-03-02 | 2018-03-02 00:00 | -                | b2        | x   # open
            5       | fraud    | 2018-03-02 | 2018-03-02 00:00 | 2018-03-01 00:00 | b2        | x   # in disorder
            6       | theft    | 2018-04-01 | 2018-04-01 00:00 | 2018-04-02 00:00 | b1        | x   # another month
        """)  # fmt: skip
    assert found == rows("""
        district d1 2018-03-01 theft 2
        district d1 2018-03-01 fraud 10
        district d1 2018-03-01 all   3
    """)


HAPPENED = """
    event_id | kind     | day        | pid | rkey | area
    1        | move_out | 2018-03-01 | p   | 10   | b1
    2        | move_in  | 2018-03-02 | p   | 10   | b2
    3        | move_in  | 2018-03-09 | p   | 10   | b1   # back, and then away again
    4        | move_out | 2018-03-20 | p   | 10   | b2
    5        | move_in  | 2018-03-20 | q   | 100  | b9   # a block that no area has
    6        | move_in  | 2018-04-01 | q   | 100  | b1   # another month
"""


def test_a_person_counts_once_in_a_cell_whatever_happened_to_him() -> None:
    span = {"period": "month", "first": date(2018, 3, 1), "last": date(2018, 3, 31)}
    found = result("direct_population_event", "level area start category n k", span,
        root="""
            area
            demo
        """,
        released="""
            measure                | level    | leaf_level | period
            population_event_count | city     | block      | month
            population_event_count | district | block      | month
            population_event_count | district | block      | quarter
        """,
        path="""
            leaf_level | leaf | level    | area | valid_from | valid_to
            block      | b1   | block    | b1   | 2000-01-01 | 9999-12-31
            block      | b1   | district | d1   | 2000-01-01 | 9999-12-31
            block      | b2   | district | d1   | 2000-01-01 | 2018-03-15
            block      | b2   | district | d2   | 2018-03-16 | 9999-12-31
            block      | b1   | city     | demo | 2000-01-01 | 9999-12-31
            block      | b2   | city     | demo | 2000-01-01 | 9999-12-31
        """,
        core_population_event=HAPPENED)  # fmt: skip
    assert found == rows("""
        district d1   2018-03-01 move_in  1 10
        district d1   2018-03-01 move_out 1 10
        district d1   2018-03-01 all      1 10
        district d2   2018-03-01 move_out 1 10
        district d2   2018-03-01 all      1 10
        city     demo 2018-03-01 move_in  2 110
        city     demo 2018-03-01 move_out 1 10
        city     demo 2018-03-01 all      2 110
    """)
