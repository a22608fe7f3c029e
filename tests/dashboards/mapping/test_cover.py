"""Packs of areas: their triangles cover what the areas cover, holes and parts included, and nothing twice."""

from __future__ import annotations

import gzip
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dashboards.mapping.reading import read

from dashboards.mapping.cover import LOW, Cover
from dashboards.mapping.order import ordered

EAST = shapely.box(100, 30, 100.1, 30.1)
ISLANDS = shapely.MultiPolygon([shapely.box(100.2, 30, 100.25, 30.05), shapely.box(100.3, 30, 100.35, 30.05)])
RING = shapely.Polygon(
    [(100.4, 30), (100.6, 30), (100.6, 30.2), (100.4, 30.2)], [[(100.45, 30.05), (100.55, 30.05), (100.5, 30.15)]]
)
INNER = shapely.Polygon([(100.45, 30.05), (100.55, 30.05), (100.5, 30.15)])


def cover(**shapes: Any) -> Cover:
    """Areas by code."""
    names = {"name_zh": list(shapes), "name_en": list(shapes)}
    return Cover(
        pd.DataFrame({"area": list(shapes), **names, "geometry": [shapely.to_wkb(one) for one in shapes.values()]})
    )


def triangles(made: Cover, part: str) -> dict[str, Any]:
    """Union of the triangles of each area, in degrees."""
    packed = read(gzip.decompress(made.part(part) or b""))
    low = read(gzip.decompress(made.part(LOW) or b"")).head
    sizes = np.array(packed.head["sizes"])
    points, corners = sizes.sum(axis=0)
    kind = np.uint32 if packed.head["corner"] == 4 else np.uint16
    more = [(np.uint16, 2 * low["count"])] if part == LOW else []
    places, owners, indices, *_ = packed.arrays((np.uint16, 2 * points), (np.uint16, points), (kind, corners), *more)
    found: dict[str, list[Any]] = {}
    point = corner = 0
    for at, (some, many) in enumerate(sizes.tolist()):
        first, _, x, y, *_ = low["chunks"][packed.head.get("first", 0) + at]
        own = degrees(places.reshape(-1, 2)[point : point + some].astype(float) + np.array([x, y]), low)
        for three in indices[corner : corner + many].reshape(-1, 3):
            owner = owners[point + three[0]]
            assert (owners[point + three] == owner).all()
            found.setdefault(made.codes[first + owner], []).append(shapely.Polygon(own[three]))
        point, corner = point + some, corner + many
    return {code: shapely.union_all(each) for code, each in found.items()}


def degrees(places: Any, low: dict[str, Any]) -> Any:
    x, y = (places * low["step"] + low["origin"]).T
    return np.stack([(x - 0.5) * 360, np.degrees(np.arctan(np.sinh((0.5 - y) * 2 * np.pi)))], axis=1)


@pytest.mark.parametrize("part", [LOW, "0"])
def test_triangles_cover_an_area_with_its_parts_and_without_its_holes(part: str) -> None:
    shapes = {"east": EAST, "islands": ISLANDS, "ring": RING, "inner": INNER}
    found = triangles(cover(**shapes), part)
    for code, shape in shapes.items():
        assert found[code].symmetric_difference(shape).area < shape.area * 1e-3, code


def test_triangles_do_not_overlap() -> None:
    made = cover(ring=RING, inner=INNER)
    found = triangles(made, "0")
    assert found["ring"].intersection(found["inner"]).area < INNER.area * 1e-3


def test_a_place_on_a_border_belongs_to_the_first_by_code() -> None:
    made = cover(b=shapely.box(0, 0, 1, 1), a=shapely.box(1, 0, 2, 1))
    assert [made.codes[one] for one in made.at(1, 0.5)] == ["a", "b"]
    assert [made.codes[one] for one in made.at(0.5, 0.5)] == ["b"]
    assert made.at(3, 3) == []


def test_an_area_in_a_hole_is_its_own() -> None:
    made = cover(ring=RING, inner=INNER)
    assert [made.codes[one] for one in made.at(100.5, 30.1)] == ["inner"]


def test_there_are_as_many_parts_as_are_told() -> None:
    made = cover(**{f"a{n:04}": shapely.box(n % 130, n // 130, n % 130 + 1, n // 130 + 1) for n in range(170)})
    head = read(gzip.decompress(made.part(LOW) or b"")).head
    assert head["parts"] == 1
    assert made.part("0") is not None
    assert [made.part(name) for name in ("1", "-1", "x", "")] == [None] * 4


def test_an_area_without_an_outline_is_left_out() -> None:
    given = pd.DataFrame({"area": ["a", "b"], "name_zh": "", "name_en": "", "geometry": [shapely.to_wkb(EAST), None]})
    assert Cover(given).codes.tolist() == ["a"]


def test_near_areas_are_near_in_the_order() -> None:
    side = 32
    shapes = shapely.box(
        *np.divmod(np.arange(side * side), side), *(np.array(np.divmod(np.arange(side * side), side)) + 1)
    )
    places = shapely.get_coordinates(shapely.centroid(shapes[ordered(shapes)]))
    steps = np.abs(np.diff(places, axis=0)).sum(axis=1)
    assert (steps == 1).mean() > 0.9


def test_a_fold_that_rounding_makes_is_no_matter() -> None:
    """Two of its borders lie on one line, and cross once their points are moved to the grid."""
    folded = [(-0.1, 0.8), (-1, 1), (-0.1, 0.9), (0.6, 0.1), (0.8, -0.7), (0.3, -0.9), (0.3, 0), (0, 0.7), (-0.8, -0.1)]
    shape = shapely.Polygon([*folded, (-0.1, 0.6)])
    assert shape.is_valid
    assert triangles(cover(a=shape), "0")["a"].symmetric_difference(shape).area < 1e-3


CORNERS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=14, unique=True)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(CORNERS)
def test_whatever_its_form_an_area_is_covered(corners: list[tuple[int, int]]) -> None:
    shape = shapely.Polygon(sorted(corners, key=lambda one: (math.atan2(one[1], one[0]), math.hypot(*one)))).buffer(0)
    if shape.area < 1:
        return
    small = shapely.transform(shape, lambda points: points / 50)
    found = triangles(cover(a=small), "0").get("a", shapely.Polygon())
    assert found.symmetric_difference(small).area < 1e-3
