"""The funnel keeps its promises on simulated cities, and the same tests reject a funnel without over-dispersion."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kuai.statistics.change import discoveries
from kuai.statistics.etest import p_values
from kuai.statistics.funnel import LEAST_EXPECTED, LEAST_RATIO, Funnel, between_peers, funnel, limits

Flagging = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
BLOCKS, TAU, REAL, VARIANCE = 1440, 0.3, 0.01, 3.0


def additive(observed: np.ndarray, expected: np.ndarray, noise_variance: float) -> np.ndarray:
    return funnel(observed, expected, noise_variance).flags


def poisson(observed: np.ndarray, expected: np.ndarray, _: float) -> np.ndarray:
    """The funnel without differences between peers, against an expected count that is known very well."""
    ratio = observed / expected
    is_far = (ratio >= LEAST_RATIO) | (ratio <= 1 / LEAST_RATIO)
    p = p_values(observed, np.rint(50 * expected), np.full(len(observed), 1 / 50))
    return discoveries(np.where(expected >= LEAST_EXPECTED, p, np.nan)) & is_far


def city(chance: np.random.Generator, real: float, noise_variance: float) -> tuple[np.ndarray, ...]:
    """Observed and expected counts, and which blocks are really three times what is expected."""
    expected = chance.lognormal(np.log(25), 0.3, BLOCKS)
    is_real = chance.random(BLOCKS) < real
    mean = expected * np.exp(chance.normal(0, TAU, BLOCKS)) * np.where(is_real, 3, 1)
    noise = np.clip(np.rint(chance.normal(0, np.sqrt(noise_variance), BLOCKS)), -5, 5)
    return np.maximum(chance.poisson(mean) + noise, 0), expected, is_real


def accepted(flagging: Flagging, repeats: int, noise_variance: float = 0.0) -> tuple[bool, bool]:
    """Whether at most 0.1 % of blocks are flagged where none is real, and at most a tenth of flags are false."""
    chance = np.random.default_rng(11)
    null = [flagging(*city(chance, 0, noise_variance)[:2], noise_variance).mean() for _ in range(repeats)]
    false = []
    for _ in range(repeats):
        observed, expected, is_real = city(chance, REAL, noise_variance)
        flags = flagging(observed, expected, noise_variance)
        false.append((flags & ~is_real).sum() / max(flags.sum(), 1))
    return bool(np.mean(null) <= 0.001), bool(np.mean(false) <= 0.10)


def test_it_is_accepted_and_a_funnel_of_poisson_counts_is_not() -> None:
    assert accepted(additive, 6) == (True, True)
    assert accepted(poisson, 1) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize("noise_variance", [0.0, VARIANCE])
def test_it_is_accepted_on_many_cities_with_and_without_noise(noise_variance: float) -> None:
    assert accepted(additive, 100, noise_variance) == (True, True)
    assert accepted(poisson, 10, noise_variance) == (False, False)


def shown(observed: list[float], expected: list[float]) -> Funnel:
    return funnel(observed, expected)


def test_it_finds_what_stands_out_on_either_side() -> None:
    chance = np.random.default_rng(4)
    expected = np.full(200, 60.0)
    observed = chance.poisson(60, 200)
    observed[:2] = 240, 5
    told = funnel(observed, expected)
    assert np.flatnonzero(told.flags).tolist() == [0, 1]
    assert told.z[0] > 3 > -3 > told.z[1]


def test_differences_between_peers_are_measured() -> None:
    found = []
    for seed in range(5):
        observed, expected, _ = city(np.random.default_rng(seed), 0, 0.0)
        found.append(between_peers(observed, expected, np.zeros(BLOCKS)))
    assert np.mean(found) == pytest.approx(TAU**2, rel=0.1)


def test_peers_that_differ_by_chance_alone_have_no_differences() -> None:
    observed = np.random.default_rng(1).poisson(25, 1000)
    assert between_peers(observed, np.full(1000, 25.0), np.zeros(1000)) < 0.005
    assert between_peers(np.array([40.0, 10.0]), np.array([25.0, 25.0]), np.zeros(2)) == 0


def test_noise_widens_the_limits_and_is_no_difference_between_peers() -> None:
    expected = np.full(1440, 40.0)
    observed = np.random.default_rng(2).normal(40, np.sqrt(40 + 30), 1440).round()
    plain, told = funnel(observed, expected), funnel(observed, expected, 30.0)
    assert told.tau2 < 0.4 * plain.tau2
    assert limits([15], 0.1, 30.0)[1] > limits([15], 0.1)[1]


def test_the_limits_hold_what_they_promise() -> None:
    observed, expected, _ = city(np.random.default_rng(3), 0, 0.0)
    told = funnel(observed, expected)
    ratio = observed / expected
    for ends, promised in ((told.limits_95, 0.95), (told.limits_998, 0.998)):
        assert np.mean((ends[0] <= ratio) & (ratio <= ends[1])) == pytest.approx(promised, abs=0.02)


def test_limits_close_towards_the_differences_between_peers() -> None:
    low, high = limits([1, 10, 100, 1e6], 0.04)
    assert np.all(np.diff(high) < 0)
    assert np.all(np.diff(low) >= 0)
    assert np.log(high[-1]) == pytest.approx(1.96 * 0.2, rel=0.1)


def test_small_areas_and_those_without_a_value_are_never_flagged() -> None:
    told = shown([60, np.nan, 21, 20, 19], [9.9, 20, 20, 20, 20])
    assert told.flags.tolist() == [False] * 5
    assert np.isnan(told.z).tolist() == [False, True, False, False, False]


def test_an_expected_count_is_needed() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        funnel([3], [0])
