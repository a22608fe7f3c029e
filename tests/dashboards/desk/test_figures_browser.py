"""Figures of the desk by keys alone: what is told is what the pointer is told, and those who listen hear it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.dashboards import sight
from tests.dashboards.desk.test_desk_browser import opened, over
from tests.dashboards.visiting import PATIENCE, Watched

from dashboards.desk.frame import KEYS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SEARCH = "?lang=en&level=station&period=month&date=2018-02-03&compare=none&pick=s1"
FIGURES = ("trend", "calendar", "hours")
TOLD = """name => {
    const place = document.querySelector(`#desk-${name}`), tip = place.querySelector(".figure-tip");
    return [tip.hidden ? "" : tip.innerText, place.querySelector("[aria-live=polite]").textContent];
}"""
KEPT = """name => {
    window.passed = [];
    document.addEventListener("keydown", (event) => window.passed.push(event.key));
    document.querySelector(`#desk-${name}`).focus();
}"""
RING = """name => {
    const place = document.querySelector(`#desk-${name}`);
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(place);
    const ground = getComputedStyle(place.closest(".panel")).backgroundColor;
    return [outlineStyle, outlineWidth, boxShadow.match(/rgb\\([^)]*\\)/)[0], ground];
}"""


def figures(watched: Watched) -> Page:
    """The desk with all its figures drawn, those below too."""
    page = opened(watched, SEARCH)
    page.evaluate("document.activeElement.blur()")
    page.locator("#desk-hours").scroll_into_view_if_needed()
    for name in FIGURES:
        page.wait_for_function(f"() => (document.querySelector('#desk-{name}').figure || {{}}).box", timeout=PATIENCE)
    return page


def told(page: Page, name: str) -> tuple[str, str]:
    """What a figure says beside a point of it, and what those hear who listen."""
    shown, heard = page.evaluate(TOLD, name)
    return shown, heard


def after(page: Page, *keys: str) -> str:
    """What the figure with the focus says after some keys; it is heard in the same words."""
    for key in keys:
        page.keyboard.press(key)
    name = page.evaluate("document.activeElement.id").removeprefix("desk-")
    shown, heard = told(page, name)
    assert heard == shown.replace("\n", "; ")
    return shown


def pointed(page: Page, name: str, across: float, down: float = 0.5) -> str:
    """What the pointer is told at a place, after which it is gone."""
    page.locator(f"#desk-{name}").scroll_into_view_if_needed()
    over(page, name, across, down)
    found = told(page, name)[0]
    page.mouse.move(0, 0)
    return found


def test_the_points_of_the_trend_are_told_to_keys(watched: Watched) -> None:
    page = figures(watched)
    last, middle = pointed(page, "trend", 0.97), pointed(page, "trend", 0.4)
    page.focus("#desk-trend")
    assert told(page, "trend") == ("", "")
    newest = after(page, "ArrowLeft")
    assert newest == after(page, "End") == after(page, "ArrowRight")
    before = after(page, "ArrowLeft")
    assert "Station s1: " in newest
    assert before[:10] < newest[:10]
    assert after(page, "ArrowRight") == newest
    first = after(page, "Home")
    assert first == after(page, "ArrowLeft")
    found = [first]
    while after(page, "ArrowRight") != found[-1]:
        found.append(told(page, "trend")[0])
    assert found[-1] == newest
    assert {last, middle} <= set(found)


def test_numbers_are_told_in_full(watched: Watched) -> None:
    page = figures(watched)
    large = (
        "() => { const {figure} = document.querySelector('#desk-trend'); figure.data.lines.at(-1).values.fill(12345); }"
    )
    page.evaluate(large)
    page.focus("#desk-trend")
    assert "Station s1: 12,345" in after(page, "End")
    told = "value => [window.kuai_figures.told(value, 0), window.kuai_figures.told(value, 1), kuai_figures.said(value)]"
    assert page.evaluate(told, 123456.7) == ["123,457", "123,456.7", "123,500"]


def test_days_are_told_to_keys_in_four_directions(watched: Watched) -> None:
    page = figures(watched)
    row = {pointed(page, "calendar", share / 40, 0.3) for share in range(40)} - {""}
    page.focus("#desk-calendar")
    newest = after(page, "ArrowLeft")
    assert newest == after(page, "End")
    first = after(page, "Home")
    assert first == after(page, "ArrowLeft") == after(page, "ArrowUp")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\n.+", first)
    below, beside = (date.fromisoformat(after(page, key)[:10]) for key in ("ArrowDown", "ArrowRight"))
    assert below - date.fromisoformat(first[:10]) == timedelta(days=1)
    assert beside - below == timedelta(days=7)
    assert after(page, "ArrowLeft", "ArrowUp") == first
    found = [after(page, "ArrowDown", "ArrowDown")]
    while after(page, "ArrowRight") != found[-1]:
        found.append(told(page, "calendar")[0])
    assert len(row) > 10
    assert row <= set(found)


def test_hours_are_told_to_keys_in_four_directions(watched: Watched) -> None:
    page = figures(watched)
    page.focus("#desk-hours")
    first = after(page, "ArrowRight")
    assert first == after(page, "Home") == after(page, "ArrowUp")
    ways = [first, *(after(page, key) for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "End"))]
    assert [one.split("\n")[0] for one in ways] == ["Mon 0:00", "Mon 1:00", "Tue 1:00", "Tue 0:00", "Sun 23:00"]
    assert after(page, "ArrowRight") == after(page, "ArrowDown") == ways[-1]
    page.keyboard.press("Escape")
    row = {pointed(page, "hours", share / 50, 0.1) for share in range(50)} - {""}
    found = [after(page, "Home")]
    while after(page, "ArrowRight") != found[-1]:
        found.append(told(page, "hours")[0])
    assert row == set(found)


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_told_ends_and_keys_stay_in_the_figure(watched: Watched, name: str) -> None:
    page = figures(watched)
    page.evaluate(KEPT, name)
    assert after(page, "Home", "ArrowRight")
    here = page.url
    page.keyboard.press("Escape")
    assert told(page, name) == ("", "")
    assert page.evaluate("window.passed") == []
    assert page.url == here
    assert after(page, "End")
    page.keyboard.press("Tab")
    assert told(page, name) == ("", "")
    page.focus(f"#desk-{name}")
    page.keyboard.press("[")
    page.wait_for_url(re.compile("date=2018-01"), timeout=PATIENCE)


def test_keys_are_told_again_when_the_pointer_is_gone(watched: Watched) -> None:
    page = figures(watched)
    page.focus("#desk-trend")
    newest = after(page, "End")
    page.locator("#desk-trend").scroll_into_view_if_needed()
    assert over(page, "trend", 0.2) != newest
    page.mouse.move(0, 0)
    assert told(page, "trend")[0] == newest


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_its_keys_and_shows_its_focus(watched: Watched, name: str) -> None:
    page = figures(watched)
    place = page.get_by_role("application", name=re.compile("arrow keys tell one point after another"))
    assert place.count() == len(FIGURES)
    for _ in ("light", "dark"):
        page.focus("body")
        page.focus(f"#desk-{name}")
        page.keyboard.press("Home")
        style, width, ring, ground = page.evaluate(RING, name)
        assert (style, width) == ("solid", "3px")
        assert sight.contrast(ring, ground) >= 3
        page.click("#scheme")


def test_the_help_names_the_keys_of_figures(watched: Watched) -> None:
    page = figures(watched)
    page.locator("body").press("?")
    row = page.locator("#desk-help tr", has_text="in the trend, the calendar and the hours")
    assert row.locator("kbd").inner_text() in KEYS
    page.keyboard.press("Escape")
