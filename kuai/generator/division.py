"""Division of a plane of cells into areas of given sizes with curved borders."""

from __future__ import annotations

import numpy as np

from kuai.generator.draw import Floats, Ints

_ASPECT = 1.35


def region_cells(cells: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Column and row of as many honeycomb cells as asked for, filling an uneven round outline."""
    rows = int(np.sqrt(cells * 2.2 / _ASPECT)) + 6
    columns = int(rows * _ASPECT) + 6
    row, column = (a.ravel() for a in np.mgrid[0:rows, 0:columns])
    across, up = (column + (row & 1) / 2 - columns / 2) / columns, (row - rows / 2) / rows
    angle = np.arctan2(up, across)
    phases = rng.random(6) * 2 * np.pi
    bulge = sum(np.sin((k + 1) * angle + phases[k]) * 0.11 / (k + 1) ** 0.6 for k in range(6))
    nearest = np.sort(np.argsort(np.hypot(across, up) * (1 + bulge), kind="stable")[:cells])
    return column[nearest].astype(np.int64), row[nearest].astype(np.int64)


def curved(km: Floats, size_km: float, rng: np.random.Generator) -> Floats:
    """Points displaced by smooth waves about as long as `size_km`, so that straight cuts become curves."""
    moved = km.copy()
    for length in (1.0, 0.45):
        for axis in range(2):
            turn, phase = rng.random(2) * 2 * np.pi
            wave = km @ np.array([np.cos(turn), np.sin(turn)]) / (size_km * length) * 2 * np.pi
            moved[:, axis] += np.sin(wave + phase) * size_km * length * 0.09
    return moved


def divide(points: Floats, sizes: Floats, rng: np.random.Generator) -> Ints:
    """Label of every point, 0 to the number of sizes; counts follow the sizes and 0 and 1 are neighbours.

    Notes
    -----
    Recursive bisection across the longer axis, tilted at random.
    """
    if len(sizes) == 1:
        return np.zeros(len(points), np.int64)
    half = (len(sizes) + 1) // 2
    cut = round(len(points) * float(sizes[:half].sum() / sizes.sum()))
    order = np.argsort(points @ _axis(points, rng), kind="stable")
    labels = np.empty(len(points), np.int64)
    labels[order[:cut]] = divide(points[order[:cut]], sizes[:half], rng)
    labels[order[cut:]] = half + divide(points[order[cut:]], sizes[half:], rng)
    return labels


def divide_within(points: Floats, parents: Ints, counts: Ints, rng: np.random.Generator) -> Ints:
    """Label of every point when each parent area is divided into its count of parts, numbered on from the last."""
    labels = np.empty(len(points), np.int64)
    firsts = np.cumsum(counts) - counts
    for parent, (first, count) in enumerate(zip(firsts, counts, strict=True)):
        inside = np.flatnonzero(parents == parent)
        labels[inside] = first + divide(points[inside], np.ones(int(count)), rng)
    return labels


def _axis(points: Floats, rng: np.random.Generator) -> Floats:
    spread = np.ptp(points, axis=0)
    tilt = (rng.random() - 0.5) * 0.9 + (0.0 if spread[0] >= spread[1] else np.pi / 2)
    return np.array([np.cos(tilt), np.sin(tilt)])
