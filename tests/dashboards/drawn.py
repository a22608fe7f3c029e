"""What a page in a browser shows: the colours of its map and of its legend, and what it says where it is pointed at."""

from __future__ import annotations

import re
import time
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from tests.dashboards.visiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

VISIBLE = 0.01
"""Share of the map that a colour takes at least if it is seen."""


def colours(page: Page) -> dict[str, float]:
    """Share of each colour on the map, as `#rrggbb`; those of single pixels are left out."""
    picture = Image.open(BytesIO(page.locator("#canvas").screenshot())).convert("RGB")
    found = picture.getcolors(picture.width * picture.height)
    shares = {f"#{r:02x}{g:02x}{b:02x}": count / (picture.width * picture.height) for count, (r, g, b) in found}
    return {colour: share for colour, share in shares.items() if share > 0.001}


def showing(page: Page, fill: str) -> dict[str, float]:
    """Colours of the map once it shows a fill, or as they are when patience ends: a busy machine draws late."""
    deadline = time.monotonic() + PATIENCE / 1000
    while (seen := colours(page)).get(fill, 0) < VISIBLE and time.monotonic() < deadline:
        page.wait_for_timeout(500)
    return seen


def legend_fills(page: Page) -> list[str]:
    """Colours of the classes in the legend; at least one."""
    swatches = page.eval_on_selector_all(".classes .swatch", "all => all.map(one => getComputedStyle(one).background)")
    assert swatches
    return [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in (re.findall(r"\d+", one)[:3] for one in swatches)]


def point(page: Page, x: float, y: float, text: str) -> None:
    """Point at a place of the map until it says a text: what is pointed at before the map listens is not seen."""
    deadline = time.monotonic() + PATIENCE / 1000
    said = page.locator(f"#map .block-tip:has-text('{text}')")
    while not said.is_visible():
        assert time.monotonic() < deadline, f"nothing at {x}, {y} says {text!r}"
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(300)
