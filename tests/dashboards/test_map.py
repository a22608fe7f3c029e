"""The page of the map, without a browser."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from kuai import catalog, texts
from kuai.home import Home
from kuai.serving import Serving

from dashboards.filters import Filters
from dashboards.gatehouse.house import log_entry

if TYPE_CHECKING:
    from dashboards.pages.map import Desk

Said = Callable[[Any], str]
HEAD, CONTROLS, TRAIL, FIGURE, NOTICE, PANEL, LANGUAGE, LOOK = range(8)
SIZE = [900, 600]


def test_values_are_in_the_table_and_on_the_map(desk: Desk, said: Said) -> None:
    shown = desk.show("?lang=en", SIZE)
    assert "Station s5" in said(shown[PANEL])
    assert "March 2018" in said(shown[PANEL])
    assert sorted(shown[FIGURE].data[0].locations) == ["s0", "s1", "s2", "s3", "s4", "s5"]


def test_an_observed_area_without_cases_is_zero_and_not_missing(desk: Desk) -> None:
    assert any(text.endswith("0 cases") for text in desk.show("?lang=en", SIZE)[FIGURE].data[0].text)


def test_cases_that_are_found_by_checks_stand_apart(desk: Desk, said: Said) -> None:
    def legend(search: str) -> str:
        return said(desk.show(f"?lang=en{search}", SIZE)[PANEL]).split("By value")[0]

    category = next(one for one in desk.show("?lang=en", SIZE)[CONTROLS] if "field-category" in one.className)
    groups = category.children[1].children[1:]
    assert [(one.label, [option.value for option in one.children]) for one in groups] == [
        ("Reported", ["theft"]), ("Found by checks", ["gambling"]),
    ]  # fmt: skip
    assert "found by checks (Gambling)" in legend("")
    assert "more work, more cases" in legend("&category=gambling")
    assert "checks" not in legend("&category=theft") + legend("&metric=resident_count")


def test_a_part_of_a_period_says_so(desk: Desk, said: Said) -> None:
    assert "64 % of its days observed" in said(desk.show("?lang=en", SIZE)[PANEL])
    assert "observed" not in said(desk.show("?lang=en&date=2018-02-03", SIZE)[PANEL]).split("By value")[0]


@pytest.mark.parametrize(
    ("search", "state", "areas"),
    [
        ("?metric=resident_count", "suppressed", ["s5"]),
        ("?date=2017-12-01", "missing", ["s0", "s1", "s2", "s3", "s4", "s5"]),
        ("?date=2018-04-01", "late", ["s0", "s1", "s2", "s3", "s4", "s5"]),
    ],
)
def test_what_has_no_value_is_drawn_in_its_state(desk: Desk, said: Said, search: str, state: str, areas: Any) -> None:
    shown = desk.show(f"{search}&lang=en", SIZE)
    assert sorted(shown[FIGURE].data[1].locations) == areas
    assert texts.text(f"state.{state}", "en") in said(shown[PANEL])


def test_a_correction_is_said_beside_the_numbers(desk: Desk, said: Said) -> None:
    told = said(desk.show("?lang=en&metric=resident_count", SIZE)[PANEL])
    assert "Residents: 2018-01-01 was revised on 2018-02-01 (version 2)" in told


def test_an_old_number_looks_old(desk: Desk, said: Said) -> None:
    shown = desk.show("?lang=en", SIZE)
    assert "Out of date until 20 March 2018" in said(shown[HEAD])
    assert "stale" in shown[LOOK]


def test_the_origin_names_snapshot_run_and_files(desk: Desk, said: Said) -> None:
    panel = said(desk.show("?lang=en", SIZE)[PANEL])
    assert all(part in panel for part in ("s1", "run1", "cases_q1", "kuai explain incident_count --area s5"))


def test_a_click_leads_into_the_area_and_no_further_than_the_last_level(desk: Desk) -> None:
    from dash import no_update

    click = {"points": [{"location": "c1"}]}
    into = Filters.parse(desk.enter(click, "?level=county"))
    assert (into.level, str(into.area)) == ("station", "county:c1")
    assert desk.enter({"points": [{"location": "s1"}]}, "?level=station") is no_update
    assert desk.enter({"points": [{"lon": 1}]}, "?level=county") is no_update


@pytest.mark.parametrize("search", ["?metric=nonsense", "?date=never", "?area=county:nowhere", "?area=x"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_cannot_be_answered_is_said_in_place_of_the_map(
    desk: Desk, said: Said, search: str, language: str
) -> None:
    shown = desk.show(f"{search}&lang={language}", SIZE)
    assert shown[LOOK] == "page refused"
    assert texts.text("notice.refused", language) in said(shown[NOTICE])
    assert texts.text("control.metric", language) in said(shown[CONTROLS])


def test_no_areas_on_a_day_is_said(desk: Desk, said: Said) -> None:
    shown = desk.show("?date=2001-01-01&lang=en", SIZE)
    assert texts.text("notice.no_areas.what", "en") in said(shown[NOTICE])


@pytest.mark.slow
def test_every_metric_level_and_language_has_its_texts(desk: Desk) -> None:
    levels, metrics = ("county", "station"), [one.id for one in catalog.METRICS]
    for language, level, metric in itertools.product(texts.LANGUAGES, levels, metrics):
        assert len(desk.show(f"?metric={metric}&level={level}&lang={language}", SIZE)) == LOOK + 1


def test_a_new_snapshot_is_noticed_once(changing: Serving, issue: Callable[[str], Home]) -> None:
    from dash import no_update

    from dashboards.pages.map import Desk

    desk = Desk(changing, "en", "/", log_entry)
    assert desk.follow("", "s1")[1] is no_update
    issue("s2")
    assert desk.follow("", "s1")[1] == "s2"
    assert desk.follow("", "s2")[1] is no_update


def test_the_page_waits_in_the_language_of_the_settings(said: Said) -> None:
    from dashboards.pages.map import layout

    assert texts.text("page.waiting", "zh") in said(layout(Filters(lang="zh")))
