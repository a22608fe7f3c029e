"""Layers of a map: what the gate answered, judged or smoothed frame by frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.errors import GateError

from dashboards import layers
from dashboards.mapping.palette import named

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.serving import Answer
    from kuai.statistics.neighbours import Neighbours

    from dashboards.words import Words

MOST_FRAMES = 60
"""Frames in which hot spots are looked for at once."""


def smoothed(found: Answer, base: Answer) -> Answer:
    """The same answer with smoothed rates in the place of those that were asked for.

    Parameters
    ----------
    found, base : Answer
        Of a ratio, and of what it is counted among, for the same periods and areas.
    """

    def of(rows: pd.DataFrame) -> NDArray[np.float64]:
        beside = base.rows[base.rows["start"] == rows["start"].iloc[0]]
        return layers.smoothed(found.metric, rows, beside)

    values = _by_frame(found.rows, of)
    is_lost = np.isnan(values) & (found.rows["state"] == "value").to_numpy()
    states = np.where(is_lost, "suppressed", found.rows["state"].astype(str)).astype(object)
    return replace(found, columns=found.columns | {"value": values, "state": states})


def spotted(
    layer: str, found: Answer, areas: pd.DataFrame, near: Neighbours, words: Words
) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Class of each row, from 1 and 0 without a value; and what the head of the values says of a layer of kinds.

    Parameters
    ----------
    layer : str
        `hotspot` or `cluster`.
    found : Answer
        What was asked for.
    areas : DataFrame
        Area and geometry of the areas drawn.
    near : Neighbours
        Of these areas.
    words : Words
        The reader's language.

    Raises
    ------
    GateError
        If there are too many frames.
    """
    if found.rows["start"].nunique() > MOST_FRAMES:
        raise GateError(f"{layer} is drawn for at most {MOST_FRAMES} periods", "frames", "ask for fewer")
    notes = [""]

    def of(rows: pd.DataFrame) -> NDArray[np.float64]:
        spots = layers.spots(layer, areas, rows, near)
        notes[0] = spots.note(words)
        return spots.classes.astype(np.float64)

    classes = _by_frame(found.rows, of).astype(np.int64)
    names = [words(f"spot.{kind}") for kind in layers.KINDS[layer]]
    return classes, {"colours": named(layer), "names": names, "note": notes[0], "ranges": [], "bounds": [], "edges": []}


def _by_frame(rows: pd.DataFrame, of: Callable[[pd.DataFrame], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Number of each row, found for the rows of each period together."""
    result = np.full(len(rows), np.nan)
    for places in rows.groupby("start", sort=True).indices.values():
        result[places] = of(rows.iloc[places])
    return result
