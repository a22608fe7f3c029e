"""The gate: what it refuses and how it helps, what an answer carries, the way back, and the same under load."""

# ruff: noqa: E501 -- drawn tables
from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kuai.disclosure.policy import Policy
from kuai.errors import GateError
from kuai.home import Home
from kuai.serving import Question, Serving
from kuai.settings import Settings
from kuai.store.reader import Reader

NOW = datetime(2018, 4, 2, 12, tzinfo=UTC)
MARCH = Question("incident_count", "station", "month", date(2018, 3, 1), date(2018, 3, 31))
TABLES = {
    "level": """
        hierarchy | level    | rank | name_zh  | name_en  | has_geometry
        police    | city     | 0    | 市       | City     | true
        police    | district | 1    | 分局     | District | true
        police    | station  | 2    | 派出所   | Station  | true
    """,
    "area": """
        hierarchy | level    | area | parent | name_zh | name_en | valid_from | valid_to
        police    | city     | demo | -      | 示范    | Demo    | 2000-01-01 | -
        police    | district | d1   | demo   | 一分局  | First   | 2000-01-01 | -
        police    | station  | s11  | d1     | 一所    | One     | 2000-01-01 | -
        police    | station  | s12  | d1     | 二所    | Two     | 2018-02-01 | -
        police    | station  | both | d1     | 同      | Same    | 2000-01-01 | 2017-12-31
        police    | district | both | demo   | 同      | Same    | 2000-01-01 | -
    """,
    "released": """
        measure        | level    | period
        incident_count | station  | month
        incident_count | station  | year
        incident_count | district | day
        incident_count | district | month
        resident_count | station  | stock
        passage_count  | district | month
    """,
    "category": """
        measure        | category
        incident_count | theft
        incident_count | all
        incident_count | robbery
        resident_count | all
        passage_count  | all
    """,
    "coverage": """
        measure        | first      | last
        incident_count | 2017-01-01 | 2018-01-31
        incident_count | 2018-03-01 | 2018-03-31
    """,
    "cell": """
        measure        | level   | area | period | start      | category | value
        incident_count | station | s11  | month  | 2018-03-01 | all      | 7
        incident_count | station | s11  | month  | 2018-03-01 | theft    | 2
        incident_count | station | gone | month  | 2018-03-01 | all      | 9
        resident_count | station | s11  | stock  | 2018-01-01 | all      | 700
    """,
    "feed": """
        source  | dataset   | owner | every | expected_from | expected_until | due_hours | covered_until | budget_hours | arrived_at
        cases   | core.case | cpd   | day   | 2018-01-01    | -              | 12        | 2018-03-31    | 24           | 2018-04-01
        old     | core.case | cpd   | year  | 2012-01-01    | 2017-12-31     | 12        | 2017-12-31    | 24           | 2018-01-01
        never   | core.unit | cpd   | day   | 2018-03-01    | -              | 12        | -             | 24           | -
        later   | core.unit | cpd   | day   | 2018-05-01    | -              | 12        | -             | 24           | -
        list    | core.unit | cpd   | -     | -             | -              | -         | -             | -            | 2018-01-01
    """,
    "batch": """
        batch_id | dataset         | source | path   | rows_read | accepted | quarantined | unlocated | first_day  | last_day   | run_id
        b1       | core.case       | cases  | m3.csv | 10        | 9        | 1           | 2         | 2018-03-01 | 2018-03-31 | r1
        b2       | core.case       | cases  | m1.csv | 20        | 20       | 0           | 0         | 2018-01-01 | 2018-01-31 | r0
        b3       | core.person     | people | p.csv  | 30        | 30       | 0           | 0         | 2018-01-01 | 2018-01-01 | r0
        b4       | core.checkpoint | points | c.csv  | 5         | 5        | 0           | 0         | -          | -          | r0
    """,
}  # fmt: skip


