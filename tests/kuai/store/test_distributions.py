"""Distributions: every category of a measure in one area, in one question that leaves one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError, GateError
from kuai.serving import Answer, Distribution, Question, Serving, Window
from kuai.settings import Settings
from kuai.store.reader import Opened, Reader

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
        police    | station  | b    | d2     | 2000-01-01 | -
        police    | station  | new  | d2     | 2018-03-15 | -
    """,
    "released": """
        measure              | level    | period  | summed_from
        incident_hour_count  | station  | month   | -
        incident_hour_count  | station  | quarter | month
        incident_count       | station  | month   | -
        median_handling_days | station  | month   | -
        resident_count       | station  | stock   | -
        population_event_count | station | month  | -
        unit_count           | station  | stock   | -
    """,
    "category": """
        measure                | category
        incident_hour_count    | 1-08
        incident_hour_count    | 1-unknown
        incident_hour_count    | 7-23
        incident_hour_count    | all
        incident_count         | all
        incident_count         | theft
        median_handling_days   | all
        median_handling_days   | theft
        resident_count         | all
        population_event_count | all
        population_event_count | birth
        unit_count             | all
    """,
    "coverage": """
        measure                | first      | last
        incident_hour_count    | 2018-01-01 | 2018-03-31
        incident_count         | 2018-01-01 | 2018-03-31
        median_handling_days   | 2018-01-01 | 2018-03-31
        population_event_count | 2018-01-01 | 2018-03-31
    """,
    "cell": """
        measure                | level   | area | period | start      | category  | value
        incident_hour_count    | station | a    | month  | 2018-01-01 | 1-08      | 4
        incident_hour_count    | station | a    | month  | 2018-01-01 | 1-unknown | 2
        incident_hour_count    | station | a    | month  | 2018-01-01 | all       | 6
        incident_hour_count    | station | a    | month  | 2018-02-01 | 1-08      | 5
        incident_hour_count    | station | a    | month  | 2018-02-01 | all       | 5
        incident_hour_count    | station | b    | month  | 2018-02-01 | 7-23      | 9
        incident_hour_count    | station | b    | month  | 2018-02-01 | all       | 9
        incident_count         | station | a    | month  | 2018-01-01 | all       | 6
        incident_count         | station | a    | month  | 2018-01-01 | theft     | 1
        median_handling_days   | station | a    | month  | 2018-01-01 | all       | 3
        population_event_count | station | a    | month  | 2018-01-01 | all       | 31
        resident_count         | station | a    | stock  | 2018-01-01 | all       | 400
    """,
}
TWO = Distribution("incident_hour_count", "station", "month", date(2018, 1, 1), date(2018, 2, 28), "a")


