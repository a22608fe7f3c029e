"""Classes of values, decided once on the server, so that map, legend and table agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.metrics import Metric

MOST = 5
"""Classes an eye can tell apart on a map."""

RAMPS = {
    "down": ("#fdf0d5", "#f9c784", "#ee964b", "#c8553d", "#7f2a2f"),
    "up": ("#e6f2ea", "#b3dcc0", "#74bd96", "#388e6e", "#14594a"),
    "neutral": ("#e7eff7", "#b9d3ea", "#7fb0d8", "#3f81b8", "#1b4f83"),
}
"""Colours by the direction that is good for the metric, from least to most; told apart without colour vision too."""


@dataclass(frozen=True)
class Classes:
    """Bounds and colours of the classes of one picture.

    Parameters
    ----------
    edges : tuple of float
        Lower bounds of all classes but the first, ascending.
    ranges : tuple of (float, float)
        Least and greatest value met in each class.
    counts : tuple of int
        Areas in each class.
    colours : tuple of str
        Fill of each class.
    """

    edges: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]
    counts: tuple[int, ...]
    colours: tuple[str, ...]

    def index(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Class of each value, from 0."""
        return np.searchsorted(np.array(self.edges), values, side="right")


def classify(metric: Metric, values: NDArray[np.float64]) -> Classes:
    """At most `MOST` classes with about as many areas each, between rounded bounds.

    Parameters
    ----------
    metric : Metric
        Says which direction is good, and with it the colours.
    values : array of float
        Values shown, in the metric's unit; NaN is left out.

    Notes
    -----
    Quantiles, because counts by area are skewed: equal intervals would put nearly all areas into the first class. A
    least value that many areas share, often 0, has a class of its own.
    """
    known = np.sort(values[~np.isnan(values)])
    cuts = {int(cut): edge for edge in _edges(known) if 0 < (cut := np.searchsorted(known, edge)) < len(known)}
    parts = np.split(known, sorted(cuts)) if len(known) else []
    ranges = tuple((float(part[0]), float(part[-1])) for part in parts)
    return Classes(tuple(sorted(cuts.values())), ranges, tuple(map(len, parts)), _colours(metric, len(parts)))


def _edges(known: NDArray[np.float64], most: int = MOST) -> list[float]:
    distinct = np.unique(known)
    if len(distinct) <= most:
        return [float(one) for one in distinct[1:]]
    rest = known[known > distinct[0]]
    if len(known) - len(rest) >= len(known) / most:
        return [float(distinct[1]), *_edges(rest, most - 1)]
    rounded = {_rounded(float(edge)) for edge in np.quantile(known, np.arange(1, most) / most)}
    return sorted(edge for edge in rounded if distinct[0] < edge <= distinct[-1])


def _rounded(value: float) -> float:
    """Number of two digits that is nearest."""
    return float(f"{value:.1e}")


def _colours(metric: Metric, count: int) -> tuple[str, ...]:
    ramp = RAMPS[metric.good]
    if count <= 1:
        return ramp[2:3] * count
    return tuple(ramp[round(one * (MOST - 1) / (count - 1))] for one in range(count))
