"""The desk in a real browser: it is drawn, is worked by keys, and gives a picture with its origin."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.dashboards.visiting import PATIENCE, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def opened(watched: Watched, search: str) -> Page:
    watched.page.goto(f"{watched.site}/desk{search}")
    watched.page.wait_for_selector(".ranked", timeout=PATIENCE)
    watched.page.wait_for_selector("#desk-trend .main-svg", timeout=PATIENCE)
    watched.page.wait_for_selector("#desk-grid .ag-row", timeout=PATIENCE)
    return watched.page


def test_every_part_is_drawn_and_keys_are_enough(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1")
    page.wait_for_selector("#desk-legend li", timeout=PATIENCE)
    assert page.locator("#desk-grid .ag-row").count() == 6
    page.locator("body").press("?")
    page.wait_for_selector("#desk-help[open]", timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.wait_for_selector("#desk-help", state="hidden", timeout=PATIENCE)
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ranked .picked:has-text('Station s5')", timeout=PATIENCE)
    assert "pick=s5" in page.url
    assert page.evaluate("document.activeElement.textContent") == "Station s5"
    page.keyboard.press("o")
    page.wait_for_selector("#origin[open]", timeout=PATIENCE)
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == "field-period"
    hosts = {urlsplit(url).netloc for url in watched.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(watched.site).netloc}
    assert watched.complaints == []


def test_what_is_typed_fast_arrives_as_it_was_typed(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1")
    page.fill("#field-pick", "")
    page.focus("#field-pick")
    page.keyboard.type("s4711-not-a-code", delay=0)
    assert page.input_value("#field-pick") == "s4711-not-a-code"
    page.fill("#field-pick", "")
    page.keyboard.type("s5", delay=0)
    page.keyboard.press("Enter")
    page.wait_for_selector(".ranked .picked:has-text('Station s5')", timeout=PATIENCE)
    assert page.input_value("#field-pick") == "s5"


def chunks(path: Path) -> Iterator[tuple[str, bytes]]:
    """Kinds and contents of the chunks of a PNG."""
    data, at = path.read_bytes(), 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8].decode(), data[at + 8 : at + 8 + length]
        at += 12 + length


@pytest.mark.parametrize(("language", "kind"), [("en", "tEXt"), ("zh", "iTXt")])
def test_a_picture_says_where_it_comes_from(watched: Watched, language: str, kind: str) -> None:
    page = opened(watched, f"?lang={language}&level=station&period=month&date=2018-02-03&pick=s1")
    with page.expect_download(timeout=PATIENCE) as begun:
        page.click("#desk-png")
    told = dict(part.partition(b"\0")[::2] for name, part in chunks(begun.value.path()) if name in ("tEXt", "iTXt"))
    assert begun.value.suggested_filename == "incident_count-station-2018-02-s1.png"
    assert told[b"Author"] == b"ana"
    assert b'"snapshot": "s1"' in told[b"kuai"]
    assert kind in {name for name, part in chunks(begun.value.path()) if part.startswith(b"kuai\0")}