@pytest.fixture(scope="module")
def serving(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    home = publish_into(tmp_path_factory.mktemp("distributions"), **TABLES)
    with closing(Serving(Reader(home.city("demo").store, Settings.load().serve), Policy.load(), lambda: NOW)) as found:
        yield found


def told(answer: Answer) -> dict[str, str]:
    """Value or state by category."""
    shown = zip(answer.rows["category"], answer.rows["value"], answer.rows["state"], strict=True)
    return {name: f"{value:g}" if state == "value" else state for name, value, state in shown}


def test_every_category_of_an_area_is_added_up(serving: Serving) -> None:
    answer = serving.distribution(TWO)
    assert told(answer) == {"1-08": "9", "1-unknown": "2", "7-23": "0", "all": "11"}
    assert set(answer.rows["area"]) == {"a"}
    assert set(answer.rows["period"]) == {"2018-01/2018-02"}
    assert set(answer.rows["cells"]) == {2}
    assert told(serving.distribution(replace(TWO, first=date(2018, 2, 1)))) == {
        "1-08": "5", "1-unknown": "0", "7-23": "0", "all": "5",
    }  # fmt: skip


def test_each_is_what_a_window_of_its_category_tells(serving: Serving) -> None:
    for asked in (TWO, replace(TWO, audience="wall"), replace(TWO, metric="incident_count"), replace(TWO, area="b")):
        for category, shown in told(serving.distribution(asked)).items():
            window = Window(asked.metric, asked.level, asked.period, asked.first, asked.last, asked.area, category)
            assert told(serving.total(replace(window, audience=asked.audience))) == {category: shown}


def test_a_period_without_cells_of_its_own_is_added_up_from_those_it_holds(serving: Serving) -> None:
    quarter = replace(TWO, period="quarter", last=date(2018, 3, 31))
    assert told(serving.distribution(quarter)) == {"1-08": "9", "1-unknown": "2", "7-23": "0", "all": "11"}


def test_small_counts_are_hidden_from_who_may_not_see_them_and_persons_stay_hidden(serving: Serving) -> None:
    wall = replace(TWO, audience="wall")
    assert told(serving.distribution(wall)) == {"1-08": "9", "1-unknown": "suppressed", "7-23": "0", "all": "11"}
    persons = replace(TWO, metric="population_event_count", last=date(2018, 1, 31))
    assert told(serving.distribution(persons)) == {"all": "31", "birth": "suppressed"}
    assert set(told(serving.distribution(replace(persons, audience="engineer"))).values()) == {"not_permitted"}


def test_what_was_not_observed_is_missing_and_an_area_that_was_not_there_has_no_rows(serving: Serving) -> None:
    assert set(told(serving.distribution(replace(TWO, last=date(2018, 4, 30)))).values()) == {"missing"}
    assert set(told(serving.distribution(replace(TWO, area="new", last=date(2018, 3, 31)))).values()) == {"missing"}
    assert told(serving.distribution(replace(TWO, area="new"))) == {}


def test_a_median_has_a_distribution_in_one_period_only(serving: Serving) -> None:
    median = replace(TWO, metric="median_handling_days", last=date(2018, 1, 31))
    assert told(serving.distribution(median)) == {"all": "3", "theft": "missing"}
    with pytest.raises(GateError, match="does not add up"):
        serving.distribution(replace(median, last=TWO.last))


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"area": None}, "of one area"),
        ({"within": Place("district", "d1")}, "of one area"),
        ({"area": "x"}, "no area 'x'"),
        ({"metric": "resident_count"}, "ratio or a stock"),
        ({"metric": "incident_rate"}, "ratio or a stock"),
        ({"metric": "nonsense"}, "no metric"),
        ({"level": "district", "area": "d1"}, "not offered"),
        ({"period": "week"}, "not offered"),
        ({"first": date(2018, 1, 2)}, "not whole periods"),
    ],
)
def test_what_is_no_distribution_is_refused(serving: Serving, wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(GateError, match=what):
        serving.distribution(replace(TWO, **wrong))


def test_it_is_put_down_once_with_its_area_and_all_categories(serving: Serving) -> None:
    lines: list[Entry] = []
    gate = serving.seen_by(Viewer("ana", "analyst", (Place("district", "d1"),), "planning"), lines.append)
    gate.distribution(TWO)
    assert set(told(gate.distribution(replace(TWO, area="b"))).values()) == {"not_permitted"}
    with pytest.raises(GateError):
        gate.distribution(replace(TWO, area=None))
    with pytest.raises(AccessError):
        serving.seen_by(Viewer("al", "auditor"), lines.append).distribution(TWO)
    assert [(one.outcome, one.rows, one.areas, one.category) for one in lines] == [
        ("answered", 4, (Place("station", "a"),), "*"),
        ("not-permitted", 0, (Place("station", "b"),), "*"),
        ("refused", 0, (), "*"),
        ("refused", 0, (Place("station", "a"),), "*"),
    ]
    assert {(one.metric, one.level, one.period, one.action) for one in lines} == {
        ("incident_hour_count", "station", "month", "ask")
    }


def test_what_is_refused_leaves_one_line(serving: Serving) -> None:
    lines: list[Entry] = []
    with pytest.raises(GateError, match="add up"):
        serving.seen_by(Viewer("ana", "analyst"), lines.append).distribution(
            replace(TWO, metric="median_handling_days")
        )
    assert [one.outcome for one in lines] == ["refused"]


def test_one_statement_reads_it(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    serving.distribution(TWO)
    asked, columns = [], Opened.columns
    monkeypatch.setattr(Opened, "columns", lambda self, *words: asked.append(words[0]) or columns(self, *words))
    serving.distribution(TWO)
    assert len(asked) == 1


def test_one_category_can_still_be_asked_for(serving: Serving) -> None:
    month = Question("incident_hour_count", "station", "month", TWO.first, TWO.first, category="1-08")
    assert serving.ask(month).rows["value"].tolist() == [4, 0]
