"""Scope: which areas of a question lie within those that a viewer is concerned with, in each of its periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.places import Places

    Spans = NDArray[np.int64]


def permitted(facts: Facts, grid: Grid, scope: Sequence[Place]) -> NDArray[np.bool_] | None:
    """Whether each area lies within the scope on all days it is valid on in a period, as periods × areas.

    An area that passes from one district to another is shown to neither in the period it does.

    Parameters
    ----------
    facts : Facts
        Areas of the snapshot.
    grid : Grid
        Periods and areas of the question.
    scope : sequence of Place
        Areas numbers are shown within; empty for the whole city, which gives None.
    """
    if not scope:
        return None
    places = facts.places(grid.level)
    at = None if grid.area is None else places.position(grid.area)
    days = _days(places.vintages, grid, len(places), at)
    found = np.zeros(days.shape, dtype=bool)
    for place in scope:
        found |= _days(facts.within(place, grid.level), grid, len(places), at) >= days
    return found & (days > 0)


def spans(places: Places, columns: dict[str, NDArray[np.int64]]) -> Spans:
    """Position of an area of the level, first and last day, one column per span of `query_within`."""
    position = places.find(columns["place"].astype(np.uint64))
    return np.stack([position, columns["valid_from"].astype(np.int64), columns["valid_to"].astype(np.int64)])


def _days(vintages: Spans, grid: Grid, width: int, at: int | None) -> NDArray[np.int64]:
    """Days of each period in the spans of each area, or of the one at a position, as periods × areas."""
    if at is not None:
        vintages, width = vintages[:, vintages[0] == at] - np.array([[at], [0], [0]]), 1
    position, valid_from, valid_to = vintages
    found = np.zeros((len(grid.starts), width), dtype=np.int64)
    for row, (first, last) in enumerate(zip(grid.first_days, grid.last_days, strict=True)):
        overlap = np.maximum(np.minimum(valid_to, last) - np.maximum(valid_from, first) + 1, 0)
        found[row] = np.bincount(position, overlap, width)
    return found
