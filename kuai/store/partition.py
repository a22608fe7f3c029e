"""Partition: a map of mixed levels, as fine as its cells may be shown, in which no shape overlaps another.

It is decided from served cells alone, as the viewer sees them, and shows served cells alone: whoever sees it could ask
for the same cells level by level, and no value in it is the difference of others. An area is shown at once or in its
parts, never both, so that none of its parts can be had by subtraction from the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kuai import periods
from kuai.store import states, windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kuai.metrics import Metric
    from kuai.store.cells import Grid
    from kuai.store.sight import Sight
    from kuai.store.states import Judged
    from kuai.store.tree import Tier

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

COVERED = 0.95
"""Part of an area's residents that its parts must show, for the area to be shown in parts."""

_WEIGHT = "resident_count"


@dataclass(frozen=True)
class Shapes:
    """Shapes of one tier.

    Parameters
    ----------
    is_shape : array of bool
        Whether each area of the tier is a shape of the map.
    weight : array of float
        Residents (or smallest areas) in each.
    """

    is_shape: Flags
    weight: Floats


@dataclass(frozen=True)
class _Branch:
    """What is known of each area of a tier when all below it is decided; whole is what shows all its parts."""

    is_split: Flags
    is_shown: Flags
    is_whole: Flags
    is_permitted: Flags
    weight: Floats
    covered: Floats


def cut(tiers: Sequence[Tier], seen: Sequence[Judged], weights: Sequence[Floats]) -> list[Shapes]:
    """Shapes of each tier: every area valid on the day lies in exactly one, or under none that is.

    An area is split into its parts if these are all shown, or show at least `COVERED` of its weight, or if it may not
    be shown itself and some part of it may; what may be shown at no level is one shape, as large as it can be.

    Parameters
    ----------
    tiers : sequence of Tier
        Tree from the top down.
    seen : sequence of Judged
        Cells that decide, of each tier, as 1 × areas.
    weights : sequence of array
        Weight of each area; NaN where it is not told, and is that of its parts.
    """
    branches = _branches(tiers, seen, weights)
    found: list[Shapes] = []
    open_above = np.zeros(0, dtype=bool)
    for tier, branch in zip(tiers, branches, strict=True):
        is_open = tier.is_there.copy()
        held = tier.parent >= 0
        is_open[held] &= open_above[tier.parent[held]]
        found.append(Shapes(is_open & ~branch.is_split, branch.weight))
        open_above = is_open & branch.is_split
    return found


def weights(sight: Sight, grid: Grid, tiers: Sequence[Tier]) -> tuple[list[Floats], str]:
    """Weight of each area of each tier, NaN where it is not told, and what they are: residents or areas.

    Residents are those served of the area itself, as the viewer may see them: those at the end of the grid, the newest
    where there were none yet. Where none are told of any of the smallest areas, each of these weighs 1.
    """
    released = sight.facts.released.get(_WEIGHT, {})
    newest = sight.facts.newest_of(_WEIGHT) if tiers[-1].level in released else None
    for end in (grid.starts[-1], newest) if newest else ():
        at = replace(grid, starts=(periods.start(grid.period, end),), area=None, category="all")
        found = [_residents(sight, at, tier) if tier.level in released else _untold(tier) for tier in tiers]
        if np.isfinite(found[-1]).any():
            return found, "residents"
    return [*map(_untold, tiers[:-1]), np.ones(len(tiers[-1].parent))], "areas"


def seen(sight: Sight, metric: Metric, grid: Grid, tiers: Sequence[Tier]) -> list[windows.Total]:
    """Sums of a metric over a grid's periods, for the areas of every tier."""
    return [windows.total(sight, metric, replace(grid, level=tier.level)) for tier in tiers]


def inside(tiers: Sequence[Tier], level: str, at: int) -> list[Flags]:
    """Areas of each tier that lie within the area at a position of a level, or that it lies within."""
    rank = next(number for number, tier in enumerate(tiers) if tier.level == level)
    found = [np.zeros(len(tier.parent), dtype=bool) for tier in tiers]
    found[rank][at] = True
    for tier, mine, below in zip(tiers[rank + 1 :], found[rank + 1 :], found[rank:], strict=False):
        held = tier.parent >= 0
        mine[held] = below[tier.parent[held]]
    while rank > 0 and (at := int(tiers[rank].parent[at])) >= 0:
        rank -= 1
        found[rank][at] = True
    return found


def _branches(tiers: Sequence[Tier], seen: Sequence[Judged], weights: Sequence[Floats]) -> list[_Branch]:
    found: list[_Branch] = []
    for number in reversed(range(len(tiers))):
        below = (tiers[number + 1], found[0]) if found else None
        found.insert(0, _branch(tiers[number], seen[number], weights[number], below))
    return found


def _branch(tier: Tier, judged: Judged, weight: Floats, below: tuple[Tier, _Branch] | None) -> _Branch:
    state = judged.state[0]
    is_shown, is_permitted = tier.is_there & (state == states.VALUE), tier.is_there & (state != states.NOT_PERMITTED)
    if below is None:
        known = np.where(tier.is_there, np.nan_to_num(weight), 0.0)
        covered = np.where(is_shown, known, 0.0)
        return _Branch(np.zeros_like(is_shown), is_shown, is_shown, is_permitted, known, covered)
    parts = _gathered(len(state), *below)
    known = np.where(tier.is_there, np.where(np.isnan(weight), parts.weight, weight), 0.0)
    covered = np.where(parts.is_whole, known, np.minimum(parts.covered, known))
    is_enough = parts.is_shown & ((covered >= COVERED * known) | ~is_shown)
    is_split = is_enough | (~is_permitted & parts.is_permitted)
    return _Branch(
        is_split,
        is_shown | parts.is_shown,
        np.where(is_split, parts.is_whole, is_shown),
        is_permitted | parts.is_permitted,
        known,
        np.where(is_split, covered, np.where(is_shown, known, 0.0)),
    )


def _gathered(width: int, tier: Tier, parts: _Branch) -> _Branch:
    """Parts of each area of the tier above, taken together."""
    held = tier.is_there & (tier.parent >= 0)
    parent = tier.parent[held]

    def total(of: Floats | Flags) -> Floats:
        return np.bincount(parent, of[held], width).astype(np.float64)

    shown, permitted = total(parts.is_shown) > 0, total(parts.is_permitted) > 0
    whole = shown & (total(~parts.is_whole) == 0)
    return _Branch(shown, shown, whole, permitted, total(parts.weight), total(parts.covered))


def _residents(sight: Sight, grid: Grid, tier: Tier) -> Floats:
    at = replace(grid, level=tier.level)
    judged, _ = sight.part(_WEIGHT, at)
    found: Floats = sight.restricted(judged, at).value[0]
    return found


def _untold(tier: Tier) -> Floats:
    return np.full(len(tier.parent), np.nan)
