"""Areas to locate in, and the answer of shapely for comparison."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

Shapes = Sequence[Any]


def area_rows(shapes: Shapes, codes: Sequence[str] | None = None, days: Sequence[Any] | None = None) -> pa.Table:
    """Table of areas with codes a000, a001, …; days are pairs of dates."""
    days = days or [(dt.date(2000, 1, 1), None)] * len(shapes)
    return pa.table(
        {
            "area": pa.array(codes or [f"a{i:05d}" for i in range(len(shapes))], pa.string()),
            "valid_from": pa.array([first for first, _ in days], pa.date32()),
            "valid_to": pa.array([last for _, last in days], pa.date32()),
            "geometry": pa.array(list(shapely.to_wkb(np.array(shapes, dtype=object))), pa.binary()),
        }
    )


def first_cover(shapes: Shapes, x: Any, y: Any) -> Any:
    """First shape that covers each point by shapely, -1 where none does."""
    shapes = np.array(shapes, dtype=object)
    found = np.full(len(x), len(shapes))
    pairs = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    np.minimum.at(found, pairs[0], pairs[1])
    return np.where(found == len(shapes), -1, found)


def coverage(count: int, seed: int) -> Any:
    """Gap-free polygons in the unit square, the outer ones clipped."""
    chance = np.random.default_rng(seed)
    sites = np.concatenate([chance.uniform(0, 1, (count, 2)), [[-9, -9], [-9, 9], [9, -9], [9, 9]]])
    lines = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), only_edges=True))
    noded = shapely.node(shapely.multilinestrings([*lines, shapely.box(0, 0, 1, 1).exterior]))
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return cells[shapely.covers(shapely.box(0, 0, 1, 1).buffer(1e-9), cells)]


def awkward_points(shapes: Shapes, seed: int, count: int = 3000) -> tuple[Any, Any]:
    """Points where mistakes are made: at vertices, one bit beside them, on edges, at the heights of vertices."""
    chance = np.random.default_rng(seed)
    corners = shapely.get_coordinates(np.array(shapes, dtype=object))
    low, high = corners.min(axis=0), corners.max(axis=0)
    k = chance.integers(0, len(corners) - 1, count)
    part = chance.uniform(0, 1, (count, 1))
    anywhere = low + chance.uniform(-0.1, 1.1, (count, 2)) * (high - low)
    parts = [
        corners[k],
        (corners[k] + corners[k + 1]) / 2,
        corners[k] + part * (corners[k + 1] - corners[k]),
        np.nextafter(corners[k], chance.choice([-np.inf, np.inf], (count, 2))),
        np.column_stack([anywhere[:, 0], corners[k, 1]]),
        np.column_stack([corners[k, 0], anywhere[:, 1]]),
        anywhere,
    ]
    points = np.concatenate(parts)
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


@pytest.fixture
def areas() -> Callable[..., pa.Table]:
    return area_rows


@pytest.fixture
def truth() -> Callable[..., Any]:
    return first_cover


@pytest.fixture
def covering() -> Callable[..., Any]:
    return coverage


@pytest.fixture
def awkward() -> Callable[..., Any]:
    return awkward_points
