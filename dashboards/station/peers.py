"""A unit beside its peers: a funnel of what is observed against what is expected; never who is first or last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from kuai import periods
from kuai.serving import Window

from dashboards.station.comparisons import Asking, Comparison, exposure, flow, stock, year_before
from dashboards.station.readings import at_once, before

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from kuai.serving import Serving
    from kuai.statistics.funnel import Funnel

    Numbers = NDArray[np.float64]
    Rows = pd.DataFrame

FEWEST = 5
"""Units with a value that a funnel needs, this one among them."""


@dataclass(frozen=True)
class Group:
    """All units of a level in one period, with and without a value.

    Parameters
    ----------
    start : date
        First day of the period.
    areas : array of str, shape (n,)
        Codes of the units that have both counts.
    observed, expected, noise : array of float, shape (n,)
        Count, what it would be at the rate of all, and the variance of the noise in their difference.
    state : str
        State of the unit that is looked at: ``value``, or the worse of both counts.
    """

    start: date
    areas: NDArray[np.object_]
    observed: Numbers
    expected: Numbers
    noise: Numbers
    state: str


@dataclass(frozen=True)
class Standing:
    """A unit beside its peers.

    Parameters
    ----------
    comparison : Comparison
        What is compared.
    now : Group
        The period looked at.
    funnel : Funnel, optional
        Limits of the period looked at; None of fewer units than `FEWEST`, or where this one has no value.
    at : int
        Position of the unit in the arrays; -1 if it has no value.
    side, side_before : int
        1 above the limits, -1 below, 0 within, in the period looked at and in the one before.
    exposed_on : date
        First day of the period that the exposure is of.
    """

    comparison: Comparison
    now: Group
    funnel: Funnel | None
    at: int
    side: int
    side_before: int
    exposed_on: date

    @property
    def escalates(self) -> bool:
        """Whether the unit was beyond the same limit in two consecutive periods."""
        return self.side != 0 and self.side == self.side_before

    @property
    def ratio(self) -> float:
        """Observed for one expected."""
        return float(self.now.observed[self.at] / self.now.expected[self.at])

    @property
    def is_outside(self) -> bool:
        """Whether the unit lies outside the lines of 99.8 %, flagged or not."""
        low, high = self.funnel.limits_998[:, self.at] if self.funnel else (-np.inf, np.inf)
        return not low <= self.ratio <= high


def standing(gate: Serving, comparison: Comparison, asking: Asking) -> Standing:
    """Where a unit stands beside the units of its level that the viewer may see.

    Raises
    ------
    GateError
        If a question has no answer.
    """
    starts = [before(asking.period, asking.day, count) for count in (0, 1)]
    counted = flow(comparison.observed, asking, starts)
    exposed = exposure(comparison, asking, starts)
    answers = at_once(lambda one: gate.total(one) if isinstance(one, Window) else gate.ask(one), [counted, exposed])
    counts, (bases, exposed_on) = _by_period(answers[0].rows, starts), _bases(gate, comparison, asking, answers[1].rows)
    groups = [
        _group(start, count, base, comparison, asking.place.code)
        for start, count, base in zip(starts, counts, bases, strict=True)
    ]
    return _standing(comparison, groups, asking.place.code, exposed_on)


def _by_period(rows: Rows, starts: Sequence[date]) -> list[Rows]:
    """Rows of each period."""
    begun = rows["start"].to_numpy("datetime64[D]")
    return [rows[begun == np.datetime64(one)] for one in starts]


def _bases(gate: Serving, comparison: Comparison, asking: Asking, rows: Rows) -> tuple[list[Rows], date]:
    """What the counts of both periods are measured by, and the first day of the later one of it."""
    if comparison.is_of_last_year:
        earlier = year_before(asking)
        return _by_period(rows, earlier), earlier[0]
    newest = gate.newest(comparison.exposure)
    if newest is None or (rows["state"] != "missing").any():
        return [rows, rows], before(asking.period, asking.day, 0)
    begin = periods.start(asking.period, newest)
    return [gate.total(stock(comparison.exposure, asking, begin)).rows] * 2, begin


def _group(start: date, counted: Rows, bases: Rows, comparison: Comparison, unit: str) -> Group:
    """Units of both answers, as arrays; each answer has a unit once."""
    place = {area: at for at, area in enumerate(bases["area"])}
    base = np.array([place.get(area, -1) for area in counted["area"]], dtype=np.int64)
    area = counted["area"].to_numpy(object)
    value, exposed = counted["value"].to_numpy(float), _at(bases["value"], base)
    kept = np.isfinite(value) & (exposed > 0)
    rate = float(value[kept].sum() / exposed[kept].sum()) if kept.any() else 0.0
    noise = rate**2 * (exposed if comparison.is_of_last_year else _at(bases["noise_variance"], base))
    usable = kept & (rate > 0)
    state = "value" if usable[area == unit].any() else _state([_states(one).get(unit, "") for one in (counted, bases)])
    return Group(start, area[usable], value[usable], rate * exposed[usable], noise[usable], state)


def _at(values: pd.Series[float], base: NDArray[np.int64]) -> Numbers:
    """Values at positions; NaN where there is none."""
    return np.append(values.to_numpy(float), np.nan)[base]


def _states(rows: Rows) -> dict[str, str]:
    return dict(zip(rows["area"], rows["state"], strict=True))


def _state(found: Sequence[str]) -> str:
    return next((one for one in found if one not in ("", "value")), "missing")


def _standing(comparison: Comparison, groups: Sequence[Group], unit: str, exposed_on: date) -> Standing:
    found = [_funnel(one) if unit in one.areas else None for one in groups]
    at = [int(np.flatnonzero(one.areas == unit)[0]) if unit in one.areas else -1 for one in groups]
    sides = [_side(*each) for each in zip(groups, found, at, strict=True)]
    return Standing(comparison, groups[0], found[0], at[0], sides[0], sides[1], exposed_on)


def _funnel(group: Group) -> Funnel | None:
    from kuai.statistics.funnel import funnel

    if len(group.areas) < FEWEST or not group.expected.any():
        return None
    return funnel(group.observed, group.expected, group.noise)


def _side(group: Group, found: Funnel | None, at: int) -> int:
    if found is None or not found.flags[at]:
        return 0
    return 1 if group.observed[at] > group.expected[at] else -1
