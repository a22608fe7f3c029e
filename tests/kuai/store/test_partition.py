"""Partition: laws of the cut for any tree and states, and the blocks of days for which it stays."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import periods
from kuai.store import partition, states
from kuai.store.partition import Shapes
from kuai.store.states import Judged
from kuai.store.tree import Tier

Case = tuple[list[Tier], list[Judged], list[np.ndarray]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A tree of up to four levels with any states, and weights of the leaves that the areas above add up."""
    sizes = [1, *draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))]
    tiers = [Tier("0", np.array([-1]), np.array([True]))]
    for rank, size in enumerate(sizes[1:], 1):
        parent = draw(st.lists(st.integers(0, sizes[rank - 1] - 1), min_size=size, max_size=size))
        tiers.append(Tier(str(rank), np.array(parent), np.ones(size, dtype=bool)))
    kinds = st.sampled_from([states.VALUE] * 3 + [states.SUPPRESSED] * 2 + [states.MISSING, states.NOT_PERMITTED])
    drawn = [draw(st.lists(kinds, min_size=size, max_size=size)) for size in sizes]
    leaf = draw(st.lists(st.integers(0, 100), min_size=sizes[-1], max_size=sizes[-1]))
    weights = [np.array(leaf, dtype=float)]
    for tier, size in zip(tiers[:0:-1], sizes[-2::-1], strict=True):
        weights.insert(0, np.bincount(tier.parent, weights[0], size))
    return tiers, [judged(one) for one in drawn], weights


def judged(codes: list[int]) -> Judged:
    state = np.array([codes], dtype=np.int8)
    return Judged(np.where(state == states.VALUE, 1.0, np.nan), state)


def above(tiers: list[Tier], rank: int, at: int) -> list[tuple[int, int]]:
    """Rank and position of an area and of everything that holds it."""
    found = [(rank, at)]
    while rank and (at := int(tiers[rank].parent[at])) >= 0:
        rank -= 1
        found.append((rank, at))
    return found


def shaped(shapes: list[Shapes]) -> set[tuple[int, int]]:
    return {(rank, int(at)) for rank, one in enumerate(shapes) for at in np.flatnonzero(one.is_shape)}


@given(cases())
def test_shapes_lie_neither_in_nor_over_each_other_and_cover_everything(case: Case) -> None:
    tiers, seen, weights = case
    shapes = shaped(partition.cut(tiers, seen, weights))
    for rank, tier in enumerate(tiers):
        for at in range(len(tier.parent)):
            held = shapes.intersection(above(tiers, rank, at))
            has_parts = rank < len(tiers) - 1 and (tiers[rank + 1].parent == at).any()
            assert len(held) <= 1
            assert has_parts or held, "an area without parts lies in no shape"


@given(cases())
def test_what_is_split_shows_nearly_all_of_itself_or_could_not_be_shown(case: Case) -> None:
    tiers, seen, weights = case
    shapes = shaped(partition.cut(tiers, seen, weights))
    shown = {(rank, at) for rank, at in shapes if seen[rank].state[0, at] == states.VALUE}
    opened = {one for rank, at in shapes for one in above(tiers, rank, at)[1:]}
    for rank, at in opened:
        within = sum(weights[one][where] for one, where in shown if (rank, at) in above(tiers, one, where))
        could_be_shown = seen[rank].state[0, at] == states.VALUE
        assert within >= partition.COVERED * weights[rank][at] - 1e-9 or not could_be_shown


@given(cases())
def test_nothing_that_may_be_shown_is_hidden_by_a_larger_shape_that_may_not(case: Case) -> None:
    tiers, seen, weights = case
    shapes = shaped(partition.cut(tiers, seen, weights))
    for rank, one in enumerate(seen):
        for at in np.flatnonzero(one.state[0] == states.VALUE):
            over = [up for up in above(tiers, rank, int(at))[1:] if up in shapes]
            assert all(seen[up].state[0, where] == states.VALUE for up, where in over)


def test_an_area_is_split_only_if_its_parts_hold_nineteen_of_twenty() -> None:
    tiers = [Tier("a", np.array([-1]), np.ones(1, bool)), Tier("b", np.array([0, 0]), np.ones(2, bool))]
    seen = [judged([states.VALUE]), judged([states.VALUE, states.SUPPRESSED])]
    for whole, is_split in ((100.0, True), (101.0, False)):
        shapes = shaped(partition.cut(tiers, seen, [np.array([whole]), np.array([95.0, np.nan])]))
        assert shapes == ({(1, 0), (1, 1)} if is_split else {(0, 0)})


def test_an_area_is_split_if_all_of_it_is_shown_whoever_is_told_to_live_there() -> None:
    tiers = [Tier("a", np.array([-1]), np.ones(1, bool)), Tier("b", np.array([0, 0]), np.ones(2, bool))]
    seen = [judged([states.VALUE]), judged([states.VALUE, states.VALUE])]
    assert shaped(partition.cut(tiers, seen, [np.array([100.0]), np.array([50.0, np.nan])])) == {(1, 0), (1, 1)}


def test_an_area_of_which_nobody_is_told_weighs_what_its_parts_weigh() -> None:
    tiers = [Tier("a", np.array([-1]), np.ones(1, bool)), Tier("b", np.array([0, 0]), np.ones(2, bool))]
    seen = [judged([states.VALUE]), judged([states.VALUE, states.SUPPRESSED])]
    shapes = partition.cut(tiers, seen, [np.array([np.nan]), np.array([50.0, 50.0])])
    assert shaped(shapes) == {(0, 0)}
    assert shapes[0].weight.tolist() == [100]


@pytest.mark.parametrize("period", ["day", "week"])
@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_block_is_four_whole_weeks_and_follows_the_one_before(period: str, day: date) -> None:
    first, last = periods.block(period, day)
    assert first <= day <= last
    assert (first.weekday(), (last - first).days + 1) == (0, periods.BLOCK_DAYS)
    assert periods.block(period, first - timedelta(days=1))[1] == first - timedelta(days=1)
    assert all(periods.block(period, first + timedelta(days=n)) == (first, last) for n in range(periods.BLOCK_DAYS))


@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_longer_periods_are_their_own_blocks(day: date) -> None:
    for period in ("month", "quarter", "year"):
        first, last = periods.block(period, day)
        assert first <= day <= last
        assert (last - first).days + 1 >= periods.BLOCK_DAYS
