"""The five states of a cell, and the rules that give it one. All arrays are periods × areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.disclosure.klasses import Rule
    from kuai.metrics import Measure, Metric

VALUE, SUPPRESSED, MISSING, LATE, NOT_PERMITTED = range(5)
NAMES = ("value", "suppressed", "missing", "late", "not_permitted")
"""State by code: shown; hidden by disclosure control; not observed; not observed though due; not for this audience."""

_ORDER = np.array([VALUE, SUPPRESSED, LATE, MISSING, NOT_PERMITTED], dtype=np.int8)
"""Each state's place from the best to the worst, and by it the state again."""


@dataclass(frozen=True)
class Found:
    """Served values as they stand in the store.

    Parameters
    ----------
    value : array of float
        Value in the measure's unit; NaN if there is none.
    is_stored : array of bool
        Whether the store has the cell at all, be its value withheld.
    coverage : array of float
        Observed part of each period, 0 to 1; one per period.
    is_late : array of bool
        Whether each period's delivery is overdue; one per period.
    """

    value: NDArray[np.float64]
    is_stored: NDArray[np.bool_]
    coverage: NDArray[np.float64]
    is_late: NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Values with their states; a value is NaN unless its state is VALUE."""

    value: NDArray[np.float64]
    state: NDArray[np.int8]


def judge(measure: Measure, found: Found, rule: Rule) -> Judged:
    """Values of a measure with their states, as the rule's audience may see them.

    Not observed is missing, or late if overdue. Observed and not stored is suppressed for counts of persons, missing
    for what has no value without events (a median), and 0 for all other counts.
    """
    absent = _absent(measure)
    value = found.value.copy()
    state = np.where(found.is_stored, np.int8(VALUE), np.int8(absent))
    state[found.is_stored & np.isnan(value)] = SUPPRESSED
    if absent == VALUE:
        value[~found.is_stored] = 0.0
    if rule.minimum > 1:
        state[(state == VALUE) & (value > 0) & (value < rule.minimum)] = SUPPRESSED
    unseen = found.coverage == 0
    state[unseen] = np.where(found.is_late[unseen], LATE, MISSING)[:, np.newaxis]
    if is_closed(measure, rule):
        state[:] = NOT_PERMITTED
    return _blank(value, state)


def is_closed(measure: Measure, rule: Rule) -> bool:
    """Whether the rule's audience gets nothing of a measure.

    An audience that sees no small counts sees no direct measure: the count behind it is not in the store, so the rule
    cannot be checked.
    """
    return not rule.is_permitted or (measure.kind == "direct" and rule.minimum > 1)


def divide(metric: Metric, numerator: Judged, denominator: Judged, minimum: float) -> Judged:
    """Ratio of served values; the worse state of the two parts where one is not served.

    Parameters
    ----------
    metric : Metric
        The ratio, with its scale.
    numerator, denominator : Judged
        Both parts as the audience may see them.
    minimum : float
        Smallest denominator a ratio is shown over; one over a smaller is suppressed, one over 0 is missing.
    """
    state = _ORDER[np.maximum(_ORDER[numerator.state], _ORDER[denominator.state])]
    shown = state == VALUE
    state[shown & (denominator.value < minimum)] = SUPPRESSED
    state[shown & (denominator.value == 0)] = MISSING
    with np.errstate(divide="ignore", invalid="ignore"):
        return _blank(metric.scale * numerator.value / denominator.value, state)


def add(judged: Judged, axis: int) -> Judged:
    """Sums over one axis, which stays with length 1; the worst state of the cells where one of them has no value."""
    return Judged(
        judged.value.sum(axis=axis, keepdims=True), _ORDER[_ORDER[judged.state].max(axis=axis, keepdims=True)]
    )


def restrict(judged: Judged, permitted: NDArray[np.bool_] | None) -> Judged:
    """Values within a viewer's scope; what lies outside is not permitted. Everything, if None limits it."""
    if permitted is None or permitted.all():
        return judged
    return _blank(judged.value, np.where(permitted, judged.state, np.int8(NOT_PERMITTED)))


def _absent(measure: Measure) -> int:
    if measure.klass == "person":
        return SUPPRESSED
    return MISSING if measure.kind == "direct" else VALUE


def _blank(value: NDArray[np.float64], state: NDArray[np.int8]) -> Judged:
    value[state != VALUE] = np.nan
    return Judged(value, state)
