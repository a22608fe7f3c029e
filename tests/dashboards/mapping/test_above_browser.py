"""What lies above the areas of a map in a real browser: checkpoints are drawn, and told to mouse and keys alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.dashboards.mapping.conftest import Shown
from tests.dashboards.mapping.test_browser import NO_WEBGL
from tests.dashboards.visiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

GATES = {"North": (100.05, 30.05), "East": (100.08, 30.02), "South": (100.02, 30.02), "West": (100.02, 30.08)}
BESIDE = {"Far": (100.15, 30.05), "Nowhere": (101.5, 31.5)}
AT_NORTH, BESIDE_IT, AT_FAR, FLAT_NORTH = (200, 440), (232, 440), (450, 445), (190, 450)
DOTS = "() => document.getElementById('blocks').board.painter.dots.length === 6"
TIP = "text => document.querySelector('#blocks .block-tip').innerText === text"
SAID = "() => document.querySelector('#blocks .block-said').textContent"
OVERLAID = """() => {
    const {data} = document.querySelector("#blocks .js-plotly-plot");
    const hasLine = data.some((one) => one.mode === "lines" && one.line.width === 1);
    return hasLine && data.filter((one) => one.mode === "markers").length === 1;
}"""


def document() -> dict[str, Any]:
    """Checkpoints, four of them in one area, and a line."""
    dots = [
        {
            "type": "Feature",
            "properties": {"kind": "place", "name": name},
            "geometry": {"type": "Point", "coordinates": at},
        }
        for name, at in (GATES | BESIDE).items()
    ]
    line = {"type": "LineString", "coordinates": [[100, 30.1], [100.3, 30.1]]}
    return {
        "type": "FeatureCollection",
        "features": [*dots, {"type": "Feature", "properties": {"kind": "line"}, "geometry": line}],
    }


def overlaid(shown: Shown, page: Page) -> Page:
    """The map that is shown, with checkpoints above it."""

    def gates(route: Route) -> None:
        route.fulfill(json=document())

    page.route("**/checkpoints.json", gates)
    shown.set(outlines=[{"url": "/checkpoints.json", "width": 1}])
    page.wait_for_function(DOTS, timeout=PATIENCE)
    return page


@pytest.fixture
def dotted(shown: Shown) -> Iterator[Page]:
    page = overlaid(shown.open(), shown.page)
    yield page
    page.unroute("**/checkpoints.json")


def tells(page: Page, at: tuple[int, int], *lines: str) -> None:
    page.mouse.move(*at)
    page.wait_for_function(TIP, arg="\n".join(lines), timeout=PATIENCE)


def test_a_checkpoint_pointed_at_is_named(dotted: Page) -> None:
    tells(dotted, AT_NORTH, "Station s0", "3 cases", "● North")
    tells(dotted, BESIDE_IT, "Station s0", "3 cases")
    tells(dotted, AT_FAR, "Station s1", "7 cases", "● Far")


def test_whoever_goes_by_keys_is_told_the_checkpoints_of_the_area(shown: Shown, dotted: Page) -> None:
    shown.set(selected="s1")
    dotted.focus("#blocks .block-stage")
    dotted.keyboard.press("ArrowLeft")
    dotted.wait_for_function(TIP, arg="Station s0\n3 cases\n● North\n● East\n● South\n+ 1", timeout=PATIENCE)
    assert dotted.evaluate(SAID) == "Station s0: 3 cases; ● North; ● East; ● South; + 1"
    dotted.keyboard.press("ArrowRight")
    dotted.wait_for_function(TIP, arg="Station s1\n7 cases\n● Far", timeout=PATIENCE)
    dotted.keyboard.press("ArrowRight")
    dotted.wait_for_function(
        "() => !document.querySelector('#blocks .block-tip').innerText.includes('●')", timeout=PATIENCE
    )
    dotted.keyboard.press("Escape")


def test_without_webgl_they_are_drawn_and_told_all_the_same(shown: Shown) -> None:
    with closing(shown.page.context.new_page()) as page:
        page.add_init_script(NO_WEBGL)
        alone = Shown(page, shown.site).open("fallback:plotly")
        overlaid(alone, page)
        page.wait_for_function(OVERLAID, timeout=PATIENCE)
        alone.point(*AT_FAR, "s1")
        tells(page, FLAT_NORTH, "Station s0", "3 cases", "● North")
        tells(page, BESIDE_IT, "Station s0", "3 cases")
        page.focus("#blocks .block-stage")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(TIP, arg="Station s1\n7 cases\n● Far", timeout=PATIENCE)
