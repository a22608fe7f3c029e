"""Windows and unions: sums of served cells of one level and period, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kuai import catalog, periods
from kuai.errors import GateError
from kuai.store import scope, states
from kuai.store.gate import require_area

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from kuai.metrics import Measure, Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.sight import Sight
    from kuai.store.states import Judged

    Floats = NDArray[np.float64]
    Chosen = NDArray[np.int64]

MOST_NAMED = 5_000
"""Areas one union may be of: the noise of more reaches further than that of the level above."""


@dataclass(frozen=True)
class Total:
    """Sums, one an area of the level, a category of the one area, or one of all areas chosen, as 1 × sums.

    Parameters
    ----------
    judged : Judged
        Values and states.
    variance : array of float
        Variance of the noise in each value, in its unit squared; 0 where cells are as counted.
    cells : int
        Served cells behind each value; of a ratio, behind its numerator.
    coverage : float
        Observed part of the window, 0 to 1.
    """

    judged: Judged
    variance: Floats
    cells: int
    coverage: float

    def at(self, chosen: Chosen) -> Total:
        """The sums at some positions."""
        judged = states.Judged(self.judged.value[:, chosen], self.judged.state[:, chosen])
        return replace(self, judged=judged, variance=self.variance[:, chosen])


def total(sight: Sight, metric: Metric, grid: Grid, chosen: Chosen | None = None) -> Total:
    """Metric added up over all periods of a grid, by area or category; over areas at chosen positions too, if given.

    Where one of the cells has no value the sum has none either, and takes the worst of their states; an area that is
    not valid in one of the periods is missing in it.

    Raises
    ------
    GateError
        If several cells would be added of a measure that does not add up.
    """
    above = _sum(sight, metric.numerator, grid, chosen)
    if metric.is_ratio:
        above = _ratio(sight, metric, above, _sum(sight, metric.denominator, replace(grid, category="all"), chosen))
    return replace(above, judged=states.restrict(above.judged, _permitted(sight, grid, chosen)))


def series(sight: Sight, metric: Metric, grid: Grid, parts: Sequence[slice]) -> list[Total]:
    """Metric added up over each of several parts of the periods of a grid, by area: each as `total` of that part.

    Raises
    ------
    GateError
        If several cells would be added of a measure that does not add up.
    """
    above = _sums(sight, metric.numerator, grid, parts)
    if metric.is_ratio:
        below = _sums(sight, metric.denominator, replace(grid, category="all"), parts)
        above = [_ratio(sight, metric, *pair) for pair in zip(above, below, strict=True)]
    cells = scope.permitted(sight.facts, grid, sight.within)
    return [replace(one, judged=states.restrict(one.judged, _throughout(cells, part)))
            for one, part in zip(above, parts, strict=True)]  # fmt: skip


def require_whole(period: str, first: date, last: date) -> None:
    """Nothing, if the days are whole periods.

    Raises
    ------
    GateError
        If they are not; names the days that would be.
    """
    begin, end = periods.start(period, first), periods.end(period, last)
    if (begin, end) != (first, last):
        what = f"{first} to {last} are not whole periods of a {period}"
        raise GateError(what, remedy=f"ask for {begin} to {end}")


def require_additive(measure: Measure, cells: int) -> None:
    """Nothing, if that many cells of a measure may be added.

    Raises
    ------
    GateError
        If they are several, and it does not add up.
    """
    if cells > 1 and not measure.is_additive:
        what = f"{measure.id} does not add up over areas or periods"
        raise GateError(what, remedy="ask for one period and for areas that have a value of their own")


def positions(facts: Facts, level: str, areas: Iterable[str]) -> Chosen:
    """Positions of the areas of a union, each once.

    Raises
    ------
    GateError
        If the level has no such area, or they are too many.
    """
    once = list(dict.fromkeys(areas))
    if len(once) > MOST_NAMED:
        what = f"{len(once):,} areas of level {level} are too many to add up"
        raise GateError(what, remedy=f"name at most {MOST_NAMED:,}, or areas of a larger level")
    for one in once:
        require_area(facts, level, one)
    return np.array([facts.places(level).position(one) for one in once], dtype=np.int64)


def joined(totals: Sequence[Total]) -> Total:
    """Sums of several levels, one after the other."""
    states_, values = ([getattr(one.judged, part) for one in totals] for part in ("state", "value"))
    judged = states.Judged(np.concatenate(values, axis=1), np.concatenate(states_, axis=1))
    variance = np.concatenate([one.variance for one in totals], axis=1)
    return Total(judged, variance, totals[0].cells, min(one.coverage for one in totals))


def _permitted(sight: Sight, grid: Grid, chosen: Chosen | None) -> NDArray[np.bool_] | None:
    """Whether each sum is of cells within the scope only; None if nothing limits it."""
    throughout = _throughout(scope.permitted(sight.facts, grid, sight.within), slice(None))
    if throughout is None or chosen is None:
        return throughout
    return np.array([[throughout[0, chosen].all()]])


def _throughout(cells: NDArray[np.bool_] | None, part: slice) -> NDArray[np.bool_] | None:
    """Whether each area may be shown in all periods of a part of them; None if nothing limits it."""
    return None if cells is None else np.asarray(cells[part].all(axis=0, keepdims=True))


def _sum(sight: Sight, measure: str, grid: Grid, chosen: Chosen | None) -> Total:
    return _sums(sight, measure, grid, [slice(None)], chosen)[0]


def _sums(sight: Sight, measure: str, grid: Grid, parts: Sequence[slice], chosen: Chosen | None = None) -> list[Total]:
    """A measure added up over each part of the periods of a grid, whose cells are read once."""
    found, observed = sight.part(measure, grid)
    weight = (grid.last_days - grid.first_days + 1).astype(np.float64)
    judged = _valid(sight.facts, grid, found)
    cut = ((states.Judged(judged.value[one], judged.state[one]), (observed[one], weight[one])) for one in parts)
    return [_summed(sight, measure, *one, chosen) for one in cut]


def _summed(sight: Sight, measure: str, judged: Judged, seen: tuple[Floats, Floats], chosen: Chosen | None) -> Total:
    known, (observed, weight) = catalog.measure(measure), seen
    if known.kind == "stock":
        judged, observed, weight = states.Judged(judged.value[-1:], judged.state[-1:]), observed[-1:], weight[-1:]
    if chosen is not None:
        judged = states.Judged(judged.value[:, chosen], judged.state[:, chosen])
    cells = _added(known, judged, chosen)
    added = states.add(judged, 0)
    added = added if chosen is None else states.add(added, 1)
    variance = np.full(added.value.shape, cells * sight.noise(measure))
    return Total(added, variance, cells, float(observed @ weight / weight.sum()))


def _added(measure: Measure, judged: Judged, chosen: Chosen | None) -> int:
    """Cells that one sum is of."""
    cells = len(judged.value) * (1 if chosen is None else len(chosen))
    require_additive(measure, cells)
    return cells


def _ratio(sight: Sight, metric: Metric, above: Total, below: Total) -> Total:
    """Ratio of two sums; the variance is that of its first-order expansion."""
    judged = sight.ratio(metric, above.judged, below.judged)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = judged.value / metric.scale
        spread = (above.variance + rate**2 * below.variance) / below.judged.value**2
    return Total(judged, metric.scale**2 * spread, above.cells, min(above.coverage, below.coverage))


def _valid(facts: Facts, grid: Grid, judged: Judged) -> Judged:
    places = facts.places(grid.level)
    at = None if grid.area is None else places.position(grid.area)
    is_valid = places.valid(grid.first_days, grid.last_days, at)
    state = np.where(is_valid, judged.state, np.int8(states.MISSING))
    return states.Judged(np.where(state == states.VALUE, judged.value, np.nan), state)
