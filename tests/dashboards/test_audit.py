"""The page of the audit, without a browser: what it shows to whom, and the lines it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai import texts
from kuai.access import Place, Viewer
from kuai.access.signin import SignIn
from kuai.audit import AuditLog, Entry, Site, verify
from kuai.audit.overseer import Overseer
from kuai.audit.reading import lines
from kuai.audit.standing import keep
from kuai.errors import GateError
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import uses

from dashboards.caller import seen_as
from dashboards.figures.use import COLOURS, use
from dashboards.inspection import Look, looked
from dashboards.tally import tally

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from dashboards.pages.audit import AuditPage

Said = Callable[[Any], str]
HEAD, VIEWS, CONTROLS, BODY, PANEL, LANGUAGE, TITLE, LOOK = range(8)
AUDITOR = Viewer("eva", "auditor", purpose="audit", reason="yearly review", session="e")
TODAY = datetime.now(UTC).date()
SEEN = "?lang=en&view=seen&level=station&area=s3"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Log of a thousand lines, the last of them of today."""
    at = uses.site(tmp_path_factory.mktemp("used"), segment_lines=300)
    uses.fill(at, 1000, TODAY)
    return at


@pytest.fixture
def left() -> list[Entry]:
    return []


@pytest.fixture
def sheet(made: Site, serving: Serving, gatehouse: SignIn, left: list[Entry]) -> Iterator[AuditPage]:
    from dashboards.pages.audit import AuditPage

    overseer = Overseer.of(made, Settings.load(None, {}).serve, gatehouse.policy, left.append)
    with seen_as(AUDITOR):
        yield AuditPage(serving, overseer, "en", lambda: ["mallory"])


def truth(**wanted: Any) -> list[Entry]:
    """Lines of the log that hold these values."""
    found = uses.entries(1000, TODAY, 28)
    return [one for one in found if all(getattr(one, name) == value for name, value in wanted.items())]


def showed_s3(entry: Entry) -> bool:
    named, scope = {str(one) for one in entry.areas}, {str(one) for one in entry.viewer.scope}
    above = {"station:s3", "county:c1", "city:demo"}
    is_asked = entry.level == "station" and entry.outcome == "answered" and entry.rows > 0
    return is_asked and (not named or bool(named & above)) and (not scope or bool(scope & above))


def test_who_saw_an_area_is_whoever_saw_it(sheet: AuditPage, said: Said) -> None:
    found = [one for one in truth() if showed_s3(one)]
    shown = sheet.show(SEEN)
    viewers, answers, pager = shown[BODY]
    assert f"1 to 25 of {len(found)}, newest first" in said(answers)
    assert len(answers.children[2].children) == 25
    assert {said(row.children[0]).removeprefix("▣  ") for row in viewers.children[2].children} == {
        one.viewer.name for one in found
    }
    assert said(pager).startswith("page 1 of ")
    newest = said(answers.children[2].children[0])
    last = found[-1]
    assert f"{last.at:%Y-%m-%d %H:%M:%S}" in newest
    assert all(part in newest for part in (last.viewer.name, last.viewer.reason, "s1", "p1", str(last.first)))


def test_an_area_is_found_by_its_name_in_either_language(sheet: AuditPage, said: Said) -> None:
    by_code = said(sheet.show(SEEN)[BODY])
    for name in ("Station s3", "s3所"):
        assert said(sheet.show(SEEN.replace("area=s3", f"area={name}"))[BODY]) == by_code


def test_questions_are_counted_by_day_and_role_or_purpose(sheet: AuditPage, said: Said) -> None:
    chart, table = sheet.show("?lang=en")[BODY]
    asked = [one for one in truth() if one.action != "refused-sign-in"]
    assert sum(sum(bar.y) for bar in chart.figure.data) == len(asked)
    analysts = [one for one in asked if one.viewer.role == "analyst"]
    refused = len([one for one in analysts if one.outcome == "refused"])
    assert f"Analyst {len(analysts):,} {refused:,}" in said(table)
    by_purpose = said(sheet.show("?lang=zh&by=purpose")[BODY][1])
    assert f"工作简报 {len([one for one in asked if one.viewer.purpose == 'briefing']):,}" in by_purpose


