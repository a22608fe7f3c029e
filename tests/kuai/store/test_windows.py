"""Windows and unions: sums of served cells, the worst of their states, and what is refused."""

# ruff: noqa: E501 -- drawn tables
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.disclosure.policy import Policy
from kuai.errors import GateError
from kuai.serving import Answer, Serving, Window
from kuai.settings import Settings
from kuai.store.enclosed import MOST_CHARACTERS
from kuai.store.reader import Reader

NOW = datetime(2018, 4, 2, 12, tzinfo=UTC)
TABLES = {
    "level": """
        hierarchy | level    | rank | name_zh  | name_en  | has_geometry
        police    | city     | 0    | 市       | City     | true
        police    | district | 1    | 分局     | District | true
        police    | station  | 2    | 派出所   | Station  | true
    """,
    "area": """
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | city     | demo | -      | 2000-01-01 | -
        police    | district | d1   | demo   | 2000-01-01 | -
        police    | district | d2   | demo   | 2000-01-01 | -
        police    | station  | a    | d1     | 2000-01-01 | -
        police    | station  | b    | d1     | 2000-01-01 | -
        police    | station  | c    | d2     | 2000-01-01 | -
        police    | station  | new  | d2     | 2018-03-15 | -
    """,
    "released": """
        measure              | level   | period | summed_from
        incident_count       | station | week   | -
        incident_count       | station | month  | -
        median_handling_days | station | month  | -
        resident_count       | station | stock  | -
        checkpoint_count     | station | stock  | -
        passage_count        | station | month  | -
    """,
    "category": """
        measure              | category
        incident_count       | all
        median_handling_days | all
        resident_count       | all
        resident_count       | male
        checkpoint_count     | all
        passage_count        | all
    """,
    "coverage": """
        measure              | first      | last
        incident_count       | 2018-01-01 | 2018-03-31
        median_handling_days | 2018-01-01 | 2018-03-31
        passage_count        | 2018-01-01 | 2018-02-14
    """,
    "cell": """
        measure              | level   | area | period | start      | category | value
        incident_count       | station | a    | month  | 2018-01-01 | all      | 7
        incident_count       | station | a    | month  | 2018-02-01 | all      | 5
        incident_count       | station | b    | month  | 2018-01-01 | all      | 2
        incident_count       | station | b    | month  | 2018-02-01 | all      | 9
        incident_count       | station | new  | month  | 2018-03-01 | all      | 4
        incident_count       | station | a    | week   | 2018-03-05 | all      | 3
        median_handling_days | station | a    | month  | 2018-01-01 | all      | 7
        passage_count        | station | a    | month  | 2018-01-01 | all      | 70
        passage_count        | station | a    | month  | 2018-02-01 | all      | 30
        checkpoint_count     | station | a    | stock  | 2018-01-01 | all      | 4
        resident_count       | station | a    | stock  | 2018-01-01 | all      | 400
        resident_count       | station | a    | stock  | 2018-02-01 | all      | 500
        resident_count       | station | b    | stock  | 2018-02-01 | all      | 300
        resident_count       | station | a    | stock  | 2018-02-01 | male     | 200
    """,
}
TWO = Window("incident_count", "station", "month", date(2018, 1, 1), date(2018, 2, 28))


