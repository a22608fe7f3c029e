"""The areas of one level as positions 0, 1, 2 … by code, found from the hash that a query returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kuai.errors import LakeError
from kuai.store.spans import Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPREAD = 4


@dataclass(frozen=True)
class Places:
    """Areas of one level of one snapshot.

    Parameters
    ----------
    codes : array of str
        Area codes in ascending order; an area's position is its index here.
    keys : array of uint64
        Hashes of the codes in ascending order, then the largest number as a stop.
    positions : array of int
        Position of the area with each hash, -1 for the stop.
    buckets : array of int
        Index of the first hash of each bucket of equal leading bits: a search of a hash starts there.
    vintages : array of int, shape (3, spans of validity)
        Position of the area, first and last valid day in days since 1970-01-01.
    """

    codes: NDArray[np.object_]
    keys: NDArray[np.uint64]
    positions: NDArray[np.int64]
    buckets: NDArray[np.int32]
    vintages: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Position of each hash, -1 where the level has no such area.

        Notes
        -----
        Hashes are uniform, so their leading bits say where in the sorted keys they stand; a few steps remain.
        """
        index = self.buckets[(hashes >> self._shift).astype(np.intp)]
        behind = np.flatnonzero(self.keys[index] < hashes)
        while len(behind):
            index[behind] += 1
            behind = behind[self.keys[index[behind]] < hashes[behind]]
        return np.where(self.keys[index] == hashes, self.positions[index], -1)

    def position(self, code: str) -> int:
        """Position of a code, -1 if the level has no such area."""
        index = int(np.searchsorted(self.codes, code))
        return index if index < len(self.codes) and self.codes[index] == code else -1

    def valid(self, first: NDArray[np.int64], last: NDArray[np.int64], at: int | None = None) -> NDArray[np.bool_]:
        """Whether each area, or the one at a position, is valid on some day of each span, as spans × areas.

        Parameters
        ----------
        first, last : array of int
            First and last day of each span, in days since 1970-01-01, ascending.
        at : int, optional
            Position of the one area meant.
        """
        return self._validity.holds(first, last, at)

    @cached_property
    def _validity(self) -> Stretches:
        return Stretches(self.vintages, self._valid)

    def _valid(self, first: int, last: int) -> NDArray[np.bool_]:
        position, valid_from, valid_to = self.vintages
        found = np.zeros(len(self.codes), dtype=bool)
        found[position[(valid_from <= last) & (valid_to >= first)]] = True
        return found

    @property
    def _shift(self) -> np.uint64:
        return np.uint64(64 - (len(self.buckets) - 1).bit_length())


def index(columns: dict[str, NDArray[np.generic]]) -> Places:
    """Areas of a level from the columns of `query_places`, ascending by code.

    Raises
    ------
    LakeError
        If two codes have the same hash.
    """
    codes, first, inverse = np.unique(columns["area"].astype(object), return_index=True, return_inverse=True)
    hashes = columns["place"].astype(np.uint64)[first]
    order = np.argsort(hashes)
    keys = hashes[order]
    if len(keys) > 1 and (keys[1:] == keys[:-1]).any():
        raise LakeError("two area codes have the same hash", remedy="rename one of the areas")
    vintages = np.stack([inverse, columns["valid_from"].astype(np.int64), columns["valid_to"].astype(np.int64)])
    stopped = np.append(keys, np.uint64(2**64 - 1))
    return Places(codes, stopped, np.append(order, -1).astype(np.int64), _buckets(keys), vintages)


def _buckets(keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    bits = max(len(keys) * _SPREAD, 2).bit_length()
    edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    return np.searchsorted(keys, edges).astype(np.int32)
