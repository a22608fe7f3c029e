"""Planted errors of cases that change a column of the case itself."""

from __future__ import annotations

import numpy as np

from kuai.generator.calendar import SECONDS_PER_DAY
from kuai.generator.cases import NEVER, Cases
from kuai.generator.draw import Ints
from kuai.generator.faults import CASE_FAULTS, planted

LABELS = tuple(CASE_FAULTS)
UNREADABLE = "2025-02-30 25:61:00"

_BEHIND_DAYS = 240


def spoil(cases: Cases, earliest: int, rng: np.random.Generator) -> None:
    """Make some cases wrong, each in one way; nothing is moved before the earliest second."""
    cases.fault = planted(CASE_FAULTS, len(cases), rng)
    for name, change in _CHANGES.items():
        change(cases, np.flatnonzero(cases.fault == LABELS.index(name)))
    _backdate(cases, np.flatnonzero(cases.fault == LABELS.index("old_occurrence")), earliest, rng)


def _empty(cases: Cases, at: Ints) -> None:
    cases.place[at] = np.nan


def _zero(cases: Cases, at: Ints) -> None:
    cases.place[at] = 0.0


def _swap(cases: Cases, at: Ints) -> None:
    cases.place[at] = cases.place[at][:, ::-1]


def _far(cases: Cases, at: Ints) -> None:
    cases.place[at] = np.round(cases.place[at] + (12.5, 4.25), 6)


def _accept_early(cases: Cases, at: Ints) -> None:
    cases.accepted[at] = cases.reported[at] - 1_800


def _close_early(cases: Cases, at: Ints) -> None:
    cases.closed[at] = cases.accepted[at] - 3_600


def _never_accept(cases: Cases, at: Ints) -> None:
    cases.accepted[at] = cases.filed[at] = cases.closed[at] = NEVER


def _delay(cases: Cases, at: Ints) -> None:
    cases.closed[at] += _BEHIND_DAYS * SECONDS_PER_DAY


def _backdate(cases: Cases, at: Ints, earliest: int, rng: np.random.Generator) -> None:
    back = rng.integers(20, 90, len(at)) * SECONDS_PER_DAY
    cases.occurred[at] = np.maximum(cases.occurred[at] - back, earliest)


_CHANGES = {
    "place_empty": _empty,
    "place_zero": _zero,
    "place_swapped": _swap,
    "place_far": _far,
    "accepted_before_reported": _accept_early,
    "closed_before_accepted": _close_early,
    "never_accepted": _never_accept,
    "overdue": _delay,
}
