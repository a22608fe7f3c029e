"""Where high values lie together, and low ones: Getis-Ord Gi* and local Moran, with the settings they were found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics import permuting
from kuai.statistics.arrays import among, floats
from kuai.statistics.change import RATE, discoveries

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Flags, Floats, Words
    from kuai.statistics.neighbours import Neighbours

PERMUTATIONS = 9999
"""Layouts that an area is compared with; of 999 the least p there is, 0.002, is too large for a page of 1,000 areas."""
SEED = 20260101
LEAST = 10
"""Areas with a value under which nothing is looked for."""


@dataclass(frozen=True)
class Settings:
    """What hot spots were found by, for the legend.

    Parameters
    ----------
    method : str
        `getis_ord` or `moran_local`.
    rule : str
        What makes areas neighbours.
    permutations, seed : int
        Layouts compared with, and where the drawing of them began.
    rate : float
        Share of false ones accepted among those marked.
    areas : int
        Areas judged: with a value and a neighbour.
    """

    method: str
    rule: str
    permutations: int
    seed: int
    rate: float
    areas: int


@dataclass(frozen=True)
class Hotspots:
    """What lies together, per area.

    Parameters
    ----------
    z : array of float
        Standard deviations of the neighbourhood from what values laid out by chance would give; NaN if not judged.
    p : array of float
        Two-sided p by permutation; NaN if not judged.
    kind : array of str
        `hot`, `cold` by Gi*; `high-high`, `low-low`, `outlier` by local Moran; `none` for all others.
    settings : Settings
        What they were found by.
    """

    z: Floats
    p: Floats
    kind: Words
    settings: Settings


def getis_ord(
    values: ArrayLike, near: Neighbours, permutations: int = PERMUTATIONS, seed: int = SEED, *, rate: float = RATE
) -> Hotspots:
    """Hot and cold spots: areas that with their neighbours hold more, or less, than chance would lay together.

    Parameters
    ----------
    values : array of float, shape (areas,)
        Rates, or counts of areas alike in size; NaN without a value.
    near : Neighbours
        Of the same areas.
    permutations, seed : int
        Layouts compared with; same seed, same result.
    rate : float
        Share of false ones accepted among those marked.

    Raises
    ------
    ValueError
        If values and neighbours are not of the same areas.

    Notes
    -----
    Ord and Getis, Local spatial autocorrelation statistics, Geogr. Anal. 27 (1995) 286-306, Gi* with binary weights. z
    is their standardised statistic, ``esda.G_Local(transform="B", star=True).Zs``; p is by conditional permutation
    (`permuting.p_values`), and the discoveries of the page are marked. p is about the neighbours, z about them and the
    area: where they point to different sides, it is the area alone that is high or low, and nothing is marked.
    """
    y, known, near = _judged(values, near)
    z = _gi_star(y, near)
    p = permuting.p_values(y, near, permutations, seed)
    is_alike = z * _among_neighbours(y, near) > 0
    kind = np.where(is_alike, np.where(z > 0, "hot", "cold"), "none")
    return _told((z, p, kind), known, Settings("getis_ord", near.rule, permutations, seed, rate, _count(p)))


def moran_local(
    values: ArrayLike, near: Neighbours, permutations: int = PERMUTATIONS, seed: int = SEED, *, rate: float = RATE
) -> Hotspots:
    """Clusters and outliers: high areas among high ones, low among low ones, and those unlike their neighbours.

    Parameters
    ----------
    values, near, permutations, seed, rate
        As in `getis_ord`.

    Raises
    ------
    ValueError
        If values and neighbours are not of the same areas.

    Notes
    -----
    Anselin, Geogr. Anal. 27 (1995) 93-115, weights by row. z is ``esda.Moran_Local.z_sim`` without its drawing: that of
    the neighbours' mean with the area's own value kept, turned round for areas under the mean. Over 0 an area is like
    its neighbours, under 0 it is an outlier.
    """
    y, known, near = _judged(values, near)
    p = permuting.p_values(y, near, permutations, seed)
    side = np.where(y >= _mean(y), 1.0, -1.0)
    z = side * _among_neighbours(y, near)
    kind = np.where(z < 0, "outlier", np.where(side > 0, "high-high", "low-low"))
    return _told((z, p, kind), known, Settings("moran_local", near.rule, permutations, seed, rate, _count(p)))


def _judged(values: ArrayLike, near: Neighbours) -> tuple[Floats, Flags, Neighbours]:
    given = floats(values)
    if len(given) != near.areas:
        raise ValueError(f"{len(given)} values are given for {near.areas} areas")
    known = np.isfinite(given)
    if known.sum() < LEAST or np.ptp(given[known]) == 0:
        known = np.zeros_like(known)
    return given[known], known, near.among(known)


def _told(found: tuple[Floats, Floats, Words], known: Flags, settings: Settings) -> Hotspots:
    z, p, kind = found
    kinds = np.full(known.shape, "none", dtype="<U9")
    kinds[known] = np.where(discoveries(p, settings.rate), kind, "none") if len(p) else kind
    judged = np.isfinite(p)
    return Hotspots(among(known, np.where(judged, z, np.nan)), among(known, p), kinds, settings)


def _gi_star(y: Floats, near: Neighbours) -> Floats:
    """Standardised Gi*, the area counting as its own neighbour."""
    n, weight = len(y), near.counts + 1
    spread = _deviation(y) * np.sqrt((n * weight - weight**2) / max(n - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((near.sums(y) + y - _mean(y) * weight) / spread)


def _among_neighbours(y: Floats, near: Neighbours) -> Floats:
    """Standardised sum of each area's neighbours, all others drawn without putting back."""
    n, k = len(y), near.counts
    rest = n - 1
    mean = (y.sum() - y) / max(rest, 1)
    variance = ((y**2).sum() - y**2) / max(rest, 1) - mean**2
    spread = np.sqrt(np.maximum(variance * k * (rest - k) / max(rest - 1, 1), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((near.sums(y) - k * mean) / spread)


def _mean(y: Floats) -> float:
    return float(np.mean(y)) if len(y) else 0.0


def _deviation(y: Floats) -> float:
    return float(np.std(y)) if len(y) else 0.0


def _count(p: Floats) -> int:
    return int(np.isfinite(p).sum())
