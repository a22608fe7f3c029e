"""Whoever asks: his role says as whom, his scope which areas, and every question is put down before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from threading import Event
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.errors import AccessError, AuditError, GateError
from kuai.serving import Question, Serving

TABLES = {
    "level": """
        hierarchy | level    | rank | name_zh | name_en  | has_geometry
        police    | city     | 0    | 市      | City     | true
        police    | district | 1    | 分局    | District | true
        police    | station  | 2    | 派出所  | Station  | true
    """,
    "area": """
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | city     | demo | -      | 2000-01-01 | -
        police    | district | d1   | demo   | 2000-01-01 | -
        police    | district | d2   | demo   | 2000-01-01 | -
        police    | station  | a    | d1     | 2000-01-01 | -
        police    | station  | b    | d2     | 2000-01-01 | -
    """,
    "released": """
        measure        | level   | period
        incident_count | station | month
        median_handling_days | station | month
    """,
    "coverage": """
        measure        | first      | last
        incident_count | 2018-01-01 | 2018-12-31
    """,
    "cell": """
        measure        | level   | area | period | start      | category | value
        incident_count | station | a    | month  | 2018-03-01 | all      | 2
        incident_count | station | b    | month  | 2018-03-01 | all      | 9
    """,
}
MARCH = Question("incident_count", "station", "month", date(2018, 3, 1), date(2018, 3, 31))
Seen = Callable[..., dict[str, str]]


@pytest.fixture
def serving(publish: Any) -> Iterator[Serving]:
    with closing(Serving.open(publish(**TABLES), "demo")) as gate:
        yield gate


@pytest.fixture
def lines() -> list[Entry]:
    return []


@pytest.fixture
def seen(serving: Serving, lines: list[Entry]) -> Seen:
    """Value or state by area, as a role with a scope sees them."""

    def ask(role: str, *scope: str, question: Question = MARCH) -> dict[str, str]:
        viewer = Viewer("ana", role, tuple(Place(*one.split(":")) for one in scope), "planning")
        rows = serving.seen_by(viewer, lines.append).ask(question).rows
        shown = zip(rows["area"], rows["value"], rows["state"], strict=True)
        return {area: f"{value:g}" if state == "value" else state for area, value, state in shown}

    return ask


def test_outside_the_scope_nothing_is_permitted(seen: Seen) -> None:
    assert seen("analyst", "district:d1") == {"a": "2", "b": "not_permitted"}
    assert seen("analyst", "district:d2", "station:a") == {"a": "2", "b": "9"}
    assert seen("analyst") == {"a": "2", "b": "9"}


def test_the_role_says_as_whom(seen: Seen) -> None:
    assert seen("wall", "city:demo") == {"a": "suppressed", "b": "9"}


def test_who_sees_no_numbers_gets_none_and_has_asked(seen: Seen, lines: list[Entry]) -> None:
    with pytest.raises(AccessError, match="auditor may not ask"):
        seen("auditor")
    with pytest.raises(AccessError, match="no role"):
        seen("nobody")
    assert [(one.viewer.role, one.outcome, one.rows) for one in lines] == [
        ("auditor", "refused", 0),
        ("nobody", "refused", 0),
    ]


def test_every_question_is_put_down(seen: Seen, lines: list[Entry]) -> None:
    seen("analyst", "district:d1")
    seen("analyst", "district:d1", question=Question(*_of(MARCH), area="b"))
    assert [(one.outcome, one.rows, one.areas) for one in lines] == [
        ("answered", 1, ()), ("not-permitted", 0, (Place("station", "b"),)),
    ]  # fmt: skip
    first = lines[0]
    assert (first.viewer.name, first.viewer.scope, first.city) == ("ana", (Place("district", "d1"),), "demo")
    assert (first.metric, first.level, first.snapshot) == ("incident_count", "station", "s1")


def test_a_refused_question_is_put_down_too(seen: Seen, lines: list[Entry]) -> None:
    with pytest.raises(GateError):
        seen("analyst", question=Question("incident_count", *_of(MARCH)[1:], category="nothing"))
    assert [one.outcome for one in lines] == ["refused"]


def test_no_answer_without_its_line(serving: Serving) -> None:
    def full(_: Entry) -> None:
        raise AuditError("the disk is full")

    with pytest.raises(AuditError, match="full"):
        serving.seen_by(Viewer("ana", "analyst"), full).ask(MARCH)


def test_an_answer_waits_for_its_line(serving: Serving) -> None:
    written = Event()
    gate = serving.seen_by(Viewer("ana", "analyst"), lambda _: written.wait(10))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(gate.ask, MARCH)
        with pytest.raises(TimeoutError):
            answer.result(0.1)
        written.set()
        assert len(answer.result(10).rows) == 2


def test_questions_of_one_answer_wait_for_their_lines_when_it_is_left(serving: Serving) -> None:
    may, written = Event(), []

    def write(entry: Entry) -> None:
        may.wait(10)
        written.append(entry)

    def answered() -> int:
        with serving.seen_by(Viewer("ana", "analyst"), write).together() as gate:
            gate.ask(MARCH)
            gate.ask(MARCH)
            asked.set()
        return len(written)

    asked = Event()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(answered)
        assert asked.wait(10)
        assert not written
        may.set()
        assert answer.result(10) == 2


def test_no_answer_of_several_questions_without_each_line(serving: Serving, lines: list[Entry]) -> None:
    def full(entry: Entry) -> None:
        lines.append(entry)
        if len(lines) == 1:
            raise AuditError("the disk is full")

    gate = serving.seen_by(Viewer("ana", "analyst"), full)
    with pytest.raises(AuditError, match="full"), gate.together() as asked:  # noqa: PT012 -- it is leaving that raises
        asked.ask(MARCH)
        with pytest.raises(GateError):
            asked.ask(Question("incident_count", *_of(MARCH)[1:], category="nothing"))
    assert sorted(one.outcome for one in lines) == ["answered", "refused"]
    with pytest.raises(AuditError, match="full"), gate.together() as asked:  # noqa: PT012
        lines.clear()
        asked.ask(MARCH)
        raise GateError("something else")


@pytest.mark.parametrize("error", [GateError, RuntimeError])
def test_an_answer_that_failed_leaves_a_line(
    serving: Serving, lines: list[Entry], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def broken(*_: object) -> None:
        raise error("broken")

    monkeypatch.setattr("kuai.store.answering.cells", broken)
    with pytest.raises(error, match="broken"):
        serving.seen_by(Viewer("ana", "analyst"), lines.append).ask(MARCH)
    assert [one.outcome for one in lines] == ["refused"]


def test_a_line_says_as_many_rows_as_are_shown(serving: Serving, lines: list[Entry]) -> None:
    for role, rows in (("analyst", 2), ("wall", 0), ("engineer", 0)):
        gate = serving.seen_by(Viewer("ana", role), lines.append)
        shown = gate.ask(Question("median_handling_days", *_of(MARCH)[1:])).rows["state"] != "not_permitted"
        assert (lines[-1].rows, int(shown.sum())) == (rows, rows)


def test_two_viewers_of_one_gate_never_get_each_others_answer(seen: Seen) -> None:
    for _ in range(3):
        assert seen("analyst", "district:d1")["b"] == "not_permitted"
        assert seen("leader")["b"] == "9"


def _of(question: Question) -> tuple[str, str, str, date, date]:
    return question.metric, question.level, question.period, question.first, question.last
