"""Layers of a map in place of its values: smoothed rates, hot spots, clusters. Pure functions of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics import hotspots, smoothing
from kuai.statistics.neighbours import Neighbours, neighbours

from dashboards import adaptive

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from kuai.metrics import Metric

    from dashboards.words import Words

SMOOTHED, HOTSPOT, CLUSTER, CHECKPOINT = "smoothed", "hotspot", "cluster", "checkpoint"
"""Names of the layers, as in the address (`layer=`); without one, and below checkpoints, values are as counted."""

DRAWN = (SMOOTHED, HOTSPOT, CLUSTER)
"""Those that are drawn in place of what was counted."""

KINDS = {HOTSPOT: ("none", "cold", "hot"), CLUSTER: ("none", "low-low", "outlier", "high-high")}
"""Kinds of each layer in the order of their classes, which count from 1."""

COLOURS = {
    "light": {"none": "#dfe5eb", "cold": "#86b8e2", "outlier": "#a9780f", "hot": "#8f2d1d"},
    "dark": {"none": "#222d3a", "cold": "#2f6ca3", "outlier": "#b98a2b", "hot": "#f2c0a8"},
}
"""Fill by ground: each kind has a lightness of its own, so that it is told without colour vision."""
_LIKE = {"low-low": "cold", "high-high": "hot"}
_ASKED = {HOTSPOT: hotspots.getis_ord, CLUSTER: hotspots.moran_local}


@dataclass(frozen=True)
class Spots:
    """Kind of every row of an answer, with what it was found by.

    Parameters
    ----------
    layer : str
        `hotspot` or `cluster`.
    kinds : array of str
        Kind of each row, of `KINDS`; empty where the row has no value.
    settings : hotspots.Settings
        What they were found by.
    """

    layer: str
    kinds: NDArray[np.str_]
    settings: hotspots.Settings

    @property
    def classes(self) -> NDArray[np.int64]:
        """Class of each row, from 1; 0 where the row has no value."""
        order = ("", *KINDS[self.layer])
        return np.array([order.index(one) for one in self.kinds.tolist()], dtype=np.int64)

    def legend(self, words: Words) -> list[tuple[str, str, int]]:
        """Kind, its name and how many areas are of it, by class."""
        return [(one, words(f"spot.{one}"), int((self.kinds == one).sum())) for one in KINDS[self.layer]]

    def note(self, words: Words) -> str:
        """What the kinds were found by, as a sentence for the legend."""
        found = self.settings
        return words(
            f"spot.{found.method}", permutations=f"{found.permutations:,}", areas=f"{found.areas:,}",
            share=f"{found.rate:.0%}", seed=found.seed,
        )  # fmt: skip


def offered(metric: Metric, level: str, *, has_checkpoints: bool = False) -> tuple[str, ...]:
    """Layers that a metric has at a level: rates may be smoothed, counts not, nor rates of areas of mixed levels."""
    is_rate = metric.is_ratio and not adaptive.hierarchy_of(level)
    return (*([SMOOTHED] if is_rate else []), HOTSPOT, CLUSTER, *([CHECKPOINT] if has_checkpoints else []))


def colours(layer: str, ground: str) -> tuple[str, ...]:
    """Fills of a layer's classes on a ground, `light` or `dark`."""
    return tuple(COLOURS[ground][_LIKE.get(one, one)] for one in KINDS[layer])


def near(areas: pd.DataFrame) -> Neighbours:
    """Which areas touch, by their outlines alone: holds no number, and may be kept as long as the outlines stand.

    Parameters
    ----------
    areas : DataFrame
        One row per area, with geometry as WKB.
    """
    return neighbours(areas["geometry"])


def spots(layer: str, areas: pd.DataFrame, rows: pd.DataFrame, beside: Neighbours | None = None) -> Spots:
    """Hot spots or clusters among the values of one period.

    Only what was answered is looked at: areas without a value are left out, as if they were not there.

    Parameters
    ----------
    layer : str
        `hotspot` or `cluster`.
    areas : DataFrame
        One row per area: area and geometry (WKB).
    rows : DataFrame
        Rows of an answer to one period: area, value, state.
    beside : Neighbours, optional
        `near(areas)`, if it was kept.
    """
    place = _places(areas, rows)
    has_value = (rows["state"] == "value").to_numpy() & (place >= 0)
    values = np.full(len(areas), np.nan)
    values[place[has_value]] = rows["value"].to_numpy(float)[has_value]
    found = _ASKED[layer](values, near(areas) if beside is None else beside)
    kinds = np.where(has_value, found.kind[np.maximum(place, 0)] if len(areas) else "", "")
    return Spots(layer, kinds, found.settings)


def smoothed(metric: Metric, rows: pd.DataFrame, base: pd.DataFrame) -> NDArray[np.float64]:
    """Smoothed rate of each row in the metric's unit; NaN where it or its base has no value.

    Parameters
    ----------
    metric : Metric
        A ratio.
    rows : DataFrame
        Rows of the answer for the ratio, of one period: area, value, state.
    base : DataFrame
        Rows of the answer for `metric.denominator`, of the same period and level.
    """
    below = base["value"].where(base["state"] == "value").set_axis(base["area"]).reindex(rows["area"]).to_numpy(float)
    rate = rows["value"].where(rows["state"] == "value").to_numpy(float) / metric.scale
    return np.asarray(smoothing.empirical_bayes(rate * below, below) * metric.scale)


def _places(areas: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.int64]:
    known = {code: at for at, code in enumerate(areas["area"])}
    return np.array([known.get(code, -1) for code in rows["area"]], dtype=np.int64)
