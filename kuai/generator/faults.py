"""Every planted error and its rate, in one place; the truth files count what was really planted.

Names are what the column `fault` of a truth file says. Rates are shares of the rows a file would have without errors.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kuai.generator.draw import Ints

PERSON_FAULTS: Mapping[str, float] = {
    "id_format": 0.0006,
    "id_check_digit": 0.0010,
    "id_birth_date": 0.0004,
    "id_region": 0.0004,
    "sex_differs": 0.0006,
    "birth_differs": 0.0006,
    "sex_unknown": 0.0002,
    "short_number": 0.0010,
}
"""Rows of the register made wrong in place; `short_number` is a right one of 15 digits."""

PERSON_EXTRAS: Mapping[str, float] = {
    "shared_number": 0.0004,
    "second_number": 0.0008,
    "upgraded_twice": 0.0006,
    "near_number": 0.0006,
}
"""Rows added to the register beside the right one: R2, R3, R5, R6."""

STATUS_FAULTS: Mapping[str, float] = {"active_twice": 0.0004, "cancelled_active": 0.0003, "dead_active": 0.0002}
"""R4: in the register of two counties; in the cancelled register too; reported dead but still in the register."""

CASE_FAULTS: Mapping[str, float] = {
    "time_unreadable": 0.0008,
    "time_empty": 0.0004,
    "place_empty": 0.0150,
    "place_zero": 0.0030,
    "place_swapped": 0.0010,
    "place_far": 0.0010,
    "accepted_before_reported": 0.0040,
    "closed_before_accepted": 0.0030,
    "never_accepted": 0.0060,
    "overdue": 0.0100,
    "old_occurrence": 0.0060,
    "repeated_line": 0.0020,
}
"""Rows of a file of cases that are wrong, in a wrong order of steps, far behind, or there twice."""

CASE_LATE = 0.0030
CASE_REDELIVERED = 0.0040
"""Shares of a delivery's cases that come one file later, or come again, further on, one file later."""

PASSAGE_FAULTS: Mapping[str, float] = {"time_unreadable": 0.0003, "unknown_checkpoint": 0.0002}
PASSAGE_LATE = 0.0010

EVENT_REPEATED = 0.0010
"""Share of population events whose line comes twice in the same file."""

OPENING_BROKEN = 0.02
"""Share of communities whose opening count does not fit the register and the events."""

PERSON_RULES: Mapping[str, str] = {
    "id_format": "id_format",
    "id_check_digit": "id_check_digit",
    "id_birth_date": "id_birth_date",
    "id_region": "id_region",
    "near_number": "id_check_digit",
    "sex_unknown": "domain:sex",
}
CASE_RULES: Mapping[str, str] = {
    "time_unreadable": "type:occurred_at",
    "time_empty": "required:occurred_at",
    "repeated_line": "duplicate:case_id",
}
PASSAGE_RULES: Mapping[str, str] = {"time_unreadable": "type:passed_at"}
EVENT_RULES: Mapping[str, str] = {"repeated_line": "duplicate:event_id"}
"""Planted faults and the rule that must catch each at ingest; all other rows are to be accepted."""

UNTIMED = ("time_unreadable", "time_empty")
UNLOCATED = ("place_empty", "place_zero", "place_swapped", "place_far")
"""Faults of cases that leave no day, and no block."""

_ROWS_PER_FAULT = 15


def planted(rates: Mapping[str, float], rows: int, rng: np.random.Generator) -> Ints:
    """Fault of every row as a position in `rates`; the number of faults stands for a sound row.

    Where there are rows enough, every fault comes at least once.
    """
    found = np.searchsorted(np.cumsum(list(rates.values())), rng.random(rows), side="right").astype(np.int64)
    if rows >= _ROWS_PER_FAULT * len(rates):
        places = rng.choice(rows, len(rates), replace=False)
        absent = np.flatnonzero(np.bincount(found, minlength=len(rates))[: len(rates)] == 0)
        found[places[absent]] = absent
    return found


def code(rates: Mapping[str, float], fault: str) -> int:
    """Position of a fault in its table."""
    return list(rates).index(fault)
