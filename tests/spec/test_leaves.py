"""How rows of a dataset become counts of the smallest areas by day."""

from __future__ import annotations

from datetime import date

from tests.spec.sheet import result, rows

LEAF = "measure leaf_level leaf day category n"


def test_a_case_and_each_of_its_steps_count_once_in_each_hierarchy() -> None:
    found = result("leaf_case", LEAF, core_case="""
        case_id | category | day        | accepted_at | filed_at   | closed_at  | area_beat | area_tract | batch_id
        1       | theft    | 2018-03-01 | 2018-03-02  | -          | -          | b1        | t1         | x
        2       | theft    | 2018-03-01 | 2018-03-01  | 2018-03-03 | 2018-03-09 | b1        | t2         | x
        3       | fraud    | 2018-03-02 | -           | -          | -          | b2        | t1         | x
    """)  # fmt: skip
    assert found == rows("""
        accepted_count beat  b1 2018-03-01 theft 2
        accepted_count tract t1 2018-03-01 theft 1
        accepted_count tract t2 2018-03-01 theft 1
        closed_count   beat  b1 2018-03-01 theft 1
        closed_count   tract t2 2018-03-01 theft 1
        filed_count    beat  b1 2018-03-01 theft 1
        filed_count    tract t2 2018-03-01 theft 1
        incident_count beat  b1 2018-03-01 theft 2
        incident_count beat  b2 2018-03-02 fraud 1
        incident_count tract t1 2018-03-01 theft 1
        incident_count tract t1 2018-03-02 fraud 1
        incident_count tract t2 2018-03-01 theft 1
    """)


def test_a_case_in_no_area_is_kept_without_one() -> None:
    found = result("leaf_case", LEAF, core_case="""
        case_id | category | day        | area_beat | area_tract | batch_id
        1       | theft    | 2018-03-01 | b1        | -          | x
        2       | theft    | 2018-03-01 | -         | -          | x
    """)  # fmt: skip
    assert found == rows("""
        incident_count beat  b1 2018-03-01 theft 1
        incident_count beat  -  2018-03-01 theft 1
        incident_count tract -  2018-03-01 theft 2
    """)


def test_a_case_delivered_again_counts_as_its_source_last_changed_it() -> None:
    found = result("leaf_case", LEAF, core_case="""
        case_id | category | day        | updated_at       | area_beat | area_tract | batch_id
        1       | theft    | 2018-03-01 | 2018-03-02 08:00 | b1        | t1         | z
        1       | fraud    | 2018-03-01 | 2018-03-05 08:00 | b2        | t1         | a
        1       | noise    | 2018-03-01 | -                | b3        | t1         | z
    """)  # fmt: skip
    assert found == rows("""
        incident_count beat  b2 2018-03-01 fraud 1
        incident_count tract t1 2018-03-01 fraud 1
    """)


PLACES = """
    longitude | latitude | level | area | valid_from | valid_to
    100.1     | 30.5     | beat  | b1   | 0001-01-01 | 9999-12-31
    100.1     | 30.5     | tract | t1   | 0001-01-01 | 9999-12-31
    100.2     | 30.5     | beat  | -    | 0001-01-01 | 2009-12-31
    100.2     | 30.5     | beat  | b2   | 2010-01-01 | 2018-03-31
    100.2     | 30.5     | beat  | n2   | 2018-04-01 | 9999-12-31   # renamed
    100.2     | 30.5     | tract | t1   | 0001-01-01 | 9999-12-31
    100.3     | 30.5     | beat  | -    | 0001-01-01 | 9999-12-31
    100.3     | 30.5     | tract | -    | 0001-01-01 | 9999-12-31
"""


def test_where_no_source_says_when_the_newest_delivery_of_a_case_counts() -> None:
    found = result(
        "leaf_case", LEAF,
        core_case="""
            case_id | category | day        | updated_at       | area_beat | area_tract | batch_id
            1       | theft    | 2018-03-01 | -                | b1        | t1         | z
            1       | fraud    | 2018-03-01 | -                | b2        | t1         | a
            1       | noise    | 2018-03-01 | -                | b3        | t1         | m
            2       | theft    | 2018-03-02 | 2018-03-02 08:00 | b1        | t1         | z
            2       | fraud    | 2018-03-02 | 2018-03-02 08:00 | b2        | t1         | a   # delivered once more
            3       | theft    | 2018-03-03 | 2018-03-02 08:00 | b1        | t1         | z   # this one says when
            3       | fraud    | 2018-03-03 | -                | b2        | t1         | a
        """,
        delivery="""
            batch_id | place
            z        | 0
            m        | 1
            a        | 2
        """,
    )  # fmt: skip
    assert found == rows("""
        incident_count beat  b1 2018-03-03 theft 1
        incident_count beat  b2 2018-03-01 fraud 1
        incident_count beat  b2 2018-03-02 fraud 1
        incident_count tract t1 2018-03-01 fraud 1
        incident_count tract t1 2018-03-02 fraud 1
        incident_count tract t1 2018-03-03 theft 1
    """)


