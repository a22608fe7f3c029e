"""People who came to or left a county in a month; the register and the events both draw them from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kuai.generator.draw import Ints, day_number, stream
from kuai.generator.faults import STATUS_FAULTS
from kuai.generator.people import DEPARTED, LOCALS, NEWCOMERS, UNDEAD, Home, People, births, drawn
from kuai.generator.plan import Plan, month_back, months

KINDS = ("birth", "move_in", "correction_up", "death", "move_out", "correction_down", "dead_active")
YEARLY = {
    "birth": 0.0068,
    "move_in": 0.0230,
    "correction_up": 0.0003,
    "death": 0.0072,
    "move_out": 0.0250,
    "correction_down": 0.0003,
    "dead_active": STATUS_FAULTS["dead_active"],
}
"""Events per resident and year."""

_EFFECT = {"birth": 1, "move_in": 1, "correction_up": 1, "death": -1, "move_out": -1, "correction_down": -1}
_SPANS = {"birth": LOCALS, "move_in": NEWCOMERS, "correction_up": NEWCOMERS, "dead_active": UNDEAD}


@dataclass(frozen=True)
class Cohort:
    """Events of one county and month.

    Parameters
    ----------
    people : People
        Whom the events are about.
    kind : ndarray
        Position in `KINDS`.
    day : ndarray
        Day the event took effect, since 1970.
    """

    people: People
    kind: Ints
    day: Ints

    def registered(self) -> People:
        """Those that are in the register at the end."""
        staying = [KINDS.index(kind) for kind in ("birth", "move_in", "correction_up", "dead_active")]
        return self.people.take(np.flatnonzero(np.isin(self.kind, staying)))

    def effect(self) -> Ints:
        """Change of the number of residents that each event reports truly: +1, -1, or 0 for one still there."""
        return np.array([_EFFECT.get(kind, 0) for kind in KINDS])[self.kind]


def event_months(plan: Plan) -> list[tuple[date, date]]:
    """Months that population events are delivered for, as first and last day."""
    return months(month_back(plan.until, plan.sizes.event_months - 1), plan.until)


def cohort(plan: Plan, home: Home, residents: int, month: int) -> Cohort:
    """Events of a county in the `month`-th month of events, sorted by day."""
    rng = stream(plan.seed, "cohort", home.position, month)
    span = event_months(plan)[month]
    part = ((span[1] - span[0]).days + 1) / 365.25
    counts = rng.poisson([residents * YEARLY[kind] * part for kind in KINDS])
    counts[KINDS.index("dead_active")] += month == 0
    kind = np.repeat(np.arange(len(KINDS)), counts)
    first, last = day_number(span[0]), day_number(span[1])
    day = rng.integers(first, last + 1, len(kind))
    # One sequence per span: newcomers of two kinds must not get the same number, nor the departed.
    groups = [["birth"], ["move_in", "correction_up"], ["death", "move_out", "correction_down"], ["dead_active"]]
    made = [_group(plan, home, (kind, day, month), names, rng) for names in groups]
    order = np.concatenate([rows for rows, _ in made])
    people = People.joined(people for _, people in made)
    by_day = np.argsort(day[order], kind="stable")
    return Cohort(people.take(by_day), kind[order][by_day], day[order][by_day])


def _group(
    plan: Plan, home: Home, events: tuple[Ints, Ints, int], names: list[str], rng: np.random.Generator
) -> tuple[Ints, People]:
    kind, day, month = events
    rows = np.flatnonzero(np.isin(kind, [KINDS.index(name) for name in names]))
    on = day[rows]
    born = on if names == ["birth"] else _earlier(plan, month, len(rows), rng)
    arriving = names[0] in ("birth", "move_in")
    since = on if arriving else np.maximum(on - rng.integers(400, 9_000, len(rows)), born)
    return rows, drawn(home, born, since, _SPANS.get(names[0], DEPARTED), rng)


def _earlier(plan: Plan, month: int, n: int, rng: np.random.Generator) -> Ints:
    """Days of birth before all events, on days that only this month uses, so that no two months make one number."""
    count = plan.sizes.event_months
    born = births(plan, day_number(event_months(plan)[0][0]) - count, n, rng)
    return born - (born - month) % count
