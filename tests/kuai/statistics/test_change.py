"""Change is told honestly: tests agree with the libraries, chance is no change, and small bases have no percentage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.statistics import change, etest

COUNT = st.integers(0, 150)
EXPOSURE = st.sampled_from([0.2, 0.5, 1.0, 28 / 31, 4.0])
P = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_the_example_of_the_clover_seeds() -> None:
    # Krishnamoorthy and Thomson's method on Przyborowski and Wilenski's seeds, as the manual of scipy prints it.
    assert change.compare([0], [3], 100, 100).p[0] == pytest.approx(0.08837900929018157, abs=1e-9)


@pytest.mark.slow
@given(COUNT, COUNT)
def test_equal_exposures_agree_with_scipy(now: int, before: int) -> None:
    from scipy import stats

    mine = etest.p_values(np.array([now]), np.array([before]))[0]
    # Of equal counts the library forgets the pair of zeros, which is as far apart as they are.
    library = stats.poisson_means_test(now, 1, before, 1).pvalue if now != before else 1.0
    assert mine == pytest.approx(library, abs=1e-8)


@pytest.mark.slow
@given(COUNT, COUNT, EXPOSURE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_exposure_agrees_with_statsmodels(now: int, before: int, exposure: float) -> None:
    from statsmodels.stats.rates import test_poisson_2indep as library

    mine = etest.p_values(np.array([now]), np.array([before]), exposure)[0]
    # The library compares floats exactly and so may leave out pairs that are exactly as far apart.
    assert mine == pytest.approx(library(now, exposure, before, 1.0, method="etest").pvalue, abs=1e-5)


@pytest.mark.slow
@given(st.integers(0, 30), st.integers(0, 30), EXPOSURE)
def test_p_is_the_sum_over_all_pairs_that_are_as_far_apart(now: int, before: int, r: float) -> None:
    from scipy import special

    first, second = np.ogrid[0:160, 0:160]
    mean = (now + before) / (1 + r)
    mass = np.exp(special.xlogy(first, mean * r) - mean * r - special.gammaln(first + 1.0)) * np.exp(
        special.xlogy(second, mean) - mean - special.gammaln(second + 1.0)
    )
    apart = (first - r * second) ** 2 / np.maximum(first + second, 1)
    far = apart >= (now - r * before) ** 2 / max(now + before, 1) * (1 - 1e-9)
    assert etest.p_values(np.array([now]), np.array([before]), r)[0] == pytest.approx(mass[far].sum(), abs=1e-8)


@pytest.mark.slow
@given(COUNT, COUNT, EXPOSURE)
def test_now_and_before_may_be_exchanged(now: int, before: int, exposure: float) -> None:
    one, other = change.compare([now], [before], exposure), change.compare([before], [now], 1.0, exposure)
    assert one.p == pytest.approx(other.p, abs=1e-8)
    assert one.low[0] == pytest.approx(1 / other.high[0] if other.high[0] else np.inf, rel=1e-9)
    assert one.low[0] <= one.high[0]


def test_a_page_of_areas_is_the_same_as_each_alone() -> None:
    counts = np.random.default_rng(3).poisson([[3], [40], [900]], (3, 60)).reshape(2, 90)
    page = etest.p_values(counts[0], counts[1])
    assert page == pytest.approx([etest.p_values(*counts[:, [n]])[0] for n in range(90)], abs=1e-9)


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # Clopper-Pearson of 10 among 30, as in statistical tables: 0.1729 to 0.5281.
    told = change.compare([10], [20])
    assert told.low[0] / (1 + told.low[0]) == pytest.approx(0.1729, abs=5e-5)
    assert told.high[0] / (1 + told.high[0]) == pytest.approx(0.5281, abs=5e-5)


def test_what_does_not_change_is_seldom_called_a_change() -> None:
    chance = np.random.default_rng(0)
    now, before = chance.poisson(4, (2, 40, 250)).astype(float)
    bare = np.abs(now - before) >= 0.2 * before
    p = change.compare(now.reshape(-1), before.reshape(-1)).p.reshape(now.shape)
    assert bare.mean() > 0.8
    assert (p < 0.05).mean() < 0.05
    assert np.mean([change.discoveries(page).any() for page in p]) <= 0.05


def test_a_percentage_needs_a_base() -> None:
    told = change.compare([30, 30, 30, np.nan], [19, 20, np.nan, 50])
    assert told.is_shown.tolist() == [False, True, False, False]
    assert change.compare([3], [2], base=1).is_shown.tolist() == [True]


def test_areas_without_a_value_have_no_change_and_are_not_counted() -> None:
    told = change.compare([np.nan, 90, 0], [10, 30, 0])
    assert np.isnan([told.p[0], told.low[0], told.ratio[0]]).all()
    assert told.p[2] == 1
    assert change.discoveries(told.p).tolist() == [False, True, False]
    assert change.discoveries([np.nan]).tolist() == [False]


def test_impossible_counts_and_exposures_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        change.compare([-1], [3])
    with pytest.raises(ValueError, match="greater than 0"):
        change.compare([1], [3], 0)
    with pytest.raises(ValueError, match="variance"):
        change.compare_noisy([10], [30], -1)


@given(P, st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_pass_a_bar_that_rises_with_their_rank(p: list[float], rate: float) -> None:
    found = change.discoveries(p, rate)
    last = max((one for one, is_found in zip(p, found, strict=True) if is_found), default=-1.0)
    assert found.tolist() == [one <= last for one in p]
    assert last <= rate * found.sum() / len(p)
    for bar in sorted(one for one in p if one > last):
        assert bar > rate * sum(one <= bar for one in p) / len(p)


@pytest.mark.slow
@given(P, st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_are_those_of_benjamini_and_hochberg(p: list[float], rate: float) -> None:
    from scipy import stats

    adjusted = stats.false_discovery_control(p)
    clear = np.abs(adjusted - rate) > 1e-12
    assert (change.discoveries(p, rate) == (adjusted <= rate))[clear].all()


@given(P)
def test_more_is_discovered_where_more_false_ones_are_accepted(p: list[float]) -> None:
    few, many = change.discoveries(p, 0.05), change.discoveries(p, 0.2)
    assert (many | ~few).all()
    assert change.discoveries([*p, np.nan], 0.05).tolist() == [*few.tolist(), False]


@pytest.mark.slow
def test_the_share_of_false_discoveries_is_kept() -> None:
    chance = np.random.default_rng(7)
    false = []
    for _ in range(30):
        real = np.arange(300) < 30
        before, now = chance.poisson(40, 300), chance.poisson(np.where(real, 80, 40))
        found = change.discoveries(change.compare(now, before).p)
        false.append((found & ~real).sum() / max(found.sum(), 1))
    assert np.mean(false) <= 0.05


def test_noise_is_not_taken_for_a_change() -> None:
    chance = np.random.default_rng(5)
    now, before = chance.poisson(12, (2, 4000)) + np.rint(chance.normal(0, np.sqrt(30), (2, 4000)))
    now, before = np.maximum(now, 0), np.maximum(before, 0)
    assert (change.compare_noisy(now, before, 30.0).p < 0.05).mean() < 0.06
    assert (change.compare(now, before).p < 0.05).mean() > 0.2


def test_without_noise_both_comparisons_tell_about_the_same() -> None:
    plain, noisy = change.compare([80], [50], 2), change.compare_noisy([80], [50], (0.0, 0.0), 2.0)
    assert noisy.p[0] == pytest.approx(plain.p[0], abs=0.01)
    assert (noisy.low[0], noisy.high[0]) == pytest.approx((plain.low[0], plain.high[0]))
    wider = change.compare_noisy([80], [50], 3.0, 2.0)
    assert wider.low[0] < noisy.low[0] < noisy.high[0] < wider.high[0]
