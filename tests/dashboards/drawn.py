"""What a page in a browser shows: the colours of its map and of its legend, and what it says where it is pointed at."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 30_000
"""Milliseconds that a busy machine is waited for."""
VISIBLE = 0.01
"""Share of the map that a colour takes at least if it is seen."""

COUNT = """async (picture) => {
    const raw = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const image = await createImageBitmap(new Blob([raw], {type: "image/png"}));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = {};
    for (const pixel of pixels) counts[pixel] = (counts[pixel] || 0) + 1 / pixels.length;
    return Object.fromEntries(Object.entries(counts).filter(([, share]) => share > 0.001));
}"""


def colours(page: Page) -> dict[str, float]:
    """Share of each colour on the map, as `#rrggbb`; those of single pixels are left out."""
    picture = base64.b64encode(page.locator("#canvas").screenshot()).decode()
    counter = page.context.new_page()
    counts = counter.evaluate(COUNT, picture)
    counter.close()
    return {"#" + int(pixel).to_bytes(4, "little")[:3].hex(): share for pixel, share in counts.items()}


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
    said = page.locator(f".hoverlayer .hovertext:has-text('{text}')")
    while not said.is_visible():
        assert time.monotonic() < deadline, f"nothing at {x}, {y} says {text!r}"
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(300)
