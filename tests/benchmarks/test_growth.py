from __future__ import annotations

from datetime import date

import pytest

from kuai.errors import SettingsError
from kuai.generator import SCALES, Plan


def test_the_fixed_part_is_taken_away_from_both_sides() -> None:
    from benchmarks.growth import Point, _result

    points = {0: Point(0, 10.0, 1.0), 1: Point(1_000_000, 14.0, 2.0), 16: Point(16_000_000, 90.0, 17.0)}

    found = _result(points, 16)

    assert (found.ours, found.peer) == (5.0, 1.0)
    assert found.ratio == 1.25
    assert found.holds


def test_growth_by_months_with_as_many_rows_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.growth import _scale

    monkeypatch.setenv("KUAI_BENCH_SCALE", "town")

    with _scale(1) as once, _scale(16) as often:
        assert SCALES[often].months == 16 * SCALES[once].months
        assert SCALES[often].cases == 16 * SCALES[once].cases
        assert SCALES[often].residents == SCALES[once].residents


def test_a_scale_is_known_only_while_it_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.growth import _scale

    monkeypatch.setenv("KUAI_BENCH_SCALE", "town")
    with _scale(4) as name:
        pass

    with pytest.raises(SettingsError, match="unknown scale"):
        Plan(name, 1, date(2026, 6, 30))
