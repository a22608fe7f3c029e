"""Coordinates of any reference system in degrees."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from kuai.errors import PackError, SourceError
from kuai.geography.crs import outlines_to_wgs84, to_wgs84

# Willis Tower, Chicago, on the Illinois East state plane in US feet (EPSG:3435) and in degrees
FEET, DEGREES = (1173686.0, 1899090.0), (-87.6359, 41.8786)


def test_points_on_a_plane_in_feet() -> None:
    longitude, latitude = to_wgs84([FEET[0]], [FEET[1]], "EPSG:3435")
    assert (longitude[0], latitude[0]) == pytest.approx(DEGREES, abs=5e-3)


def test_degrees_are_left_as_they_are() -> None:
    x, y = np.array([1.1, np.nan]), np.array([2.2, 3.3])
    assert to_wgs84(x, y, "EPSG:4326") == (x, y)


def test_what_cannot_be_brought_over_is_nan() -> None:
    longitude, latitude = to_wgs84([np.nan, np.inf, 1e30, FEET[0]], [FEET[1], FEET[1], 1e30, FEET[1]], "EPSG:3435")
    assert np.isnan(longitude).tolist() == np.isnan(latitude).tolist() == [True, True, True, False]


def test_outlines_keep_their_rings() -> None:
    box = shapely.box(*FEET, FEET[0] + 3000, FEET[1] + 3000)
    holed = box.difference(shapely.box(FEET[0] + 900, FEET[1] + 900, FEET[0] + 1200, FEET[1] + 1200))
    text, none, same = outlines_to_wgs84([shapely.to_wkb(holed, hex=True), None, holed.wkb], "EPSG:3435")
    assert none is None
    assert text == same
    moved = shapely.from_wkb(text)
    assert len(moved.interiors) == 1
    assert moved.bounds[:2] == pytest.approx(DEGREES, abs=5e-3)
    assert outlines_to_wgs84([holed.wkb_hex], "EPSG:4326") == [holed.wkb_hex]


def test_an_unknown_system_and_a_broken_outline_are_refused() -> None:
    with pytest.raises(PackError, match="no coordinate reference system 'EPSG:99999'"):
        to_wgs84([1.0], [1.0], "EPSG:99999")
    with pytest.raises(SourceError, match="not WKB"):
        outlines_to_wgs84(["zz"], "EPSG:3435")
