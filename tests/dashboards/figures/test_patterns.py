"""Patterns of the states without a value."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from kuai.store.states import NAMES

from dashboards.figures.patterns import STATES, pattern

BOX = shapely.box(2, 2, 6, 5)
EXTENT = (0.0, 0.0, 10.0, 10.0)


def test_every_state_without_a_value_has_a_pattern() -> None:
    assert set(STATES) == set(NAMES) - {"value"}


@pytest.mark.parametrize("state", STATES)
def test_a_pattern_stays_within_its_areas_and_fills_them(state: str) -> None:
    lon, lat = pattern(state, [BOX], EXTENT)
    drawn = shapely.multipoints(np.stack([lon, lat], axis=1)[~np.isnan(lon)])
    assert (np.isnan(lon) == np.isnan(lat)).all()
    assert shapely.covers(shapely.buffer(BOX, 1e-4), drawn)
    assert shapely.area(shapely.envelope(drawn)) > 0.8 * BOX.area


def test_the_patterns_differ() -> None:
    drawn = {pattern(state, [BOX], EXTENT)[0].tobytes() for state in STATES}
    assert len(drawn) == len(STATES)


def test_no_area_needs_no_pattern() -> None:
    assert [one.size for one in pattern("late", [], EXTENT)] == [0, 0]


def test_the_pen_is_lifted_after_every_stroke() -> None:
    lon, lat = pattern("late", [BOX], EXTENT)
    assert np.flatnonzero(np.isnan(lon)).tolist() == list(range(2, len(lon), 3))
    assert (np.diff(lat[0::3]) > 0).all()


def test_strokes_that_cross_are_not_cut() -> None:
    one_way, both = (pattern(state, [BOX], EXTENT)[0].size for state in ("suppressed", "not_permitted"))
    assert one_way < both <= 2 * one_way + 3
