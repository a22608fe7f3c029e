"""The page of alarms, without a browser: who sees which, who may act, what is kept of it, and what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kuai import texts
from kuai.access import Place, Viewer
from kuai.access.signin import SignIn
from kuai.alarms.attendant import Attendant
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.entry import Finding, Point
from kuai.audit.entry import Entry
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError, AlarmError, AuditError
from kuai.serving import Serving
from tests.dashboards.wall.conftest import Clock

from dashboards.caller import seen_as
from dashboards.desk.choice import Choice

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

    from dashboards.pages.alarms import AlarmsPage

Said = Callable[[Any], str]
ANA = Viewer("ana", "analyst", (Place("city", "demo"),), "situation", session="s")
EAST = replace(ANA, name="east", scope=(Place("county", "c0"),))
LISTED, MARK, LOOK, SAID = range(4)
HALL = Viewer("hall", "wall", (Place("city", "demo"),), "situation", is_device=True)


@pytest.fixture
def left() -> list[Entry]:
    return []


@pytest.fixture
def gate(serving: Serving, clock: Clock) -> Serving:
    """Gate of the city of all tests, by the clock of this one."""
    return Serving(serving._reader, serving._policy, clock)


@pytest.fixture
def attendant(gate: Serving, wall: Wall, book: Book, left: list[Entry], clock: Clock) -> Attendant:
    """Gate to two alarms: one in each county."""
    book._clock = clock
    fires = Finding(fires=True, period="2018-03", respond_minutes=30)
    book.renew({Point("many", Place("station", one)): fires for one in ("s5", "s0")})
    return Attendant(gate, wall, book, Policy.load(), left.append)


@pytest.fixture
def page(attendant: Attendant) -> Iterator[AlarmsPage]:
    from dashboards.pages.alarms import AlarmsPage

    with seen_as(ANA):
        yield AlarmsPage(attendant, "en")


def deed(do: str, number: object = 1, **more: object) -> dict[str, object]:
    return {"do": do, "number": number, "at": 1, **more}


def states(book: Book) -> list[str]:
    return [one.state for one in book.all()]


def test_what_stands_is_told_with_who_acts_and_until_when(page: AlarmsPage, said: Said) -> None:
    told = said(page.show("")[LISTED])
    for part in ("Many cases · Station s5", "standing", "Look", "Police", "Unknown", "2018-03"):
        assert part in told
    assert "Acknowledge by 2018-04-02 00:30" in told
    assert told.count("Acknowledge by") == 2
    assert "past its time" not in told


def test_an_alarm_leads_to_its_number_at_the_desk(page: AlarmsPage) -> None:
    links = [one.href for one in _all(page.show("")[LISTED]) if type(one).__name__ == "A"]
    assert [Choice.parse(f"?{one.partition('?')[2]}").pick for one in links] == ["s5", "s0"]
    assert Choice.parse(f"?{links[0].partition('?')[2]}").filters.metric == "incident_count"


def _all(component: Any) -> Iterator[Any]:
    """Component with all those within."""
    children = getattr(component, "children", None) or []
    yield component
    for one in children if isinstance(children, list) else [children]:
        yield from _all(one)


def test_an_alarm_is_acknowledged_once_and_by_name(page: AlarmsPage, book: Book, said: Said) -> None:
    answer = page.attend(deed("acknowledge", "1"), "?lang=en")
    assert said(answer[SAID]) == "Many cases · Station s5: acknowledged"
    assert (states(book), book.get(1).acknowledged_by) == (["acknowledged", "standing"], "ana")
    with seen_as(replace(ANA, name="bo")):
        page.attend(deed("acknowledge", 1), "")
    assert book.get(1).acknowledged_by == "ana"
    assert [(one.deed, one.actor) for one in book.acts()][-1] == ("acknowledged", "ana")
    assert "· ana" in said(answer[LISTED])


def test_an_alarm_is_put_aside_and_taken_back(page: AlarmsPage, book: Book, said: Said, clock: Clock) -> None:
    page.attend(deed("shelve", "1", hours="2.5", reason=" line\nunder  repair "), "")
    assert states(book) == ["shelved", "standing"]
    assert book.acts()[-1].about.endswith("Z line under repair")
    assert "Shelved until 2018-04-02 02:30" in said(page.show("")[LISTED])
    page.attend(deed("return", "1"), "")
    assert states(book) == ["standing", "standing"]
    page.attend(deed("shelve", "2", hours="1", reason="known"), "")
    clock.put(clock.at + timedelta(hours=1, minutes=1))
    assert states(book) == ["standing", "standing"]


@pytest.mark.parametrize(("given", "said_in"), [
    (deed("shelve", hours="2", reason="  "), "shelving needs a reason"),
    (deed("shelve", hours="", reason="x"), "not shelved for 0 hours"),
    (deed("shelve", hours="nan", reason="x"), "not shelved for nan hours"),
    (deed("shelve", hours="1e9", reason="x"), "at most 24"),
    (deed("acknowledge", 77), "no alarm 77 stands"),
    (deed("acknowledge", "1; DROP TABLE alarm"), "no such alarm"),
    (deed("acknowledge", "²"), "no such alarm"),
    (deed("acknowledge", {"a": [1]}), "no such alarm"),
    (deed("acknowledge", "9" * 40), "no such alarm"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(
    page: AlarmsPage, book: Book, said: Said, given: dict[str, object], said_in: str
) -> None:
    before = book.acts()
    assert said_in in said(page.attend(given, "?lang=en")[SAID])
    assert book.acts() == before


@pytest.mark.parametrize("given", [None, "acknowledge", [], {}, {"do": "clear", "number": 1}, {"do": ["shelve"]}])
def test_what_is_no_act_does_nothing(page: AlarmsPage, book: Book, given: object) -> None:
    before = book.acts()
    page.attend(given, None)
    assert book.acts() == before


def test_nobody_acts_on_an_alarm_that_he_may_not_know_of(attendant: Attendant, book: Book, left: list[Entry]) -> None:
    assert [one.number for one in attendant.open(EAST)] == [2]
    for act in (attendant.acknowledge, attendant.take_back, lambda *on: attendant.shelve(*on, 1, "why")):
        with pytest.raises(AlarmError, match="no alarm 1 stands"):
            act(EAST, 1)
    assert states(book) == ["standing", "standing"]
    assert {(one.outcome, one.areas) for one in left[1:]} == {("refused", ())}


@pytest.mark.parametrize("role", sorted(Policy.load().roles))
def test_a_role_acts_only_if_the_policy_says_so(attendant: Attendant, book: Book, role: str, left: list[Entry]) -> None:
    viewer = replace(ANA, role=role, is_device=role == "wall")
    may = role in ("analyst", "leader", "steward")
    assert attendant.admits(viewer) == may == ("attend" in attendant.policy.role(role).may)
    if may:
        assert attendant.acknowledge(viewer, 1).state == "acknowledged"
        return
    for act in (attendant.acknowledge, attendant.take_back, lambda *on: attendant.shelve(*on, 1, "why")):
        with pytest.raises(AccessError, match=f"the role {role} may not attend"):
            act(viewer, 1)
    assert (states(book), attendant.mark(viewer)) == (["standing", "standing"], "")
    assert {(one.outcome, one.areas) for one in left} == {("not-permitted", ())}


def test_a_display_never_acts_whatever_its_role(attendant: Attendant) -> None:
    assert not attendant.admits(replace(HALL, role="analyst"))


def test_every_look_and_every_act_leaves_a_line_before_it_is_done(
    attendant: Attendant, left: list[Entry], book: Book
) -> None:
    attendant.open(ANA)
    attendant.shelve(ANA, 1, 1, "known")
    told = [(one.action, one.about, one.level, tuple(map(str, one.areas)), one.rows) for one in left]
    assert told == [("alarm", "list", "", (), 2), ("alarm", "shelved 1 many", "station", ("station:s5",), 0)]
    assert {(one.viewer, one.city, one.snapshot, one.policy) for one in left} == {
        (ANA, "demo", "s1", attendant.policy.version)
    }

    def full(_line: Entry) -> None:
        raise AuditError("the disk is full")

    unheard = replace(attendant, record=full)
    for act in (lambda: unheard.acknowledge(ANA, 2), lambda: unheard.open(ANA)):
        with pytest.raises(AuditError):
            act()
    assert states(book) == ["shelved", "standing"]


def test_the_list_is_made_anew_only_when_it_is_another(page: AlarmsPage, left: list[Entry], clock: Clock) -> None:
    mark = page.show("")[MARK]
    assert {type(one).__name__ for one in page.follow("", mark)} == {"NoUpdate"}
    assert len(left) == 1
    clock.put(clock.at + timedelta(minutes=31))
    changed = page.follow("?lang=en", mark)
    assert (changed[MARK] != mark, changed[LOOK], len(left)) == (True, "page alarms", 2)
    assert {type(one).__name__ for one in page.follow("", changed[MARK])} == {"NoUpdate"}


def test_the_bar_counts_what_waits_for_somebody(
    page: AlarmsPage, book: Book, said: Said, left: list[Entry], clock: Clock
) -> None:
    assert said(page.waiting("en")) == "2 2 not acknowledged"
    assert said(page.waiting("zh")) == "2 2 条待确认"
    book.acknowledge(1, "bo")
    clock.put(clock.at + timedelta(minutes=31))
    assert said(page.waiting(None)) == "▲ 1 1 not acknowledged, some past their time"
    with seen_as(HALL):
        assert page.waiting("en") == []
    book.shelve(2, "bo", 1, "known", 8)
    assert (page.waiting("en"), left) == ([], [])


def test_what_nobody_has_acknowledged_in_time_is_marked(page: AlarmsPage, said: Said, clock: Clock) -> None:
    clock.put(clock.at + timedelta(minutes=31))
    assert said(page.show("")[LISTED]).count("past its time") == 2
    assert "past its time" not in said(page.attend(deed("acknowledge"), "")[LISTED]).split("standing")[0]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_states_of_the_page(page: AlarmsPage, book: Book, said: Said, language: str) -> None:
    search = f"?lang={language}"
    with seen_as(replace(ANA, role="oversight")):
        denied = page.show(search)[LISTED]
        assert "part-not_permitted" in denied.className
        for role in ("analyst", "leader", "steward"):
            assert Policy.load().role(role).label.to(language) in said(denied)
        assert "part-not_permitted" in page.attend(deed("acknowledge"), search)[SAID].className
    book.renew({one.point: Finding(fires=False, period="2018-03", respond_minutes=0) for one in book.open()})
    none = page.show(search)[LISTED]
    assert (none.className, texts.text("attending.none", language) in said(none)) == ("part part-empty", True)


def test_a_book_that_cannot_be_read_is_said_to_be(
    page: AlarmsPage, book: Book, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> list[Any]:
        raise AccessError("cannot be used: disk I/O error")

    monkeypatch.setattr(book, "open", gone)
    assert said(page.waiting("en")) == "? The alarms cannot be counted"
    assert "part-" in page.show("")[LISTED].className
    assert "part-" in page.attend(deed("acknowledge"), "")[SAID].className


def posted(client: TestClient, app: Dash, given: object, **headers: str) -> Any:
    """Answer to the call that a page makes when a button is pressed."""
    output, known = next((name, one) for name, one in app.callback_map.items() if "alarms-said.children" in name)
    parts = [one.rpartition(".") for one in output.strip(".").split("...")]
    fields = [{**one, "value": value} for one, value in
              zip([*known["inputs"], *known["state"]], (given, "?lang=en"), strict=True)]  # fmt: skip
    body = {"output": output, "outputs": [{"id": one, "property": name} for one, _, name in parts],
            "inputs": fields[:1], "state": fields[1:], "changedPropIds": ["alarms-deed.data"]}  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers=headers)


@pytest.fixture
def display(gatehouse: SignIn) -> str:
    """Cookie of a display of the whole city."""
    token = gatehouse.devices.add("hall-alarms", (Place("city", "demo"),), gatehouse.policy)
    return f"kuai_session={gatehouse.device(gatehouse.devices.enrol(token)).token}"


@pytest.fixture
def app(shown: Dash, attendant: Attendant) -> Dash:
    """Application of the city with its alarms."""
    assert attendant.book.open()
    return shown


def test_a_page_of_another_site_acknowledges_nothing(
    app: Dash, book: Book, enter: Callable[..., TestClient], session_cookie: Callable[..., str], display: str
) -> None:
    analyst, nobody = enter(session_cookie(), app), enter("", app)
    assert posted(nobody, app, deed("acknowledge")).status_code == 401
    assert posted(analyst, app, deed("acknowledge"), Origin="http://elsewhere").status_code == 403
    assert "part-not_permitted" in posted(enter(display, app), app, deed("acknowledge")).text
    assert states(book) == ["standing", "standing"]
    assert posted(analyst, app, deed("acknowledge")).status_code == 200
    assert states(book) == ["acknowledged", "standing"]


def test_pages_lead_there_whoever_may(app: Dash, as_viewer: Callable[..., Any]) -> None:
    named = next(one for name, one in app.callback_map.items() if name == "shell.children")
    for viewer, is_named in ((ANA, True), (replace(ANA, role="engineer"), False), (HALL, False)):
        with as_viewer(viewer):
            bar = inspect.unwrap(named["callback"])("/desk", "en")
            assert ("/alarms?lang=en" in [one.href for one in bar.children[0].children]) == is_named
