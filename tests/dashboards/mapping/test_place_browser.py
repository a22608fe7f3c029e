"""The map in a real browser: the place it keeps when its room changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dashboards.mapping.conftest import Shown
from tests.dashboards.visiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HEIGHT = "height => { document.getElementById('holder').style.height = `${height}px`; }"
TALL = "height => document.querySelector('#blocks canvas').clientHeight === height"
VIEW = "() => document.getElementById('blocks').board.painter.viewport()"
WHOLE = """() => {
    const [, south, , north] = document.getElementById("blocks").board.painter.viewport().bounds;
    return south < 30 && north > 30.2;
}"""
NEARER = "zoom => document.getElementById('blocks').board.painter.viewport().zoom > zoom + 0.9"


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
