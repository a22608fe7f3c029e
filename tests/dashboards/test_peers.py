"""A unit beside its peers: who is compared, when one is said to stand out, and that no other has a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from kuai.access import Place as Within
from kuai.access import Viewer
from kuai.serving import Serving
from kuai.statistics.funnel import funnel
from tests.dashboards.city import CASES, RESIDENTS
from tests.dashboards.conftest import ANALYST
from tests.dashboards.test_station import glanced

from dashboards.filters import Place
from dashboards.station import peers
from dashboards.station.comparisons import COMPARISONS, Asking, Comparison, offered
from dashboards.station.peers import Group, Standing
from dashboards.words import Words

Said = Callable[[Any], str]
RESIDENT, YEAR, _CHECKPOINT = COMPARISONS
MARCH = date(2018, 3, 1)
MANY = 40


def gate(serving: Serving, viewer: Viewer = ANALYST) -> Serving:
    return serving.seen_by(viewer, lambda _: None)


def standing(serving: Serving, code: str, comparison: Comparison = RESIDENT, **others: Any) -> Standing:
    asking = Asking(Place("station", code), "month", others.pop("day", MARCH), "all")
    return peers.standing(gate(serving, **others), comparison, asking)


def made(observed: float, expected: float = 50.0) -> Group:
    """A group of like units, but for the first."""
    counts = np.full(MANY, float(expected))
    counts[1:] += np.random.default_rng(3).normal(0, expected**0.5, MANY - 1).round()
    counts[0] = observed
    base = np.full(MANY, float(expected))
    codes = np.array([f"u{n}" for n in range(MANY)], dtype=object)
    return Group(MARCH, codes, counts, base, np.zeros(MANY), "value")


def stood(now: float, before: float, expected: float = 50.0) -> Standing:
    return peers._standing(RESIDENT, [made(now, expected), made(before, expected)], "u0", MARCH)


def test_expected_is_the_exposure_at_the_rate_of_all(serving: Serving) -> None:
    found = standing(serving, "s0")
    areas = ["s0", "s1", "s2", "s3", "s4"]  # s5 has no number of residents that may be shown
    rate = sum(CASES[one] for one in areas) / sum(RESIDENTS[one] for one in areas)
    assert found.now.areas.tolist() == areas
    assert found.now.expected.tolist() == pytest.approx([rate * RESIDENTS[one] for one in areas])
    assert found.now.noise.tolist() == pytest.approx([3 * rate**2] * 5, rel=1e-6)
    assert found.exposed_on == MARCH


def test_before_the_first_count_of_residents_the_newest_one_is_taken(serving: Serving) -> None:
    assert standing(serving, "s0", day=date(2017, 12, 5)).exposed_on == date(2018, 1, 1)


def test_a_unit_without_a_value_says_its_state(serving: Serving) -> None:
    found = standing(serving, "s5")
    assert (found.at, found.now.state, found.funnel) == (-1, "suppressed", None)


def test_peers_are_those_the_viewer_may_see(serving: Serving) -> None:
    east = Viewer("east", "analyst", (Within("county", "c0"),), "planning")
    found = standing(serving, "s0", viewer=east)
    assert found.now.areas.tolist() == ["s0", "s1", "s2"]
    assert found.funnel is None


def test_a_year_before_is_missing_where_nothing_was_observed(serving: Serving) -> None:
    assert standing(serving, "s0", YEAR).now.state == "missing"


def test_comparisons_are_those_whose_counts_are_released(serving: Serving) -> None:
    assert [one.name for one in offered(serving, "station", "month")] == ["residents", "year"]
    assert offered(serving, "nowhere", "month") == []


@pytest.mark.parametrize(
    ("now", "before", "side", "escalates"),
    [(50, 50, 0, False), (140, 50, 1, False), (140, 140, 1, True), (4, 4, -1, True), (140, 4, 1, False)],
)
def test_beyond_the_limits_twice_on_one_side_escalates(now: int, before: int, side: int, *, escalates: bool) -> None:
    found = stood(now, before)
    assert (found.side, found.escalates) == (side, escalates)


def test_a_ratio_below_one_and_a_half_is_never_flagged() -> None:
    found = stood(1400.0, 1400.0, expected=1000.0)
    assert found.side == 0
    assert found.is_outside


def test_less_than_ten_expected_is_never_flagged() -> None:
    assert stood(40.0, 40.0, expected=8.0).side == 0


def test_noise_widens_the_limits() -> None:
    quiet, noisy = (funnel(np.full(9, 12.0), np.full(9, 12.0), one).limits_95 for one in (0.0, 30.0))
    assert (noisy[1] > quiet[1]).all()


def test_the_funnel_shows_every_peer_and_names_none() -> None:
    from dashboards.station import funnel as picture

    drawn = unquote(picture.drawn(Words("en"), stood(60, 50), "told").src)
    assert drawn.count("<circle") == MANY - 1
    assert "u1" not in drawn
    assert drawn.count("stroke-dasharray") == 2


def test_a_unit_far_out_stays_on_the_picture() -> None:
    from dashboards.station import funnel as picture

    found = stood(5000, 50)
    drawn = unquote(picture.drawn(Words("en"), found, "told").src)
    mark = drawn.rpartition("<path d='M")[2].split("l")[0].split()
    assert 0 <= float(mark[1]) <= 300


def test_no_peer_is_named_or_listed(serving: Serving, said: Said) -> None:
    from dashboards.pages.station import UnitPage

    page = UnitPage(serving, "en", lambda _: None)
    body = page.show("/unit/station:s0", "?lang=en&date=2018-03-01")[4]
    assert "4 peers, unnamed" in said(body)
    assert not [other for other in ("s1", "s2", "s3", "s4", "s5") if f"Station {other}" in said(body)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_verdict_has_a_sentence(serving: Serving, said: Said, language: str) -> None:
    from dashboards.station import versus

    found = replace(glanced(serving, "station:s0"), words=Words(language))
    cases = ((50, 50, 50), (140, 50, 50), (140, 140, 50), (4, 50, 50), (1400, 1400, 1000), (5, 5, 8))
    told = {versus.verdict(found, stood(now, before, expected)) for now, before, expected in cases}
    assert len(told) == len(cases)
