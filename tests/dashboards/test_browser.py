"""The page in a real browser: it draws, it follows the address, it speaks both languages, it asks no other host."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kuai.access.signin import SignIn
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards import visiting
from tests.dashboards.drawn import VISIBLE, legend_fills, point, showing
from tests.dashboards.visiting import PATIENCE, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Page

from dashboards.figures.states import FILLS

pytestmark = pytest.mark.browser

FOREIGN_KEY = re.compile(r"\b(state|column|control|legend|notice|period|date|age_badge)\.[a-z_]+\b")
PASSWORD = "quiet violet harbour 41"  # noqa: S105 -- of an account that lives for a test


def sign_in(page: Page, site: str) -> None:
    """Come in as a person does: by keys alone."""
    page.goto(f"{site}/?lang=en")
    page.wait_for_url("**/signin?next=*", timeout=PATIENCE)
    page.wait_for_selector("#field-name:focus", timeout=PATIENCE)
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#page", timeout=PATIENCE)


def test_a_person_comes_in_by_keys_alone(watched: Watched) -> None:
    watched.page.context.clear_cookies()
    sign_in(watched.page, watched.site)


NO_WEBGL = """
    const usual = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith("webgl") ? null : usual.call(this, kind, ...rest);
    };
"""


@pytest.mark.parametrize("level", ["station", "adaptive-police"])
def test_the_map_is_drawn_in_the_colours_of_the_legend(watched: Watched, level: str) -> None:
    page = watched.open(f"?lang=en&level={level}")
    wanted = legend_fills(page)
    seen = showing(page, wanted[0])
    assert [fill for fill in wanted if seen.get(fill, 0) < VISIBLE] == []


def test_every_state_looks_different(watched: Watched) -> None:
    searches = {"missing": "?date=2017-12-01", "late": "?date=2018-04-01", "suppressed": "?metric=resident_count"}
    looks = {state: showing(watched.open(f"{search}&lang=en"), FILLS[state]) for state, search in searches.items()}
    for state in searches:
        assert {other for other in looks if looks[other].get(FILLS[state], 0) > VISIBLE} == {state}


def test_a_choice_goes_into_the_address_and_the_page_follows(watched: Watched) -> None:
    page = watched.open("?lang=en")
    before = showing(page, legend_fills(page)[0])
    page.select_option("#field-metric", "resident_count")
    page.wait_for_selector(".legend h2:has-text('Residents')", timeout=PATIENCE)
    assert "metric=resident_count" in page.url
    assert showing(watched.drawn(), FILLS["suppressed"]) != before
    page.select_option("#field-level", "county")
    page.wait_for_selector(".ranking:has-text('County 1')", timeout=PATIENCE)
    assert "level=county" in page.url
    page.go_back()
    page.wait_for_selector(".ranking:has-text('Station s0')", timeout=PATIENCE)
    assert page.locator("#field-level").input_value() == "station"


def test_keys_alone_are_enough(watched: Watched) -> None:
    page = watched.open("?lang=en&level=station&period=month")
    page.focus("#field-period")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".about:has-text('20 March 2018')", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.id") == "field-period"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_click_on_the_map_leads_down(watched: Watched) -> None:
    page = watched.open("?lang=en&level=county")
    box = page.locator("#canvas").bounding_box()
    assert box
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4
    showing(page, legend_fills(page)[0])
    point(page, *at, "County 1")
    page.mouse.click(*at)
    page.wait_for_selector(".trail:has-text('County 1')", timeout=PATIENCE)
    assert "area=county:c1" in page.url
    assert page.locator(".ranking tbody tr").count() == 3


@pytest.mark.parametrize(("language", "word"), [("zh", "数据超时"), ("en", "Out of date")])
def test_both_languages_are_whole(watched: Watched, language: str, word: str) -> None:
    page = watched.open(f"?lang={language}")
    text = page.inner_text("body")
    assert word in text
    assert FOREIGN_KEY.search(text) is None
    assert page.evaluate("document.documentElement.lang") == language
    page.click(".language")
    page.wait_for_selector(f"#page:not([lang={language}])", timeout=PATIENCE)


def test_a_refused_question_is_said_on_the_page(watched: Watched) -> None:
    visiting.turn(watched.page, f"{watched.site}/?lang=en&metric=nonsense")
    watched.page.wait_for_selector(".notice.error", timeout=PATIENCE)
    watched.page.click(".notice.error a")
    watched.page.wait_for_selector(".legend", timeout=PATIENCE)


def shape(page: Page) -> Any:
    return page.evaluate("[document.body.scrollWidth <= innerWidth, document.querySelector('#canvas').clientHeight]")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (800, 900)])
def test_the_page_fits_the_screen(watched: Watched, width: int, height: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": height})
    fits, tall = shape(watched.open("?lang=zh"))
    assert fits
    assert tall > height * 0.5


def test_the_numbers_shown_can_be_taken_away(watched: Watched) -> None:
    page = watched.open("?lang=en&level=station&date=2018-03-05")
    with page.expect_download(timeout=PATIENCE) as begun:
        page.click("#takeaway >> text=CSV")
    assert begun.value.suggested_filename == "incident_count-station-2018-03-s1.csv"
    assert "s5" in begun.value.path().read_text("utf-8")


def test_a_session_that_has_ended_leads_to_the_sign_in(watched: Watched, gatehouse: SignIn) -> None:
    page = watched.open("?lang=en")
    gatehouse.sessions.end_all("ana")
    page.click(".language")
    page.wait_for_url("**/signin?next=*lang%3Dzh*", timeout=PATIENCE)


def test_nothing_is_asked_of_another_host_and_nothing_complains(watched: Watched) -> None:
    watched.page.goto("about:blank")
    for search in ("?lang=zh", "?lang=en&metric=resident_count", "?lang=en&date=2001-01-01"):
        page = watched.open(search)
        page.wait_for_selector("#map[data-status=ready]", state="attached", timeout=PATIENCE)
        page.wait_for_timeout(1000)
    hosts = {urlsplit(url).netloc for url in watched.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(watched.site).netloc}
    assert watched.complaints == []


def test_a_person_can_leave(watched: Watched) -> None:
    page = watched.open("?lang=en")
    page.click(".holder")
    page.click("button")
    page.wait_for_selector(".gate-notice:has-text('signed out')", timeout=PATIENCE)
    page.go_back()
    page.wait_for_url("**/signin*", timeout=PATIENCE)


def test_without_webgl_the_map_is_drawn_all_the_same(entered: Page, site: str) -> None:
    page = entered.context.new_page()
    page.add_init_script(NO_WEBGL)
    page.goto(f"{site}/?lang=en")
    page.wait_for_selector("#map[data-status='fallback:plotly']", timeout=PATIENCE)
    wanted = legend_fills(page)
    seen = showing(page, wanted[0])
    assert [fill for fill in wanted if seen.get(fill, 0) < VISIBLE] == []
    assert page.locator(".ranking tbody tr").count() == 6
    page.close()


def test_a_new_snapshot_comes_without_a_reload(
    entered: Page, issue: Callable[[str], Home], changing: Serving, answering: Callable[..., Any]
) -> None:
    with answering(changing) as site, closing(entered.context.new_page()) as page:
        page.clock.install()
        page.goto(f"{site}/?lang=en")
        page.wait_for_selector(".snapshot:has-text('s1')", timeout=PATIENCE)
        issue("s2")
        page.clock.run_for(31_000)
        page.wait_for_selector(".snapshot:has-text('s2')", timeout=PATIENCE)


@pytest.mark.parametrize("path", ["/", "/desk"])
def test_an_open_page_says_that_its_numbers_went_out_of_date(
    entered: Page, changing: Serving, answering: Callable[..., Any], path: str
) -> None:
    changing._clock = partial(datetime, 2018, 3, 22, 9, tzinfo=UTC)
    with answering(changing) as site, closing(entered.context.new_page()) as page:
        page.clock.install()
        page.goto(f"{site}{path}?lang=en")
        page.wait_for_selector(".age-fresh", timeout=PATIENCE)
        changing._clock = partial(datetime, 2018, 3, 22, 13, tzinfo=UTC)
        page.clock.run_for(31_000)
        page.wait_for_selector(".age-stale", timeout=PATIENCE)
