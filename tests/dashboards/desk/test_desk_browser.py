"""The desk in a real browser: it is drawn, is worked by keys, and gives a picture with its origin."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.dashboards import visiting
from tests.dashboards.visiting import PATIENCE, Watched

from dashboards.figures.classes import RAMPS
from dashboards.mapping.palette import DARK_RAMPS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def opened(watched: Watched, search: str) -> Page:
    visiting.turn(watched.page, f"{watched.site}/desk{search}")
    watched.page.wait_for_selector(".ranked", timeout=PATIENCE)
    watched.page.wait_for_selector("#desk-trend canvas", timeout=PATIENCE)
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
    page.wait_for_selector("#desk-ranking a:focus", timeout=PATIENCE)
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


WORDS = "() => [...document.querySelectorAll('.figure-tip')].map(one => one.hidden ? '' : one.innerText)"
COLOURS = """([id, named]) => {
    const canvas = document.querySelector(`#${id} canvas`);
    const ink = named || getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    const probe = new OffscreenCanvas(1, 1).getContext("2d");
    probe.fillStyle = ink;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let at = 0; at < all.length; at += 4) {
        count += all[at] === red && all[at + 1] === green && all[at + 2] === blue && all[at + 3] === 255;
    }
    return count;
}"""


def over(page: Page, name: str, across: float, down: float = 0.5) -> str:
    """What a figure says at a place of it, in shares of its width and height."""
    box = page.locator(f"#desk-{name} canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    return " ".join(page.evaluate(WORDS)).strip()


def test_figures_say_what_stands_under_the_pointer_and_follow_the_light(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1")
    page.locator("#desk-trend").scroll_into_view_if_needed()
    assert "Station s1: " in over(page, "trend", 0.97)
    assert "missing" in over(page, "trend", 0.4)
    days = [over(page, "calendar", share / 40, 0.3) for share in range(40)]
    assert any(re.fullmatch(r"2018-0[12]-\d\d\n\d+", one) for one in days), days
    assert any(one.endswith("missing") for one in days)
    assert page.evaluate(COLOURS, ["desk-trend", ""]) > 20
    assert page.evaluate(COLOURS, ["desk-calendar", RAMPS["down"][0]]) > 20
    page.click("#scheme")
    page.wait_for_function("() => document.querySelector('#desk-map').dataset.theme === 'dark'", timeout=PATIENCE)
    assert page.evaluate(COLOURS, ["desk-trend", ""]) > 20  # in the accent of the dark, which is another
    assert page.evaluate(COLOURS, ["desk-calendar", RAMPS["down"][0]]) == 0
    assert page.evaluate(COLOURS, ["desk-calendar", DARK_RAMPS["down"][0]]) > 20
    page.click("#scheme")


def test_a_stretch_drawn_over_the_trend_becomes_the_span(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=day&date=2018-03-01&compare=none&pick=s1")
    box = page.locator("#desk-trend canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.93, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.98, box["y"] + box["height"] / 2)
    page.mouse.up()
    page.wait_for_url(re.compile(r"period=\dd&"), timeout=PATIENCE)
    page.wait_for_selector("#field-period option:checked:has-text('days')", state="attached", timeout=PATIENCE)
    page.go_back()
    page.wait_for_selector("#field-period option:checked:text-is('Day')", state="attached", timeout=PATIENCE)


def test_a_desk_whose_server_is_gone_says_so_and_comes_back(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1")
    page.route("**/desk/answer*", lambda route: route.abort())
    page.keyboard.press("[")
    page.wait_for_selector(".page.desk.failed .when-failed", timeout=PATIENCE)
    page.unroute("**/desk/answer*")
    page.evaluate("window.dash_clientside.desk.beat()")
    page.wait_for_selector(".page.desk:not(.failed) .ranked", timeout=PATIENCE)
    assert "date=2018-01" in page.url


def test_the_map_plays_periods_and_comes_back_to_the_span(watched: Watched) -> None:
    page = opened(watched, "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1")
    page.wait_for_selector("#desk-map[data-status=ready]", timeout=PATIENCE)
    page.keyboard.press("w")
    page.wait_for_selector("#desk-play-go[aria-pressed=true]:has-text('Pause')", timeout=PATIENCE)
    assert visiting.unseen(page, page.inner_text("#desk-play")) == []
    page.wait_for_selector("#desk-play-said:text-is('February 2018')", timeout=PATIENCE)
    page.wait_for_selector("#desk-play-go[aria-pressed=false]:has-text('Play 24 months')", timeout=PATIENCE)
    page.locator("#desk-play-at").fill("22")
    page.wait_for_selector("#desk-play-said:text-is('January 2018')", timeout=PATIENCE)
    page.wait_for_selector("#desk-map[data-frame='22']", timeout=PATIENCE)
    page.keyboard.press("w")
    page.wait_for_selector("#desk-play-go[aria-pressed=true]", timeout=PATIENCE)
    page.select_option("#field-category", "theft")
    page.wait_for_selector("#desk-play-said", state="hidden", timeout=PATIENCE)
    page.wait_for_selector("#desk-map[data-frame='0']", timeout=PATIENCE)
    page.click("#desk-play-go")
    page.wait_for_selector("#desk-play-said:text-is('February 2018')", timeout=PATIENCE)
    page.click("#desk-play-back")
    page.wait_for_selector("#desk-play-said", state="hidden", timeout=PATIENCE)
    page.wait_for_selector("#desk-map[data-frame='0']", timeout=PATIENCE)
    assert watched.complaints == []


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


def test_the_table_says_what_it_says_in_the_readers_language(watched: Watched) -> None:
    page = opened(watched, "?lang=zh&level=station&period=month&date=2018-02-03&pick=s1")
    for language, said in (("zh", "小于"), ("en", "Less than")):
        page.locator("#desk-grid .ag-row").first.scroll_into_view_if_needed(timeout=PATIENCE)
        page.locator("#desk-grid .ag-header-cell-filter-button").nth(1).click(timeout=PATIENCE)
        page.locator(".ag-filter .ag-picker-field-wrapper").first.click(timeout=PATIENCE)
        page.locator(".ag-select-list-item").get_by_text(said, exact=True).click(timeout=PATIENCE)
        if language == "zh":
            page.locator(".ag-filter input:visible").first.fill("20")
        assert page.locator(".ag-filter input:visible").first.input_value() == "20"
        page.locator("#desk-grid .ag-row").nth(4).wait_for(state="detached", timeout=PATIENCE)
        page.keyboard.press("Escape")
        page.click("#head .language")
        page.wait_for_selector("#desk-grid .ag-header-cell-text:has-text('verdict')", timeout=PATIENCE)
