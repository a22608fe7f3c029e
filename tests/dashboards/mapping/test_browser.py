"""The map in a real browser: what is painted, which area is pointed at, and what happens if drawing fails."""

from __future__ import annotations

import pytest

from tests.dashboards.mapping.conftest import Shown

from dashboards.figures.classes import RAMPS

pytestmark = pytest.mark.browser

CASES = RAMPS["down"]
MIDDLES = {"s0": (200, 440), "s1": (450, 440), "s2": (700, 440), "s3": (200, 150), "s4": (450, 150), "s5": (700, 150)}
LOST = "document.querySelector('#map canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
NO_WEBGL = """
    const usual = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith("webgl") ? null : usual.call(this, kind, ...rest);
    };
"""


def fills(shown: Shown) -> dict[str, str]:
    """Colour in the middle of each station."""
    pixels = shown.pixels(list(MIDDLES.values()))
    return dict(zip(MIDDLES, pixels, strict=True))


PAINTED = {"s0": CASES[1], "s1": CASES[2], "s2": CASES[3], "s3": CASES[0], "s4": CASES[4], "s5": CASES[4]}


def test_every_area_has_the_colour_of_its_class(shown: Shown) -> None:
    assert fills(shown.open()) == PAINTED


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
