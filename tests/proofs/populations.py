"""The populations that are attacked: pairs that differ by a person, families of blocks, a quarter of a town, a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.proofs.zone import FOREVER, IS_FULL, KINDS, REGISTERS, YEAR, Zone


@dataclass(frozen=True)
class Size:
    """How many of each there are.

    Parameters
    ----------
    pairs : int
        Blocks that are followed from one cell into another.
    heavy : int
        Of these, the ones with population events.
    families : int
        Stations with one small block among large ones, for each number of blocks.
    ward : int
        Blocks of a quarter of a town; a multiple of 20.
    year, grown : int
        Stations of two blocks that are followed for a year, and such with many residents.
    reference : int
        Blocks of the population that the limits of use were set for; a multiple of 20.
    corrected : int
        Blocks whose count is corrected.
    """

    pairs: int
    heavy: int
    families: int
    ward: int
    year: int
    grown: int
    reference: int = 0
    corrected: int = 0


KNOWN = 15
"""Persons by whom the counts of some blocks are corrected."""

_HALVES = ("own", "other")
NO_EVENTS = pd.DataFrame({"person": [], "block": [], "day": pd.to_datetime([]), "kind": []})
SIZE = (
    Size(20_000, 4_000, 2_000, 1_600, 4_000, 600, 1_440, 20_000)
    if IS_FULL
    else Size(1_200, 400, 80, 400, 250, 30, 60, 1_000)
)
CONTROL = Size(20_000, 0, 0, 0, 0, 0) if IS_FULL else Size(500, 0, 0, 0, 0, 0)


def pairs(size: Size) -> Zone:
    """Pairs, families, a ward and aliases on two registers; every other pair has the person it is about."""
    rng = np.random.default_rng(5)
    parts = [_pairs(size.pairs), *(_family(k, size.families) for k in (2, 3, 10)), _ward(size.ward), _aliases(40)]
    blocks = pd.concat(parts, ignore_index=True)
    first = _residents(blocks, rng)
    joins = ((blocks["role"] == "own") & (rng.random(len(blocks)) < 0.5)).to_numpy()
    block = np.concatenate([np.repeat(np.arange(len(blocks)), first), np.flatnonzero(joins)])
    since = np.concatenate([np.zeros(first.sum(), int), np.ones(joins.sum(), int)])
    return Zone(
        blocks, block, since, np.full(len(block), FOREVER), REGISTERS, _events(blocks, block, since, (size.heavy, rng))
    )


def reference() -> Zone:
    """Blocks of 378 residents on average, the smallest of some seventy, on one register."""
    rng = np.random.default_rng(7)
    blocks = _ward(SIZE.reference, "r")
    weight = rng.lognormal(0.0, 0.5, len(blocks))
    block = np.repeat(np.arange(len(blocks)), rng.multinomial(378 * len(blocks), weight / weight.sum()))
    return Zone(blocks, block, np.zeros(len(block), int), np.full(len(block), FOREVER), REGISTERS[:1], NO_EVENTS)


def corrected() -> Zone:
    """Blocks that half gain one person late: alone, or among as many as make a correction worth publishing."""
    rng, half = np.random.default_rng(8), SIZE.corrected // 2
    blocks = pd.concat([_named("c", half, "alone"), _named("d", half, "among")], ignore_index=True)
    size = 16 + rng.poisson(14, len(blocks))
    late = np.repeat(np.flatnonzero(blocks["role"] == "among"), KNOWN)
    more = np.flatnonzero(rng.random(len(blocks)) < 0.5)
    block = np.concatenate([np.repeat(np.arange(len(blocks)), size), late, more])
    since = np.concatenate([np.zeros(size.sum(), int), np.ones(len(late), int), np.full(len(more), 2)])
    return Zone(blocks, block, since, np.full(len(block), FOREVER), REGISTERS[:1], NO_EVENTS)


def year() -> Zone:
    """Stations of two blocks for a year: everybody may be replaced, but only some first blocks gain one in July."""
    rng = np.random.default_rng(6)
    parts = [_named(part, groups, role) for part, groups in (("t", SIZE.year), ("g", SIZE.grown)) for role in _HALVES]
    blocks = pd.concat(parts, ignore_index=True)
    size = 16 + rng.poisson(np.where(blocks["part"] == "t", 9, 120))
    block = np.repeat(np.arange(len(blocks)), size)
    lives = [_seat(block, number, rng) for number in range(4)]
    who, since, until = (np.concatenate(part) for part in zip(*lives, strict=True))
    gains = np.flatnonzero((blocks["role"] == "own") & (rng.random(len(blocks)) < 0.5))
    return Zone(
        blocks,
        np.concatenate([who, gains]),
        np.concatenate([since, np.full(len(gains), 6)]),
        np.concatenate([until, np.full(len(gains), FOREVER)]),
        YEAR,
        NO_EVENTS,
    )


def _seat(block: np.ndarray, number: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The `number`-th holder of every person's place: places change hands three times a year, one month in four."""
    handed = np.random.default_rng(60).integers(0, 3, len(block)) + 3 * np.arange(1, 4)[:, None]
    since = np.zeros(len(block), int) if number == 0 else handed[number - 1]
    until = np.full(len(block), FOREVER) if number == 3 else handed[number]
    return block, since, until


