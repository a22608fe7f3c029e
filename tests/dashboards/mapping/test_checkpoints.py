"""Checkpoints as a layer of the map: places within the viewer's scope, on the day that is looked at, and no number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access import Place, Viewer
from kuai.errors import AccessError
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards.city import OTHERS, TABLES

from dashboards import layers
from dashboards.caller import seen_as
from dashboards.choices import settle
from dashboards.desk.choice import Choice
from dashboards.desk.parts import parts
from dashboards.desk.study import study
from dashboards.filters import Filters
from dashboards.filters import Place as Around
from dashboards.mapping import borders
from dashboards.mapping.mapping import Mapping
from dashboards.words import Words

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ON = date(2018, 3, 1)
FEED = f"{OTHERS['feed'].rstrip()}\n        gates   | core.checkpoint | - | - | - | - | -\n"
CHECKPOINTS = """
    checkpoint | kind  | name       | longitude | latitude | live_from  | live_to    | level   | area
    k1         | speed | North Gate | 100.05    | 30.05    | 2015-01-01 | -          | station | s0
    k2         | speed | -          | 100.15    | 30.15    | 2015-01-01 | -          | station | s4
    k3         | -     | Old Gate   | 100.25    | 30.05    | 2015-01-01 | 2018-02-28 | station | s2
    k4         | gate  | Far Gate   | 101.00    | 31.00    | 2015-01-01 | -          | station | -
"""


@pytest.fixture(scope="module")
def guarded(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The city with four checkpoints: one has ended, one stands outside all areas."""
    tables = TABLES | {"checkpoint": CHECKPOINTS, "feed": FEED}
    with closing(Serving.open(publish_into(tmp_path_factory.mktemp("guarded"), "s1", **tables), "demo")) as gate:
        yield gate


def seen(guarded: Serving, *scope: str, role: str = "analyst", on: date = ON) -> list[str]:
    viewer = Viewer("x", role, tuple(Place(*one.split(":")) for one in scope), "planning")
    return list(guarded.seen_by(viewer, lambda _: None).checkpoints(on)["checkpoint"])


def test_those_are_shown_that_operate_on_the_day(guarded: Serving) -> None:
    assert seen(guarded, "city:demo") == ["k1", "k2", "k4"]
    assert seen(guarded, "city:demo", on=date(2018, 2, 28)) == ["k1", "k2", "k3", "k4"]
    assert seen(guarded, "city:demo", on=date(2014, 12, 31)) == []


@pytest.mark.parametrize(("scope", "known"), [("county:c0", ["k1"]), ("county:c1", ["k2"]), ("station:s5", [])])
def test_nobody_sees_one_beyond_his_scope(guarded: Serving, scope: str, known: list[str]) -> None:
    assert seen(guarded, scope) == known


def test_who_sees_no_numbers_sees_none(guarded: Serving) -> None:
    with pytest.raises(AccessError):
        seen(guarded, role="auditor")


def test_a_layer_is_offered_where_the_city_has_checkpoints(guarded: Serving, serving: Serving) -> None:
    wanted = Filters(layer=layers.CHECKPOINT)
    mapped = [Mapping(one, lambda _entry: None, "en") for one in (guarded, serving)]
    settled = [settle(one, two.atlas, wanted, "en").layer for one, two in zip((guarded, serving), mapped, strict=True)]
    assert settled == [layers.CHECKPOINT, ""]


def test_each_is_named_with_its_kind(guarded: Serving) -> None:
    found = json.loads(borders.checkpoints(guarded.checkpoints(ON), Words("en")))["features"]
    assert [one["properties"]["name"] for one in found] == ["North Gate · Speed", "k2 · Speed", "Far Gate · Gate"]
    assert found[0]["geometry"]["coordinates"] == [100.05, 30.05]
    assert {one["properties"]["kind"] for one in found} == {"place"}


def test_where_there_are_none_the_layer_is_empty(guarded: Serving) -> None:
    nobody = Viewer("x", "analyst", (Place("station", "s5"),), "planning")
    found = guarded.seen_by(nobody, lambda _: None).checkpoints(ON)
    assert json.loads(borders.checkpoints(found, Words("zh")))["features"] == []
    assert json.loads(borders.checkpoints(guarded.checkpoints(date(1999, 1, 1)), Words("zh")))["features"] == []


def test_the_desk_draws_them_above_its_values(guarded: Serving) -> None:
    mapping, search = Mapping(guarded, lambda _entry: None, "en"), "?lang=en&level=station&period=month&date=2018-03-05"

    def mapped(layer: str) -> Any:
        with seen_as(Viewer("x", "analyst", (), "planning")):
            gate = mapping.gate
            return parts(gate, mapping, study(gate, mapping.atlas, Choice.parse(search + layer), "en"), "")[1]["map"]

    plain, above = mapped(""), mapped("&layer=checkpoint")
    assert [one["url"].partition("?")[0] for one in above["outlines"]][-1] == "/checkpoints.json"
    assert above["outlines"][:-1] == plain["outlines"]
    assert above["brought"] is not None


def test_a_place_without_an_outline_does_not_take_the_map_away(publish: Callable[..., Home]) -> None:
    bare = OTHERS["level"].replace("County  | true", "County  | false")
    with closing(Serving.open(publish("s2", **(TABLES | {"level": bare})), "demo")) as gate:
        mapping = Mapping(gate, lambda _entry: None, "en")
        assert mapping.bounds("station", ON, Around("county", "c0")) == mapping.bounds("station", ON)


def test_the_areas_above_are_named(guarded: Serving) -> None:
    (counties,) = Mapping(guarded, lambda _entry: None, "en").borders("station", ON)
    assert "/county/" in str(counties["url"])
    assert counties["label"] is True


def test_what_is_sent_is_kept_by_nobody_and_asks_for_a_day(analyst: TestClient) -> None:
    found = analyst.get("/checkpoints.json?date=2018-03-01&lang=en")
    assert (found.status_code, found.headers["cache-control"], found.json()["features"]) == (200, "no-store", [])
    assert analyst.get("/checkpoints.json?date=never").status_code == 400


def test_nobody_is_told(visitor: TestClient) -> None:
    assert visitor.get("/checkpoints.json?date=2018-03-01").status_code == 401
