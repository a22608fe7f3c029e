"""The side of a line is exact, down to the last bit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuai.geography.orientation import side


def exact(a: Any, b: Any, p: Any) -> int:
    (ax, ay), (bx, by), (px, py) = (tuple(map(Fraction, one)) for one in (a, b, p))
    area = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (area > 0) - (area < 0)


numbers = st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-30)
points = st.tuples(numbers, numbers)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(points, points, points)
def test_any_three_points(a: Any, b: Any, p: Any) -> None:
    assert side(a, b, p) == exact(a, b, p)


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9, 1e150, 1e-120])
def test_points_a_few_bits_from_a_line(scale: float) -> None:
    a, b = (12.0 * scale, 12.0 * scale), (24.0 * scale, 24.0 * scale)
    unit = np.spacing(0.5 * scale)
    for i in range(32):
        for j in range(32):
            p = float(0.5 * scale + i * unit), float(0.5 * scale + j * unit)
            assert side(a, b, p) == exact(a, b, p)
