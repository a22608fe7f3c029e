"""Outlines of blocks: a honeycomb with shaken corners and wiggly edges, drawn together around centres.

Every corner and every edge is a function of its own integer address, so two neighbours computed anywhere share the very
same points: the blocks form a coverage without gaps or overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kuai.generator.draw import Floats, Ints, hashed

CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))
POINTS_PER_EDGE = 4
RING = len(CORNERS) * POINTS_PER_EDGE
ORIGIN = (104.2, 30.4)
KM_PER_DEGREE = (111.32 * float(np.cos(np.radians(ORIGIN[1]))), 110.57)

_SHAKE = 0.13
_WIGGLE = (0.13, 0.06)


@dataclass(frozen=True)
class Pull:
    """Centres that draw the plane together, as columns x, y, strength (< 1) and reach, in km."""

    centres: Floats

    def apply(self, ring: Floats, centre: Floats) -> tuple[Floats, Floats]:
        """Outlines and centres moved towards each centre in turn, in km.

        Notes
        -----
        A point at distance d moves by `strength (1 - (d / reach)^2)^2` of d. For a strength below 1 this keeps order
        along every ray, so outlines that do not cross still do not cross afterwards.
        """
        ring, centre = ring.copy(), centre.copy()
        margin = 2 * float(np.abs(ring - centre[:, None]).max())
        for x, y, strength, reach in self.centres:
            near = np.flatnonzero(np.hypot(centre[:, 0] - x, centre[:, 1] - y) < reach + margin)
            ring[near] = _drawn(ring[near], np.array([x, y]), strength, reach)
            centre[near] = _drawn(centre[near], np.array([x, y]), strength, reach)
        return ring, centre


def _drawn(points: Floats, target: Floats, strength: float, reach: float) -> Floats:
    offset = points - target
    left = np.maximum(1 - (offset**2).sum(axis=-1, keepdims=True) / reach**2, 0.0)
    return np.asarray(points - strength * left * left * offset)


def address(column: Ints, row: Ints) -> tuple[Ints, Ints]:
    """Integer address of the centre of a cell; corners lie at whole offsets from it."""
    return 2 * column + (row & 1), 3 * row


def to_km(x: Ints, y: Ints, pitch_km: float) -> Floats:
    """Place of an address on the unshaken plane in km, last axis x, y."""
    return np.stack([x * (pitch_km / 2), y * (pitch_km * np.sqrt(3) / 6)], axis=-1)


def to_degrees(km: Floats) -> Floats:
    """Longitude and latitude (WGS 84) rounded to a millionth of a degree, about 0.1 m."""
    return np.round(km / KM_PER_DEGREE + ORIGIN, 6)


def rings(x: Ints, y: Ints, pitch_km: float, seed: int) -> Floats:
    """Outline of every cell in km before any pull: shape (cells, 24, 2), clockwise, not closed."""
    cx = np.stack([x + dx for dx, _ in CORNERS], axis=1)
    cy = np.stack([y + dy for _, dy in CORNERS], axis=1)
    nx, ny = np.roll(cx, -1, axis=1), np.roll(cy, -1, axis=1)
    forward = (cx < nx) | ((cx == nx) & (cy < ny))
    low_x, low_y = np.where(forward, cx, nx), np.where(forward, cy, ny)
    high_x, high_y = np.where(forward, nx, cx), np.where(forward, ny, cy)
    low, high = _corner(low_x, low_y, pitch_km, seed), _corner(high_x, high_y, pitch_km, seed)
    edge = (low_x + high_x, low_y + high_y)
    after, middle, before = _wiggle(low, high, edge, seed)
    turned = forward[..., None]
    parts = (np.where(turned, low, high), np.where(turned, after, before), middle, np.where(turned, before, after))
    return np.stack(parts, axis=2).reshape(len(x), RING, 2)


def _corner(x: Ints, y: Ints, pitch_km: float, seed: int) -> Floats:
    shake = np.stack([hashed(seed, 1, x, y), hashed(seed, 2, x, y)], axis=-1) - 0.5
    return np.asarray(to_km(x, y, pitch_km) + shake * (2 * _SHAKE * pitch_km))


def _wiggle(low: Floats, high: Floats, edge: tuple[Ints, Ints], seed: int) -> tuple[Floats, Floats, Floats]:
    """The points at a quarter, half and three quarters of an edge, displaced sideways."""
    middle = _displaced(low, high, hashed(seed, 3, *edge), _WIGGLE[0])
    after = _displaced(low, middle, hashed(seed, 4, *edge), _WIGGLE[1])
    before = _displaced(middle, high, hashed(seed, 5, *edge), _WIGGLE[1])
    return after, middle, before


def _displaced(a: Floats, b: Floats, uniform: Floats, share: float) -> Floats:
    along = b - a
    sideways = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    return (a + b) / 2 + sideways * ((uniform - 0.5) * 2 * share)[..., None]
