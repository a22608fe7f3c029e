"""Made-up blocks: a gap-free coverage with wiggly edges, dense in towns, as cadastral grids are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import Voronoi

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

TOWNS, IN_TOWN = 14, 0.65
WIDTH, HEIGHT = 0.9, 0.7
WEST, SOUTH, RIM = 113.0, 29.6, 0.02


def _seeds(blocks: int, chance: Generator) -> NDArray[np.float64]:
    """Block centres: two thirds in towns, the rest anywhere."""
    size = np.array([WIDTH, HEIGHT])
    towns = chance.uniform(0.15, 0.85, (TOWNS, 2)) * size
    crowd = int(blocks * IN_TOWN)
    near = towns[chance.integers(0, TOWNS, crowd)] + chance.normal(0, 0.045, (crowd, 2)) * size
    return np.concatenate([near, chance.uniform(0, 1, (blocks - crowd, 2)) * size])


def _wiggle(ends: NDArray[np.float64], chance: Generator) -> NDArray[np.float64]:
    """(line, 9 points, 2): each line's midpoints displaced three times over (a fractal line)."""
    points = ends
    for _ in range(3):
        step = np.diff(points, axis=1)
        across = step[..., ::-1] * np.array([-1.0, 1.0])
        middle = points[:, :-1] + step / 2 + across * chance.normal(0, 0.07, (*step.shape[:2], 1)).clip(-0.15, 0.15)
        woven = np.empty((len(points), points.shape[1] * 2 - 1, 2))
        woven[:, ::2], woven[:, 1::2] = points, middle
        points = woven
    return points


def _lines(points: NDArray[np.float64], chance: Generator) -> NDArray[np.object_]:
    """Lines of 2 to 9 of the points, the ends always among them."""
    kept = chance.uniform(0, 1, points.shape[:2]) < chance.uniform(0.05, 0.8, (len(points), 1))
    kept[:, [0, -1]] = True
    return np.asarray(shapely.linestrings(points[kept], indices=np.nonzero(kept)[0]))


def generate(blocks: int, seed: int = 1) -> NDArray[np.object_]:
    """About `blocks` polygons, degrees, each shared edge the same on both sides.

    Parameters
    ----------
    blocks : int
        Wanted; those on the rim that are not closed are left out, so that a few per cent fewer come.
    seed : int
    """
    chance = np.random.default_rng(seed)
    diagram = Voronoi(_seeds(blocks, chance))
    ridges = np.array([r for r in diagram.ridge_vertices if -1 not in r])
    corners = diagram.vertices
    inside = ((corners > -RIM) & (corners < np.array([WIDTH, HEIGHT]) + RIM)).all(axis=1)
    ends = corners[ridges[inside[ridges].all(axis=1)]] + np.array([WEST, SOUTH])
    polygons = shapely.get_parts(shapely.polygonize(_lines(_wiggle(ends, chance), chance)))
    return np.asarray(polygons[shapely.is_valid(polygons)], dtype=object)


def points(count: int, seed: int = 2) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes of `count` points, where people are: two thirds in the towns of seed 1."""
    chance = np.random.default_rng(1)
    places = _seeds(count, chance) + np.array([WEST, SOUTH])
    np.random.default_rng(seed).shuffle(places)
    return np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