def test_refusals_and_failed_sign_ins_can_be_paged_through(sheet: AuditPage, said: Said) -> None:
    total = len([one for one in truth() if one.outcome != "answered"])
    assert total > 25
    pages = [sheet.show(f"?lang=en&view=refused&part={part}")[BODY] for part in range(1, -(-total // 25) + 1)]
    assert sum(len(table.children[2].children) for table, _ in pages) == total
    assert "failed sign-in refused name or password, or locked" in " ".join(said(table) for table, _ in pages)
    assert "there is no part 99" in said(sheet.show("?lang=en&view=refused&part=99")[BODY])


def test_every_look_leaves_its_lines(sheet: AuditPage, left: list[Entry]) -> None:
    for search in ("?view=use", SEEN, "?view=refused&since=2026-01-05&until=2026-01-06", "?view=seen", "?since=never"):
        sheet.show(search)
    told = [(one.about, one.viewer, one.action) for one in left if one.about != "standing"]
    assert told == [(about, AUDITOR, "audit") for about in ("use", "who-saw", "refused")]
    assert [one.about for one in left].count("standing") == 5
    assert next(one.areas for one in left if one.about == "who-saw") == (Place("station", "s3"),)
    assert next((one.first, one.last) for one in left if one.about == "refused") == (date(2026, 1, 5), date(2026, 1, 6))


@pytest.mark.parametrize("role", ["analyst", "leader", "steward", "engineer", "wall"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_to_others_it_is_not_permitted_as_a_state(
    sheet: AuditPage, left: list[Entry], said: Said, role: str, language: str
) -> None:
    with seen_as(Viewer("li", role)):
        shown = sheet.show(f"?lang={language}&view=refused")
    assert texts.text("state.not_permitted", language) in said(shown[BODY])
    assert (shown[VIEWS], shown[CONTROLS], shown[PANEL]) == ([], [], [])
    assert [(one.outcome, one.viewer.role) for one in left] == [("not-permitted", role)]
    assert "mallory" not in said(shown)


@pytest.mark.slow
@pytest.mark.parametrize(
    "search", ["", SEEN, "?view=refused", "?view=seen", "?view=seen&area=s9", "?since=x", "?part=0"]
)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_both_languages_are_whole(sheet: AuditPage, said: Said, search: str, language: str) -> None:
    shown = sheet.show(f"{search or '?'}&lang={language}")
    assert (shown[LANGUAGE], shown[TITLE]) == (language, texts.text("audit_page.title", language))
    assert "mallory" in said(shown[PANEL])
    assert texts.text("audit_page.view_seen", language) in said(shown[VIEWS])


@pytest.mark.parametrize(
    "search", ["?view=seen&area=s9", "?since=never", "?since=2026-02-01&until=2026-01-01", "?part=x"]
)
def test_what_cannot_be_answered_is_said_in_its_place(sheet: AuditPage, said: Said, search: str) -> None:
    assert texts.text("notice.refused", "en") in said(sheet.show(f"{search}&lang=en")[BODY])


@pytest.mark.parametrize(
    ("search", "key"),
    [
        ("?view=use", "no_questions"),
        ("?view=refused", "nothing_refused"),
        (SEEN, "nobody_saw"),
        ("?view=seen", "no_area"),
    ],
)
def test_nothing_found_is_said(sheet: AuditPage, said: Said, search: str, key: str) -> None:
    found = sheet.show(f"{search}&lang=en&since=2001-01-01&until=2001-01-31")[BODY]
    assert texts.text(f"notice.{key}.what", "en") in said(found)


def test_how_the_chain_stands_is_told(tmp_path: Path, serving: Serving, gatehouse: SignIn, said: Said) -> None:
    from dashboards.pages.audit import AuditPage

    at = uses.site(tmp_path, segment_lines=40)
    uses.fill(at, 90, TODAY)
    overseer = Overseer.of(at, Settings.load(None, {}).serve, gatehouse.policy, lambda _: None)
    page = AuditPage(serving, overseer, "en", list)
    with seen_as(AUDITOR):
        told = said(page.show("?lang=en")[PANEL])
        assert all(part in told for part in ("the whole was never verified", "lines 81 to 90", "of line 90", "none"))
        keep(at, verify.verify(at), datetime.now(UTC) - timedelta(hours=3))
        assert "As it was written" in said(page.show("?lang=en")[PANEL])
        assert "3 h ago" in said(page.show("?lang=en")[PANEL])
        text = at.folder / "000000000081.jsonl"
        text.write_bytes(text.read_bytes().replace(b'"n":85,', b'"n":84,'))
        assert "Not as it was written, from line 85 on" in said(page.show("?lang=en")[PANEL])


def test_the_whole_is_verified_on_demand_and_followed_to_its_end(sheet: AuditPage, said: Said, made: Site) -> None:
    shown, is_over = sheet.check("?lang=en")
    assert not is_over
    assert "Verifying" in said(shown) or shown == []
    for _ in range(200):
        shown, is_over, beat = sheet.follow("?lang=en", 7)
        if is_over:
            break
        time.sleep(0.05)
    assert (shown, is_over, beat) == ([], True, 7)
    assert "As it was written" in said(sheet.show("?lang=en")[PANEL])


def test_choices_survive_the_address() -> None:
    look = Look.parse("?view=seen&level=station&area=s3&since=2026-01-05&until=2026-01-06&part=3&lang=zh", "en", TODAY)
    assert Look.parse(look.search, "en", TODAY) == look
    assert look.but(area="s4").part == 1
    assert look.skipped == 50
    assert look.span == (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC))
    usual, wrong = looked("?since=9999-12-31&lang=zh", "en", TODAY)
    assert (usual.lang, usual.until, usual.since) == ("zh", TODAY, TODAY - timedelta(days=27))
    assert isinstance(wrong, GateError)


def test_days_without_a_question_are_drawn_empty() -> None:
    rows = [
        {"day": date(2026, 1, day), "role": role, "purpose": "", "questions": 3, "refused": 1}
        for day, role in ((1, "a"), (4, "b"), (4, "a"))
    ]
    found = tally(rows, "role", lambda _, code: code)
    assert found.counts == {"a": [3, 0, 0, 3], "b": [0, 0, 0, 3]}
    assert found.totals == (("a", 6, 2, 3), ("b", 3, 1, 3))
    bars = use(found.days, found.counts, "questions").data
    assert [one.marker.color for one in bars] == list(COLOURS[:2])
    assert bars[0].marker.pattern.shape != bars[1].marker.pattern.shape


def enter_as(enter: Any, session_cookie: Any, role: str) -> TestClient:
    purpose = "audit" if role == "auditor" else "oversight"
    client: TestClient = enter(session_cookie("eva", role, purpose, "yearly review"))
    return client


def test_the_address_is_closed_and_leads_back_after_the_sign_in(visitor: TestClient, analyst: TestClient) -> None:
    assert visitor.get("/audit").status_code == 401
    led = visitor.get("/audit?lang=en", headers={"Accept": "text/html"})
    assert led.headers["location"] == "/signin?next=%2Faudit%3Flang%3Den"
    assert "react-entry-point" in analyst.get("/audit").text
    assert analyst.get("/audit/").status_code == 404


@pytest.mark.parametrize(("role", "has_link"), [("auditor", True), ("oversight", True)])
def test_the_account_leads_those_who_may_to_the_audit(
    enter: Any, session_cookie: Any, analyst: TestClient, role: str, *, has_link: bool
) -> None:
    assert ('href="/audit' in enter_as(enter, session_cookie, role).get("/account").text) is has_link
    assert 'href="/audit' not in analyst.get("/account").text


def call(client: TestClient, path: str) -> str:
    """Page that the browser is given for an address."""
    inputs = [{"id": "address", "property": "pathname", "value": path}]
    sent = {"output": "leaf.children", "outputs": {"id": "leaf", "property": "children"}, "inputs": inputs,
            "state": [{"id": "address", "property": "search", "value": ""}]}  # fmt: skip
    return client.post("/_dash-update-component", json={**sent, "changedPropIds": []}).text


def test_whoever_sees_no_numbers_begins_with_the_audit(enter: Any, session_cookie: Any, analyst: TestClient) -> None:
    auditor, overseer = (enter_as(enter, session_cookie, role) for role in ("auditor", "oversight"))
    assert ["audit-url" in call(one, "/") for one in (auditor, overseer, analyst)] == [True, False, False]
    assert ["audit-url" in call(one, "/audit") for one in (auditor, overseer, analyst)] == [True, True, True]


def test_over_http_others_learn_nothing_and_what_is_read_is_in_the_audit(
    enter: Any, session_cookie: Any, analyst: TestClient, usual_application: Any, overseer: Overseer
) -> None:
    output = next(name for name in usual_application.callback_map if "audit-body" in name)
    parts = [one.rpartition(".") for one in output.strip(".").split("...")]
    inputs = [{"id": "audit-url", "property": "search", "value": SEEN}, {"id": "audit-checked", "property": "data"}]
    outputs = [{"id": one, "property": name} for one, _, name in parts]
    sent = {"output": output, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    answers = [
        client.post("/_dash-update-component", json=sent)
        for client in (analyst, enter_as(enter, session_cookie, "auditor"))
    ]
    assert [one.status_code for one in answers] == [200, 200]
    assert ["fang" in one.text for one in answers] == [False, True]
    span = datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC) + timedelta(days=1)
    found = lines(AuditLog(overseer.site).site, overseer.settings, span)[-3:]
    assert [(one["viewer"], one["about"], one["outcome"]) for one in found] == [
        ("ana", "standing", "not-permitted"), ("eva", "standing", "answered"), ("eva", "who-saw", "answered"),
    ]  # fmt: skip
