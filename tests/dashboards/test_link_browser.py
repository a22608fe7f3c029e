"""A page whose server does not answer says so by itself, and no longer once it does: in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from kuai import texts
from kuai.access import Place
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.entry import Finding, Point
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import visiting
from tests.dashboards.visiting import PATIENCE, Watched
from tests.dashboards.wall.conftest import wall

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

__all__ = ["wall"]

pytestmark = pytest.mark.browser

BAND = ".no-link:not(:empty)"
NOTICED, SECONDS = 20, 1000
ROOM = 40
"""People who open a page within a minute, at the beginning of a shift, behind one address."""
PAGES = {"/": ".legend", "/desk": ".ranked", "/unit/station:s1": ".cards", "/alarms": ".alarms-card"}
"""Pages, and what is to be seen once they are there."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Alarms of which one stands."""
    found = Book(tmp_path_factory.mktemp("alarms"))
    found.renew({Point("many", Place("station", "s5")): Finding(fires=True, period="2018-03", respond_minutes=30)})
    return found


@pytest.fixture(scope="module")
def site(
    serving: Serving, wall: Wall, book: Book, answering: Callable[..., AbstractContextManager[str]]
) -> Iterator[str]:
    """Address of all pages, also of those that only a city with a wall has."""
    with answering(serving, wall=wall, book=book) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, site: str, session_cookie: Callable[..., str]) -> Iterator[Callable[..., Page]]:
    """Page of an analyst by a clock that the test moves: `opened("/desk", "dark")`."""
    context = browser.new_context(viewport=visiting.SIZE)
    context.set_default_timeout(PATIENCE)
    visiting.enter(context, site, session_cookie())

    def go(path: str, scheme: str = "light", language: str = "en") -> Page:
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.clock.install()
        page.goto(f"{site}{path}?lang={language}")
        page.wait_for_selector(PAGES[path])
        return page

    yield go
    context.close()


def gone(page: Page) -> None:
    """Have nothing answered from now on."""
    page.route("**/*", lambda route: route.abort())


def passes(page: Page, seconds: int, until: Callable[[], bool]) -> bool:
    """Whether something holds within so many seconds of the page's clock."""
    for _ in range(seconds):
        page.clock.run_for(SECONDS)
        page.wait_for_timeout(50)
        if until():
            return True
    return False


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_that_nothing_answers_until_something_does(opened: Callable[..., Page], path: str) -> None:
    page = opened(path)
    band = page.locator(BAND)
    assert not passes(page, 12, lambda: band.count() > 0)
    gone(page)
    assert passes(page, NOTICED, lambda: band.count() == 1)
    hour = page.evaluate("new Date().toTimeString().slice(0, 5)")
    assert band.get_attribute("role") == "alert"
    assert band.is_visible()
    assert band.inner_text().startswith("No connection since ")
    assert band.inner_text().partition("since ")[2][:2] == hour[:2]
    assert page.locator(PAGES[path]).first.is_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.unroute("**/*")
    assert passes(page, NOTICED, lambda: band.count() == 0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_the_band_is_open_to_all_and_printed(opened: Callable[..., Page], language: str, scheme: str) -> None:
    page = opened("/alarms", scheme, language)
    gone(page)
    assert passes(page, NOTICED, lambda: page.locator(BAND).count() == 1)
    page.clock.resume()
    assert [one for one in visiting.axe(page) if one["impact"] in ("serious", "critical")] == []
    assert texts.template("link.lost", language).rpartition("}")[2] in page.inner_text(BAND)
    assert visiting.unseen(page, page.inner_text(BAND)) == []
    page.emulate_media(media="print")
    assert page.locator(BAND).is_visible()
    assert page.evaluate(f"getComputedStyle(document.querySelector('{BAND}')).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("how", ["cut", "held", "refused"])
def test_a_deed_that_nobody_answers_is_said_to_be_undone(opened: Callable[..., Page], book: Book, how: str) -> None:
    page = opened("/alarms")
    if how == "cut":
        gone(page)
    else:
        page.route("**/healthz", lambda route: route.abort())
        page.route("**/_dash-update-component*", lambda route: route.fulfill(status=429) if how == "refused" else None)
    page.click("[data-do=acknowledge]")
    assert passes(page, NOTICED, lambda: page.locator("#alarms-said .undone").count() == 1)
    assert page.inner_text("#alarms-said").startswith("Not done:")
    assert page.locator(".alarms-standing").count() == 1
    assert [one.state for one in book.all()] == ["standing"]


@pytest.mark.parametrize("status", [0, 400, 429])
def test_a_view_that_is_not_kept_is_said_to_be_undone(opened: Callable[..., Page], status: int) -> None:
    page = opened("/desk")
    page.click("#desk-saved summary")
    page.fill("#desk-view-name", "mine")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=status) if status else route.abort())
    page.click("#desk-view-save")
    assert passes(page, NOTICED, lambda: page.locator("#desk-said .undone").count() == 1)
    page.unroute("**/_dash-update-component*")
    page.click("#desk-view-save")
    assert passes(page, NOTICED, lambda: page.locator("#desk-said .undone").count() == 0)


