"""What stands at a day: areas, units, checkpoints."""

from __future__ import annotations

from tests.spec.sheet import result, rows


def test_areas_are_counted_anew_whenever_a_boundary_changes() -> None:
    found = result("stock_area", "leaf as_of n", {"leaf_level": "beat"}, core_area="""
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | district | d1   | -      | 2010-01-01 | -
        police    | beat     | b1   | d1     | 2010-01-01 | 2012-12-31
        police    | beat     | b2   | d1     | 2010-01-01 | -
        police    | beat     | b3   | d1     | 2013-01-01 | -
    """)  # fmt: skip
    assert found == rows("""
        b1 2010-01-01 1
        b2 2010-01-01 1
        b2 2013-01-01 1
        b3 2013-01-01 1
    """)


def test_areas_are_counted_anew_when_one_ends_without_another() -> None:
    found = result("stock_area", "leaf as_of n", {"leaf_level": "beat"}, core_area="""
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | beat     | b1   | d1     | 2010-01-01 | 2012-12-31
        police    | beat     | b2   | d1     | 2010-01-01 | -
    """)  # fmt: skip
    assert found == rows("""
        b1 2010-01-01 1
        b2 2010-01-01 1
        b2 2013-01-01 1
    """)


PLACES = """
    longitude | latitude | level | area | valid_from | valid_to
    100.1     | 30.5     | beat  | b1   | 0001-01-01 | 9999-12-31
    100.1     | 30.5     | tract | t1   | 0001-01-01 | 9999-12-31
    100.2     | 30.5     | beat  | b2   | 0001-01-01 | 2016-06-30
    100.2     | 30.5     | beat  | n2   | 2016-07-01 | 9999-12-31   # renamed
    100.2     | 30.5     | tract | t1   | 0001-01-01 | 9999-12-31
    100.3     | 30.5     | beat  | b1   | 0001-01-01 | 9999-12-31
    100.3     | 30.5     | tract | -    | 0001-01-01 | 9999-12-31
    -         | -        | beat  | -    | 0001-01-01 | 9999-12-31
    -         | -        | tract | -    | 0001-01-01 | 9999-12-31
"""


def _of_beats(found: list[str]) -> list[str]:
    """Counts of all kinds in beats."""
    return [line for line in found if line.startswith("beat") and line.split()[3] == "all"]


def test_a_checkpoint_ends_before_the_first_registry_that_no_longer_lists_it() -> None:
    found = result("stock_checkpoint", "leaf_level leaf as_of category n", checkpoint_area=PLACES, core_checkpoint="""
        checkpoint_id | kind  | live_from  | live_to | seen_on    | longitude | latitude
        p1            | red   | 2015-01-01 | -       | 2016-01-01 | 100.1     | 30.5
        p1            | red   | 2015-01-01 | -       | 2017-01-01 | 100.1     | 30.5
        p2            | red   | -          | -       | 2016-01-01 | 100.3     | 30.5
        p2            | red   | -          | -       | 2018-01-01 | 100.3     | 30.5
    """)  # fmt: skip
    assert _of_beats(found) == rows("""
        beat b1 2015-01-01 all 1
        beat b1 2016-01-01 all 2
        beat b1 2018-01-01 all 1     # p1 is not in the registry of 2018
    """)
    assert "tract - 2018-01-01 red 1" in found


def test_a_checkpoint_begins_when_the_first_registry_that_tells_says_so() -> None:
    found = result("stock_checkpoint", "leaf_level leaf as_of category n", checkpoint_area=PLACES, core_checkpoint="""
        checkpoint_id | kind  | live_from  | live_to | seen_on    | longitude | latitude
        p1            | red   | -          | -       | 2016-01-01 | 100.1     | 30.5
        p1            | red   | 2015-02-01 | -       | 2017-01-01 | 100.1     | 30.5
        p1            | red   | 2017-07-01 | -       | 2018-01-01 | 100.1     | 30.5    # set up anew on the spot
    """)  # fmt: skip
    assert _of_beats(found) == rows("""
        beat b1 2015-02-01 all 1
    """)


