"""Random streams that depend on what they are for, never on who draws first."""

from __future__ import annotations

from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def stream(seed: int, purpose: str, *key: int) -> np.random.Generator:
    """Independent random stream of one purpose and key, such as `stream(7, "cases", 12)`."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(crc32(purpose.encode()), *key)))


def hashed(seed: int, salt: int, x: Ints, y: Ints) -> Floats:
    """Uniform number in [0, 1) of every pair of integers: equal pairs give equal numbers in any array.

    Notes
    -----
    The finaliser of SplitMix64 (Steele, Lea, Flood 2014) over the packed pair.
    """
    packed = (x.astype(np.uint64) << np.uint64(32)) ^ (y.astype(np.uint64) & np.uint64(0xFFFFFFFF))
    state = packed + np.uint64((seed * 64 + salt + 1) * 0x9E3779B97F4A7C15 % 2**64)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(((state ^ (state >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53)


def pick(rng: np.random.Generator, weights: Floats, n: int) -> Ints:
    """`n` positions drawn with the given weights, with replacement."""
    heights = np.cumsum(weights)
    return np.asarray(np.searchsorted(heights, rng.random(n) * heights[-1], side="right"), np.int64)


def portions(total: int, weights: Floats) -> Ints:
    """Whole numbers that add up to `total` and follow the weights: largest remainders get the rest."""
    exact = weights / weights.sum() * total
    floor: Ints = np.floor(exact).astype(np.int64)
    most = np.argsort(-(exact - floor), kind="stable")[: total - int(floor.sum())]
    floor[most] += 1
    return floor


def rank_within(key: Ints) -> Ints:
    """Position of every element among those of equal key, from 0, in order of appearance."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[starts, len(key)])
    ranks = np.empty(len(key), np.int64)
    ranks[order] = np.arange(len(key)) - np.repeat(starts, sizes)
    return ranks


def day_number(day: date) -> int:
    """Days from 1 January 1970 to the day."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def day_of(number: int) -> date:
    """Day that lies `number` days after 1 January 1970."""
    return date.fromordinal(number + date(1970, 1, 1).toordinal())
