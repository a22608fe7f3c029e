"""The wall in a real browser: it shows what is too old as such, says that its server is gone, and comes back alone."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access.signin import SignIn
from tests.dashboards.wall.conftest import BUDGET_ENDS
from tests.dashboards.wall.hall import PATIENCE, Hall, hall, linked, nursery, page, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

__all__ = ["hall", "nursery", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OVER_BUDGET_BUT_FRESH = """() => {
    window.wrong = [];
    const look = () => {
        for (const tile of document.querySelectorAll(".tile[data-age]")) {
            const late = Date.now() - window.ends, looks = getComputedStyle(tile).borderTopStyle;
            if (late > 0 && looks !== "dashed") window.wrong.push(late);
        }
        requestAnimationFrame(look);
    };
    look();
}"""


def ages(page: Page) -> set[str]:
    return set(page.eval_on_selector_all(".tile[data-age]", "found => found.map(one => one.dataset.age)"))


def in_time(hall: Hall, page: Page) -> float:
    """When the budget ends: 12 s from now, or as many as it takes a busy computer to have the page up before."""
    waits = (12, 40, 120)
    for left in waits:
        hall.serve(BUDGET_ENDS - timedelta(seconds=left))
        ends = time.time() + left
        hall.enter(page) if left == waits[0] else hall.come_back(page)
        if time.time() < ends - left / 3:
            return ends
        hall.kill()
    pytest.fail("the page is not up within a minute and a half")


def test_a_number_over_its_budget_never_looks_as_usual(hall: Hall, page: Page) -> None:
    """The feed has stopped: its budget ends some seconds from now, with the server there or not."""
    ends = in_time(hall, page)
    page.evaluate(f"window.ends = {1000 * ends + 5000}")
    page.evaluate(OVER_BUDGET_BUT_FRESH)
    assert ages(page) == {"fresh"}
    usual = page.evaluate("getComputedStyle(document.querySelector('.tile')).borderTopStyle")
    hall.kill()
    wait_for(lambda: ages(page) == {"stale"}, ends + 30 - time.time())
    page.wait_for_timeout(7000)
    assert page.evaluate("window.wrong") == []
    assert usual == "solid"
    assert "Out of date" in page.inner_text(".tile .fresh")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.tile .said strong')).textDecorationLine")
        == "line-through"
    )


def test_a_wall_says_that_its_server_is_gone_and_comes_back_alone(hall: Hall, page: Page, issue: Any) -> None:
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    wait_for(lambda: linked(page) == "ok", 20)
    hall.kill()
    wait_for(lambda: linked(page) == "lost", 10)
    assert "No connection to the server" in page.inner_text(".wall-lost")
    issue("s2")
    page.wait_for_timeout(3000)
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    wait_for(lambda: linked(page) == "ok", 60)
    wait_for(lambda: "s2" in page.inner_text(".wall-snapshot"), 5)
    assert page.locator(".wall-lost").is_hidden()


def test_a_wall_whose_first_stream_is_never_answered_asks_again(hall: Hall, page: Page) -> None:
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    held: list[str] = []

    def answer(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route.request.url)

    page.route("**/wall/events*", answer)
    page.goto(f"{hall.site}/wall?lang=zh")
    assert page.inner_text(".wall-waiting") in ("正在取数…", "Waiting for the first numbers…")
    page.wait_for_selector(".wall-waiting:has-text('与服务器失去联系')", timeout=12_000)
    assert len(held) == 1
    page.wait_for_selector(".tile", timeout=PATIENCE)
    assert len(held) == 2
    wait_for(lambda: linked(page) == "ok", 10)


def test_a_wall_that_comes_up_while_nothing_is_served_says_so(hall: Hall, page: Page) -> None:
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    nothing = re.compile("/wall/(events|here)|/healthz")
    page.route(nothing, lambda route: route.abort())
    page.reload()
    page.wait_for_selector(".wall-waiting:has-text('No connection to the server · since')", timeout=12_000)
    page.wait_for_timeout(12_000)
    assert page.locator(".no-link:not(:empty)").count() == 0
    page.unroute(nothing)
    page.wait_for_selector(".tile", timeout=PATIENCE)


def test_a_display_is_let_in_again_after_its_session(hall: Hall, page: Page) -> None:
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    with page.expect_navigation(timeout=40_000):
        SignIn.open(hall.home).sessions.end_all("hall", is_device=True)
    page.wait_for_selector(".tile", timeout=PATIENCE)
    wait_for(lambda: linked(page) == "ok", 10)
