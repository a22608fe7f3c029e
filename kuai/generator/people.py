"""People and their identity numbers as columns; every number is right, and unique by how sequences are shared out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from kuai.generator.draw import Bytes, Ints, day_number, rank_within
from kuai.generator.plan import Plan
from kuai.generator.text import chosen, digits

LOCALS = (0, 400)
DEPARTED = (400, 480)
SHARED_BY_TWO = (480, 500)
NEWCOMERS = (500, 560)
UNDEAD = (560, 570)
SECOND_NUMBERS = (570, 600)
MIGRANTS = (600, 990)
"""Sequence numbers (positions 15 to 17) by whom they are given to, as first and end."""

NUMBER = 18
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)


@dataclass(frozen=True)
class People:
    """Persons as columns: region of the number, day of birth, sequence, sex (1 male), block, day of registration, name.

    Parameters
    ----------
    region, birth, sequence, male, block, since, name, phone : ndarray of int64
        Six-digit region; days since 1970; 0 to 999; 0 or 1; position of the block; days since 1970; hash of the name;
        telephone number.
    """

    region: Ints
    birth: Ints
    sequence: Ints
    male: Ints
    block: Ints
    since: Ints
    name: Ints
    phone: Ints

    def __len__(self) -> int:
        return len(self.birth)

    def take(self, rows: Ints) -> People:
        """Persons at the positions."""
        return People(*(getattr(self, item.name)[rows] for item in fields(self)))

    def changed(self, **columns: Ints) -> People:
        """Same persons with other values in the given columns."""
        return People(*(columns.get(item.name, getattr(self, item.name)) for item in fields(self)))

    @classmethod
    def joined(cls, groups: Iterable[People]) -> People:
        """All persons of the groups in order."""
        listed = list(groups)
        return cls(*(np.concatenate([getattr(one, item.name) for one in listed]) for item in fields(cls)))

    def numbers(self) -> Bytes:
        """Identity numbers of 18 characters with the right check digit, as a matrix of bytes."""
        first17 = np.hstack([digits(self.region, 6), calendar_digits(self.birth), digits(self.sequence, 3)])
        return with_check(first17)


@dataclass(frozen=True)
class Home:
    """Where people of a county live: its code, its blocks and how many live in each, relatively.

    Parameters
    ----------
    position : int
        Position of the county.
    regions : ndarray
        Codes of all counties.
    first_block : int
        Position of the county's first block.
    weights : ndarray
        Share of residents per block of the county.
    """

    position: int
    regions: Ints
    first_block: int
    weights: np.ndarray[tuple[int], np.dtype[np.float64]]

    @property
    def region(self) -> int:
        """Six-digit code of the county."""
        return int(self.regions[self.position])


def drawn(home: Home, birth: Ints, since: Ints, span: tuple[int, int], rng: np.random.Generator) -> People:
    """People born on the given days who live in the county, with numbers of its region from the span of sequences."""
    n = len(birth)
    male = (rng.random(n) < 0.512).astype(np.int64)  # noqa: PLR2004
    heights = np.cumsum(home.weights)
    block = home.first_block + np.searchsorted(heights, rng.random(n) * heights[-1], side="right")
    region = np.full(n, home.region)
    name = rng.integers(0, 2**40, n)
    phone = 19_900_000_000 + rng.integers(0, 100_000_000, n)
    return People(region, birth, sequences(region, birth, male, span), male, block, since, name, phone)


def sequences(region: Ints, birth: Ints, male: Ints, span: tuple[int, int]) -> Ints:
    """Sequence numbers within the span, odd for men, different for equal region, day and sex."""
    slots = (span[1] - span[0]) // 2
    rank = rank_within((region * 100_000 + birth + 50_000) * 2 + male)
    return span[0] + 2 * ((rank + birth * 7) % slots) + male


def births(plan: Plan, first_event_day: int, n: int, rng: np.random.Generator) -> Ints:
    """Days of birth of people who were alive before the first event, after a plausible age pyramid."""
    edges = np.array([0, 6, 18, 30, 45, 60, 75, 88, 101])
    shares = np.array([0.055, 0.125, 0.15, 0.225, 0.235, 0.155, 0.05, 0.005])
    group = np.searchsorted(np.cumsum(shares), rng.random(n) * shares.sum(), side="right")
    age = edges[group] + rng.random(n) * (edges[group + 1] - edges[group])
    oldest = day_number(plan.until) - 36_500
    return np.asarray(np.maximum(first_event_day - 1 - (age * 365.25).astype(np.int64), oldest))


def calendar_digits(days: Ints) -> Bytes:
    """Year, month and day of every day since 1970 as eight digits."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    day = (dates - months).astype(np.int64) + 1
    return digits((month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + day, 8)


def with_check(first17: Bytes) -> Bytes:
    """Numbers of 18 characters from their first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = (first17.astype(np.int64) - 48) @ _WEIGHTS
    return np.hstack([first17, _CHECKS[total % 11][:, None]])


def person_names(codes: Ints, surnames: list[str], given: list[str]) -> pa.Array:
    """Names of people from the hash of their name: a surname and one or two further characters."""
    first, rest = np.divmod(codes, len(surnames))
    middle, last = np.divmod(first, len(given))
    seconds = [*given, *[""] * (len(given) // 6)]
    parts = [chosen(surnames, rest), chosen(given, last), chosen(seconds, middle % len(seconds))]
    return pa.compute.binary_join_element_wise(*parts, "")
