"""The sheets of the wall in a real browser: they take turns, are held, carry a map, and are legible."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kuai.alarms import legible
from kuai.alarms.declared import Wall
from tests.dashboards.wall.conftest import BUDGET_ENDS
from tests.dashboards.wall.hall import PATIENCE, Hall, hall, nursery, page, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["hall", "nursery", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FITS = """() => {
    const cut = (one) => one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2;
    const parts = "#wall, #wall .tile, #wall .wall-foot, #wall .wall-head, #wall .rows li";
    return [...document.querySelectorAll(parts)].filter(cut).map(one => one.className);
}"""
SMALLEST = """() => {
    const walker = document.createTreeWalker(document.getElementById("wall"), NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.textContent.trim() && node.parentElement.getClientRects().length)
            found.push(parseFloat(getComputedStyle(node.parentElement).fontSize));
    }
    return Math.min(...found) / window.innerWidth;
}"""


def test_sheets_take_turns_until_an_alarm_holds_one(hall: Hall, page: Page, issue: Any) -> None:
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    assert page.inner_text(".wall-position") == "Sheet 7/7 · Held by an alarm"
    assert page.inner_text(".alarm .what").startswith("▲ Many cases · Station s5 · standing")
    assert "Look · Police · within 30 min" in page.inner_text(".alarm .todo")
    page.wait_for_timeout(5000)
    assert page.inner_text(".wall-position").startswith("Sheet 7/7")
    hall.book.acknowledge(1, "ana")
    page.wait_for_selector(".alarm-acknowledged", timeout=PATIENCE)
    hall.book.shelve(1, "ana", 1, "known", 8)
    page.wait_for_selector(".alarm", state="detached", timeout=PATIENCE)
    seen: set[str] = set()

    def all_were_seen() -> bool:
        seen.add(page.inner_text(".wall-position"))
        return len(seen) == 7

    wait_for(all_were_seen, 30)
    assert page.locator(".wall-alarms").is_hidden()


def test_a_map_is_drawn_over_its_tile_and_loses_its_colours_with_age(hall: Hall, page: Page) -> None:
    hall.serve(BUDGET_ENDS - timedelta(seconds=25))
    hall.enter(page)
    hall.book.shelve(1, "ana", 1, "known", 8)
    page.wait_for_selector(".tile-map .hole", timeout=PATIENCE)
    place = "document.getElementById('wall-map-place')"
    wait_for(lambda: page.evaluate(f"{place}.dataset.age") == "fresh", 20)
    page.wait_for_selector("#wall-map[data-status=ready], #wall-map[data-status^=fallback]", timeout=PATIENCE)
    inside = """() => {
        const map = document.getElementById("wall-map-place"), hole = document.querySelector(".tile-map .hole");
        const [one, other] = [map, hole].map((each) => each && each.getBoundingClientRect());
        return map.hidden || Math.abs(one.x - other.x) + Math.abs(one.width - other.width) < 2;
    }"""
    assert page.evaluate(inside)
    wait_for(lambda: page.evaluate(f"{place}.dataset.age") == "stale", 60)
    assert "grayscale" in page.evaluate(f"getComputedStyle({place}).filter")


def test_everything_fits_is_legible_and_comes_from_this_host(hall: Hall, page: Page, wall: Wall) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    for language in ("zh", "en"):
        page.goto(f"{hall.site}/wall?lang={language}")
        page.wait_for_selector(f".wall[lang={language}] .tile", timeout=PATIENCE)
        for width, height in ((1366, 768), (1920, 1080), (3840, 2160)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            assert page.evaluate(FITS) == [], (language, width)
            assert page.evaluate(SMALLEST) >= legible.smallest(wall.display, language) * 0.999
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {
        f"127.0.0.1:{hall.port}"
    }
    assert complaints == []
