"""Hot spots are those of Getis and Ord, clusters those of Anselin; what lies by chance is left alone."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import shapely

from kuai.statistics import hotspots, permuting
from kuai.statistics.neighbours import Neighbours, neighbours

SIDE = 16


@pytest.fixture(scope="module")
def near() -> Neighbours:
    return neighbours([shapely.box(i, j, i + 1, j + 1) for i in range(SIDE) for j in range(SIDE)])


@pytest.fixture(scope="module")
def hill() -> np.ndarray:
    """Chance, with a hill in one corner and a pit in the other."""
    values = np.random.default_rng(0).normal(20, 3, (SIDE, SIDE))
    values[:4, :4] += 8
    values[-4:, -4:] -= 8
    return values.reshape(-1)


def test_neighbours_touch_in_a_line_or_a_point(near: Neighbours) -> None:
    counts = near.counts.reshape(SIDE, SIDE)
    assert (counts[0, 0], counts[0, 1], counts[1, 1]) == (3, 5, 8)
    assert set(near.other[near.of == 0]) == {1, SIDE, SIDE + 1}


def test_outlines_may_be_coded_absent_or_apart() -> None:
    one, two, far = shapely.box(0, 0, 1, 1), shapely.box(1.1, 0, 2, 1), shapely.box(9, 9, 10, 10)
    coded = [shapely.to_wkb(one), None, float("nan"), shapely.to_wkb(two), shapely.to_wkb(far)]
    assert neighbours(coded).counts.tolist() == [0] * 5
    near = neighbours(coded, gap=0.2)
    assert near.counts.tolist() == [1, 0, 0, 1, 0]
    assert near.rule == "within 0.2"


def test_neighbours_of_some_areas_are_numbered_anew() -> None:
    row = neighbours([shapely.box(i, 0, i + 1, 1) for i in range(5)])
    some = row.among(np.array([True, True, False, True, True]))
    assert some.areas == 4
    assert sorted(zip(some.of.tolist(), some.other.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 3), (3, 2)]


def test_p_is_the_share_of_all_layouts() -> None:
    values = np.array([9.0, 7.0, 1.0, 2.0, 4.0, 1.0, 3.0])
    row = neighbours([shapely.box(i, 0, i + 1, 1) for i in range(7)])
    p = permuting.p_values(values, row, 20_000, 1)
    for area in range(7):
        k, others = row.counts[area], np.delete(values, area)
        sums = np.array([sum(laid) for laid in permutations(others, int(k))])
        seen = row.sums(values)[area]
        tail = min((sums >= seen).mean(), (sums <= seen).mean())
        assert p[area] == pytest.approx(min(2 * tail, 1), abs=0.03)


def test_layouts_draw_every_area_alike_and_none_twice() -> None:
    for areas, length in ((30, 4), (30, 30)):
        drawn = permuting.draws(areas, length, 3000, 5)
        assert drawn.shape == (3000, length)
        assert all(len(set(row)) == length for row in drawn[:200].tolist())
        assert np.bincount(drawn[:, 0], minlength=areas) == pytest.approx(100, abs=45)


def test_the_hill_is_hot_and_the_pit_is_cold(near: Neighbours, hill: np.ndarray) -> None:
    kind = hotspots.getis_ord(hill, near, 999).kind.reshape(SIDE, SIDE)
    assert (kind[1:3, 1:3] == "hot").all()
    assert (kind[-3:-1, -3:-1] == "cold").all()
    assert (kind[6:10, 6:10] == "none").all()


def test_an_area_unlike_its_neighbours_is_an_outlier(near: Neighbours, hill: np.ndarray) -> None:
    values = hill.copy().reshape(SIDE, SIDE)
    values[1, 1] = 5
    found = hotspots.moran_local(values.reshape(-1), near)
    kind = found.kind.reshape(SIDE, SIDE)
    assert (kind[1, 1], kind[2, 2], kind[-2, -2]) == ("outlier", "high-high", "low-low")
    assert found.z.reshape(SIDE, SIDE)[1, 1] < 0


def test_a_high_area_among_low_ones_is_no_hot_spot(near: Neighbours, hill: np.ndarray) -> None:
    values = hill.copy().reshape(SIDE, SIDE)
    values[-3, -3] = 500
    assert hotspots.getis_ord(values.reshape(-1), near).kind.reshape(SIDE, SIDE)[-3, -3] == "none"
    assert hotspots.moran_local(values.reshape(-1), near).kind.reshape(SIDE, SIDE)[-3, -3] == "outlier"


@pytest.mark.slow
def test_what_lies_by_chance_is_left_alone(near: Neighbours) -> None:
    chance = np.random.default_rng(3)
    found = [hotspots.getis_ord(chance.poisson(4, SIDE**2), near, 1999, n).kind for n in range(40)]
    assert np.mean([(kind != "none").any() for kind in found]) <= 0.1


def test_same_seed_same_result_and_settings_are_told(near: Neighbours, hill: np.ndarray) -> None:
    one, again = hotspots.getis_ord(hill, near, 999, 7), hotspots.getis_ord(hill, near, 999, 7)
    assert (one.p == again.p).all()
    assert one.settings == hotspots.Settings("getis_ord", "touch", 999, 7, 0.05, SIDE**2)


def test_units_do_not_matter(near: Neighbours, hill: np.ndarray) -> None:
    one, other = hotspots.moran_local(hill, near, 999), hotspots.moran_local(1000 * hill + 5, near, 999)
    assert one.p == pytest.approx(other.p)
    assert one.z == pytest.approx(other.z)


def test_areas_without_a_value_or_neighbour_are_not_judged(near: Neighbours, hill: np.ndarray) -> None:
    values = hill.copy()
    values[[0, 5]] = np.nan
    found = hotspots.getis_ord(values, near, 999)
    assert np.isnan(found.p[[0, 5]]).all()
    assert np.isfinite(found.p).sum() == found.settings.areas == SIDE**2 - 2
    lonely = neighbours([shapely.box(3 * i, 0, 3 * i + 1, 1) for i in range(12)])
    assert set(hotspots.getis_ord(np.arange(12.0), lonely, 99).kind) == {"none"}


@pytest.mark.parametrize("values", [np.full(SIDE**2, 3.0), np.full(SIDE**2, np.nan)])
def test_nothing_is_found_where_nothing_differs(near: Neighbours, values: np.ndarray) -> None:
    for found in (hotspots.getis_ord(values, near, 99), hotspots.moran_local(values, near, 99)):
        assert set(found.kind) == {"none"}
        assert found.settings.areas == 0


def test_values_and_neighbours_are_of_the_same_areas(near: Neighbours) -> None:
    with pytest.raises(ValueError, match="3 values"):
        hotspots.getis_ord([1, 2, 3], near)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_both_agree_with_esda(near: Neighbours, hill: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    import numba
    from libpysal.weights import W

    # To compile esda takes ten times as long as to run it.
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    import esda
    import esda.crand

    monkeypatch.setattr(esda.crand, "boolean", bool)
    beside = W({area: near.other[near.of == area].tolist() for area in range(near.areas)}, silence_warnings=True)
    theirs = esda.G_Local(hill, beside, transform="B", star=True, permutations=9999, seed=1, n_jobs=1)
    mine = hotspots.getis_ord(hill, near)
    assert mine.z == pytest.approx(theirs.Zs, abs=1e-9)
    assert mine.p == pytest.approx(np.minimum(2 * theirs.p_sim, 1), abs=0.07)
    assert mine.p[theirs.p_sim < 0.01] == pytest.approx(2 * theirs.p_sim[theirs.p_sim < 0.01], abs=0.01)
    moran, clusters = (
        esda.Moran_Local(hill, beside, permutations=9999, seed=1, n_jobs=1),
        hotspots.moran_local(hill, near),
    )
    assert clusters.z == pytest.approx(moran.z_sim, abs=0.2)
    named = np.array(["", "high-high", "outlier", "low-low", "outlier"])[moran.q]
    sure = 2 * moran.p_sim < 0.001
    assert (clusters.kind[sure] == named[sure]).all()
    assert sure.sum() > 10
