"""The desk in a real browser where something cannot be had: each part says so, and no other part suffers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.dashboards.desk.test_desk_browser import opened
from tests.dashboards.visiting import PATIENCE, TURN, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

START = "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1"
GO = "search => window.kuaiDesk.go(search)"
ADDRESSED = "text => window.location.search.includes(text)"
UNADDRESSED = "text => !window.location.search.includes(text)"
DRAWN = "text => window.kuaiDesk.shown().search.includes(text)"
OTHER = """() => {
    const usual = window.kuaiDesk.shown, other = {...usual()};
    let count = 0;
    window.kuaiDesk.shown = () => (count++ ? other : usual());
}"""
"""The page shows another answer by the time that the first has been put down."""
LATE = """() => {
    const {board} = document.getElementById("desk-map"), canvas = document.querySelector("#desk-map canvas");
    const usual = canvas.kuaiPicture;
    board.reached = new Promise((done) => setTimeout(done, 400)).then(() => window.seen.push("values"));
    canvas.kuaiPicture = () => { window.seen.push("picture"); return usual(); };
    window.seen = [];
}"""
"""What the map is to show comes a while after it has been asked for a picture."""
BROKEN = "() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }"
FIELDS = "() => document.querySelectorAll('#desk-fields select').length"


@pytest.fixture
def answering(watched: Watched) -> Iterator[Callable[[str, int, str], None]]:
    """Has an address answer with a status and a body, until the test is over."""
    held: list[str] = []

    def answer(path: str, status: int, body: str) -> None:
        def fulfil(route: Route) -> None:
            route.fulfill(status=status, body=body, content_type="application/json")

        watched.page.route(path, fulfil)
        held.append(path)

    yield answer
    for one in held:
        watched.page.unroute(one)


def refused(page: Page) -> None:
    page.wait_for_selector(".page.desk.refused", timeout=PATIENCE)


def test_a_refused_question_leaves_no_numbers_of_the_one_before(watched: Watched) -> None:
    page = opened(watched, START)
    page.evaluate(GO, "?lang=en&metric=incident_count&compare=2018-13-45")
    refused(page)
    page.wait_for_selector("#desk-ranking .part-empty", timeout=PATIENCE)
    assert page.locator(".ranked").count() == 0
    assert page.inner_text("#desk-subject") == ""
    assert page.locator("#takeaway").count() == 0
    page.select_option("#field-compare", "none")
    page.wait_for_selector(".ranked", timeout=PATIENCE)


def test_a_page_that_opens_with_a_refused_question_has_fields_to_ask_another(watched: Watched) -> None:
    page = watched.page
    page.evaluate(TURN, "/?lang=en")
    page.wait_for_selector("#map", timeout=PATIENCE)
    page.evaluate(TURN, "/desk?lang=en&compare=2018-13-45")
    refused(page)
    page.wait_for_function(FIELDS, timeout=PATIENCE)
    page.select_option("#field-compare", "none")
    page.wait_for_selector(".ranked", timeout=PATIENCE)
    page.wait_for_selector(".page.desk:not(.refused)", timeout=PATIENCE)


def test_a_picture_that_is_refused_says_why_and_leaves_the_page(
    watched: Watched, answering: Callable[[str, int, str], None]
) -> None:
    page = opened(watched, START)
    answering("**/desk/origin*", 400, '{"refused": "there are too many rows"}')
    page.click("#desk-png")
    page.wait_for_selector("#desk-png-said:has-text('there are too many rows')", timeout=PATIENCE)
    answering("**/desk/origin*", 503, "")
    page.click("#desk-png")
    page.wait_for_selector("#desk-png-said:has-text('Could not be shown')", timeout=PATIENCE)
    assert "failed" not in (page.get_attribute("#page", "class") or "")
    assert page.locator(".ranked").count() == 1
    watched.complaints.clear()


def test_hours_that_cannot_be_had_do_not_show_those_of_another_area(
    watched: Watched, answering: Callable[[str, int, str], None]
) -> None:
    page = opened(watched, START.replace("pick=s1", "pick=s2"))
    page.locator("#desk-hours").scroll_into_view_if_needed()
    page.wait_for_selector("#desk-panel-hours:not(.failed):not(.waits) #desk-hours canvas", timeout=PATIENCE)
    answering("**/desk/hours*", 503, "")
    page.evaluate(GO, START)
    page.wait_for_selector("#desk-panel-hours.failed .when-failed", timeout=PATIENCE)
    assert page.inner_text("#desk-hours-said") == ""
    page.unroute("**/desk/hours*")
    page.evaluate("() => window.dash_clientside.desk.beat()")
    page.wait_for_selector("#desk-panel-hours:not(.failed):not(.waits)", timeout=PATIENCE)
    watched.complaints.clear()


def test_hours_that_are_refused_stay_refused_while_other_choices_change(
    watched: Watched, answering: Callable[[str, int, str], None]
) -> None:
    page = opened(watched, START.replace("pick=s1", "pick=s2"))
    page.locator("#desk-hours").scroll_into_view_if_needed()
    page.wait_for_selector("#desk-panel-hours:not(.waits) #desk-hours canvas", timeout=PATIENCE)
    answering("**/desk/hours*", 200, '{"refused": "no hours for this area"}')
    page.evaluate(GO, START)
    why = page.locator("#desk-panel-hours").get_by_text("no hours for this area")
    why.wait_for(timeout=PATIENCE)
    page.evaluate(GO, START.replace("compare=none", "compare=before"))
    page.wait_for_function(DRAWN, arg="compare=before", timeout=PATIENCE)
    assert why.is_visible()


@pytest.mark.parametrize("fault", [OTHER, BROKEN])
def test_a_picture_is_of_what_was_put_down_or_there_is_none(watched: Watched, fault: str) -> None:
    page = opened(watched, START)
    page.evaluate(fault)
    page.click("#desk-png")
    page.wait_for_selector("#desk-png-said:has-text('Could not be shown')", timeout=PATIENCE)
    page.reload()


@pytest.mark.parametrize(("status", "seen"), [("ready", ["values", "picture"]), ("failed:0", ["values"])])
def test_a_picture_shows_the_map_once_it_is_drawn_or_not_at_all(watched: Watched, status: str, seen: list[str]) -> None:
    page = opened(watched, START)
    page.wait_for_selector("#desk-map[data-status=ready]", timeout=PATIENCE)
    page.evaluate(LATE)
    page.evaluate("status => { document.getElementById('desk-map').dataset.status = status; }", status)
    with page.expect_download():
        page.click("#desk-png")
    assert page.evaluate("window.seen") == seen
    page.reload()


def test_whether_single_keys_are_off_is_told_when_the_help_opens(watched: Watched) -> None:
    page = opened(watched, START)
    for off in ("false", "true"):
        page.click("#desk-help-open")
        assert page.get_attribute("#desk-keys", "aria-pressed") == off
        page.click("#desk-keys")
        page.click("#desk-help-close")
    assert page.evaluate("window.localStorage.getItem('kuai-desk-keys')") == "on"


def test_another_span_to_compare_with_is_chosen_by_its_last_day(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-03-05&pick=s1")
    page.select_option("#field-compare", label="Another span…")
    page.wait_for_selector("#field-then", timeout=PATIENCE)
    assert page.input_value("#field-then") == "2018-01-31"
    page.fill("#field-then", "2018-02-10")
    page.wait_for_function(ADDRESSED, arg="compare=2018-02-10", timeout=PATIENCE)
    page.wait_for_selector(
        "#field-compare option:checked:has-text('Until 2018-02-10')", state="attached", timeout=PATIENCE
    )
    page.select_option("#field-compare", "usual")
    page.wait_for_selector("#field-then", state="detached", timeout=PATIENCE)


def test_keys_of_the_map_are_not_keys_of_the_desk(watched: Watched) -> None:
    page = opened(watched, START)
    page.wait_for_selector("#desk-map[data-status=ready]", timeout=PATIENCE)
    before = page.url
    page.keyboard.press("g")
    for key in ("+", "-", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_selector("#desk-map .block-tip:not([hidden])", timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.wait_for_selector("#desk-map .block-tip", state="hidden", timeout=PATIENCE)
    assert page.url == before
    page.keyboard.press("Escape")
    page.wait_for_function(UNADDRESSED, arg="pick=", timeout=PATIENCE)


def test_the_raw_rate_is_one_key_away_from_the_smoothed_one(watched: Watched) -> None:
    page = opened(
        watched, "?lang=en&level=station&period=month&date=2018-03-05&metric=incident_rate&layer=smoothed&pick=s1"
    )
    page.wait_for_selector("#desk-legend li:has-text('smoothed rate')", timeout=PATIENCE)
    page.keyboard.press("x")
    page.wait_for_function(UNADDRESSED, arg="layer=", timeout=PATIENCE)
    page.wait_for_function(
        "() => !document.getElementById('desk-legend').innerText.includes('smoothed')", timeout=PATIENCE
    )
    page.keyboard.press("x")
    page.wait_for_selector("#desk-legend li:has-text('smoothed rate')", timeout=PATIENCE)
