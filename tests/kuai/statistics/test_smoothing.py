"""Smoothed rates are Marshall's: small areas are drawn far, large ones hardly, and chance alone leaves one rate."""

from __future__ import annotations

import numpy as np
import pytest

from kuai.statistics.smoothing import empirical_bayes


def test_small_areas_are_drawn_far_and_large_ones_hardly() -> None:
    events, base = np.array([4.0, 4000, 10, 1500]), np.array([1000.0, 1_000_000, 10_000, 500_000])
    raw, smooth, all_ = events / base, empirical_bayes(events, base), events.sum() / base.sum()
    drawn = (raw - smooth) / (raw - all_)
    assert (np.diff(drawn[np.argsort(-base)]) > 0).all()
    assert (drawn > 0).all()
    assert (drawn < 1).all()


def test_rates_that_differ_by_chance_alone_become_one() -> None:
    chance = np.random.default_rng(1)
    base = chance.uniform(500, 5000, 400)
    smooth = empirical_bayes(chance.poisson(0.01 * base), base)
    raw_spread = np.std(chance.poisson(0.01 * base) / base)
    assert np.std(smooth) < 0.25 * raw_spread


def test_smoothed_rates_are_nearer_to_the_true_ones() -> None:
    chance = np.random.default_rng(2)
    base = chance.uniform(200, 3000, 400)
    true = 0.01 * np.exp(chance.normal(0, 0.3, 400))
    events = chance.poisson(true * base)
    assert np.mean((empirical_bayes(events, base) - true) ** 2) < 0.5 * np.mean((events / base - true) ** 2)


def test_areas_without_value_or_base_have_no_rate_and_change_no_other() -> None:
    chance = np.random.default_rng(3)
    events, base = chance.poisson(20, 40).astype(float), np.full(40, 1000.0)
    events[3], base[7] = np.nan, 0
    assert np.flatnonzero(np.isnan(empirical_bayes(events, base))).tolist() == [3, 7]
    known = np.isfinite(events) & (base > 0)
    assert empirical_bayes(events, base)[known] == pytest.approx(empirical_bayes(events[known], base[known]))
    assert np.isnan(empirical_bayes([np.nan], [5])).all()


def test_no_events_are_a_rate_of_nothing() -> None:
    assert empirical_bayes(np.zeros(40), np.full(40, 9.0)).tolist() == [0.0] * 40


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_rates_are_those_of_esda_on_the_homicides_of_st_louis() -> None:
    import libpysal
    from esda import smoothing

    table = libpysal.io.open(libpysal.examples.get_path("stl_hom.csv"), "r")
    events, base = np.array(table[:, 10]), np.array(table[:, 13])
    # The first rates as the manual of the library prints them.
    assert empirical_bayes(events, base)[:3] == pytest.approx([2.3671895e-05, 4.54539167e-05, 4.78114019e-05], rel=1e-7)
    assert empirical_bayes(events, base) == pytest.approx(smoothing.Empirical_Bayes(events, base).r.ravel(), rel=1e-9)
