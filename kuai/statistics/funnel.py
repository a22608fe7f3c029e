"""Areas beside their peers: which differ more than chance and the usual differences between peers explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics.arrays import alike, floats
from kuai.statistics.change import discoveries

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Flags, Floats

LEAST_EXPECTED = 10.0
"""Expected count under which an area is neither flagged nor asked how peers differ."""
LEAST_RATIO = 1.5
"""Observed for one expected, from which (or from whose inverse) an area may be flagged."""
_Z_95, _Z_998 = 1.959964, 3.090232
_TRIMMED = 0.1
_WINSORISED = 0.678714
"""Mean square of a standard normal number that is drawn in to its first and ninth decile."""
_NODES = 24
_HALVINGS = 30
_POWER = 1 / 3


@dataclass(frozen=True)
class Funnel:
    """Each area beside its peers; NaN where there is no value.

    Parameters
    ----------
    z : array of float, shape (n,)
        Standard deviations from what is expected, with the differences between peers counted in.
    tau2 : float
        Variance of the logarithm of the ratio between peers, beyond chance.
    limits_95, limits_998 : array of float, shape (2, n)
        Low and high limit of the ratio of observed to expected, in which 95 % and 99.8 % of peers lie.
    flags : array of bool, shape (n,)
        Areas that stand out: discoveries of the page (false ones at most 5 %), expected 10 or more, ratio at least 1.5
        or at most 1/1.5.
    """

    z: Floats
    tau2: float
    limits_95: Floats
    limits_998: Floats
    flags: Flags


def funnel(observed: ArrayLike, expected: ArrayLike, noise_variance: ArrayLike = 0.0) -> Funnel:
    """Which areas stand out from their peers, by a funnel with additive over-dispersion.

    Parameters
    ----------
    observed : array of float, shape (n,)
        Counts; NaN without a value.
    expected : array of float, shape (n,)
        What an area like its peers would have, greater than 0: exposure times the rate of all.
    noise_variance : float or array of float
        Variance of the noise in each observed count: 3.0 for each cell of persons it was added up from.

    Raises
    ------
    ValueError
        If an expected count is not greater than 0.

    Notes
    -----
    Spiegelhalter, Handling over-dispersion of performance indicators, Qual. Saf. Health Care 14 (2005) 347-351: scores
    winsorised at a tenth, differences between peers as an additive variance tau². Three things are done otherwise, each
    because the simulated null asks for it: tau² is the one with which the winsorised scores scatter as those of normal
    numbers do (Paule and Mandel, J. Res. Natl. Bur. Stand. 87, 1982, 377-385); areas with an expected count under 10 do
    not tell it; and p is that of a Poisson count whose logarithmic rate varies by tau² (Gauss-Hermite), not that of a
    normal score, whose tails are too light. The variance of noise is added to tau² on the same scale.
    """
    o, e, noise = alike(observed, expected, noise_variance)
    if np.any(e <= 0):
        raise ValueError("an expected count is greater than 0")
    judged = np.isfinite(o) & (e >= LEAST_EXPECTED)
    tau2 = between_peers(o[judged], e[judged], noise[judged])
    p, is_high = _p(o, e, tau2 + noise / e**2)
    with np.errstate(divide="ignore"):
        is_far = np.abs(np.log(o / e)) >= np.log(LEAST_RATIO)
    flags = discoveries(np.where(judged, p, np.nan)) & is_far
    return Funnel(_z(p, is_high), tau2, limits(e, tau2, noise, _Z_95), limits(e, tau2, noise, _Z_998), flags)


def between_peers(observed: Floats, expected: Floats, noise_variance: Floats) -> float:
    """Variance tau² of the logarithmic ratio between peers, beyond chance and noise; 0 of fewer than three.

    Parameters
    ----------
    observed, expected, noise_variance : array of float, shape (n,)
        As in `funnel`, without NaN.
    """
    if len(observed) <= 2:  # noqa: PLR2004 - two areas say nothing about peers
        return 0.0
    variance = (expected + noise_variance) / expected**2
    apart = ((observed / expected) ** _POWER - 1) / _POWER
    low, high = 0.0, 2 * float(np.max(apart**2))
    if _scatter(apart, variance) <= 1:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _scatter(apart, variance + middle) > 1 else (low, middle)
    return high


def _scatter(apart: Floats, variance: Floats) -> float:
    """Winsorised mean square of scores, 1 for standard normal ones."""
    scores = apart / np.sqrt(variance)
    drawn = np.clip(scores, *np.quantile(scores, [_TRIMMED, 1 - _TRIMMED]))
    return float(np.mean(drawn**2)) / _WINSORISED


def limits(expected: ArrayLike, tau2: float, noise_variance: ArrayLike = 0.0, z: float = _Z_95) -> Floats:
    """Low and high limit of the ratio at each expected count, shape (2, n): the two lines of a funnel.

    Parameters
    ----------
    expected : array of float, shape (n,)
        Counts to draw it at, greater than 0.
    tau2 : float
        Variance between peers.
    noise_variance : float or array of float
        As in `funnel`.
    z : float
        Standard deviations: 1.96 for 95 %, 3.09 for 99.8 %.

    Notes
    -----
    On the scale of the cube root, on which such ratios are nearly symmetrical (Wilson and Hilferty 1931).
    """
    e, noise = alike(expected, noise_variance)
    half = z * _POWER * np.sqrt((e + noise) / e**2 + tau2)
    return np.stack([np.maximum(1 - half, 0) ** (1 / _POWER), (1 + half) ** (1 / _POWER)])


def _p(observed: Floats, expected: Floats, variance: Floats) -> tuple[Floats, Flags]:
    """Two-sided p of Poisson counts whose logarithmic rate varies, and whether the count is rather high than low."""
    from scipy import special

    places, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    rates = expected[:, None] * np.exp(np.sqrt(variance)[:, None] * places)
    count = floats(observed)[:, None]
    share = weights / weights.sum()
    onwards = np.where(count > 0, special.gammainc(np.maximum(count, 1e-9), rates), 1.0) @ share
    up_to = special.gammaincc(count + 1, rates) @ share
    return np.minimum(2 * np.minimum(onwards, up_to), 1.0), onwards < up_to


def _z(p: Floats, is_high: Flags) -> Floats:
    from scipy import special

    z: Floats = np.where(is_high, -1.0, 1.0) * special.ndtri(np.maximum(p, 1e-300) / 2)
    return z
