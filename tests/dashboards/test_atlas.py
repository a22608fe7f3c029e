"""Which areas lie within which."""

from __future__ import annotations

from datetime import date

import pytest

from kuai.errors import GateError
from kuai.serving import Serving

from dashboards.atlas import Atlas
from dashboards.filters import Place

DAY = date(2018, 3, 1)


@pytest.fixture
def atlas(serving: Serving) -> Atlas:
    return Atlas(serving)


def test_a_level_is_shown_whole(atlas: Atlas) -> None:
    scope = atlas.scope("station", None, DAY)
    assert (len(scope.areas), scope.place, scope.has_outlines) == (6, None, True)


def test_a_place_holds_the_areas_below_it(atlas: Atlas) -> None:
    assert list(atlas.scope("station", Place("county", "c1"), DAY).areas["area"]) == ["s3", "s4", "s5"]


def test_the_root_holds_everything(atlas: Atlas) -> None:
    assert len(atlas.scope("station", Place("city", "demo"), DAY).areas) == 6


def test_the_path_leads_down_to_the_place(atlas: Atlas) -> None:
    path = atlas.path(atlas.scope("station", Place("county", "c1"), DAY), DAY)
    assert [(str(place), row["name_en"]) for place, row in path] == [("county:c1", "County 1")]


def test_levels_stand_once_from_the_root_down(atlas: Atlas) -> None:
    assert [row["level"] for row in atlas.levels()] == ["city", "county", "station"]


@pytest.mark.parametrize(
    ("level", "place"),
    [("village", None), ("county", Place("station", "s1")), ("station", Place("county", "c9"))],
)
def test_what_does_not_exist_is_refused(atlas: Atlas, level: str, place: Place | None) -> None:
    with pytest.raises(GateError):
        atlas.scope(level, place, DAY)


def test_before_there_were_areas_there_are_none(atlas: Atlas) -> None:
    assert not atlas.scope("station", None, date(2001, 1, 1)).has_outlines
