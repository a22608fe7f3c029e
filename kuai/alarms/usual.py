"""What is usual for an area: the range of its own past, each period beside those of the same season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai import periods, seasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEFORE = {one: max(seasons.earlier_years(one) + seasons.right_before(one)) for one in periods.PERIODS}
"""Periods of the past that are looked at."""


def earlier(values: NDArray[np.float64], period: str) -> NDArray[np.float64]:
    """Earlier values that tell what is usual for the last, areas × periods, the newest first.

    Those of the same season of earlier years, as at the desk (`kuai.seasons`); the ones right before, if those are too
    few.

    Parameters
    ----------
    values : array of float, areas × periods
        Values in the order of time; NaN where there is none.
    period : str
        Period they are of.
    """
    past = values[:, -2::-1]
    is_known: list[bool] = np.atleast_1d(np.isfinite(past).any(axis=0)).tolist()
    known = [[one for one in reversed(steps) if one <= len(is_known) and is_known[one - 1]]
             for steps in (seasons.earlier_years(period), seasons.right_before(period))]  # fmt: skip
    return np.asarray(past[:, [one - 1 for one in seasons.usual(*known)]])


def unusual(values: NDArray[np.float64], period: str) -> NDArray[np.bool_]:
    """Whether the last count of each area differs from its past beyond chance, over all areas together.

    At most one in twenty of those that are called so is expected to be chance.

    Parameters
    ----------
    values : array of float, areas × periods
        Whole counts without noise in the order of time; NaN where there is none.
    period : str
        Period they are of.
    """
    from kuai.statistics import change

    found = change.unusual(values[:, -1], earlier(values, period))
    return np.asarray(change.discoveries(found.p))
