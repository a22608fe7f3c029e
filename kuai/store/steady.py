"""Steady: the periods whose cells decide which shapes a map has, the same for at least 28 days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kuai import catalog, periods
from kuai.errors import GateError
from kuai.store import calendar
from kuai.store.cells import observed_part

if TYPE_CHECKING:
    from kuai.metrics import Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts


def reference(facts: Facts, metric: Metric, grid: Grid) -> Grid:
    """The grid itself if nothing of it can still grow; else the block before the one that holds its last day.

    A block is four ISO weeks where a question is about days or weeks, and else its period; none is shorter than 28
    days. A grid can no longer grow if it is made of whole blocks that were observed to the end; and a stock never
    grows, for the day it stands at has passed.

    Parameters
    ----------
    facts : Facts
        Observed days.
    metric : Metric
        What is asked for.
    grid : Grid
        Periods of the question.

    Raises
    ------
    GateError
        If there is no block before.
    """
    try:
        return _before(facts, metric, grid)
    except OverflowError:
        raise GateError("the days lie outside the calendar", remedy="ask for years 2 to 9998") from None


def _before(facts: Facts, metric: Metric, grid: Grid) -> Grid:
    last = periods.end(grid.period, grid.starts[-1])
    first, end = periods.block(grid.period, last)
    is_whole = last == end and periods.block(grid.period, grid.starts[0])[0] == grid.starts[0]
    if not _flows(metric) or (is_whole and _is_observed(facts, metric, grid)):
        return grid
    before = periods.block(grid.period, first - timedelta(days=1))
    return replace(grid, starts=calendar.starts(grid.period, *before))


def _is_observed(facts: Facts, metric: Metric, grid: Grid) -> bool:
    return all(bool((observed_part(grid, facts.coverage.get(one, [])) == 1).all()) for one in _flows(metric))


def _flows(metric: Metric) -> list[str]:
    return [one for one in metric.measures if catalog.measure(one).kind != "stock"]
