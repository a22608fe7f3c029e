"""Cases as they happen: category, time, place and the steps of handling."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from kuai.generator import case_kinds
from kuai.generator.calendar import SECONDS_PER_DAY
from kuai.generator.case_kinds import KINDS
from kuai.generator.context import Context
from kuai.generator.draw import Floats, Ints, day_number, pick, portions
from kuai.generator.faults import CASE_FAULTS
from kuai.generator.place import points_in
from kuai.generator.plan import Delivery

NEVER = np.iinfo(np.int64).max
"""Second of a step that was not taken."""

SOUND = len(CASE_FAULTS)
"""Position that stands for no planted error."""

_HOUR = 3_600.0
_NOT_FILED = 0.22


@dataclass
class Cases:
    """Cases as columns; times in seconds since 1970, `NEVER` for a step not taken.

    Parameters
    ----------
    kind, block : ndarray
        Position of the category and of the block.
    occurred, reported, accepted, filed, closed : ndarray
        Seconds of the steps.
    place : ndarray
        Longitude and latitude.
    number : ndarray
        Serial number within the delivery and letter.
    letter : ndarray
        Byte that tells main, late and redelivered cases apart in their number.
    batch : ndarray
        First day of the delivery the number was given for.
    fault : ndarray
        Position of the planted error.
    """

    kind: Ints
    block: Ints
    occurred: Ints
    reported: Ints
    accepted: Ints
    filed: Ints
    closed: Ints
    place: Floats
    number: Ints
    letter: Ints
    batch: Ints
    fault: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: Ints) -> Cases:
        """Cases at the positions."""
        return Cases(*(getattr(self, item.name)[rows] for item in fields(self)))

    def followed_by(self, more: Cases) -> Cases:
        """These cases and then the others."""
        return Cases(*(np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in fields(self)))

    def updated(self) -> Ints:
        """Second of the last step taken."""
        steps = np.stack([self.reported, self.accepted, self.filed, self.closed])
        return np.asarray(np.where(steps == NEVER, 0, steps).max(axis=0))


def expected_cases(world: Context, delivery: Delivery) -> int:
    """Cases of a delivery before planted errors: its days' share of the plan's total."""
    whole = case_kinds.rates(span(world.plan.first, world.plan.until)).sum()
    return round(world.plan.sizes.cases * float(case_kinds.rates(span(delivery.first, delivery.last)).sum() / whole))


def span(first: object, last: object) -> Ints:
    """Days from the first to the last, since 1970."""
    return np.arange(day_number(first), day_number(last) + 1)  # type: ignore[arg-type]


def draw_cases(world: Context, delivery: Delivery, n: int, letter: str, rng: np.random.Generator) -> Cases:
    """Cases that happen on the days of a delivery, with every step until they are closed."""
    days = span(delivery.first, delivery.last)
    counts = portions(n, case_kinds.rates(days).ravel()).reshape(len(KINDS), len(days))
    kind = np.repeat(np.arange(len(KINDS)), counts.sum(axis=1))
    day = np.repeat(np.tile(days, len(KINDS)), counts.ravel())
    occurred = day * SECONDS_PER_DAY + _second(kind, rng)
    block = _blocks(world, kind, rng)
    reported, accepted, filed, closed = _steps(kind, occurred, rng)
    order = np.argsort(reported, kind="stable")
    place = points_in(world.territory, block, rng)
    serial, letters, batch, sound = np.arange(n), np.full(n, ord(letter)), np.full(n, days[0]), np.full(n, SOUND)
    drawn = Cases(kind, block, occurred, reported, accepted, filed, closed, place, serial, letters, batch, sound)
    ordered = drawn.take(order)
    ordered.number = serial
    return ordered


def hurry(cases: Cases, second: int) -> None:
    """Move what is reported after the second of an extract before it."""
    cases.occurred = np.minimum(cases.occurred, second - 120)
    cases.reported = np.minimum(cases.reported, second - 60)


def cut_steps(cases: Cases, second: int) -> None:
    """Take back the steps that an extract at this second cannot know."""
    for step in ("accepted", "filed", "closed"):
        taken = getattr(cases, step)
        setattr(cases, step, np.where(taken > second, NEVER, taken))


def _second(kind: Ints, rng: np.random.Generator) -> Ints:
    profile = np.cumsum(case_kinds.hours(), axis=1)
    profile /= profile[:, -1:]
    # One search for all categories: each takes its own unit interval.
    heights = (profile + np.arange(len(KINDS))[:, None]).ravel()
    hour = np.searchsorted(heights, rng.random(len(kind)) + kind, side="right") % 24
    return hour * 3_600 + rng.integers(0, 3_600, len(kind))


def _blocks(world: Context, kind: Ints, rng: np.random.Generator) -> Ints:
    blocks = np.empty(len(kind), np.int64)
    for position in range(len(KINDS)):
        rows = np.flatnonzero(kind == position)
        blocks[rows] = pick(rng, world.risk[position], len(rows))
    return blocks


def _steps(kind: Ints, occurred: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    n = len(kind)
    wait = np.array([one.report_hours for one in KINDS])[kind] * _HOUR
    handling = np.array([one.handling_days for one in KINDS])[kind] * SECONDS_PER_DAY
    reported = occurred + _lognormal(wait, 1.0, n, rng)
    accepted = reported + _lognormal(0.6 * _HOUR, 0.9, n, rng)
    unfiled = rng.random(n) < _NOT_FILED
    filed = np.where(unfiled, NEVER, accepted + _lognormal(20 * _HOUR, 0.8, n, rng))
    closed = np.where(unfiled, accepted, filed) + _lognormal(np.where(unfiled, handling / 4, handling), 0.8, n, rng)
    return reported, accepted, filed, closed


def _lognormal(median: Floats | float, sigma: float, n: int, rng: np.random.Generator) -> Ints:
    return np.asarray(median * np.exp(rng.normal(0, sigma, n)) + 1).astype(np.int64)
