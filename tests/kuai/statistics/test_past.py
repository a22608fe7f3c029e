"""What is usual, and what is unusual, by an area's own past, which scatters more than chance."""

from __future__ import annotations

import numpy as np
import pytest

from kuai.statistics import change, past
from kuai.statistics.usual import usual_range


def drawn(chance: np.random.Generator, mean: float, excess: float, periods: int) -> np.ndarray:
    """Counts of 300 areas of many sizes, of which the variance is mean + excess mean²."""
    size = chance.lognormal(np.log(mean), 0.6, (300, 1))
    return chance.poisson(size * chance.gamma(1 / excess, excess, (300, periods))).astype(float)


@pytest.mark.slow
@pytest.mark.parametrize("excess", [0.001, 0.05, 0.1])
def test_what_scatters_more_than_chance_is_not_unusual_for_it(excess: float) -> None:
    chance = np.random.default_rng(1)
    pages = [drawn(chance, 30, excess, 13) for _ in range(60)]
    told = [change.unusual(page[:, 0], page[:, 1:]).p for page in pages]
    assert np.mean(np.array(told) < 0.05) < 0.06
    assert np.mean([change.discoveries(p).any() for p in told]) <= 0.1


@pytest.mark.slow
def test_a_comparison_without_scatter_would_have_called_it_unusual() -> None:
    chance = np.random.default_rng(2)
    pages = [drawn(chance, 30, 0.1, 13) for _ in range(10)]
    bare = [change.compare(page[:, 0], page[:, 1:].sum(axis=1), 1, 12).p for page in pages]
    assert np.mean([change.discoveries(p).any() for p in bare]) > 0.9


def test_what_doubles_is_found() -> None:
    chance = np.random.default_rng(4)
    page = drawn(chance, 60, 0.005, 13)
    page[:10, 0] *= 2
    found = change.discoveries(change.unusual(page[:, 0], page[:, 1:]).p)
    assert found[:10].sum() >= 8
    assert found[10:].sum() <= 2


def test_scatter_is_that_of_the_counts() -> None:
    chance = np.random.default_rng(6)
    alike = chance.poisson(50 * chance.gamma(20, 0.05, (400, 30))).astype(float)
    assert np.median(past.learn(alike, np.zeros(400)).scatter) == pytest.approx(1 + 50 / 20, rel=0.1)
    steady = np.full((5, 8), 30.0)
    assert past.learn(steady, np.zeros(5)).scatter == pytest.approx(1)
    assert past.learn(steady, np.full(5, 30.0)).scatter == pytest.approx(2)


def test_a_short_or_empty_past_tells_nothing() -> None:
    none = np.nan
    told = change.unusual([5, 7, none], [[none, none], [3, none], [4, 5]])
    assert np.isnan(told.p).all()
    assert np.isnan(told.ratio).tolist() == [True, False, True]
    assert told.is_shown.tolist() == [False, False, False]


def test_events_where_there_were_none_are_unusual_in_the_end() -> None:
    told = change.unusual([1, 9], np.zeros((2, 10)))
    assert told.p[0] > 0.05
    assert told.p[1] < 0.001
    assert np.isinf(told.high).all()


def test_history_has_a_row_for_each_area() -> None:
    with pytest.raises(ValueError, match="2 areas have 1 rows"):
        change.unusual([1, 2], [[1, 2, 3]])


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "periods"), [(4, 8), (30, 4), (30, 52), (400, 12)])
def test_the_next_count_lies_in_the_usual_range_19_times_in_20(mean: float, periods: int) -> None:
    counts = np.random.default_rng(9).poisson(mean, (3000, periods + 1))
    usual = usual_range(counts[:, 1:])
    inside = (usual.low <= counts[:, 0]) & (counts[:, 0] <= usual.high)
    assert 0.93 <= inside.mean() <= 0.98


def test_the_range_of_rates_has_their_unit() -> None:
    rates = np.random.default_rng(9).normal(0.4, 0.05, (3000, 21))
    usual, tenfold = usual_range(rates[:, 1:], is_count=False), usual_range(10 * rates[:, 1:], is_count=False)
    inside = (usual.low <= rates[:, 0]) & (rates[:, 0] <= usual.high)
    assert 0.92 <= inside.mean() <= 0.97
    assert tenfold.high == pytest.approx(10 * usual.high)


def test_no_rate_is_usual_below_nought() -> None:
    usual = usual_range([0.0, 0.1, 0.0, 0.2, 0.0, 0.1, 0.9], is_count=False)
    assert (usual.low[0], usual.high[0] > 0.1) == (0, True)


def test_one_odd_period_does_not_widen_the_range() -> None:
    steady = [50, 52, 48, 51, 49, 50, 53]
    calm, odd = usual_range(steady), usual_range([*steady, 400])
    assert odd.high[0] < 1.1 * calm.high[0]


def test_a_range_says_how_many_periods_it_stands_on() -> None:
    none = np.nan
    usual = usual_range([[1, 2, 3, 4], [1, 2, 3, none], [none] * 4])
    assert usual.periods.tolist() == [4, 3, 0]
    assert np.isnan(usual.low).tolist() == [False, True, True]
    assert np.isnan(usual.middle).tolist() == [False, False, True]
    assert usual.low[0] >= 0
