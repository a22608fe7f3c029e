"""A frame: what every tile says, who may see which, and what its age is judged by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from kuai.access import Place, Viewer
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.watch import Watch
from kuai.audit.entry import Entry
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards.city import OTHERS, areas, square
from tests.dashboards.wall.conftest import BUDGET_ENDS, TABLES, Clock

from dashboards.mapping.mapping import Mapping
from dashboards.wall.frame import Frames, Hanging
from dashboards.wall.pushes import Sentry
from dashboards.wall.spark import HEIGHT, WIDTH, spark
from dashboards.words import Words

WALL = Viewer("hall", "wall", (Place("city", "demo"),), "situation", is_device=True)
EAST = replace(WALL, scope=(Place("county", "c0"),))
WEST = replace(WALL, scope=(Place("county", "c1"),))
ENGLISH, CHINESE = Words("en"), Words("zh")


def tiles(drawn: dict[str, Any], at: int = 0) -> list[dict[str, Any]]:
    return drawn["views"][at]["tiles"]


def test_a_number_is_told_with_period_state_and_age(frames: Frames) -> None:
    cases, residents, daily, _ = tiles(frames.draw(WALL, ENGLISH))
    assert (cases["said"], cases["unit"], cases["period"], cases["state"]) == ("22", "cases", "March 2018", "value")
    assert (cases["budget"], cases["complete"]) == (36 * 3600, False)
    assert cases["until"] + cases["budget"] == BUDGET_ENDS.timestamp()
    assert (residents["state"], residents["said"]) == ("missing", "missing")
    assert (daily["state"], daily["said"]) == ("refused", "Not offered")
    assert "until" not in daily


def test_a_category_found_by_checks_is_said_to_be(gate: Serving, wall: Wall, book: Book, frames: Frames) -> None:
    sheet = wall.sheets[0]
    asked = tuple(replace(sheet.tiles[0], category=one) for one in ("gambling", "theft", "all"))
    other = replace(wall, sheets=(replace(sheet, tiles=asked),), alarms={})
    drawn = Frames(Hanging(gate, other, book), frames.policy, frames.mapping, lambda _: None).draw(WALL, ENGLISH)
    assert [one["name"].split(" · ")[1:] for one in tiles(drawn)] == [["Gambling", "Found by checks"], ["Theft"], []]


def test_a_ranking_is_of_the_areas_within(frames: Frames) -> None:
    ranking = tiles(frames.draw(WALL, CHINESE))[3]
    assert [(row["name"], row["said"]) for row in ranking["rows"]] == [("s2所", "12"), ("s1所", "7"), ("s0所", "3")]
    assert ranking["rows"][0]["share"] == 1
    assert len({row["colour"] for row in ranking["rows"]}) == 3
    assert [one["said"] for one in ranking["classes"]] == ["3", "7", "12"]
    assert [one["colour"] for one in ranking["classes"]][::-1] == [row["colour"] for row in ranking["rows"]]


def test_a_level_of_two_hierarchies_is_ranked_within_areas_of_either(
    publish: Callable[..., Home], wall: Wall, book: Book, clock: Clock, frames: Frames
) -> None:
    named = "civic | {0} | {1} | {2} | 区 | {0} {1} | 2010-01-01 | {3}".format
    civic = [named("city", "demo", "-", square(0, 0, 3))]
    civic += [named("station", f"s{n}", f"q{n % 2}", square(n, 0)) for n in range(6)]
    civic += [named("quarter", f"q{n}", "demo", square(0, n)) for n in range(2)]
    levels = "civic | city | 0 | 全市 | City | true\ncivic | quarter | 1 | 片区 | Quarter | true\n"
    levels += "civic | station | 2 | 派出所 | Station | true"
    home = publish("s9", **(TABLES | {"area": "\n".join([areas(), *civic]),
                                      "level": f"{OTHERS['level'].strip()}\n{levels}"}))  # fmt: skip
    ranking = replace(wall.sheets[0].tiles[3], kind="ranking")
    sheet = replace(wall.sheets[0], tiles=(ranking,), areas=("county:c0", "quarter:q1"))
    with closing(Serving.open(home, "demo")) as gate:
        gate._clock = clock
        mapping = Mapping(gate, lambda _: None, "en")
        hanging = Hanging(gate, replace(wall, sheets=(sheet,), alarms={}), book)
        drawn = Frames(hanging, frames.policy, mapping, lambda _: None).draw(WALL, ENGLISH)
    found = [[row["name"][-2:] for row in tiles(drawn, at)[0]["rows"]] for at in range(len(drawn["views"]))]
    assert [sorted(one) for one in found] == [["s0", "s1", "s2"], ["s1", "s3", "s5"]]


def test_a_map_says_where_its_shapes_and_values_are(frames: Frames) -> None:
    drawn = tiles(frames.draw(WALL, CHINESE))[3]
    assert drawn["kind"] == "map"
    assert drawn["map"]["shapes"].startswith("/shapes/s1/police/station/")
    assert "metric=incident_count" in drawn["map"]["values"]
    assert "area=county:c0" in drawn["map"]["values"]
    assert drawn["map"]["bounds"] == pytest.approx([100, 30, 100.3, 30.1])


def test_every_area_of_a_level_gets_a_turn(frames: Frames) -> None:
    drawn = frames.draw(WALL, ENGLISH)
    assert [one["place"] for one in drawn["views"]] == ["county:c0", *(f"station:s{n}" for n in range(6))]
    assert tiles(drawn, 6)[0]["said"] == "40"
    assert tiles(drawn, 6)[1]["state"] == "suppressed"


def test_turns_that_are_left_out_are_counted(frames: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    assert frames.draw(WALL, ENGLISH)["beyond"] == 0
    monkeypatch.setattr("dashboards.wall.frame.MOST", 4)
    drawn = frames.draw(WALL, ENGLISH)
    assert (len(drawn["views"]), drawn["beyond"]) == (4, 3)
    assert drawn["words"]["beyond"] == "{n} more get no turn"


def test_a_display_shows_its_own_areas_only(frames: Frames) -> None:
    east, west = (frames.draw(one, ENGLISH)["views"] for one in (EAST, WEST))
    assert [one["place"] for one in east] == ["county:c0", *(f"station:s{n}" for n in range(3))]
    assert [one["place"] for one in west] == [f"station:s{n}" for n in range(3, 6)]


def test_an_alarm_is_told_to_those_who_may_know(frames: Frames) -> None:
    Sentry(frames).mark()
    (alarm,) = frames.draw(WALL, ENGLISH)["alarms"]
    assert (alarm["name"], alarm["area"], alarm["owner"], alarm["view"]) == ("Many cases", "Station s5", "Police", 6)
    assert alarm["due"] - alarm["raised"] == 1800
    assert frames.draw(EAST, ENGLISH)["alarms"] == []
    assert len(frames.draw(WEST, ENGLISH)["alarms"]) == 1
    auditor = Viewer("eva", "auditor", (), "audit")
    assert frames.draw(auditor, ENGLISH)["alarms"] == []
    assert {one["state"] for one in tiles(frames.draw(auditor, ENGLISH))} == {"not_permitted"}


def test_a_shelved_alarm_is_only_counted(frames: Frames, book: Book) -> None:
    Sentry(frames).mark()
    book.shelve(book.open()[0].number, "ana", 1, "known", 8)
    drawn = frames.draw(WALL, ENGLISH)
    assert (drawn["alarms"], drawn["shelved"]) == ([], 1)


def test_each_series_of_a_frame_is_one_question(frames: Frames) -> None:
    lines: list[Entry] = []
    hanging = Hanging(frames.serving, frames.wall, frames.book)
    asking = Frames(hanging, frames.policy, frames.mapping, lines.append)
    asking.draw(WALL, ENGLISH)
    asked = [(one.metric, one.level, one.period) for one in lines if one.outcome == "answered"]
    assert len(asked) == len(set(asked)) == 4
    assert {one.viewer for one in lines} == {WALL}


def test_feeds_tell_what_their_age_is_judged_by(frames: Frames) -> None:
    drawn = frames.draw(WALL, CHINESE)
    assert [(one["name"], one["budget"]) for one in drawn["feeds"]] == [("案件", 129_600), ("人口登记", 8_640_000)]
    assert drawn["now"] == pytest.approx((BUDGET_ENDS - timedelta(hours=12)).timestamp(), abs=5)
    assert all("{" in drawn["words"][name] for name in ("age", "position", "since"))


def test_the_rules_are_looked_at_once_a_snapshot(frames: Frames, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    looks: list[str] = []
    monkeypatch.setattr(Watch, "look", lambda _: looks.append("all"))
    monkeypatch.setattr(Watch, "look_at_feeds", lambda _: looks.append("feeds"))
    sentry = Sentry(frames)
    assert sentry.mark() == sentry.mark() == ("s1", 0, 0)
    assert looks == ["all"]
    sentry._looked -= 61
    sentry.mark()
    assert looks == ["all", "feeds"]


def test_a_sparkline_breaks_where_nothing_is_known() -> None:
    drawn = spark(np.array([1.0, np.nan, 3.0, 2.0]), 1.5, 2.5)
    assert drawn["line"].count("M") == 2
    assert drawn["dot"][1] == HEIGHT / 2
    assert spark(np.array([np.nan]), np.nan, np.nan) == {}
    assert "band" not in spark(np.array([2.0, 2.0]), np.nan, np.nan)


def test_the_usual_range_of_a_sparkline_is_that_of_its_last_point() -> None:
    drawn = spark(np.array([9.0, *[2.0] * 29]), 1.5, 2.5)
    left, top, wide, tall = drawn["band"]
    assert left < drawn["dot"][0] < left + wide < WIDTH
    assert top < drawn["dot"][1] < top + tall <= HEIGHT
    assert 0.06 <= wide / WIDTH <= 0.08
