"""Scope: which areas of a question lie within those that a viewer is concerned with, in each of its periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai import sql
from kuai.store.spans import Stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts, Tables
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
    at = None if grid.area is None else facts.places(grid.level).position(grid.area)
    return facts.territory(tuple(scope), grid.level).holds(grid.first_days, grid.last_days, at)


def is_whole(facts: Facts, scope: Sequence[Place]) -> bool:
    """Whether a scope is the whole city: it is empty, or names its root."""
    root = facts.levels[0]["level"]
    return not scope or any(one.level == root and facts.places(root).position(one.area) >= 0 for one in scope)


def shown(facts: Facts, grid: Grid, permitted: NDArray[np.bool_] | None) -> int:
    """Rows of an answer that lie within a scope: areas that are valid in a period, and permitted.

    Parameters
    ----------
    facts : Facts
        Areas of the snapshot.
    grid : Grid
        Periods and areas of the question.
    permitted : array of bool, optional
        What is, as `permitted` gives it.
    """
    places = facts.places(grid.level)
    at = None if grid.area is None else places.position(grid.area)
    valid = places.valid(grid.first_days, grid.last_days, at)
    return int(np.count_nonzero(valid if permitted is None else valid & permitted))


def territory(places: Places, inside: Sequence[Spans]) -> Stretches:
    """Which areas lie within a scope on all days of a period that they are valid on.

    Parameters
    ----------
    places : Places
        Areas of a level.
    inside : sequence of array
        Spans in which they lie in each place of the scope.
    """

    def judge(first: int, last: int) -> NDArray[np.bool_]:
        valid, *within = (_days(one, first, last, len(places)) for one in (places.vintages, *inside))
        return np.asarray((valid > 0) & np.any([one >= valid for one in within], axis=0))

    return Stretches(np.hstack([places.vintages, *inside]), judge)


def spans(places: Places, columns: dict[str, NDArray[np.int64]]) -> Spans:
    """Position of an area of the level, first and last day, one column per span of `query_within`."""
    position = places.find(columns["place"].astype(np.uint64))
    return np.stack([position, columns["valid_from"].astype(np.int64), columns["valid_to"].astype(np.int64)])


def _days(spans: Spans, first: int, last: int, width: int) -> NDArray[np.int64]:
    """Days of a period in the spans of each area."""
    position, valid_from, valid_to = spans
    overlap = np.maximum(np.minimum(valid_to, last) - np.maximum(valid_from, first) + 1, 0)
    return np.bincount(position, overlap, width).astype(np.int64)


def above(tables: Tables, level: str, area: str) -> tuple[tuple[str, str], ...]:
    """Level and code of every area, of any hierarchy, that ever held the area.

    Parameters
    ----------
    tables : Tables
        The open serving file.
    level, area : str
        The area.
    """
    rows = tables.rows(sql.text("query_areas_above"), {"level": level, "area": area})
    return tuple((row["level"], row["area"]) for row in rows)


def turns(tables: Tables, hierarchy: str, level: str) -> NDArray[np.int64]:
    """Days from which on areas of a level are others than before, ascending, in days since 1970-01-01.

    Parameters
    ----------
    tables : Tables
        The open serving file.
    hierarchy, level : str
        The level.
    """
    wanted = {"hierarchy": hierarchy, "level": level}
    return tables.columns(sql.text("query_turns"), wanted)["day"].astype(np.int64)
