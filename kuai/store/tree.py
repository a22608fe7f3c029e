"""Tree: some levels of one hierarchy on one day, each area by its position with the position of what holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kuai.store.facts import Facts

    Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Tier:
    """Areas of one level of the tree.

    Parameters
    ----------
    level : str
        The level.
    parent : array of int
        Position of the area of the tier above that holds each; -1 where none does.
    is_there : array of bool
        Whether each is valid on the day.
    """

    level: str
    parent: Positions
    is_there: NDArray[np.bool_]


def tiers(facts: Facts, hierarchy: str, levels: Sequence[str], day: int) -> list[Tier]:
    """Tiers of a tree from its top down; a level that is left out is passed over.

    Parameters
    ----------
    facts : Facts
        Areas of the snapshot.
    hierarchy : str
        Hierarchy of the levels.
    levels : sequence of str
        Levels from the root down.
    day : int
        Day, in days since 1970-01-01.
    """
    names = [row["level"] for row in facts.levels if row["hierarchy"] == hierarchy]
    found: list[Tier] = []
    above: Positions | None = None
    for level in names[: names.index(levels[-1]) + 1]:
        parent = _through(above, facts.holders(hierarchy, level), day, len(facts.places(level)))
        if level not in levels:
            above = parent
            continue
        found.append(Tier(level, parent, _valid(facts, level, day)))
        above = np.arange(len(parent))
    return found


def _through(above: Positions | None, spans: Positions, day: int, width: int) -> Positions:
    """Position of what holds each area, in the nearest tier above; -1 without one."""
    found = np.full(width, -1, dtype=np.int64)
    if above is None:
        return found
    position, parent, valid_from, valid_to = spans
    now = (valid_from <= day) & (valid_to >= day)
    found[position[now]] = np.where(parent[now] >= 0, above[parent[now]], -1)
    return found


def _valid(facts: Facts, level: str, day: int) -> NDArray[np.bool_]:
    at = np.array([day], dtype=np.int64)
    found: NDArray[np.bool_] = facts.places(level).valid(at, at)[0]
    return found
