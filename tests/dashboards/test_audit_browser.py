"""The page of the audit in a real browser, over thousands of lines: it reads, pages, verifies, and takes keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from kuai import texts
from kuai.access.signin import SignIn
from kuai.audit import AuditLog
from kuai.audit.overseer import Overseer
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import uses, visiting
from tests.dashboards.visiting import PATIENCE, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOREIGN_KEY = re.compile(r"\b(state|column|audit_page|action|outcome|about|notice)\.[a-z_-]+\b")
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a, progress")].filter(one =>
    !(one.labels && one.labels.length) && !one.getAttribute("aria-label") && !one.innerText.trim()).length"""
ONCE = """() => { const all = [...document.querySelectorAll("[id]")].map(one => one.id);
    return all.filter((one, at) => all.indexOf(one) !== at) }"""


@pytest.fixture(scope="module")
def thousands(gatehouse: SignIn, tmp_path_factory: pytest.TempPathFactory) -> Overseer:
    """Gate to an audit of five thousand lines."""
    at = uses.site(tmp_path_factory.mktemp("thousands"))
    uses.fill(at, 5000, datetime.now(UTC).date())
    return Overseer.of(at, Settings.load(None, {}).serve, gatehouse.policy, AuditLog(at).write)


@pytest.fixture(scope="module")
def site(serving: Serving, thousands: Overseer, answering: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with answering(serving, overseer=thousands) as address:
        yield address


@pytest.fixture
def watched(watched: Watched, session_cookie: Callable[..., str]) -> Iterator[Watched]:
    """Page of an auditor who has signed in; whatever it shows, it asks no other host and does not complain."""
    visiting.enter(watched.page.context, watched.site, session_cookie(*visiting.AUDITOR))
    yield watched
    assert {urlsplit(url).netloc for url in watched.asked} <= {urlsplit(watched.site).netloc, ""}
    assert watched.complaints == []


def opened(watched: Watched, search: str) -> Page:
    page = watched.page
    visiting.turn(page, f"{watched.site}/audit{search}")
    page.wait_for_selector("#audit-panel .verdict", timeout=PATIENCE)
    page.wait_for_selector("[data-dash-is-loading=true]", state="detached", timeout=PATIENCE)
    return page


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("view", ["use", "seen&level=station&area=s3", "refused", "seen"])
def test_every_view_is_whole_in_both_languages(watched: Watched, language: str, view: str) -> None:
    page = opened(watched, f"?lang={language}&view={view}")
    assert FOREIGN_KEY.search(page.inner_text("body")) is None
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title() == texts.text("audit_page.title", language)
    assert page.evaluate(UNNAMED) == 0
    assert page.evaluate(ONCE) == []
    assert page.evaluate("document.body.scrollWidth <= innerWidth")


def test_the_bars_are_drawn(watched: Watched) -> None:
    page = opened(watched, "?lang=en")
    page.wait_for_selector(".chart .barlayer .point path", timeout=PATIENCE)
    assert page.locator(".chart .barlayer .trace").count() == 5


def test_rows_are_paged_through(watched: Watched) -> None:
    page = opened(watched, "?lang=en&view=seen&level=station&area=s3")
    newest = page.locator(".lines >> nth=1 >> tbody tr time").first.inner_text()
    page.click("#older")
    page.wait_for_selector(".pager:has-text('page 2 of')", timeout=PATIENCE)
    assert "part=2" in page.url
    assert page.locator(".lines >> nth=1 >> tbody tr time").first.inner_text() < newest
    page.go_back()
    page.wait_for_selector(".pager:has-text('page 1 of')", timeout=PATIENCE)


def test_keys_alone_are_enough_and_go_from_the_top_down(watched: Watched) -> None:
    page = opened(watched, "?lang=en&view=seen")
    page.focus("#field-area")
    page.keyboard.type("s3")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lines caption:has-text('newest first')", timeout=PATIENCE)
    assert "area=s3" in page.url
    page.reload()
    opened(watched, f"?{urlsplit(page.url).query}")
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", reached[-1]
        if reached[-1] == "audit-verify":
            break
    wanted = ["skip", "language", "holder", "field-level", "field-area", "field-since", "field-until",
              "view-use", "view-seen", "view-refused", "older", "audit-verify"]  # fmt: skip
    assert [one for one in dict.fromkeys(reached) if one in wanted] == wanted


def test_the_whole_is_verified_while_the_page_stays(watched: Watched) -> None:
    page = opened(watched, "?lang=en")
    assert "never verified" in page.inner_text(".verdict")
    page.focus("#audit-verify")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict-whole", timeout=PATIENCE)
    assert "0 min ago" in page.inner_text("#audit-panel")
    assert page.inner_text("#audit-progress") == ""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (800, 900)])
def test_the_page_fits_the_screen(watched: Watched, width: int, height: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": height})
    page = opened(watched, "?lang=zh&view=seen&level=station&area=s3")
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
    assert page.locator("#audit-panel .verdict").is_visible()


def test_nothing_is_asked_of_another_host_and_nothing_complains(watched: Watched) -> None:
    watched.page.goto("about:blank")
    opened(watched, "?lang=en&view=refused")
    hosts = {urlsplit(url).netloc for url in watched.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(watched.site).netloc}
    assert watched.complaints == []
