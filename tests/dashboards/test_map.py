"""The page of the map, without a browser."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from dash import no_update

from kuai import catalog, texts
from kuai.audit.entry import Entry
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards.mapping.reading import drawn

from dashboards import standing
from dashboards.filters import Filters, Place
from dashboards.mapping.mapping import Mapping
from dashboards.pages.map import SHOWN, MapPage, layout

if TYPE_CHECKING:
    from starlette.testclient import TestClient

Said = Callable[[Any], str]
Show = Callable[[str], dict[str, Any]]
HEAD, CONTROLS, NOTICE, PANEL, LOOK = (
    "head.children", "controls.children", "notice.children", "panel.children", "page.className"
)  # fmt: skip


def test_values_are_in_the_table_and_on_the_map(show: Show, mapping: Mapping, said: Said) -> None:
    shown = show("?lang=en")
    assert "Station s5" in said(shown[PANEL])
    assert "March 2018" in said(shown[PANEL])
    found = drawn(mapping, shown)
    assert sorted(found.told) == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert found.states == {}


def test_the_legend_has_the_classes_of_the_map(show: Show, mapping: Mapping) -> None:
    shown = show("?lang=en")
    found, legend = drawn(mapping, shown), shown[PANEL][0]
    listed = next(one for one in legend.children if getattr(one, "className", "") == "classes").children
    fills = [(one.children[0].style["--light"], one.children[0].style["--dark"]) for one in reversed(listed)]
    assert fills == list(zip(*(found.head["colours"][theme]["classes"] for theme in ("light", "dark")), strict=True))
    counts = [list(found.numbers.values()).count(number) for number in range(1, len(listed) + 1)]
    assert [int(one.children[2].children) for one in reversed(listed)] == counts


def test_what_comes_along_is_what_the_address_of_the_values_gives(show: Show, analyst: TestClient) -> None:
    shown = show("?lang=en&level=station&date=2018-03-05")
    assert base64.b64decode(shown["map.brought"]) == analyst.get(shown["map.valuesUrl"]).content


def test_one_looks_within_an_area(show: Show, mapping: Mapping) -> None:
    shown = show("?lang=en&level=station&area=county:c1")
    assert sorted(drawn(mapping, shown).numbers) == ["s3", "s4", "s5"]
    assert shown["map.bounds"] == mapping.bounds("county", date(2018, 3, 1), Place("county", "c1"))


def test_the_place_looked_within_is_named_however_many_there_are(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    def places() -> list[str]:
        fields = show("?lang=en&level=station&area=county:c1")[CONTROLS]
        return [one.children for one in fields[3].children[1].children]

    assert places() == ["Everywhere", "County · County 0", "County · County 1"]
    monkeypatch.setattr("dashboards.choices._MOST_PLACES", 1)
    assert places() == ["Everywhere", "County · County 1"]


def test_an_observed_area_without_cases_is_zero_and_not_missing(show: Show, mapping: Mapping) -> None:
    assert 0 in drawn(mapping, show("?lang=en")).told.values()


def test_cases_that_are_found_by_checks_stand_apart(show: Show, said: Said) -> None:
    def legend(search: str) -> str:
        return said(show(f"?lang=en{search}")[PANEL]).split("By value")[0]

    category = next(one for one in show("?lang=en")[CONTROLS] if "field-category" in one.className)
    groups = category.children[1].children[1:]
    assert [(one.label, [option.value for option in one.children]) for one in groups] == [
        ("Reported", ["theft"]), ("Found by checks", ["gambling"]),
    ]  # fmt: skip
    assert "found by checks (Gambling)" in legend("")
    assert "more work, more cases" in legend("&category=gambling")
    assert "checks" not in legend("&category=theft") + legend("&metric=resident_count")


def test_a_part_of_a_period_says_so(show: Show, said: Said) -> None:
    assert "64 % of its days observed" in said(show("?lang=en")[PANEL])
    assert "observed" not in said(show("?lang=en&date=2018-02-03")[PANEL]).split("By value")[0]


@pytest.mark.parametrize(
    ("search", "state", "areas"),
    [
        ("?metric=resident_count", "suppressed", ["s5"]),
        ("?date=2017-12-01", "missing", ["s0", "s1", "s2", "s3", "s4", "s5"]),
        ("?date=2018-04-01", "late", ["s0", "s1", "s2", "s3", "s4", "s5"]),
    ],
)
def test_what_has_no_value_is_drawn_in_its_state(
    show: Show, mapping: Mapping, search: str, state: str, areas: Any
) -> None:
    shown = show(f"{search}&lang=en")
    assert drawn(mapping, shown).states == dict.fromkeys(areas, state)
    assert texts.text(f"state.{state}", "en") in str(shown[PANEL])


def test_a_correction_is_said_beside_the_numbers(show: Show, said: Said) -> None:
    told = said(show("?lang=en&metric=resident_count")[PANEL])
    assert "Residents: 2018-01-01 was revised on 2018-02-01 (version 2)" in told


def test_an_old_number_looks_old(show: Show, said: Said) -> None:
    shown = show("?lang=en")
    assert "Out of date until 20 March 2018" in said(shown[HEAD])
    assert "stale" in shown[LOOK]


def test_the_origin_names_snapshot_run_and_files(show: Show, said: Said) -> None:
    panel = said(show("?lang=en")[PANEL])
    assert all(part in panel for part in ("s1", "run1", "cases_q1", "kuai explain incident_count --area s5"))


def test_a_click_leads_into_the_area_and_no_further_than_the_last_level(mapping: Mapping) -> None:
    page = MapPage(mapping)
    into = Filters.parse(page.enter({"area": "c1"}, "?level=county"))
    assert (into.level, str(into.area)) == ("station", "county:c1")
    assert page.enter({"area": "s1"}, "?level=station") is no_update
    assert page.enter({"area": None}, "?level=county") is no_update


def test_a_click_asks_for_no_number(serving: Serving) -> None:
    lines: list[Entry] = []
    assert MapPage(Mapping(serving, lines.append, "en")).enter({"area": "c1"}, "?level=county") is not no_update
    assert lines == []


@pytest.mark.parametrize("search", ["?metric=nonsense", "?date=never", "?area=county:nowhere", "?area=x"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_cannot_be_answered_is_said_in_place_of_the_map(
    show: Show, said: Said, search: str, language: str
) -> None:
    shown = show(f"{search}&lang={language}")
    assert shown[LOOK] == "page refused"
    assert texts.text("notice.refused", language) in said(shown[NOTICE])
    assert texts.text("control.metric", language) in said(shown[CONTROLS])


def test_no_areas_on_a_day_is_said(show: Show, said: Said) -> None:
    shown = show("?date=2001-01-01&lang=en")
    assert texts.text("notice.no_areas.what", "en") in said(shown[NOTICE])


@pytest.mark.slow
def test_every_metric_level_and_language_has_its_texts(show: Show) -> None:
    levels, metrics = ("county", "station"), [one.id for one in catalog.METRICS]
    for language, level, metric in itertools.product(texts.LANGUAGES, levels, metrics):
        assert len(show(f"?metric={metric}&level={level}&lang={language}")) == len(SHOWN)


def test_a_new_snapshot_is_noticed_once(changing: Serving, issue: Callable[[str], Home]) -> None:
    first = standing.follow(changing, None)
    assert standing.follow(changing, first) is no_update
    issue("s2")
    assert standing.follow(changing, first).split()[0] == "s2"
    assert standing.follow(changing, standing.stand(changing)) is no_update


def test_what_goes_out_of_date_is_noticed_without_a_question(changing: Serving) -> None:
    lines: list[Entry] = []
    mapping = Mapping(changing, lines.append, "en")
    seen = []
    for minutes in (0, 10, 70, 200):
        changing._clock = partial(datetime, 2018, 3, 22, 9 + minutes // 60, minutes % 60, tzinfo=UTC)
        seen.append(standing.follow(mapping.gate, None))
    assert seen == ["s1 33h", "s1 33h", "s1 34h", "s1 36h incident_count incident_rate cases"]
    assert lines == []


def test_the_page_waits_in_the_language_of_the_settings(said: Said) -> None:
    assert texts.text("page.waiting", "zh") in said(layout(Filters(lang="zh")))
