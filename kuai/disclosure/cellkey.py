"""Cell keys: noise that depends on who is counted (as published) or on the cell as well (as Kuai serves it)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import numpy as np
from numpy.typing import NDArray

from kuai import sql
from kuai.disclosure.keys import Key, key_on, lend
from kuai.errors import SettingsError

if TYPE_CHECKING:
    from kuai.disclosure.ptable import Row

Integers = NDArray[np.int64]

_SCALE = 2**32


@dataclass(frozen=True)
class Noise:
    """How counts of persons are perturbed and when they are shown.

    Parameters
    ----------
    bounds : tuple of int
        Symmetric row of upper bounds on a 32-bit scale, 2 · reach + 1 of them, the last 2^32.
    threshold : int
        Least noisy value that is served, in persons; at least twice the reach, so that a served cell holds at least
        ``threshold - reach`` persons and the rows for small counts are never needed.
    """

    bounds: tuple[int, ...]
    threshold: int

    def __post_init__(self) -> None:
        steps = np.diff(np.array([0, *self.bounds], np.int64))
        if len(self.bounds) % 2 == 0 or self.bounds[-1] != _SCALE or (steps <= 0).any():
            raise SettingsError("bounds must be an odd number of rising numbers, the last 2^32")
        if self.threshold < 2 * self.reach:
            raise SettingsError(f"threshold {self.threshold} is below {2 * self.reach}, twice the reach of the noise")

    @property
    def reach(self) -> int:
        """Largest noise in persons."""
        return len(self.bounds) // 2

    @property
    def moments(self) -> tuple[float, float]:
        """Mean in persons and variance in persons squared of the noise."""
        share = np.diff(np.array([0, *self.bounds], np.float64)) / _SCALE
        values = np.arange(-self.reach, self.reach + 1)
        mean = float(values @ share)
        return mean, float(values**2 @ share) - mean**2

    def of(self, keys: Integers) -> Integers:
        """Noise in persons for cell keys 0 to 2^32-1."""
        return np.searchsorted(np.array(self.bounds), keys, side="right") - self.reach

    def parameters(self) -> dict[str, object]:
        """Parameters of ``kuai/sql/protect_count.sql``."""
        return {"bounds": list(self.bounds), "threshold": self.threshold}


@dataclass(frozen=True)
class Cell:
    """Exact count of one cell: what its key is made of.

    Parameters
    ----------
    measure, canonical, category, period : str
        What is counted, in which set of leaf areas, of which category, over which kind of period.
    start : date
        First day of the period.
    n, k : int
        Persons, and the sum of their record keys.
    """

    measure: str
    canonical: str
    category: str
    period: str
    start: date
    n: int
    k: int

    @property
    def message(self) -> bytes:
        """What the key is computed over; only the category may contain a bar, so no two cells share it."""
        parts = (self.measure, self.canonical, self.category, self.period, self.start.isoformat(), self.n, self.k)
        return "|".join(str(part) for part in parts).encode()

    def key(self, key: Key) -> int:
        """Cell key, 0 to 2^32-1."""
        return int.from_bytes(key.digest(self.message)[:4])


def served(cells: Iterable[Cell], noise: Noise, *keys: Key) -> list[int | None]:
    """Served count in persons of each cell, None where it is under the threshold; each with the key of its epoch.

    The written-out form of ``kuai/sql/protect_count.sql``, which does the work; the two are compared by tests.
    """
    known = list(cells)
    drawn = np.array([cell.key(key_on(keys, cell.start)) for cell in known], np.int64)
    noisy = np.array([cell.n for cell in known], np.int64) + noise.of(drawn)
    return [int(value) if value >= noise.threshold else None for value in noisy]


def protect(con: duckdb.DuckDBPyConnection, target: str, noise: Noise, *keys: Key) -> None:
    """Make the table ``target`` of served cells from the table or view ``exact``.

    Parameters
    ----------
    con : DuckDBPyConnection
        Connection that knows ``exact``; its columns are in ``kuai/sql/protect_count.sql``.
    target : str
        Name of the table made.
    noise : Noise
        Row and threshold of the class of the measures.
    *keys : Key
        Keys of the purpose ``cell``, one per epoch.
    """
    lend(con, *keys)
    con.execute(f'CREATE TABLE "{target}" AS {sql.text("protect_count")}', noise.parameters())


def set_keyed(rows: Sequence[Row], counts: Integers, keys: NDArray[np.float64]) -> Integers:
    """Noise in persons by the published method, where it depends on nothing but the persons counted.

    Kept to check the tables against published examples. It is not served: two cells of the same persons get the
    same noise, so a cell that changes when one person is added gives that person away.

    Parameters
    ----------
    rows : sequence of Row
        Perturbation table, from count 0 on.
    counts : ndarray of int
        Persons per cell.
    keys : ndarray of float
        Cell keys in [0, 1): fractional part of the sum of the record keys.
    """
    chosen, found = np.minimum(counts, len(rows) - 1), np.zeros(len(counts), np.int64)
    for place in np.unique(chosen):
        found[chosen == place] = _first_above(rows[place], keys[chosen == place])
    return found


def _first_above(row: Row, keys: NDArray[np.float64]) -> Integers:
    places = np.searchsorted(np.cumsum(row.probability), keys, side="right")
    return row.noise[np.minimum(places, len(row.noise) - 1)]
