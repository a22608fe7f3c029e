"""Classes of values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import catalog

from dashboards.figures.classes import MOST, RAMPS, classify

COUNT = catalog.metric("incident_count")


def ranges(*values: float) -> tuple[tuple[float, float], ...]:
    return classify(COUNT, np.array(values, dtype=float)).ranges


def test_few_values_have_a_class_each() -> None:
    assert ranges(3, 1, 2, 2) == ((1, 1), (2, 2), (3, 3))


def test_many_zeros_have_their_own_class() -> None:
    assert ranges(*[0] * 60, *range(1, 41))[0] == (0, 0)


def test_no_value_makes_no_class() -> None:
    assert (ranges(), ranges(np.nan)) == ((), ())


def test_the_colours_come_from_the_direction_that_is_good() -> None:
    values = np.arange(100.0)
    assert classify(COUNT, values).colours == RAMPS[COUNT.good]
    assert classify(catalog.metric("passage_count"), values).colours == RAMPS["neutral"]


@given(st.lists(st.floats(0, 1e6) | st.sampled_from([0.0, np.nan]), max_size=300))
def test_every_value_lies_in_the_class_that_map_and_legend_give_it(values: list[float]) -> None:
    given_values = np.array(values, dtype=float)
    classes, known = classify(COUNT, given_values), given_values[~np.isnan(given_values)]
    at = classes.index(known)
    assert len(classes.ranges) == len(classes.colours) == len(classes.counts) <= MOST
    assert sum(classes.counts) == len(known)
    for rank, (least, most) in enumerate(classes.ranges):
        members = known[at == rank]
        assert (members.min(), members.max(), len(members)) == (least, most, classes.counts[rank])


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS.keys())
def test_more_is_darker_so_that_colour_vision_is_not_needed(ramp: tuple[str, ...]) -> None:
    light = [sum(w * int(c[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5))) for c in ramp]
    assert all(above - below > 20 for above, below in itertools.pairwise(light))
