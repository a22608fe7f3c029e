"""Arrays as the methods take them: of floats, NaN where an area has no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Words = NDArray[np.str_]


def floats(values: ArrayLike) -> Floats:
    """Values as floats, at least one; a missing one is NaN."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def alike(*values: ArrayLike) -> tuple[Floats, ...]:
    """Several arrays as floats of one shape.

    Raises
    ------
    ValueError
        If they do not fit each other.
    """
    return tuple(np.array(one) for one in np.broadcast_arrays(*map(floats, values)))


def among(known: Flags, values: Floats, elsewhere: float = np.nan) -> Floats:
    """Values of the known places at their places, and another value everywhere else."""
    found = np.full(known.shape, elsewhere)
    found[known] = values
    return found