@pytest.mark.parametrize(
    ("path", "steps", "field"),
    [("/desk", "#desk-saved summary", "#desk-view-name"), ("/alarms", "[data-do=shelve]", "#alarms-reason")],
)
def test_what_is_being_written_outlives_the_session(
    opened: Callable[..., Page], path: str, steps: str, field: str
) -> None:
    page = opened(path)
    band = page.locator(BAND)
    page.click(steps)
    page.fill(field, "known to the shift")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=401))
    assert passes(page, 40, lambda: band.count() == 1)
    assert band.inner_text().startswith("Your session has ended.")
    assert page.input_value(field) == "known to the shift"
    with page.context.expect_page() as beside:
        band.locator("a").click()
    assert urlsplit(beside.value.url).path == "/signin"
    beside.value.close()
    page.unroute("**/_dash-update-component*")
    assert passes(page, 40, lambda: band.count() == 0)
    page.fill(field, "")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=401), times=1)
    with page.expect_navigation():
        passes(page, 40, lambda: False)


def test_several_refusals_at_once_open_the_page_anew_once(opened: Callable[..., Page]) -> None:
    page = opened("/unit/station:s1")
    gone: list[str] = []
    page.on("request", lambda one: gone.append(one.url) if one.is_navigation_request() else None)
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=401), times=3)
    with page.expect_navigation():
        page.evaluate("() => { for (const _ of [1, 2, 3]) fetch('/_dash-update-component', {method: 'POST'}); }")
    assert len(gone) == 1


def test_a_beat_is_cheap_and_keeps_no_session_alive(opened: Callable[..., Page]) -> None:
    page = opened("/unit/station:s1")
    beats: list[Request] = []
    page.on("request", lambda request: beats.append(request) if urlsplit(request.url).path == "/healthz" else None)
    passes(page, 60, lambda: False)
    assert 4 <= len(beats) <= 6
    assert all("cookie" not in one.all_headers() for one in beats)


def test_one_answer_that_fails_is_no_lost_connection(opened: Callable[..., Page]) -> None:
    page = opened("/desk")
    page.route("**/_dash-update-component*", lambda route: route.abort())
    assert not passes(page, 45, lambda: page.locator(BAND).count() > 0)


@pytest.mark.parametrize("path", ["/", "/desk"])
def test_a_room_may_begin_its_shift_at_once(
    browser: Browser, site: str, session_cookie: Callable[..., str], path: str
) -> None:
    with browser.new_context(viewport=visiting.SIZE) as context:
        visiting.enter(context, site, session_cookie())
        found = Watched(context.new_page(), site)
        with visiting.heard(found.page, found):
            found.page.goto(f"{site}{path}?lang=en")
            found.page.wait_for_selector(PAGES[path], timeout=PATIENCE)
            visiting.settle(found.page)
    asked = [one for one in found.asked if one.startswith(site)]
    assert len(asked) > ROOM
    assert len(asked) * ROOM <= Settings.load(None, {}).http.requests_a_minute
