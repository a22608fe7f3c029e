"""What is usual for an area: the range of its own past, each period beside those of the same phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHASE = {"day": 7, "week": 1, "month": 1, "quarter": 4, "year": 1}
"""Periods from one phase to the next: days are compared with the same day of the week, quarters with the same."""

BEFORE = {"day": 84, "week": 26, "month": 24, "quarter": 16, "year": 6}
"""Periods of the past that are looked at."""


def same_phase(values: NDArray[np.float64], period: str) -> NDArray[np.float64]:
    """Earlier values that are in the phase of the last, areas × periods, the newest first.

    Parameters
    ----------
    values : array of float, areas × periods
        Values in the order of time; NaN where there is none.
    period : str
        Period they are of.
    """
    step = PHASE[period]
    return np.asarray(values[:, :-1][:, ::-1][:, step - 1 :: step])


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

    found = change.unusual(values[:, -1], same_phase(values, period))
    return np.asarray(change.discoveries(found.p))
