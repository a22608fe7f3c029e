"""The map in a real browser: what is painted, which area is pointed at, and what happens if drawing fails."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.dashboards.mapping.conftest import SHAPES, VALUES, Shown

from dashboards.figures.classes import RAMPS
from dashboards.figures.states import FILLS, INKS, STATES
from dashboards.mapping.palette import DARK_RAMPS
from dashboards.mapping.values import FIRST_STATE
from dashboards.mapping.wording import wording
from dashboards.words import Words

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

CASES = RAMPS["down"]
MIDDLES = {"s0": (200, 440), "s1": (450, 440), "s2": (700, 440), "s3": (200, 150), "s4": (450, 150), "s5": (700, 150)}
LOST = "document.querySelector('#blocks canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
NO_WEBGL = """
    const usual = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith("webgl") ? null : usual.call(this, kind, ...rest);
    };
"""


def fills(shown: Shown, wanted: dict[str, str] | None = None) -> dict[str, str]:
    """Colour in the middle of each station, once they are those wanted or patience ends: a busy machine shows late."""
    for _ in range(20):
        found = dict(zip(MIDDLES, shown.pixels(list(MIDDLES.values())), strict=True))
        if wanted is None or found == wanted:
            break
        shown.page.wait_for_timeout(250)
    return found


PAINTED = {"s0": CASES[1], "s1": CASES[2], "s2": CASES[3], "s3": CASES[0], "s4": CASES[4], "s5": CASES[4]}


def test_every_area_has_the_colour_of_its_class(shown: Shown) -> None:
    assert fills(shown.open(), PAINTED) == PAINTED


def test_the_area_pointed_at_is_told_with_its_name_and_value(shown: Shown) -> None:
    shown.open()
    for code, (x, y) in MIDDLES.items():
        shown.page.mouse.move(x, y)
        shown.until(f"props.hoverData?.area === '{code}'")
        assert shown.page.inner_text(".block-tip").startswith(f"Station {code}\n")
    shown.page.mouse.move(20, 300)
    shown.until("props.hoverData?.area === null")
    assert shown.page.locator(".block-tip").is_hidden()


def test_a_click_is_told(shown: Shown) -> None:
    shown.open().page.mouse.click(*MIDDLES["s4"])
    shown.until("props.clickData?.area === 's4'")


@pytest.mark.parametrize(
    ("state", "search"),
    [
        ("missing", "&metric=incident_count&date=2017-12-01"),
        ("late", "&metric=incident_count&date=2018-04-01"),
        ("suppressed", "&metric=resident_count&date=2018-03-05"),
    ],
)
def test_a_state_has_its_own_fill_and_pattern(shown: Shown, state: str, search: str) -> None:
    shown.open(valuesUrl=f"/values?lang=en&level=station&period=month{search}")
    seen = shown.colours()
    assert {other for other in FILLS if seen.get(FILLS[other], 0) > 0.01 and seen.get(INKS[other], 0) > 0.001} == {
        state
    }


def test_states_are_numbered_in_the_browser_as_by_the_server(shown: Shown) -> None:
    first, states = shown.open().page.evaluate("[window.kuai_mapping.FIRST_STATE, window.kuai_mapping.STATES]")
    assert (first, tuple(states)) == (FIRST_STATE, tuple(STATES))


def test_patterns_of_states_differ_in_shape(shown: Shown) -> None:
    """Four areas in four states, all in one fill and one ink: what is left is the shape."""
    shown.open().page.evaluate(
        """() => {
            const {painter} = document.getElementById("blocks").board, {look} = painter;
            painter.setLook({...look, fills: Array(16).fill("#ffffff"), inks: Array(16).fill("#000000")});
            painter.setNumbers(new Uint8Array([11, 12, 13, 14, 11, 11]));
            return painter.painted();
        }"""
    )
    names = shown.page.evaluate("async () => (await document.getElementById('blocks').board.cover.names()).area")
    looks = [shown.lines(*MIDDLES[name]) for name in names[:4]]
    assert len({*looks}) == 4


def test_dark_is_dark(shown: Shown) -> None:
    shown.open(theme="dark")
    assert fills(shown)["s4"] == DARK_RAMPS["down"][4]
    assert fills(shown)["s3"] == DARK_RAMPS["down"][0]
    assert shown.pixels([(20, 300)]) == ["#0b1016"]
    shown.set(theme="light")
    assert fills(shown, PAINTED) == PAINTED


def test_arrows_lead_to_the_neighbour_and_enter_clicks(shown: Shown) -> None:
    shown.open(selected="s0").page.focus(".block-stage")
    for key, code in (
        ("ArrowRight", "s1"),
        ("ArrowUp", "s4"),
        ("ArrowLeft", "s3"),
        ("ArrowLeft", "s3"),
        ("ArrowDown", "s0"),
    ):
        shown.page.keyboard.press(key)
        shown.until(f"props.hoverData?.area === '{code}'")
    assert shown.page.inner_text(".block-said") == "Station s0: 3 cases"
    shown.page.keyboard.press("Enter")
    shown.until("props.clickData?.area === 's0'")


def test_a_lost_drawing_context_comes_back(shown: Shown) -> None:
    shown.open().page.evaluate(f"() => {{ {LOST}; }}")
    shown.until("document.getElementById('blocks').dataset.status === 'lost'")
    shown.until("document.getElementById('blocks').dataset.status === 'ready'")
    assert fills(shown, PAINTED) == PAINTED
    shown.point(*MIDDLES["s4"], "s4")


@pytest.mark.parametrize("painter", ["feature-state", "plotly"])
def test_another_painter_shows_the_same(shown: Shown, painter: str) -> None:
    shown.open(f"fallback:{painter}", painter=painter)
    assert fills(shown, PAINTED) == PAINTED
    shown.point(*MIDDLES["s4"], "s4")
    shown.page.mouse.click(*MIDDLES["s4"])
    shown.until("props.clickData?.area === 's4'")


def test_a_table_says_it_all(shown: Shown) -> None:
    shown.open("fallback:table", "?painter=table", selected="s2", words=wording(Words("en")))
    assert shown.page.inner_text(".block-table caption") == "Cases, March 2018"
    rows = shown.page.locator(".block-table tr").all_inner_texts()
    assert rows[:3] == ["area\tvalue", "Station s0\t3 cases", "Station s1\t7 cases"]
    assert shown.page.inner_text(".block-table tr[aria-selected=true]").startswith("Station s2")
    shown.page.click(".block-table tr >> text=Station s5")
    shown.until("props.clickData?.area === 's5'")


def test_without_webgl_plotly_draws(shown: Shown) -> None:
    with closing(shown.page.context.new_page()) as page:
        page.set_viewport_size({"width": 900, "height": 600})
        page.add_init_script(NO_WEBGL)
        assert fills(Shown(page, shown.site).open("fallback:plotly"), PAINTED) == PAINTED


def test_outlines_names_and_the_selection_lie_above(shown: Shown) -> None:
    counties = SHAPES.replace("station", "county").replace("lo.bin", "outlines.json")
    shown.open(outlines=[{"url": counties, "label": True, "width": 4}], selected="s1", compared="s3")
    shown.page.wait_for_timeout(1000)
    layers = shown.page.evaluate(
        "() => document.getElementById('blocks').board.painter.map.getStyle().layers.map((one) => one.id)"
    )
    assert {"outline-0", "outline-0-names", "selected", "compared"} <= set(layers)
    assert shown.colours().get("#334e68", 0) > 0.002
    assert shown.colours().get("#102a43", 0) > 0.002
    asked = {urlsplit(url).path for url in shown.asked}
    assert not any("glyph" in path or path.endswith(".pbf") for path in asked)


def test_frames_follow_one_another_and_none_is_left_out(shown: Shown) -> None:
    shown.open(valuesUrl=f"{VALUES.replace('&numbers=1', '')}&frames=3", frame=0)
    shown.page.evaluate(
        "() => { window.seen = []; const {board} = document.getElementById('blocks'), {painter} = board;"
        " const was = painter.setNumbers.bind(painter);"
        " painter.setNumbers = (given) => { seen.push([...given].join()); was(given); };"
        " const {setTimeout} = window; window.waited = [];"
        " window.setTimeout = (done, ms) => { waited.push(ms); return setTimeout(done, ms); }; }"
    )
    shown.set(playing=True, pace=0)
    shown.until("props.playing === false && props.painted.frame === 2")
    wanted = shown.page.evaluate(
        "() => [0, 1, 2].map((one) => [...document.getElementById('blocks').board.values.numbers(one)].join())"
    )
    assert shown.page.evaluate("() => window.seen")[:3] == wanted
    assert not shown.page.evaluate("() => window.waited.filter((one) => one > 50 && one <= 250)"), (
        "no pace was asked for"
    )


def test_new_colours_are_one_pass_over_the_screen(shown: Shown) -> None:
    """Beside the one that clears the stencil: neither a ground nor a sky, which cost as much as the areas."""
    drawn = shown.open().page.evaluate(
        """() => {
            const {painter} = document.getElementById("blocks").board, {gl} = painter.layer, drawn = [];
            for (const name of ["drawArrays", "drawElements"]) {
                const was = gl[name].bind(gl);
                gl[name] = (...given) => { drawn.push(name); was(...given); };
            }
            painter.setNumbers(new Uint8Array([1, 2, 3, 4, 5, 1]));
            return painter.painted().then(() => drawn);
        }"""
    )
    assert sorted(drawn) == ["drawArrays", "drawElements"]


def test_values_of_other_shapes_bring_them_along(shown: Shown) -> None:
    shown.open().set(valuesUrl=VALUES.replace("level=station", "level=county"))
    shown.until("props.legend?.level === 'county'")
    shown.point(450, 150, "c1")


def test_mixed_levels_leave_out_what_is_not_shown(shown: Shown) -> None:
    shown.open(shapesUrl=None, valuesUrl=VALUES.replace("level=station", "level=adaptive-police"))
    shown.point(450, 150, "station:s4")


def test_a_refusal_is_a_state(shown: Shown) -> None:
    shown.open().set(valuesUrl="/values?metric=nonsense")
    shown.until("document.getElementById('blocks').dataset.status === 'failed:400'")
    shown.set(valuesUrl=VALUES)
    shown.until("document.getElementById('blocks').dataset.status === 'ready'")


def test_nothing_leaves_the_host_and_nothing_complains(shown: Shown) -> None:
    shown.anew().open().page.wait_for_timeout(500)
    hosts = {urlsplit(url).netloc for url in shown.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(shown.site).netloc}
    assert [one for one in shown.complaints if "ReadPixels" not in one] == []


def test_without_a_word_it_is_as_dark_as_the_page(shown: Shown) -> None:
    shown.open().page.evaluate("() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')")
    dark = DARK_RAMPS["down"]
    wanted = {"s0": dark[1], "s1": dark[2], "s2": dark[3], "s3": dark[0], "s4": dark[4], "s5": dark[4]}
    assert fills(shown, wanted) == wanted
    shown.anew()


def test_it_says_what_state_it_is_in(shown: Shown) -> None:
    shown.open(words=wording(Words("en"))).set(valuesUrl="/values?metric=nonsense")
    shown.page.wait_for_selector(".block-note:has-text('could not be shown')")
    shown.set(valuesUrl=VALUES)
    shown.page.wait_for_selector(".block-note", state="hidden")


def test_it_says_that_shapes_are_being_prepared_and_asks_again(shown: Shown) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=202) if len(asked) < 3 else route.continue_()

    shown.anew().page.route("**/lo.bin", answer)
    shown.page.add_init_script(
        "window.said = []; new MutationObserver(() => { const one = document.querySelector('.block-note');"
        " if (one && !one.hidden) said.push(one.textContent); })"
        ".observe(document, {subtree: true, childList: true, attributes: true});"
    )
    shown.open(words=wording(Words("en")))
    assert "Shapes are being prepared" in shown.page.evaluate("() => window.said")
    assert len(asked) == 3
    assert fills(shown, PAINTED) == PAINTED


def test_shapes_that_fail_are_asked_for_again_after_a_pause(shown: Shown) -> None:
    asked: list[float] = []

    def answer(route: Route) -> None:
        asked.append(time.monotonic())
        route.fulfill(status=500) if asked[-1] < asked[0] + 1 else route.continue_()

    shown.anew().page.route("**/lo.bin", answer)
    shown.open()
    assert len(asked) == 2
    assert fills(shown, PAINTED) == PAINTED