def test_the_last_day_of_a_checkpoint_is_that_of_its_newest_listing() -> None:
    shown = "checkpoint_id live_to leaf_level"
    found = result("standing_checkpoint", shown, checkpoint_area=PLACES, core_checkpoint="""
        checkpoint_id | kind  | name | longitude | latitude | live_from  | live_to    | seen_on
        p1            | red   | one  | 100.1     | 30.5     | 2015-01-01 | 2016-12-31 | 2016-01-01
        p1            | red   | one  | 100.1     | 30.5     | 2015-01-01 | 2016-06-30 | 2016-02-01    # corrected
        p2            | red   | two  | 100.3     | 30.5     | 2015-01-01 | 2016-03-31 | 2016-01-01
        p2            | red   | two  | 100.3     | 30.5     | 2015-01-01 | -          | 2016-02-01    # open again
    """)  # fmt: skip
    assert found == rows("""
        p1 2016-06-30 beat
        p1 2016-06-30 tract
        p2 9999-12-31 beat
        p2 9999-12-31 tract
    """)


def test_checkpoints_are_counted_anew_when_their_area_or_what_it_lies_in_changes() -> None:
    found = result(
        "stock_checkpoint", "leaf_level leaf as_of category n", checkpoint_area=PLACES,
        path="""
            leaf_level | leaf | level    | area | valid_from | valid_to
            beat       | b1   | district | d1   | 2000-01-01 | 2016-12-31
            beat       | b1   | district | d2   | 2017-01-01 | 9999-12-31
            beat       | b9   | district | d1   | 2014-01-01 | 2019-12-31   # no checkpoint stands there
        """,
        core_checkpoint="""
            checkpoint_id | kind  | live_from  | live_to | seen_on    | longitude | latitude
            p1            | red   | 2015-01-01 | -       | 2016-01-01 | 100.1     | 30.5
            p2            | red   | 2015-01-01 | -       | 2016-01-01 | 100.2     | 30.5
        """,
    )  # fmt: skip
    assert _of_beats(found) == rows("""
        beat b1 2015-01-01 all 1
        beat b2 2015-01-01 all 1
        beat b1 2016-07-01 all 1
        beat n2 2016-07-01 all 1
        beat b1 2017-01-01 all 1
        beat n2 2017-01-01 all 1
    """)


def test_a_checkpoint_stands_where_its_newest_listing_says() -> None:
    shown = "checkpoint_id name longitude live_from live_to leaf_level leaf"
    found = result("standing_checkpoint", shown, checkpoint_area=PLACES, core_checkpoint="""
        checkpoint_id | kind  | name | longitude | latitude | live_from  | live_to    | seen_on
        p1            | red   | old  | 100.1     | 30.5     | 2015-01-01 | -          | 2016-01-01
        p1            | red   | new  | 100.2     | 30.5     | -          | -          | 2017-01-01
        p2            | red   | two  | 100.3     | 30.5     | 2015-01-01 | 2016-06-30 | 2016-01-01
        p3            | speed | -    | -         | -        | -          | -          | 2016-01-01
    """)  # fmt: skip
    assert found == rows("""
        p1 new 100.2 2015-01-01 2016-06-30 beat  b2
        p1 new 100.2 2016-07-01 9999-12-31 beat  n2    # the boundaries of that day
        p1 new 100.2 2015-01-01 9999-12-31 tract t1
        p2 two 100.3 2015-01-01 2016-06-30 beat  b1
        p2 two 100.3 2015-01-01 2016-06-30 tract -
        p3 -   -     2016-01-01 9999-12-31 beat  -     # other kinds end with their own registry
        p3 -   -     2016-01-01 9999-12-31 tract -
    """)