def test_passages_of_a_checkpoint_lie_where_the_registry_last_saw_it() -> None:
    found = result(
        "leaf_checkpoint_hour", "leaf_level leaf day category n", checkpoint_area=PLACES,
        core_checkpoint="""
            checkpoint_id | kind   | seen_on    | longitude | latitude
            p1            | camera | 2018-01-01 | 100.1     | 30.5
            p1            | camera | 2018-02-01 | 100.2     | 30.5
            p1            | camera | 2018-03-01 | -         | -       # does not say
        """,
        core_checkpoint_hour="""
            checkpoint_id | day        | category | passages | area_beat | area_tract
            p1            | 2018-03-01 | passage  | 5        | -         | -
            p1            | 2018-03-01 | passage  | 7        | -         | -
            p2            | 2018-03-01 | passage  | 1        | -         | -    # unknown
            p3            | 2018-03-01 | passage  | 2        | b9        | t9   # with a place of its own
        """,
    )  # fmt: skip
    assert found == rows("""
        beat  b2 2018-03-01 passage 12
        tract t1 2018-03-01 passage 12
        beat  -  2018-03-01 passage 1
        tract -  2018-03-01 passage 1
        beat  b9 2018-03-01 passage 2
        tract t9 2018-03-01 passage 2
    """)


def test_a_corrected_count_takes_the_place_of_the_one_before() -> None:
    found = result(
        "stock_population_count", "leaf_level leaf as_of category n",
        pad_rkey="inner_pad | outer_pad\na | b",
        core_population_count="""
            level | area | as_of      | category | residents | batch_id
            beat  | b1   | 2018-01-01 | all      | 100       | z
            beat  | b1   | 2018-01-01 | all      | 101       | a   # in a corrected file
            beat  | b2   | 2018-01-01 | all      | 50        | z
            beat  | b1   | 2018-04-01 | all      | 70        | z
        """,
        delivery="batch_id | place\nz | 0\na | 1",
    )  # fmt: skip
    assert found == rows("""
        beat b1 2018-01-01 all 101
        beat b1 2018-04-01 all 70
        beat b2 2018-01-01 all 50
    """)


def test_an_undated_registration_is_the_oldest_one() -> None:
    span = {"first_pid": "0", "end_pid": "g", "as_of": date(2018, 1, 1)}
    found = result("stock_person", "leaf category n", span, core_person="""
        pid | rkey | sex | birth_year | area | registered_on
        aa  | 5    | F   | 1990       | k1   | -
        aa  | 5    | F   | 1990       | k2   | 2017-01-01
        bb  | 7    | M   | 1990       | k3   | -
    """)  # fmt: skip
    assert [one for one in found if " all " in one] == rows("""
        k2 all 1
        k3 all 1
    """)


def test_passages_lie_in_the_area_that_was_in_force_on_their_day() -> None:
    found = result(
        "leaf_checkpoint_hour", "leaf_level leaf day n", checkpoint_area=PLACES,
        core_checkpoint="""
            checkpoint_id | kind   | seen_on    | longitude | latitude
            p1            | camera | 2018-07-01 | 100.2     | 30.5
            p2            | camera | 2018-01-01 | 100.2     | 30.5
            p2            | camera | 2018-07-01 | 100.3     | 30.5    # has moved out of all areas
            p4            | camera | 2018-07-01 | -         | -
        """,
        core_checkpoint_hour="""
            checkpoint_id | day        | category | passages | area_beat | area_tract
            p1            | 2009-12-31 | passage  | 1        | -         | -
            p1            | 2018-03-31 | passage  | 2        | -         | -
            p1            | 2018-04-01 | passage  | 4        | -         | -
            p2            | 2018-04-01 | passage  | 8        | -         | -
            p4            | 2018-04-01 | passage  | 16       | -         | -
        """,
    )  # fmt: skip
    assert found == rows("""
        beat  -  2009-12-31 1
        tract t1 2009-12-31 1
        beat  b2 2018-03-31 2
        tract t1 2018-03-31 2
        beat  n2 2018-04-01 4
        tract t1 2018-04-01 4
        beat  -  2018-04-01 24
        tract -  2018-04-01 24
    """)


def test_counts_of_areas_that_lie_in_nothing_on_their_day_are_found() -> None:
    found = result(
        "leaf_astray", "leaf_level level areas n", {"measure": "passage_count"},
        top="leaf_level | level\nbeat | district",
        path="""
            leaf_level | leaf | level    | area | valid_from | valid_to
            beat       | b1   | beat     | b1   | 2000-01-01 | 9999-12-31
            beat       | b1   | district | d1   | 2000-01-01 | 2018-03-01
            tract      | b2   | district | d1   | 2000-01-01 | 9999-12-31
        """,
        leaf="""
            measure       | leaf_level | leaf | day        | category | n
            passage_count | beat       | b1   | 2018-03-01 | passage  | 1
            passage_count | beat       | b1   | 2018-03-02 | passage  | 2
            passage_count | beat       | b1   | 2018-03-03 | passage  | -8   # taken away from a day
            passage_count | beat       | b2   | 2018-03-01 | passage  | 4
            passage_count | beat       | -    | 2018-03-01 | passage  | 16   # unlocated
            another       | beat       | b2   | 2018-03-01 | passage  | 32
        """,
    )  # fmt: skip
    assert found == ["beat district 2 6"]


def test_a_person_lives_where_they_registered_last() -> None:
    span = {"first_pid": "0", "end_pid": "g", "as_of": date(2018, 1, 1)}
    found = result("stock_person", "leaf category n k", span, core_person="""
        pid | rkey | sex | birth_year | area | registered_on
        aa  | 5    | F   | 1990       | k1   | 2010-01-01
        aa  | 5    | F   | 1990       | k2   | 2017-01-01
        bb  | 7    | M   | 2010       | k2   | 2015-01-01
        ~   | 9    | M   | 1940       | k2   | 2015-01-01    # outside the range of pseudonyms
    """)  # fmt: skip
    assert found == rows("""
        k2 all       2 12
        k2 female    1 5
        k2 male      1 7
        k2 age_18_34 1 5
        k2 age_0_17  1 7
    """)
