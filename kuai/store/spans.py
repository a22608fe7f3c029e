"""What holds of areas by period: judged once for each stretch of days in which no area begins, ends or moves."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]
    Holds = NDArray[np.bool_]

_KEPT = 128


class Stretches:
    """Something that holds of areas in periods, and changes only on days on which a span begins or has ended.

    Parameters
    ----------
    spans : array of int, shape (3, spans)
        Position of an area, first and last day, in days since 1970-01-01.
    judge : callable
        Whether it holds of each area, from the first and the last day of a period.
    """

    def __init__(self, spans: Days, judge: Callable[[int, int], Holds]) -> None:
        self._changes = np.unique(np.concatenate([spans[1], spans[2] + 1]))
        self._judged = lru_cache(maxsize=_KEPT)(judge)

    def holds(self, first: Days, last: Days, at: int | None = None) -> Holds:
        """Whether it holds of each area, or of the one at a position, as periods × areas; not to be written to.

        Parameters
        ----------
        first, last : array of int
            First and last day of each period, ascending, at least one.
        at : int, optional
            Position of the one area meant.
        """
        part = slice(at, None if at is None else at + 1)
        only, end = np.searchsorted(self._changes, (first[0], last[-1]), side="right").tolist()
        if only == end:
            held = self._between(only)[part]
            return np.broadcast_to(held, (len(first), len(held)))
        begin, stop = (np.searchsorted(self._changes, days, side="right").tolist() for days in (first, last))
        rows = zip(begin, stop, first.tolist(), last.tolist(), strict=True)
        judged = (self._between(one) if one == to else self._judged(day, end) for one, to, day, end in rows)
        return np.stack([row[part] for row in judged])

    def _between(self, number: int) -> Holds:
        """Whether it holds in the stretch before the change of that number: on any day of it as on all."""
        known = self._changes
        day = known[number] - 1 if number < len(known) else known[-1] if number else 0
        return self._judged(int(day), int(day))