def of(home: Home) -> Serving:
    return Serving(Reader(home.city("demo").store, Settings.load().serve), Policy.load(), lambda: NOW)


@pytest.fixture(scope="module")
def serving(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The city of all tests that leave it as it is."""
    with closing(of(publish_into(tmp_path_factory.mktemp("serving"), **TABLES))) as found:
        yield found


@pytest.fixture
def changing(publish: Any) -> Iterator[Serving]:
    """The city of a test, which may publish further snapshots."""
    with closing(of(publish(**TABLES))) as found:
        yield found


def test_an_answer_carries_its_snapshot_age_and_batches(serving: Serving) -> None:
    answer = serving.ask(MARCH)
    assert answer.rows["area"].tolist() == ["s11", "s12"]
    assert answer.rows["value"].tolist() == [7, 0]
    assert answer.rows["start"].dt.date.tolist() == [date(2018, 3, 1)] * 2
    assert list(answer.rows) == ["area", "level", "period", "start", "category", "value", "state", "coverage"]
    assert (answer.snapshot, answer.age_seconds, answer.metric.id) == ("s1", 36 * 3600, "incident_count")
    assert [one["batch_id"] for one in answer.batches] == ["b1"]


def test_a_ratio_names_the_files_of_both_parts_and_the_age_of_its_flow(serving: Serving) -> None:
    answer = serving.ask(replace(MARCH, metric="incident_rate", area="s11"))
    assert answer.rows["value"].tolist() == [10]
    assert [one["batch_id"] for one in answer.batches] == ["b1", "b3"]
    assert answer.age_seconds == 36 * 3600


@pytest.mark.parametrize(
    ("changed", "what", "remedy"),
    [
        ({"metric": "incident_cuont"}, "no metric 'incident_cuont'", "incident_count"),
        ({"level": "staton"}, "unknown level 'staton'", "did you mean station?"),
        ({"period": "monthly"}, "unknown period 'monthly'", "did you mean month?"),
        ({"period": "day"}, "not offered by day at level station", "level station offers: month, year; by day at: district"),
        ({"level": "city"}, "not offered by month at level city", "offered are: district by day, month; station by"),
        ({"metric": "closed_count"}, "closed_count is not served", "kuai metrics"),
        ({"category": "thefts"}, "has no category 'thefts'", "did you mean theft?"),
        ({"area": "s13"}, "level station has no area 's13'", "did you mean s1"),
        ({"area": "d1"}, "level station has no area 'd1'", "known:"),
        ({"last": date(2018, 1, 1)}, "is before the first", "exchange"),
        ({"last": date(9999, 12, 31), "period": "year"}, "outside the calendar", "9998"),
        ({"first": date.max, "last": date.max}, "outside the calendar", "9998"),
        ({"audience": "analyt"}, "no audience 'analyt'", "did you mean analyst?"),
        ({"area": "s11'; DROP TABLE cell; --"}, "has no area", "s11"),
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused_with_what_is(
    serving: Serving, changed: dict[str, Any], what: str, remedy: str
) -> None:
    with pytest.raises(GateError) as raised:
        serving.ask(replace(MARCH, **changed))
    assert what in raised.value.what
    assert remedy in raised.value.remedy


def test_a_question_larger_than_memory_is_refused(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuai.store.gate.MOST_CELLS", 100)
    with pytest.raises(GateError, match="more than 100 cells"):
        serving.ask(replace(MARCH, level="district", period="day", first=date(2018, 1, 1)))


def test_what_is_offered(serving: Serving) -> None:
    every = ["day", "week", "month", "quarter", "year"]
    assert serving.offered("resident_count") == [("station", period) for period in every]
    assert serving.offered("incident_rate") == [("station", "month"), ("station", "year")]
    assert serving.offered("incident_count")[:2] == [("district", "day"), ("district", "month")]
    assert serving.offered("passages_per_checkpoint") == []
    assert serving.categories("incident_count") == ["all", "robbery", "theft"]
    assert [one["level"] for one in serving.levels()] == ["city", "district", "station"]


def test_areas_of_a_day(serving: Serving) -> None:
    assert serving.areas("station", date(2018, 1, 1))["area"].tolist() == ["s11"]
    now = serving.areas("station")
    assert now["area"].tolist() == ["s11", "s12"]
    assert now["parent"].tolist() == ["d1", "d1"]
    assert now["name_zh"].tolist() == ["一所", "二所"]
    with pytest.raises(GateError, match="unknown level"):
        serving.areas("block")


def test_areas_of_a_level_are_those_of_the_day_they_are_alike_since(serving: Serving) -> None:
    for level in ("city", "district", "station"):
        for day in (date(1999, 12, 31), date(2000, 1, 1), date(2017, 12, 31), date(2018, 1, 1), date(2018, 3, 1)):
            since = serving.alike_since(level, day, "police")
            assert since <= day
            assert serving.areas(level, since).equals(serving.areas(level, day))
    assert serving.alike_since("station", date(2018, 1, 20), "police") == date(2018, 1, 1)
    assert serving.alike_since("station", date(2018, 3, 1), "police") == date(2018, 2, 1)


def test_the_level_of_an_area(serving: Serving) -> None:
    assert serving.level_of("s11") == "station"
    with pytest.raises(GateError, match="exists at several levels"):
        serving.level_of("both")
    with pytest.raises(GateError, match="no area 'x'"):
        serving.level_of("x")


def test_the_way_back_from_a_number(serving: Serving) -> None:
    found = serving.explain(replace(MARCH, area="s11"))
    assert [(one["area"], one["period"], one["value"], one["state"]) for one in found["cells"]] == [
        ("s11", "2018-03", 7, "value")
    ]
    assert (found["snapshot"], found["policy_version"], found["runs"]) == ("s1", "p1", ["r1", "run1"])
    (file,) = found["files"]
    assert (file["path"], file["rows_read"], file["accepted"], file["quarantined"]) == ("m3.csv", 10, 9, 1)


def test_status_tells_the_age_of_every_feed_against_its_budget(serving: Serving) -> None:
    found = serving.status()
    assert {one["source"]: one["state"] for one in found["feeds"]} == {
        "cases": "late", "old": "complete", "never": "late", "later": "awaited",
        "list": "delivered",
    }  # fmt: skip
    assert {one["source"]: one["age_seconds"] for one in found["feeds"]}["cases"] == 36 * 3600
    assert {one["source"]: one["rows_read"] for one in found["batches"]} == {"cases": 30, "people": 30, "points": 5}
    assert found["size_bytes"] > 0
    assert found["published_at"].tzinfo is UTC


@pytest.mark.slow
def test_questions_of_one_answer_are_of_one_snapshot(changing: Serving, publish: Any) -> None:
    with changing.together() as gate:
        before = gate.ask(MARCH)
        publish("s2", **TABLES)
        assert (gate.ask(MARCH).snapshot, gate.snapshot()["snapshot"]) == (before.snapshot, "s1")
    assert changing.ask(MARCH).snapshot == "s2"


def test_eight_clients_get_the_same_answer_while_snapshots_change(changing: Serving, publish: Any) -> None:
    expected = changing.ask(MARCH).rows
    wrong: list[BaseException] = []

    def client() -> None:
        try:
            for _ in range(6):
                assert changing.ask(MARCH).rows.equals(expected)
        except BaseException as error:  # noqa: BLE001 -- handed to the test
            wrong.append(error)

    clients = [threading.Thread(target=client) for _ in range(8)]
    for one in clients:
        one.start()
    for n in range(2, 6):
        publish(snapshot=f"s{n}", **TABLES)
    for one in clients:
        one.join()
    assert wrong == []
    assert changing.ask(MARCH).snapshot == "s5"
