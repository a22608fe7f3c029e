"""The page of a unit in a real browser: it is found by keys alone, keeps its choices, and prints on one sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.dashboards import visiting
from tests.dashboards.visiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

A4 = rb"/MediaBox\s*\[0 0 59[45][\d.]* 84[12][\d.]*\]"
LOOKS = """() => {
    const look = getComputedStyle(document.body), drawn = getComputedStyle(document.querySelector("img.drawn"));
    const names = ["ink", "soft", "faint", "hair", "hint", "hint-bad", "good", "bad"];
    return [names.map((one) => look.getPropertyValue(`--${one}`)), drawn.filter];
}"""
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def opened(entered: Page, site: str) -> Callable[[str], Page]:
    """Page of an analyst: `opened("/unit")`."""

    def go(address: str) -> Page:
        visiting.turn(entered, site + address)
        visiting.settle(entered, 100)
        return entered

    return go


def test_a_unit_is_found_by_keys_alone(opened: Callable[[str], Page]) -> None:
    page = opened("/unit/county:c0?lang=en&period=month&date=2018-02-10")
    page.focus("#unit-find")
    page.keyboard.type("station s4")
    page.wait_for_selector("#unit-found a:has-text('Station s4')", timeout=PATIENCE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#head h1:has-text('Station s4')", timeout=PATIENCE)
    assert "/unit/station:s4?" in page.url
    assert "date=2018-02-10" in page.url
    assert "26" in page.inner_text(".card-cases .figure")


def test_a_choice_goes_into_the_address_and_the_page_follows(opened: Callable[[str], Page]) -> None:
    page = opened("/unit/station:s4?lang=en&date=2018-02-10")
    page.select_option("#field-period", "day")
    page.wait_for_selector(".card-cases .figure:has-text('10 February 2018')", timeout=PATIENCE)
    assert "period=day" in page.url
    page.go_back()
    page.wait_for_selector(".card-cases .figure small:text-is('February 2018')", timeout=PATIENCE)
    assert page.url.partition("?")[0].endswith("/unit/station:s4")


def test_the_other_language_shows_the_same_unit(opened: Callable[[str], Page]) -> None:
    page = opened("/unit/station:s4?lang=en&date=2018-02-10")
    page.click("#head .language")
    page.wait_for_selector("#head h1:has-text('s4所')", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert page.evaluate("document.title").startswith("s4所")


def test_the_map_is_one_step_away_and_keeps_the_day(opened: Callable[[str], Page]) -> None:
    page = opened("/unit/county:c0?lang=en&date=2018-02-10")
    page.click("#unit-ways .way:last-child")
    page.wait_for_selector(".legend", timeout=PATIENCE)
    assert "area=county:c0" in page.url
    assert "date=2018-02-10" in page.url


@pytest.mark.parametrize("address", ["/unit/station:s4?lang=zh", "/unit/county:c0?lang=en", "/unit?lang=en"])
def test_it_prints_on_one_sheet_of_a4(opened: Callable[[str], Page], address: str) -> None:
    printed = opened(address).pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(A4, printed)


def test_paper_is_light_whatever_the_screen_is(opened: Callable[[str], Page]) -> None:
    page = opened("/unit/station:s4?lang=en")
    page.emulate_media(media="print")
    light = page.evaluate(LOOKS)
    page.evaluate("document.documentElement.dataset.mantineColorScheme = 'dark'")
    assert page.evaluate(LOOKS) == light
    page.emulate_media(media="screen")
    dark = page.evaluate(LOOKS)
    page.evaluate("document.documentElement.dataset.mantineColorScheme = 'light'")
    assert dark[0] != light[0]
    assert dark[1] != light[1]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160), (700, 900)])
def test_the_page_fits_the_screen(opened: Callable[[str], Page], width: int, height: int) -> None:
    page = opened("/unit/station:s4?lang=zh")
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate(NARROW)
    assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
