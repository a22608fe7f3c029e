"""The locate kernel gives what shapely gives, for every point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.affinity import affine_transform, rotate

from kuai.geography.locator import Locator

FAR = 1 << 13


def seeds(count: int) -> list[Any]:
    """Seeds of the same test, of which the first is quick enough for every run."""
    return [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, count))]


def agree(shapes: Any, points: tuple[Any, Any], areas: Callable[..., Any], truth: Callable[..., Any]) -> Any:
    """Answers of the locator, after it was seen that they are those of shapely."""
    found = Locator.build(areas(shapes)).locate(*points)
    expected = truth(shapes, *points)
    wrong = np.flatnonzero(found != expected)
    assert [(points[0][i], points[1][i], found[i], expected[i]) for i in wrong[:5]] == []
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(6))
def test_a_coverage(seed: int, areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    shapes = covering([90, 17, 3, 400, 1500, 40][seed], seed)
    found = agree(shapes, awkward(shapes, seed), areas, truth)
    assert len(np.unique(found)) > 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(4))
def test_holes_and_islands(seed: int, areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    shapes = covering(120, seed)
    lake = shapely.union_all(shapes[10:16]).buffer(0.01)
    holed = [*shapely.difference(shapes, lake), shapely.union_all(shapely.intersection(shapes[10:13], lake))]
    merged = [shapely.union_all(holed[:30:3]), *holed[1:30:3], *holed[2:30:3], *holed[30:]]
    solid = [one for one in merged if shapely.area(one) > 0 and one.geom_type in {"Polygon", "MultiPolygon"}]
    agree(solid, awkward(solid, seed), areas, truth)


@pytest.mark.parametrize("seed", seeds(4))
def test_areas_that_overlap_go_to_the_first(seed: int, areas: Any, truth: Any, awkward: Any) -> None:
    chance = np.random.default_rng(seed)
    discs = [shapely.Point(*chance.uniform(0, 10, 2)).buffer(chance.uniform(0.05, 3), 5) for _ in range(60)]
    agree(discs, awkward(discs, seed), areas, truth)


@pytest.mark.parametrize("seed", seeds(3))
def test_a_square_lattice_with_every_point_on_an_edge(seed: int, areas: Any, truth: Any) -> None:
    chance = np.random.default_rng(seed)
    boxes = [shapely.box(i, j, i + 1, j + 1) for i in range(20) for j in range(20)]
    chance.shuffle(boxes)
    steps = np.arange(-2, 83) / 4
    x, y = (grid.ravel() for grid in np.meshgrid(steps, steps))
    agree(boxes, (x, y), areas, truth)


@pytest.mark.parametrize("angle", [1e-9, 0.1, 30, 45])
def test_edges_that_slant(angle: float, areas: Any, truth: Any, awkward: Any) -> None:
    stripes = [rotate(shapely.box(3, i + 7, 53, i + 8), angle, origin=(0, 0)) for i in range(40)]
    agree(stripes, awkward(stripes, 7), areas, truth)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [(1e-12, 1e-12, 0, 0), (1e9, 1e-9, 0, 0), (1e12, 1e12, -4e12, 7e12), (1e-6, 1e-6, 1e6, 5e6), (1, 1e-7, 113, 30)],
)
def test_scale_and_place(change: Any, areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    width, height, east, north = change
    shapes = [affine_transform(one, [width, 0, 0, height, east, north]) for one in covering(150, 3)]
    valid = [one for one in shapes if one.is_valid and one.area > 0]
    agree(valid, awkward(valid, 5), areas, truth)


def test_points_on_the_borders_of_raster_cells(areas: Any, truth: Any, covering: Any) -> None:
    shapes = covering(60, 9)
    index = Locator.build(areas(shapes)).index
    x = index.frame[0] + np.arange(index.extent[1] + 1) / index.frame[4]
    y = index.frame[1] + np.arange(index.extent[0] + 1) / index.frame[5]
    beside = [np.nextafter(x, -1), x, np.nextafter(x, 2)], [np.nextafter(y, -1), y, np.nextafter(y, 2)]
    across, along = (grid.ravel() for grid in np.meshgrid(np.concatenate(beside[0]), np.concatenate(beside[1])))
    agree(shapes, (across, along), areas, truth)


@pytest.mark.slow
def test_one_crowded_town_in_a_wide_country(areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    town = [affine_transform(one, [1e-3, 0, 0, 1e-3, 0.4, 0.4]) for one in covering(300, 1)]
    country = shapely.difference(shapely.box(-9, -9, 9, 9), shapely.union_all(town))
    shapes = [*town, country]
    locator = Locator.build(areas(shapes))
    assert len(locator.index.squares) > 0
    agree(shapes, awkward(town, 2), areas, truth)
    agree(shapes, awkward(shapes, 2), areas, truth)


def test_a_point_on_the_rim_belongs_to_the_area(areas: Any) -> None:
    locator = Locator.build(areas([shapely.box(0, 0, 1, 1)]))
    assert locator.locate([0, 1, 0.5, 1, 1.0000000001], [0, 1, 1, 0.3, 0.5]).tolist() == [0, 0, 0, 0, -1]


def test_a_shared_edge_goes_to_the_first_code_whatever_the_order_of_rows(areas: Any) -> None:
    shapes = [shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)]
    locator = Locator.build(areas(shapes, codes=["b", "a"]))
    assert locator.codes == ["a", "b"]
    assert locator.locate([0.5, 1.0, 1.5], [0.5, 0.5, 0.5]).tolist() == [0, 0, 1]


def test_coordinates_that_are_no_numbers_are_in_no_area(areas: Any) -> None:
    locator = Locator.build(areas([shapely.box(-1, -1, 1, 1)]))
    nan, inf = np.nan, np.inf
    assert locator.locate([nan, 0, inf, 0, -inf, 0], [0, nan, 0, inf, 0, 0]).tolist() == [-1, -1, -1, -1, -1, 0]


def test_many_points_and_many_threads_give_the_same(areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    shapes = covering(200, 4)
    x, y = awkward(shapes, 4, FAR)
    locator = Locator.build(areas(shapes))
    x[:3], y[2:5] = np.nan, np.inf
    few = np.concatenate([locator.locate(x[i : i + 999], y[i : i + 999]) for i in range(0, len(x), 999)])
    assert (locator.locate(x, y) == few).all()
    assert (locator.locate(x, y, threads=3) == few).all()
    assert (few[5:] == truth(shapes, x[5:], y[5:])).all()