@pytest.fixture(scope="module")
def serving(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    home = publish_into(tmp_path_factory.mktemp("windows"), **TABLES)
    with closing(Serving(Reader(home.city("demo").store, Settings.load().serve), Policy.load(), lambda: NOW)) as found:
        yield found


def told(answer: Answer) -> dict[str, str]:
    """Value or state by what a sum is of."""
    shown = zip(answer.rows["area"], answer.rows["value"], answer.rows["state"], strict=True)
    return {area: f"{value:g}" if state == "value" else state for area, value, state in shown}


def test_a_window_is_the_sum_of_its_periods(serving: Serving) -> None:
    answer = serving.total(TWO)
    assert told(answer) == {"a": "12", "b": "11", "c": "0"}
    assert answer.rows["period"].tolist() == ["2018-01/2018-02"] * 3
    assert answer.rows["cells"].tolist() == [2, 2, 2]
    assert told(serving.total(replace(TWO, area="b"))) == {"b": "11"}


def test_a_union_is_the_sum_of_its_areas_and_each_counts_once(serving: Serving) -> None:
    answer = serving.total(replace(TWO, areas=("a", "b", "a")))
    assert told(answer) == {"Σ2": "23"}
    assert (answer.rows["cells"][0], answer.rows["noise_variance"][0]) == (4, 0)


def test_one_cell_without_a_value_takes_the_sum_with_it(serving: Serving) -> None:
    wall = replace(TWO, audience="wall")
    assert told(serving.total(wall)) == {"a": "12", "b": "suppressed", "c": "0"}
    assert told(serving.total(replace(wall, areas=("a", "b")))) == {"Σ2": "suppressed"}
    assert told(serving.total(replace(TWO, last=date(2018, 4, 30)))) == dict.fromkeys(("a", "b", "c", "new"), "missing")
    engineer = replace(TWO, metric="resident_count", audience="engineer")
    assert set(told(serving.total(engineer)).values()) == {"not_permitted"}


def test_an_area_that_was_not_there_all_the_time_has_no_sum(serving: Serving) -> None:
    quarter = replace(TWO, last=date(2018, 3, 31))
    assert told(serving.total(quarter)) == {"a": "12", "b": "11", "c": "0", "new": "missing"}
    assert told(serving.total(replace(quarter, areas=("a", "new")))) == {"Σ2": "missing"}
    assert told(serving.total(replace(quarter, first=date(2018, 3, 1)))) == {"a": "0", "b": "0", "c": "0", "new": "4"}


def test_a_stock_is_the_one_at_the_end_and_areas_of_it_add_up(serving: Serving) -> None:
    stock = replace(TWO, metric="resident_count")
    assert told(serving.total(stock)) == {"a": "500", "b": "300", "c": "suppressed"}
    union = serving.total(replace(stock, areas=("a", "b")))
    assert told(union) == {"Σ2": "800"}
    assert union.rows["noise_variance"][0] == pytest.approx(6, abs=0.01)


def test_a_ratio_is_that_of_the_sums_and_has_the_noise_of_both(serving: Serving) -> None:
    rate = replace(TWO, metric="incident_rate")
    assert told(serving.total(rate)) == {"a": "24", "b": "36.6667", "c": "suppressed"}
    row = serving.total(replace(rate, areas=("a", "b"))).rows.iloc[0]
    assert (row["value"], row["cells"]) == (1000 * 23 / 800, 4)
    assert row["noise_variance"] == pytest.approx(6 * (1000 * 23 / 800**2) ** 2, rel=1e-3)
    passages = serving.total(replace(TWO, metric="passages_per_checkpoint", area="a"))
    assert told(passages) == {"a": "25"}
    assert passages.rows["coverage"][0] == pytest.approx(45 / 59)


@pytest.mark.parametrize(
    ("changed", "what", "remedy"),
    [
        ({"metric": "median_handling_days"}, "does not add up", "one period"),
        ({"metric": "median_handling_days", "last": date(2018, 1, 31), "areas": ("a", "b")}, "does not add up", "areas"),
        ({"last": date(2018, 2, 27)}, "are not whole periods of a month", "ask for 2018-01-01 to 2018-02-28"),
        ({"period": "week"}, "are not whole periods of a week", "ask for 2018-01-01 to 2018-03-04"),
        ({"areas": ("a", "zz")}, "no area 'zz'", "known"),
        ({"areas": ("a",), "area": "b"}, "in more than one way", "one area, or a list"),
        ({"areas": tuple(map(str, range(6000)))}, "too many", "larger level"),
        ({"outline": "here"}, "no GeoJSON", "polygon"),
        ({"outline": '{"type": "Point", "coordinates": [0, 0]}'}, "no surface", "polygon"),
        ({"outline": '{"type": "Polygon", "coordinates": [[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'}, "crosses itself", "polygon"),
        ({"outline": " " * (MOST_CHARACTERS + 1)}, "too long", "at most"),
        ({"outline": '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}'}, "has no outlines", "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_up_is_refused(serving: Serving, changed: dict[str, Any], what: str, remedy: str) -> None:
    with pytest.raises(GateError) as raised:
        serving.total(replace(TWO, **changed))
    assert what in raised.value.what
    assert remedy in raised.value.remedy


def test_what_does_not_add_up_may_be_asked_for_where_nothing_is_added(serving: Serving) -> None:
    january = replace(TWO, metric="median_handling_days", last=date(2018, 1, 31))
    assert told(serving.total(january)) == {"a": "7", "b": "missing", "c": "missing"}


def test_the_scope_holds_and_the_audit_names_what_was_added_up(serving: Serving) -> None:
    lines: list[Entry] = []
    seen = serving.seen_by(Viewer("ana", "analyst", (Place("district", "d1"),), "planning"), lines.append)
    assert told(seen.total(TWO)) == {"a": "12", "b": "11", "c": "not_permitted"}
    assert told(seen.total(replace(TWO, areas=("a", "b")))) == {"Σ2": "23"}
    assert told(seen.total(replace(TWO, areas=("a", "c")))) == {"Σ2": "not_permitted"}
    with pytest.raises(GateError):
        seen.total(replace(TWO, areas=("zz",)))
    assert [(one.outcome, one.rows, " ".join(map(str, one.areas))) for one in lines] == [
        ("answered", 2, ""), ("answered", 1, "station:a station:b"), ("not-permitted", 0, "station:a station:c"),
        ("refused", 0, "station:zz"),
    ]  # fmt: skip


def square(left: float, right: float) -> str:
    ring = [[left, 0], [right, 0], [right, 1], [left, 1], [left, 0]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_an_outline_means_the_areas_wholly_within(publish: Any) -> None:
    import shapely

    home = publish(**TABLES)
    path = next(home.city("demo").store.glob("*.duckdb"))
    with duckdb.connect(str(path)) as connection:
        for left, area in enumerate("abc"):
            outline = shapely.to_wkb(shapely.box(left, 0, left + 1, 1))
            connection.execute("UPDATE area SET geometry = ? WHERE area = ?", [outline, area])
    lines: list[Entry] = []
    with closing(Serving.open(home, "demo")) as whole:
        seen = whole.seen_by(Viewer("ana", "leader", (), "briefing"), lines.append)
        assert told(seen.total(replace(TWO, outline=square(0, 2.9)))) == {"Σ2": "23"}
        with pytest.raises(GateError, match="wholly within"):
            seen.total(replace(TWO, outline=square(0.1, 0.9)))
    assert [" ".join(map(str, one.areas)) for one in lines] == ["station:a station:b", ""]
