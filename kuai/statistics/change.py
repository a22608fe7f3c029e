"""Change told honestly: ratio with its interval, an exact test, and no percentage on a small base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kuai.statistics import etest, past
from kuai.statistics.arrays import alike, among, floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from kuai.statistics.arrays import Flags, Floats

BASE = 20.0
"""Count to compare with from which a percentage may be shown."""
RATE = 0.05
"""Share of false ones that is accepted among all that are called discoveries."""
_SURE = 0.95


@dataclass(frozen=True)
class Change:
    """Change of each area against what it is compared with; NaN where one of the two has no value.

    Parameters
    ----------
    ratio : array of float
        Rate now for one unit of rate before: 1.25 is a quarter more.
    low, high : array of float
        Its 95 % interval.
    p : array of float
        Probability of a difference as large or larger, if nothing had changed.
    is_shown : array of bool
        Whether the base is large enough for a percentage to be shown.
    """

    ratio: Floats
    low: Floats
    high: Floats
    p: Floats
    is_shown: Flags


def compare(
    now: ArrayLike,
    before: ArrayLike,
    exposure_now: ArrayLike = 1.0,
    exposure_before: ArrayLike = 1.0,
    *,
    base: float = BASE,
) -> Change:
    """Change of each area between two counts of events, by the exact e-test.

    Parameters
    ----------
    now, before : array of float, shape (n,)
        Whole counts that carry no noise; NaN without a value.
    exposure_now, exposure_before : float or array of float
        What the counts are for, such as days, in one unit; greater than 0.
    base : float
        Count before from which the change is shown as a percentage.

    Raises
    ------
    ValueError
        If a count is negative or an exposure is not greater than 0.

    Notes
    -----
    The test is that of `etest.p_values`. The interval is the exact conditional one: of all events, the share that fell
    into the first count is binomial, its interval is that of Clopper and Pearson (Biometrika 26, 1934, 404-413), and
    the odds of the share are the ratio.
    """
    n, b, more, less = alike(now, before, exposure_now, exposure_before)
    exposure = _exposure(more, less)
    known = _known(n, b)
    low, high = _interval(n[known], b[known], exposure[known])
    p = etest.p_values(np.rint(n[known]), np.rint(b[known]), exposure[known])
    return Change(_ratio(n, b, exposure), among(known, low), among(known, high), among(known, p), known & (b >= base))


def compare_noisy(
    now: ArrayLike,
    before: ArrayLike,
    noise_variance: ArrayLike | tuple[ArrayLike, ArrayLike],
    exposure: ArrayLike = 1.0,
    *,
    base: float = BASE,
) -> Change:
    """Change of each area between two counts of persons, of which each carries noise of known variance.

    Parameters
    ----------
    now, before : array of float, shape (n,)
        Counts as they were served; NaN without a value.
    noise_variance : float or array of float, or a pair of them
        Variance of the noise in a count, 3.0 for each cell it was added up from; a pair for now and before.
    exposure : float or array of float
        Exposure now for one unit of exposure before.
    base : float
        Count before from which the change is shown as a percentage.

    Raises
    ------
    ValueError
        If a count or a variance is negative, or an exposure is not greater than 0.

    Notes
    -----
    The test is the score test of two Poisson rates (Gu and others, Biometrical Journal 50, 2008, 283-298) with the
    variance of the noise added to that of the counts. The interval is that of Clopper and Pearson on effective counts,
    smaller by the factor that the noise adds to the variance (Korn and Graubard, Survey Methodology 24, 1998, 193-201).
    """
    now_noise, before_noise = noise_variance if isinstance(noise_variance, tuple) else (noise_variance, noise_variance)
    n, b, r, added_now, added_before = alike(now, before, exposure, now_noise, before_noise)
    if np.any(added_now < 0) or np.any(added_before < 0):
        raise ValueError("a variance is not negative")
    known, r = _known(n, b), _exposure(r, np.ones_like(r))
    variance, added = r * (n + b), added_now + r**2 * added_before
    p = _two_sided((n - r * b) / np.sqrt(np.maximum(variance + added, 1e-300)))
    factor = (1 + added / np.maximum(variance, 1.0))[known]
    low, high = _interval(n[known] / factor, b[known] / factor, r[known])
    return Change(
        _ratio(n, b, r), among(known, low), among(known, high), np.where(known, p, np.nan), known & (b >= base)
    )


def unusual(now: ArrayLike, history: ArrayLike, noise_variance: ArrayLike = 0.0, *, base: float = BASE) -> Change:
    """Change of each area against its own earlier periods, which may scatter more than chance.

    Parameters
    ----------
    now : array of float, shape (areas,)
        Whole counts of the period judged; NaN without a value.
    history : array of float, shape (areas, periods)
        Counts of earlier periods of the same length that are like it; NaN without a value.
    noise_variance : float or array of float
        Variance of the noise in each count: 3.0 for each cell of persons it was added up from.
    base : float
        Mean of the earlier periods from which the change is shown as a percentage.

    Raises
    ------
    ValueError
        If a count is negative, or history has no row for each area.

    Notes
    -----
    p is that of `past.p_values`. The interval is that of `compare`, on effective counts: divided by the scatter (Korn
    and Graubard, Survey Methodology 24, 1998, 193-201). Which of a page are real is for `discoveries` to say.
    """
    n, earlier = floats(now), np.atleast_2d(np.asarray(history, dtype=np.float64))
    if len(earlier) != len(n):
        raise ValueError(f"{len(n)} areas have {len(earlier)} rows of history")
    was = past.learn(earlier, np.broadcast_to(floats(noise_variance), n.shape))
    known = _known(n, was.mean) & (was.periods > 0)
    scatter, periods = was.scatter[known], was.periods[known]
    low, high = _interval(n[known] / scatter, (was.mean[known] * periods) / scatter, 1 / periods)
    p = np.where(known, past.p_values(np.nan_to_num(n), was), np.nan)
    ratio = _ratio(n, was.mean, np.ones_like(n))
    return Change(ratio, among(known, low), among(known, high), p, known & (was.mean >= base))


def discoveries(p: ArrayLike, rate: float = RATE) -> Flags:
    """Which of a page's differences are called real, so that at most a share of these is expected to be chance.

    Parameters
    ----------
    p : array of float
        p of every difference on the page; NaN is none, and counts for nothing.
    rate : float
        Share of false ones that is accepted among all that are called real.

    Notes
    -----
    Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300: what ``statsmodels`` calls ``fdr_bh``, without its
    second of loading.
    """
    given = floats(p)
    ranked = np.sort(given[np.isfinite(given)])
    passed = ranked[ranked <= rate * np.arange(1, len(ranked) + 1) / len(ranked)] if len(ranked) else ranked
    return np.asarray(given <= passed.max(initial=-1.0))


def _known(now: Floats, before: Floats) -> Flags:
    if np.any(now < 0) or np.any(before < 0):
        raise ValueError("a count is not negative")
    return np.isfinite(now) & np.isfinite(before)


def _exposure(now: Floats, before: Floats) -> Floats:
    if not (np.all(now > 0) and np.all(before > 0)):
        raise ValueError("an exposure is greater than 0")
    return now / before


def _ratio(now: Floats, before: Floats, exposure: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return now / before / exposure


def _interval(now: Floats, before: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Exact interval of the ratio, from 0 where nothing is counted now to infinity where nothing was before."""
    from scipy import special

    rest = (1 - _SURE) / 2
    low = np.where(now > 0, special.betaincinv(np.maximum(now, 1e-9), before + 1, rest), 0.0)
    high = np.where(before > 0, special.betaincinv(now + 1, np.maximum(before, 1e-9), 1 - rest), 1.0)
    with np.errstate(divide="ignore"):
        return low / (1 - low) / exposure, high / (1 - high) / exposure


def _two_sided(z: Floats) -> Floats:
    from scipy import special

    p: Floats = 2 * special.ndtr(-np.abs(z))
    return p
