"""The page of a unit, without a browser: which units there are, what is read of one, and what is shown to whom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from kuai import texts
from kuai.access import Place as Within
from kuai.access import Viewer
from kuai.audit import Entry
from kuai.serving import Serving
from tests.dashboards.city import CASES
from tests.dashboards.conftest import ANALYST

from dashboards import standing, turning
from dashboards.atlas import Atlas
from dashboards.filters import Place
from dashboards.station import glance, readings, units
from dashboards.station.readings import Point, Topic
from dashboards.words import Words

if TYPE_CHECKING:
    from dashboards.pages.station import UnitPage
    from dashboards.station.glance import Glance

Said = Callable[[Any], str]
Seen = Callable[[Viewer], AbstractContextManager[None]]
HEAD, CONTROLS, FINDER, WAYS, BODY, LANGUAGE, TITLE, LOOK = range(8)
ALL = Within("city", "demo")
EAST = Viewer("east", "analyst", (Within("county", "c0"),), "planning")
FEBRUARY = date(2018, 2, 28)


@pytest.fixture
def left() -> list[Entry]:
    return []


@pytest.fixture
def unit_page(serving: Serving, left: list[Entry]) -> UnitPage:
    from dashboards.pages.station import UnitPage

    return UnitPage(serving, "en", left.append)


@pytest.fixture
def directory(serving: Serving) -> units.Directory:
    return units.Directory(serving, Atlas(serving), FEBRUARY)


def codes(found: list[units.Unit]) -> list[str]:
    return [str(one.place) for one in found]


def parts(tree: Any, kind: str) -> list[Any]:
    """Every component of a kind in a tree."""
    if isinstance(tree, list | tuple):
        return [found for one in tree for found in parts(one, kind)]
    own = [tree] if type(tree).__name__ == kind else []
    return own + (parts(tree.children, kind) if getattr(tree, "children", None) is not None else [])


def glanced(serving: Serving, wanted: str, search: str = "", viewer: Viewer = ANALYST) -> Glance:
    chosen = glance.settle(serving, glance.Chosen.parse(search), wanted.partition(":")[0], "en")
    unit = units.Directory(serving, Atlas(serving), chosen.day).find(wanted)
    assert unit
    return glance.glance(serving.seen_by(viewer, lambda _: None), unit, chosen)


@pytest.mark.parametrize("path", ["/unit", "/unit/station:s0", "/unit/"])
def test_units_have_an_address(path: str) -> None:
    assert turning.is_page(path)


def test_an_address_names_its_unit_again() -> None:
    place = Place("station", "东 1/2")
    assert units.named(units.address(place, "?lang=en").partition("?")[0]) == str(place)
    assert units.named("/unit") == units.named(None) == ""


def test_levels_of_units_are_those_below_the_root_at_which_cases_are_counted(directory: units.Directory) -> None:
    assert [row["level"] for row in directory.levels()] == ["county", "station"]


@pytest.mark.parametrize("text", ["nothing", "station:s9", "city:demo", "station", ":s0"])
def test_what_is_no_unit_is_not_found(directory: units.Directory, text: str) -> None:
    assert directory.find(text) is None


@pytest.mark.parametrize(("text", "found"), [("station s3", ["station:s3"]), ("西", ["county:c1"]),
                                             ("S3", ["station:s3"])])  # fmt: skip
def test_a_unit_is_found_by_name_or_code(directory: units.Directory, text: str, found: list[str]) -> None:
    assert codes(directory.search(text, (ALL,))) == found


def test_only_units_of_the_scope_are_found(directory: units.Directory) -> None:
    assert codes(directory.search("", EAST.scope)) == ["county:c0", "station:s0", "station:s1", "station:s2"]
    assert codes(directory.search("s", (Within("station", "s4"),))) == ["station:s4"]
    assert len(directory.search("", ())) == len(CASES) + 2


def test_units_spelled_alike_are_named_those_of_the_level_first(directory: units.Directory) -> None:
    assert codes(directory.alike("station:s33", ()))[0] == "station:s3"
    assert "station:s4" not in codes(directory.alike("station:s41", EAST.scope))
    assert directory.alike("zzzzzz", ()) == []


def test_the_page_opens_on_a_period_that_was_observed_to_its_end(serving: Serving) -> None:
    assert glance.opening_day(serving, "month") == FEBRUARY
    assert glance.opening_day(serving, "day") == date(2018, 3, 20)


def test_choices_come_and_go_with_the_address() -> None:
    search = "?metric=incident_count&period=month&date=2018-02-10&area=county:c0&lang=zh&against=year"
    chosen = glance.Chosen.parse(search)
    assert glance.Chosen.parse(chosen.search) == chosen
    assert "against=residents" in chosen.but(against="residents").search


def test_what_the_desk_has_chosen_is_there_on_the_way_back(serving: Serving) -> None:
    from dashboards.station import ways

    led = "?metric=incident_count&level=station&period=28d&date=2018-03-18&lang=en&compare=year&pick=s1&other=s2"
    found = glanced(serving, "station:s1", led)
    assert found.chosen.filters.period == "month"
    assert set(ways.to_desk(found).lstrip("?").split("&")) == {*led.lstrip("?").split("&"), "category=all"}
    assert "pick=s1" in ways.to_desk(glanced(serving, "station:s1", "?lang=en"))
    assert "level=station&" in ways.to_desk(glanced(serving, "county:c0", "?level=station&area=county:c0&lang=en"))


def test_a_period_that_is_not_released_gives_way_to_the_next_longer(serving: Serving) -> None:
    asked = [readings.offered_as(serving, "incident_count", "station", one) for one in ("day", "week", "year")]
    assert asked == ["day", "month", "month"]
    assert readings.offered_as(serving, "incident_count", "county", "day") == "month"
    assert readings.offered_as(serving, "closed_count", "station", "month") == ""


def test_a_history_is_thirteen_periods_to_the_one_looked_at() -> None:
    asked = readings.question(Topic("cases", "incident_count"), Place("station", "s0"), "month", FEBRUARY, "all")
    assert (asked.first, asked.last) == (date(2017, 2, 1), FEBRUARY)


def test_every_reading_has_its_state(serving: Serving) -> None:
    found = glanced(serving, "station:s1", "?date=2018-03-01")
    cases = found.readings["cases"]
    assert (cases.now.value, cases.now.state) == (7, "value")
    assert 0 < cases.now.coverage < 1
    assert cases.points[0].state == "missing"
    assert glanced(serving, "station:s1", "?date=2018-04-01").readings["cases"].now.state == "late"
    assert glanced(serving, "station:s5", "?date=2018-01-10").readings["residents"].now.state == "suppressed"


def test_outside_the_scope_one_question_is_left_and_no_number_shown(
    unit_page: UnitPage, left: list[Entry], as_viewer: Seen, said: Said
) -> None:
    with as_viewer(EAST):
        shown = unit_page.show("/unit/station:s4", "?lang=en")
    assert [one.outcome for one in left] == ["not-permitted"]
    assert "part-not_permitted" in shown[BODY][0].className
    assert "lies outside your areas" in said(shown[BODY])
    assert not {"25", "26"} & set(said(shown[BODY]).split())


def test_every_question_leaves_a_line_that_names_the_unit_or_its_peers(unit_page: UnitPage, left: list[Entry]) -> None:
    unit_page.show("/unit/station:s1", "?lang=en")
    own = [one for one in left if one.areas == (Within("station", "s1"),)]
    assert {one.metric for one in own} == {"incident_count", "resident_count"}
    assert {one.outcome for one in left} == {"answered"}
    assert len(left) == len(own) + 2  # of the peers: cases of two months at once, and residents


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_is_whole_in_both_languages(unit_page: UnitPage, said: Said, language: str) -> None:
    shown = unit_page.show("/unit/station:s4", f"?lang={language}")
    told = said(shown[BODY]) + said(shown[HEAD]) + said(shown[CONTROLS])
    for name in ("population", "cases", "work", "quality", "peers"):
        assert Words(language)(f"station.section.{name}") in told
    assert "station." not in told
    assert (shown[LANGUAGE], shown[FINDER]) == (language, Words(language)("station.find"))


def test_a_unit_that_there_is_not_leads_to_those_like_it(unit_page: UnitPage, said: Said) -> None:
    shown = unit_page.show("/unit/station:s33", "?lang=en&period=month")
    assert "There is no unit station:s33" in said(shown[BODY])
    links = parts(shown[BODY], "Link")
    assert links[0].href.startswith("/unit/station:s3?")
    assert "period=month" in links[0].href


def test_without_a_unit_those_of_the_scope_are_offered(unit_page: UnitPage, as_viewer: Seen) -> None:
    with as_viewer(EAST):
        shown = unit_page.show("/unit", "?lang=en")
    assert [one.href.partition("?")[0] for one in parts(shown[BODY], "Link")] == [
        f"/unit/{one}" for one in ("county:c0", "station:s0", "station:s1", "station:s2")
    ]


def test_what_is_looked_for_is_found_in_the_scope_alone(unit_page: UnitPage, as_viewer: Seen, said: Said) -> None:
    with as_viewer(EAST):
        assert "s1" in said(unit_page.find("s1", "?lang=en"))
        assert said(unit_page.find("s4", "?lang=en")) == "No such unit within your areas"
    assert unit_page.find("  ", "?lang=en") is None


@pytest.mark.parametrize(("role", "look"), [("auditor", "part-not_permitted"), ("analyst", "part-failed")])
def test_what_is_refused_is_said_on_the_page(unit_page: UnitPage, as_viewer: Seen, role: str, look: str) -> None:
    with as_viewer(Viewer("x", role, (ALL,), "audit")):
        shown = unit_page.show("/unit/station:s1", "?lang=en" if role == "auditor" else "?lang=en&date=never")
    assert look in shown[BODY][0].className
    assert shown[LOOK] == "page refused"


def test_numbers_too_old_do_not_look_as_if_they_were_new(unit_page: UnitPage, said: Said) -> None:
    shown = unit_page.show("/unit/station:s1", "?lang=en")
    cards = {one.className.split()[1]: one for one in parts(shown[BODY], "Section")}
    assert "is-stale" in cards["card-cases"].className
    assert "Out of date" in said(cards["card-cases"])
    assert shown[LOOK] == "page stale"


def test_the_ways_keep_the_choices(unit_page: UnitPage) -> None:
    shown = unit_page.show("/unit/station:s1", "?lang=en&period=day&date=2018-03-10")
    up, *pages = [one.href for one in parts(shown[WAYS], "Link")]
    assert up.startswith("/unit/county:c0?period=day&date=2018-03-10")
    assert all("level=station" in one and "date=2018-03-10" in one for one in pages)
    back = unit_page.show("/unit/county:c0", "?lang=en&level=station&area=county:c0")
    assert all("level=station&area=county:c0" not in one.href or "/unit" not in one.href
               for one in parts(back[WAYS], "Link"))  # fmt: skip


def test_cases_found_by_checks_stand_apart(said: Said) -> None:
    from dashboards.station import chooser

    chosen = glance.Chosen.parse("?period=month&date=2018-03-01&category=theft")
    given = chooser.fields(Words("en"), chosen, ["month"], ["all", "theft", "narcotics"], ["narcotics"])
    groups = parts(given, "Optgroup")
    assert [(one.label, said(one)) for one in groups] == [("Reported", "Theft"), ("Found by checks", "Narcotics")]
    assert parts(chooser.fields(Words("en"), chosen, ["month"], ["all", "theft"], []), "Optgroup") == []


def test_the_page_is_made_anew_for_a_new_snapshot_only(serving: Serving) -> None:
    from dash import no_update

    known = standing.stand(serving)
    assert known.startswith("s1")
    assert standing.follow(serving, "s0") == known
    assert standing.follow(serving, known) is no_update


@pytest.mark.parametrize("state", ["value", "suppressed", "missing", "late", "not_permitted"])
def test_every_state_is_drawn_in_its_own_way(state: str) -> None:
    from dashboards.station import drawing

    points = (Point(date(2018, 1, 1), 4.0 if state == "value" else float("nan"), state, 1.0),)
    drawn = unquote(drawing.spark(points, "told").src)
    fills = [one for one in ("suppressed", "missing", "late", "not_permitted") if f"url(#{one})" in drawn]
    assert fills == ([] if state == "value" else [state])
    assert drawing.spark(points, "told").alt == "told"


def test_a_picture_is_told_in_words(unit_page: UnitPage) -> None:
    images = parts(unit_page.show("/unit/station:s1", "?lang=en")[BODY], "Img")
    assert images
    assert any("February 2018: 8" in one.alt for one in images)
    assert all(one.src.startswith("data:image/svg+xml,") and "#" not in one.src for one in images)


def test_the_page_waits_in_the_language_of_the_site(said: Said) -> None:
    from dashboards.pages.station import layout

    assert "正在读取" in said(layout("zh"))