def _named(part: str, groups: int, role: str, shared: str = "station community") -> pd.DataFrame:
    group = np.arange(groups)
    own = [f"{part}{number:05d}" for number in group]
    lone = [f"{name}-{role.removeprefix('large')[:2]}" for name in own]
    return pd.DataFrame(
        {
            "block": lone,
            "station": own if "station" in shared else lone,
            "community": own if "community" in shared else lone,
            "part": part,
            "group": group,
            "role": role,
        }
    )


def _pairs(groups: int) -> pd.DataFrame:
    """Block of the known persons; one that may hold the target, in its station; an empty one, in its community."""
    return pd.concat(
        [
            _named("p", groups, "own"),
            _named("p", groups, "target", "station"),
            _named("p", groups, "empty", "community"),
        ]
    )


def _family(size: int, groups: int) -> pd.DataFrame:
    large = [_named(f"k{size}-", groups, f"large{number}") for number in range(size - 1)]
    return pd.concat([_named(f"k{size}-", groups, "small"), *large])


def _ward(blocks: int, part: str = "w") -> pd.DataFrame:
    """Blocks of which ten make a station, and another ten a community."""
    found = _named(part, blocks, "ward")
    number, across = found["group"], blocks // 10
    return found.assign(
        station=[f"w{one:05d}" for one in number // 10], community=[f"w{one:05d}" for one in number % across]
    )


def _aliases(blocks: int) -> pd.DataFrame:
    return _named("a", blocks, "alias")


def _residents(blocks: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    size = len(blocks)
    drawn = {
        "own": 16 + rng.poisson(14, size),
        "target": rng.integers(0, 2, size),
        "empty": np.zeros(size, int),
        "small": rng.integers(0, 3, size),
        "ward": rng.poisson(rng.lognormal(3.0, 0.7, size)),
        "alias": 16 + rng.poisson(14, size),
    }
    large = 16 + rng.poisson(9, size)
    found = np.select([blocks["role"] == role for role in drawn], list(drawn.values()), large)
    return np.asarray(found, int)


def _events(
    blocks: pd.DataFrame, block: np.ndarray, since: np.ndarray, drawn: tuple[int, np.random.Generator]
) -> pd.DataFrame:
    """One event of each known person in two months; in the second, twenty of whoever joined by the second register."""
    groups, rng = drawn
    chosen = ((blocks["role"] == "own") & (blocks["group"] < groups)).to_numpy()[block]
    known, heavy = np.flatnonzero(chosen & (since == 0)), np.flatnonzero(chosen & (since == 1))
    person = np.concatenate([known, known, np.repeat(heavy, 20)])
    day = rng.integers(0, 28, len(person)) + np.where(np.arange(len(person)) < len(known), 0, 31)
    kind = np.concatenate([np.full(2 * len(known), 2), np.tile(np.arange(20) % len(KINDS), len(heavy))])
    when = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, "D")
    return pd.DataFrame({"person": person, "block": block[person], "day": when, "kind": np.array(KINDS)[kind]})
