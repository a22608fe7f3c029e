"""Patterns of the states without a value."""

from __future__ import annotations

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
    points = [(x, y) for x, y in zip(lon, lat, strict=True) if x is not None and y is not None]
    drawn = shapely.multipoints(points)
    assert shapely.covers(shapely.buffer(BOX, 1e-4), drawn)
    assert shapely.area(shapely.envelope(drawn)) > 0.8 * BOX.area


def test_the_patterns_differ() -> None:
    drawn = {str(pattern(state, [BOX], EXTENT)) for state in STATES}
    assert len(drawn) == len(STATES)


def test_no_area_needs_no_pattern() -> None:
    assert pattern("late", [], EXTENT) == ([], [])
