"""The sheets of the wall in a real browser: they take turns, are held, carry a map, and are legible."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kuai.access import Place
from kuai.alarms import legible
from kuai.alarms.declared import Wall
from kuai.alarms.entry import Finding, Point
from tests.dashboards.wall.conftest import BUDGET_ENDS
from tests.dashboards.wall.hall import PATIENCE, Hall, hall, nursery, page, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["hall", "nursery", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STANDS = Finding(fires=True, period="2018-03", respond_minutes=30)
FITS = """() => {
    const cut = (one) => one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2;
    const parts = "#wall, #wall .tile, #wall .wall-foot, #wall .wall-head, #wall .rows li";
    return [...document.querySelectorAll(parts)].filter(cut).map(one => one.className);
}"""
NAMED = """(size) => {
    const alarms = [...Array(size).keys()].map((number) => (
        {number, state: number % 3 ? "acknowledged" : "standing", view: number % 4, due: number === 4 ? 0 : 1e9}));
    const places = (count) => window.kuai_wall.tiles.named(
        alarms, {shown: count % 4, count, round: Math.floor(count / 4), at: 1000});
    return [...Array(5 * size).keys()].map((count) => places(count).map((one) => [one.number, one.state]));
}"""
SMALLEST = """() => {
    const walker = document.createTreeWalker(document.getElementById("wall"), NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.textContent.trim() && node.parentElement.getClientRects().length)
            found.push(parseFloat(getComputedStyle(node.parentElement).fontSize));
    }
    return Math.min(...found) / window.innerWidth;
}"""


def many(hall: Hall) -> None:
    """Four more alarms beside the one that stands: three acknowledged, one put aside."""
    hall.book.renew({Point("many", Place("station", f"s{one}")): STANDS for one in range(4)})
    for number in (2, 3, 4):
        hall.book.acknowledge(number, "ana")
    hall.book.shelve(5, "ana", 1, "known", 8)


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


def test_every_alarm_is_named_and_those_put_aside_are_counted(hall: Hall, page: Page) -> None:
    """One waits for somebody and holds its sheet; three have been acknowledged and take turns beside it."""
    hall.serve(BUDGET_ENDS - timedelta(hours=3))
    hall.enter(page)
    assert page.locator(".wall-shelved").is_hidden()
    many(hall)
    page.wait_for_selector(".wall-shelved:has-text('1 shelved')", timeout=PATIENCE)
    assert page.inner_text(".wall-alarms .more") == "and 2 more"
    seen: set[str] = set()

    def all_were_named() -> bool:
        names = [one.split(" · ")[1] for one in page.locator(".alarm .what").all_inner_texts()]
        assert (len(names), names[0]) == (2, "Station s5")
        seen.update(names)
        return len(seen) == 4

    wait_for(all_were_named, 20)
    assert page.evaluate(FITS) == []
    for size in (1, 2, 3, 4, 7, 12):
        turns = page.evaluate(NAMED, size)
        assert {len({number for number, _ in one}) for one in turns} == {min(size, 2)}
        assert size < 3 or {one[0][1] for one in turns} == {"standing"}
        rounds = [turns[at : at + size] for at in range(len(turns) - size)]
        assert all(len({number for one in some for number, _ in one}) == size for some in rounds)


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
    many(hall)
    for language, said in (("zh", "1 项已搁置"), ("en", "1 shelved")):
        page.goto(f"{hall.site}/wall?lang={language}")
        page.wait_for_selector(f".wall[lang={language}] .tile", timeout=PATIENCE)
        page.wait_for_selector(f".wall-shelved:has-text('{said}')", timeout=PATIENCE)
        for width, height in ((1366, 768), (1920, 1080), (3840, 2160)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            assert page.evaluate(FITS) == [], (language, width)
            assert page.evaluate(SMALLEST) >= legible.smallest(wall.display, language) * 0.999
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {
        f"127.0.0.1:{hall.port}"
    }
    assert complaints == []
