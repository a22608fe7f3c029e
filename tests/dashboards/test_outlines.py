"""Outlines that are sent to the browser."""

from __future__ import annotations

import json
from datetime import date

import pytest
import shapely

from kuai.errors import GateError
from kuai.serving import Serving

from dashboards import outlines
from dashboards.atlas import Atlas
from dashboards.filters import Place

DAY = date(2018, 3, 1)


def test_every_area_is_a_feature_under_its_code(serving: Serving) -> None:
    drawn = outlines.outlines(Atlas(serving).scope("station", None, DAY))
    document = json.loads(drawn.document)
    assert [feature["id"] for feature in document["features"]] == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert shapely.from_geojson(drawn.document).is_valid


def test_neighbours_keep_one_border(serving: Serving) -> None:
    drawn = outlines.outlines(Atlas(serving).scope("station", None, DAY))
    assert shapely.coverage_is_valid(drawn.shapes)
    assert shapely.union_all(drawn.shapes).area == pytest.approx(sum(shape.area for shape in drawn.shapes))


def test_the_shelf_keeps_what_it_has_made(serving: Serving) -> None:
    shelf = outlines.OutlineShelf(Atlas(serving))
    assert shelf.of("s1", "station", "", DAY) is shelf.of("s1", "station", "", DAY)


def test_a_place_has_outlines_of_its_own(serving: Serving) -> None:
    atlas = Atlas(serving)
    part = outlines.OutlineShelf(atlas).of("s1", "station", "county:c0", DAY)
    assert list(part.codes) == ["s0", "s1", "s2"]
    scope = atlas.scope("station", Place("county", "c0"), DAY)
    assert outlines.address("/", "s1", scope) == "/outlines/s1/station/2010-01-01.json?area=county%3Ac0"


def test_an_unknown_level_has_none(serving: Serving) -> None:
    with pytest.raises(GateError):
        outlines.OutlineShelf(Atlas(serving)).of("s1", "village", "", DAY)
