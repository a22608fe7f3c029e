"""The map in a real browser: what did not come or was lost is asked for again, for as long as a shift lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dashboards.mapping.conftest import VALUES, Shown
from tests.dashboards.mapping.test_browser import MIDDLES

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

STATUS = "document.getElementById('blocks').dataset.status"
LOSE = """() => {
    const context = document.querySelector("#blocks canvas").getContext("webgl2");
    context.getExtension("WEBGL_lose_context").loseContext();
}"""
HALTED = """const {board} = document.getElementById('blocks');
    board.painter.map.once = () => null;  // as a context that goes before the frame has it
    board.reached = board.paint()"""
OFTEN = "(ago) => Object.assign(document.getElementById('blocks').board.easel, {losses: 4, lostAt: Date.now() - ago})"
NUMBERS = "[...document.getElementById('blocks').board.painter.layer.numbers]"
TAGS = "['script[src*=maplibre]', 'link[href*=maplibre]'].map((one) => document.querySelectorAll(one).length)"
MONTH = "document.getElementById('blocks').board.drawn.values.head.frames[0].start"
PAINTER = "document.getElementById('blocks').board.easel.name"


def once(shown: Shown, path: str) -> list[str]:
    """What was asked for below a path; the first time it is not answered."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if len(asked) == 1 else route.continue_()

    shown.page.route(path, answer)
    return asked


def test_values_that_did_not_come_are_asked_for_again(shown: Shown) -> None:
    shown.open()
    asked = once(shown, "**/values*")
    shown.set(valuesUrl=VALUES.replace("level=station", "level=county"))
    shown.until(f"{STATUS} === 'failed:0'")
    shown.until(f"{STATUS} === 'ready' && props.legend?.level === 'county'")
    assert len(asked) == 2
    shown.page.unroute("**/values*")


def test_a_script_that_did_not_come_is_asked_for_again(shown: Shown) -> None:
    shown.anew()
    asked = once(shown, "**/maplibre-gl.js")
    shown.open()
    assert len(asked) == 2
    assert shown.page.evaluate(PAINTER) == "texture"
    shown.page.unroute("**/maplibre-gl.js")


@pytest.mark.parametrize("painter", ["texture", "feature-state"])
def test_a_context_that_is_lost_while_it_is_painted_comes_back(shown: Shown, painter: str) -> None:
    status = {"texture": "ready"}.get(painter, f"fallback:{painter}")
    shown.anew().open(status, painter=painter)
    shown.page.evaluate(f"() => {{ {HALTED}; ({LOSE})(); }}")
    shown.until(f"{STATUS} === 'lost'")
    shown.until(f"{STATUS} === '{status}'")
    shown.anew()


def test_frames_go_on_where_the_context_was_lost(shown: Shown) -> None:
    shown.anew().open(valuesUrl=f"{VALUES}&frames=3", frame=0)
    shown.set(playing=True, pace=300)
    shown.until("props.painted.frame === 1")
    shown.page.evaluate(f"() => {{ ({LOSE})(); }}")
    shown.until(f"{STATUS} === 'lost'")
    shown.until(f"{STATUS} === 'ready' && props.painted.frame === 2 && props.playing === false")
    shown.anew()


@pytest.mark.parametrize(("ago", "painter"), [(60_000, "plotly"), (3_600_000, "texture")])
def test_contexts_lost_long_ago_are_not_held_against_a_painter(shown: Shown, ago: int, painter: str) -> None:
    shown.anew().open().page.evaluate(OFTEN, ago)
    shown.page.evaluate(LOSE)
    shown.until(f"{STATUS} === 'lost'")
    shown.until(f"['ready', 'fallback:plotly'].includes({STATUS})")
    assert shown.page.evaluate(PAINTER) == painter
    shown.anew()


def test_values_of_the_same_areas_that_come_late_are_painted(shown: Shown) -> None:
    before = shown.open().page.evaluate(NUMBERS)
    shown.page.route("**/values*", lambda route: route.abort())
    shown.set(valuesUrl=VALUES.replace("2018-03-05", "2017-12-05"))
    shown.until(f"{STATUS} === 'failed:0'")
    shown.page.unroute("**/values*")
    shown.until(f"{STATUS} === 'ready' && {MONTH} === '2017-12-01'")
    assert shown.page.evaluate(NUMBERS) != before


def test_names_that_did_not_come_are_asked_for_again(shown: Shown) -> None:
    shown.anew()
    asked = once(shown, "**/names.json")
    shown.open().page.mouse.move(*MIDDLES["s4"])
    shown.page.wait_for_timeout(500)
    shown.point(*MIDDLES["s5"], "s5")
    assert len(asked) == 2
    shown.page.unroute("**/names.json")


@pytest.mark.parametrize("path", ["polygons.json", "names.json"])
def test_shapes_that_do_not_come_are_no_fault_of_the_painter(shown: Shown, path: str) -> None:
    shown.anew()
    once(shown, f"**/{path}")
    painter = {"polygons.json": "plotly", "names.json": "table"}[path]
    shown.open(f"fallback:{painter}", painter=painter)
    shown.page.unroute(f"**/{path}")


def test_a_script_that_is_long_in_coming_leaves_nothing_behind(shown: Shown) -> None:
    shown.anew()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if len(asked) < 3 else route.continue_()

    shown.page.route("**/maplibre-gl.js", answer)
    shown.open()
    assert shown.page.evaluate(TAGS) == [1, 1]
    shown.page.unroute("**/maplibre-gl.js")
