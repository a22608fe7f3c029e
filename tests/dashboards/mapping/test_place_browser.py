"""The map in a real browser: the checkpoints above its areas, and the place it keeps when its room changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dashboards.mapping.conftest import Shown
from tests.dashboards.visiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

GATE = {"type": "Feature", "properties": {"kind": "place", "name": "North Gate · Speed"},
        "geometry": {"type": "Point", "coordinates": [100.05, 30.05]}}  # fmt: skip
AT_GATE, BESIDE_IT = (200, 440), (262, 440)
DOTTED = "() => Boolean(document.getElementById('blocks').board.painter.map.getLayer('outline-0-places'))"
TIPPED = """told => {
    const text = document.querySelector(".block-tip").textContent;
    return text.includes("Station s0") && text.includes("● North Gate · Speed") === told;
}"""
HEIGHT = "height => { document.getElementById('holder').style.height = `${height}px`; }"
TALL = "height => document.querySelector('#blocks canvas').clientHeight === height"
VIEW = "() => document.getElementById('blocks').board.painter.viewport()"
WHOLE = """() => {
    const [, south, , north] = document.getElementById("blocks").board.painter.viewport().bounds;
    return south < 30 && north > 30.2;
}"""
NEARER = "zoom => document.getElementById('blocks').board.painter.viewport().zoom > zoom + 0.9"


def test_a_checkpoint_pointed_at_is_named(shown: Shown) -> None:
    def gates(route: Route) -> None:
        route.fulfill(json={"type": "FeatureCollection", "features": [GATE]})

    page = shown.open().page
    page.route("**/checkpoints.json", gates)
    shown.set(outlines=[{"url": "/checkpoints.json", "width": 0}])
    page.wait_for_function(DOTTED, timeout=PATIENCE)
    for at, told in ((AT_GATE, True), (BESIDE_IT, False), (AT_GATE, True)):
        page.mouse.move(*at)
        page.wait_for_function(TIPPED, arg=told, timeout=PATIENCE)
    page.unroute("**/checkpoints.json")


def tall(page: Page, height: int) -> None:
    page.evaluate(HEIGHT, height)
    page.wait_for_function(TALL, arg=height, timeout=PATIENCE)


def test_a_map_with_less_room_shows_all_of_it_unless_it_was_moved(shown: Shown) -> None:
    page = shown.open().page
    tall(page, 300)
    page.wait_for_function(WHOLE, timeout=PATIENCE)
    zoom = page.evaluate(VIEW)["zoom"]
    page.focus("#blocks .block-stage")
    page.keyboard.press("+")
    page.wait_for_function(NEARER, arg=zoom, timeout=PATIENCE)
    moved = page.evaluate(VIEW)["zoom"]
    tall(page, 500)
    page.wait_for_timeout(200)
    assert page.evaluate(VIEW)["zoom"] == moved
    tall(page, 600)