def test_a_unit_counts_in_its_area_and_kind() -> None:
    found = result("stock_unit", "leaf_level leaf category n", {"as_of": "2018-01-01"}, core_unit="""
        unit_id | kind    | level    | area
        u1      | station | district | d1
        u1      | station | district | d1     # listed twice
        u2      | bureau  | district | d1
    """)  # fmt: skip
    assert found == rows("""
        district d1 all     2
        district d1 station 1
        district d1 bureau  1
    """)


STOCK = {
    "path": """
        leaf_level | leaf | level    | area | valid_from | valid_to
        block      | k1   | block    | k1   | 2000-01-01 | 9999-12-31
        block      | k2   | block    | k2   | 2000-01-01 | 9999-12-31
        block      | k1   | district | d1   | 2000-01-01 | 2018-06-30
        block      | k1   | district | d2   | 2018-07-01 | 9999-12-31
    """,
    "published_day": "as_of | place",
    "wanted": """
        measure | level    | leaf_level | is_root | by_day | rhythm  | breakdown
        m       | district | block      | false   | false  | month   | quarter
        m       | block    | block      | false   | false  | quarter | year
        m       | city     | block      | true    | false  | month   | half
    """,
}


def test_of_several_days_in_a_rhythm_only_the_first_is_released() -> None:
    found = result("rollup_stock", "level area start n", root="area\ndemo", **STOCK, leaf="""
        leaf_level | leaf | as_of      | category | n | k
        block      | k1   | 2018-04-01 | all      | 5 | 1
        block      | k1   | 2018-05-15 | all      | 6 | 1
        block      | k1   | 2018-05-20 | all      | 7 | 1
        block      | k1   | 2018-07-01 | all      | 8 | 1
        block      | zz   | 2018-07-01 | all      | 1 | 1   # a code of no known block
    """)  # fmt: skip
    assert found == rows("""
        block    k1   2018-04-01 5
        block    k1   2018-07-01 8
        district d1   2018-04-01 5
        district d1   2018-05-15 6
        district d2   2018-07-01 8
        city     demo 2018-04-01 5
        city     demo 2018-05-15 6
        city     demo 2018-07-01 9
    """)


def test_categories_are_released_at_a_rhythm_of_their_own() -> None:
    found = result("rollup_stock", "level start n", root="area\ndemo", **STOCK, leaf="""
        leaf_level | leaf | as_of      | category | n | k
        block      | k1   | 2018-01-01 | male     | 1 | 1
        block      | k1   | 2018-03-01 | male     | 2 | 1
        block      | k1   | 2018-04-01 | male     | 3 | 1
        block      | k1   | 2018-07-01 | male     | 4 | 1
        block      | k1   | 2019-01-01 | male     | 5 | 1
    """)  # fmt: skip
    assert found == rows("""
        block    2018-01-01 1
        block    2019-01-01 5
        district 2018-01-01 1
        district 2018-04-01 3
        district 2018-07-01 4
        district 2019-01-01 5
        city     2018-01-01 1
        city     2018-07-01 4
        city     2019-01-01 5
    """)


def test_a_day_that_was_published_stays_the_first_of_its_rhythm() -> None:
    published = "as_of | place\n2018-05-20 | 0\n2018-05-15 | 1"
    found = result("rollup_stock", "level start n", root="area\ndemo", **STOCK | {"published_day": published}, leaf="""
        leaf_level | leaf | as_of      | category | n | k
        block      | k1   | 2018-04-01 | all      | 5 | 1   # delivered late
        block      | k1   | 2018-05-15 | all      | 6 | 1
        block      | k1   | 2018-05-20 | all      | 7 | 1
    """)  # fmt: skip
    assert found == rows("""
        block    2018-05-20 7
        district 2018-04-01 5
        district 2018-05-20 7
        city     2018-04-01 5
        city     2018-05-20 7
    """)
