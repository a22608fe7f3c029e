"""Histories: served cells of one area as the file holds them, kept while the file is open; never what a viewer sees."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from kuai import sql

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.store.facts import Tables

    Columns = dict[str, NDArray[Any]]

MOST = 256
"""Areas with measure, period and category whose cells are kept: some thousand days each, 40 MB at the most."""

_EPOCH = date(1970, 1, 1)
_BEYOND = timedelta(days=42)
"""Read beyond the last day that is asked for: who asks for weeks that are over asks for the days since, too."""


@dataclass(frozen=True)
class History:
    """Cells of one area from a first to a last day."""

    first: date
    last: date
    columns: Columns

    def cut(self, first: date, last: date) -> Columns | None:
        """Cells of these days; None if they are not all among them."""
        if first < self.first or last > self.last:
            return None
        day = self.columns["day"]
        kept = (day >= (first - _EPOCH).days) & (day <= (last - _EPOCH).days)
        return {name: column[kept] for name, column in self.columns.items()}


class Histories:
    """What was read last of areas of one serving file; safe to share between threads.

    Parameters
    ----------
    tables : Tables
        The open serving file.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: OrderedDict[tuple[Any, ...], History] = OrderedDict()
        self._lock = Lock()

    def columns(self, parameters: dict[str, Any]) -> Columns:
        """Cells of one area as `query_area_cells` gives them, without a statement where they were read before.

        Parameters
        ----------
        parameters : dict
            Those of the statement.
        """
        asked = dict(parameters)
        first, last = asked.pop("first"), asked.pop("last")
        key = tuple(sorted(asked.items()))
        with self._lock:
            known = self._known.get(key)
            if known:
                self._known.move_to_end(key)
        found = known.cut(first, last) if known else None
        return self._read(key, parameters) if found is None else found

    def forget(self) -> None:
        """Keep nothing of what was read until now."""
        with self._lock:
            self._known.clear()

    def _read(self, key: tuple[Any, ...], parameters: dict[str, Any]) -> Columns:
        first, last = parameters["first"], parameters["last"]
        until = min(last, date.max - _BEYOND) + _BEYOND
        columns = self._tables.columns(sql.text("query_area_cells"), parameters | {"last": until})
        made = History(first, until, columns)
        with self._lock:
            self._known[key] = made
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return made.cut(first, last) or {}
