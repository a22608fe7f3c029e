"""Sheets: served cells of a level by day as the file holds them, kept while the file is open; never an answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]
    Key = tuple[str, str, str, str]

LARGEST, MOST = 1_000_000, 8_000_000
"""Cells of one sheet and of all that are kept: 9 and 72 MB. What is larger is read every time."""


@dataclass(frozen=True)
class Sheet:
    """Cells by day and position of the area.

    Parameters
    ----------
    days : array of int
        Days that were read, ascending, in days since 1970-01-01.
    value : array of float, shape (days, areas)
        Value in the measure's unit; NaN if there is none.
    is_stored : array of bool
        Whether the file has the cell at all, be its value withheld.
    """

    days: Days
    value: NDArray[np.float64]
    is_stored: NDArray[np.bool_]

    def of(self, days: Days) -> Sheet | None:
        """Cells of these days alone; None if they are not all among them."""
        at = np.searchsorted(self.days, days)
        if not len(self.days) or at[-1] == len(self.days) or (self.days[at] != days).any():
            return None
        rows = slice(at[0], at[-1] + 1) if at[-1] - at[0] + 1 == len(days) else at
        return Sheet(days, self.value[rows], self.is_stored[rows]).closed()

    def closed(self) -> Sheet:
        """The same, not to be written to."""
        self.value.flags.writeable = self.is_stored.flags.writeable = False
        return self

    def beside(self, other: Sheet) -> Sheet:
        """Cells of the days of both; of a day that both have, those of the other."""
        mine = np.isin(self.days, other.days, assume_unique=True, invert=True)
        days = np.concatenate([self.days[mine], other.days])
        order = np.argsort(days)
        value = np.concatenate([self.value[mine], other.value])[order]
        return Sheet(days[order], value, np.concatenate([self.is_stored[mine], other.is_stored])[order])


class Sheets:
    """What was read last of levels of one serving file; safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Sheet] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Key, days: Days, read: Callable[[Days], Sheet]) -> Sheet:
        """Cells of some days, of which only those are read that were not before; not to be written to.

        Parameters
        ----------
        key : tuple of str
            Measure, level, stored period and category.
        days : array of int
            Days since 1970-01-01, ascending, at least one.
        read : callable
            Reads the cells of some of them.
        """
        with self._lock:
            known = self._known.get(key)
        if known and (found := known.of(days)):
            self._keep(key, known)
            return found
        rest = days if known is None else np.setdiff1d(days, known.days, assume_unique=True)
        made = read(rest).closed()
        whole = made if known is None else known.beside(made).closed()
        self._keep(key, whole if whole.value.size <= LARGEST else made)
        return (made if len(rest) == len(days) else whole.of(days)) or made

    def forget(self) -> None:
        """Keep nothing of what was read until now."""
        with self._lock:
            self._known.clear()

    def _keep(self, key: Key, sheet: Sheet) -> None:
        if sheet.value.size > LARGEST:
            return
        with self._lock:
            self._known[key] = sheet
            self._known.move_to_end(key)
            while sum(one.value.size for one in self._known.values()) > MOST:
                self._known.popitem(last=False)
