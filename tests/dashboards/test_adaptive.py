"""The map of mixed levels: its shapes, what is told of each, and its place among the choices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from dash import no_update

from kuai.access import Place, Viewer
from kuai.serving import Serving
from tests.dashboards.mapping.reading import drawn

from dashboards import adaptive
from dashboards.atlas import Atlas
from dashboards.caller import seen_as
from dashboards.choices import settle
from dashboards.filters import Filters
from dashboards.mapping.mapping import Mapping
from dashboards.pages.map import MapPage

WALL = Viewer("w", "wall", (Place("city", "demo"),), "situation", is_device=True, session="s")
CONTROLS, PANEL = "controls.children", "panel.children"
FEBRUARY = "?lang=en&level=adaptive-police&period=month&date=2018-02-03"


@pytest.fixture
def shown(show: Callable[[str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Parts of the page as the wall sees them; s3 has one case in February, which it may not see."""

    def shown(search: str = FEBRUARY) -> dict[str, Any]:
        with seen_as(WALL):
            return show(search)

    return shown


@pytest.fixture
def places(mapping: Mapping) -> Callable[[dict[str, Any]], list[str]]:
    """Shapes that the map draws, each by its level and code."""
    return lambda page: sorted(drawn(mapping, page).numbers)


def test_a_county_stands_for_its_stations_where_one_may_not_be_shown(shown: Any, show: Any, places: Any) -> None:
    assert places(shown()) == ["county:c1", "station:s0", "station:s1", "station:s2"]
    assert places(show(FEBRUARY)) == [f"station:s{n}" for n in range(6)]


def test_each_shape_says_its_level(shown: Any, said: Any) -> None:
    panel = " ".join(said(shown()[PANEL]).split())
    assert "Station s2 Station s2 13" in panel
    assert "County 1 County c1" in panel
    assert "County 1 · Station 3" in panel


def test_the_legend_says_what_the_shapes_hold_and_how_long_they_stay(shown: Any, said: Any) -> None:
    panel = said(shown()[PANEL])
    assert "hold at least 100 % of the residents" in panel
    assert "1 February 2018 to 28 February 2018 and stay for at least 28 days" in panel
    assert "compare rates" in panel


def test_one_looks_within_a_county(shown: Any, places: Any) -> None:
    assert places(shown(f"{FEBRUARY}&area=county:c0")) == ["station:s0", "station:s1", "station:s2"]
    assert places(shown(f"{FEBRUARY}&area=county:c1")) == ["county:c1"]


def test_the_way_back_names_the_level_of_the_shape(shown: Any, said: Any) -> None:
    assert "kuai explain incident_count --area s2 --level station --period 2018-02" in said(shown()[PANEL])


def test_a_click_leads_nowhere(mapping: Mapping) -> None:
    assert MapPage(mapping).enter({"area": "county:c1"}, FEBRUARY) is no_update


def test_it_stands_among_the_levels(shown: Any, said: Any) -> None:
    assert "Adaptive: County – Station" in said(shown()[CONTROLS])
    assert "自适应：县区 – 派出所" in said(shown(FEBRUARY.replace("en", "zh"))[CONTROLS])


def test_a_hierarchy_that_is_not_there_is_no_choice(serving: Serving) -> None:
    found = settle(serving, Atlas(serving), Filters(level="adaptive-civic"), "en")
    assert found.level == "station"


def test_its_shapes_are_those_of_all_levels_it_mixes(mapping: Mapping) -> None:
    codes = sorted(mapping.shelf.of("adaptive-police", date(2018, 2, 28)).codes)
    assert codes[:3] == ["city:demo", "county:c0", "county:c1"]
    assert len(codes) == 9


def test_twenty_eight_days_are_four_weeks_that_have_ended() -> None:
    assert adaptive.span("block", date(2018, 3, 14)) == (date(2018, 2, 26), date(2018, 3, 25))
    assert adaptive.newest("block", date(2018, 3, 14)) == date(2018, 2, 25)
    assert adaptive.newest("block", date(2018, 3, 25)) == date(2018, 3, 25)
    assert adaptive.newest("month", date(2018, 3, 14)) == date(2018, 3, 14)
    assert adaptive.step("block", date(2018, 3, 14), 1) == date(2018, 3, 26)
    assert adaptive.step("block", date(2018, 3, 14), -1) == date(2018, 2, 25)
    assert adaptive.unit("block") == "week"
