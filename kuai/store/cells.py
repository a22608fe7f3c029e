"""Cells of one measure over a grid of periods × areas, read with one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import periods, sql
from kuai.store import calendar, lateness, releases, sheets
from kuai.store.facts import Facts, Tables, datasets_of_measure, numbered_day
from kuai.store.sheets import Sheet
from kuai.store.states import Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kuai.metrics import Measure

    Days = NDArray[np.int64]

_SPARSE = 2
"""Days of a span for each one that is meant, from which naming them costs less than reading all."""


@dataclass(frozen=True)
class Grid:
    """What a question is about: every period × every area of a level, or the one area, or every category in it.

    Parameters
    ----------
    period : str
        Period, one of `kuai.periods.PERIODS`.
    starts : tuple of date
        First days of the periods, in order.
    level : str
        Level of the areas.
    area : str or None
        The one area asked for.
    category : str
        Category of the measure.
    categories : tuple of str
        All categories, in place of the one, in the one area: they are then what areas are elsewhere. Not of a stock.
    """

    period: str
    starts: tuple[date, ...]
    level: str
    area: str | None
    category: str
    categories: tuple[str, ...] = ()

    @property
    def first_days(self) -> Days:
        """First day of each period, in days since 1970-01-01."""
        return calendar.edges(self.period, self.starts)[0]

    @property
    def last_days(self) -> Days:
        """Last day of each period, in days since 1970-01-01."""
        return calendar.edges(self.period, self.starts)[1]


def read(tables: Tables, facts: Facts, measure: Measure, grid: Grid, now: datetime) -> Found:
    """Cells of a measure over the grid, whatever state they will have."""
    if measure.kind == "stock":
        return _stock(tables, facts, measure, grid, now)
    coverage = observed_part(grid, facts.coverage.get(measure.id, []))
    found = _flow(tables, facts, measure, grid)
    is_late = _late(facts, measure, grid, coverage, now)
    waits, is_overdue = releases.waiting(facts, measure, grid, now)
    is_overdue = is_overdue & (coverage > 0)
    seen = np.where(waits | is_overdue, 0.0, coverage)
    return Found(found.value, found.is_stored, seen, is_late | is_overdue)


def observed_part(grid: Grid, ranges: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Part of each period's days that lies in the ranges, 0 to 1."""
    first, last = grid.first_days, grid.last_days
    seen = np.zeros(len(first), dtype=np.int64)
    for begin, stop in ranges:
        seen += np.maximum(np.minimum(last, stop) - np.maximum(first, begin) + 1, 0)
    return seen / (last - first + 1)


def _stock(tables: Tables, facts: Facts, measure: Measure, grid: Grid, now: datetime) -> Found:
    standing = facts.stock_days(measure.id, grid.level, grid.category)
    newest = np.searchsorted(standing, grid.last_days, side="right") - 1
    wanted = standing[np.unique(newest[newest >= 0])]
    found = _sheet(tables, facts, measure, (grid, "stock"), wanted)
    # one empty row more stands for the periods before the first stock
    value = np.vstack([found.value, np.full(found.value.shape[1:], np.nan)])
    is_stored = np.vstack([found.is_stored, np.zeros(found.value.shape[1:], dtype=bool)])
    row = np.where(newest >= 0, np.searchsorted(wanted, standing[newest]) if len(standing) else -1, -1)
    coverage = (newest >= 0).astype(np.float64)
    return Found(value[row], is_stored[row], coverage, _late(facts, measure, grid, coverage, now))


def _flow(tables: Tables, facts: Facts, measure: Measure, grid: Grid) -> Sheet:
    """Cells of a flow in the periods of a grid: those of the period, or sums of those of a shorter one."""
    shorter = facts.summed_from.get((measure.id, grid.level, grid.period))
    if shorter is None:
        return _sheet(tables, facts, measure, (grid, grid.period), grid.first_days)

    def read(some: Days) -> Sheet:
        return _sums(tables, facts, measure, (replace(grid, starts=tuple(map(numbered_day, some.tolist()))), shorter))

    return _kept(facts, measure, (grid, grid.period), grid.first_days, read)


def _sheet(tables: Tables, facts: Facts, measure: Measure, of: tuple[Grid, str], days: Days) -> Sheet:
    """Cells of a stored period that stand at some days."""
    grid, stored = of

    def read(some: Days) -> Sheet:
        return _placed(facts, grid, some, _read(tables, facts, grid, _of_days(measure, grid, some, stored)))

    return _kept(facts, measure, of, days, read) if len(days) else _empty(facts, grid, days)


def _kept(facts: Facts, measure: Measure, of: tuple[Grid, str], days: Days, read: Callable[[Days], Sheet]) -> Sheet:
    """Cells at some days, of a whole level perhaps as they were read before; not to be written to."""
    grid, stored = of
    if grid.area or len(days) * _width(facts, grid) > sheets.LARGEST:
        return read(days)
    return facts.sheets.of((measure.id, grid.level, stored, grid.category), days, read)


def _placed(facts: Facts, grid: Grid, days: Days, cells: dict[str, NDArray[Any]]) -> Sheet:
    """Cells in the rows of their days and the columns of their areas; those of other days and areas are left out."""
    found = _empty(facts, grid, days)
    row = np.searchsorted(days, cells["day"]).clip(0, len(days) - 1)
    column = _columns(facts, grid, cells)
    kept = (days[row] == cells["day"]) & (column >= 0)
    if not kept.all():
        row, column, cells = row[kept], column[kept], {"value": cells["value"][kept]}
    found.value[row, column] = cells["value"]
    found.is_stored[row, column] = True
    return found


def _empty(facts: Facts, grid: Grid, days: Days) -> Sheet:
    shape = len(days), _width(facts, grid)
    return Sheet(days, np.full(shape, np.nan), np.zeros(shape, dtype=bool))


def _sums(tables: Tables, facts: Facts, measure: Measure, of: tuple[Grid, str]) -> Sheet:
    """Sums of the cells of a shorter period that lies wholly within each of the grid's."""
    grid, shorter = of
    first, shape = grid.first_days, (len(grid.starts), _width(facts, grid))
    cells = _read(tables, facts, grid, _statement(measure, grid, np.array([first[0], grid.last_days[-1]]), shorter))
    row = np.searchsorted(first, cells["day"], side="right") - 1
    column = _columns(facts, grid, cells)
    kept = (column >= 0) & (cells["day"] <= grid.last_days[row])
    place = row[kept] * shape[1] + column[kept]
    total = np.bincount(place, cells["value"][kept], shape[0] * shape[1]).reshape(shape)
    is_stored = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape) > 0
    return Sheet(first, np.where(is_stored, total, np.nan), is_stored)


def _read(tables: Tables, facts: Facts, grid: Grid, asked: tuple[str, dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Cells that a statement names; those of one area perhaps as they were read before."""
    return facts.histories.columns(asked[1]) if grid.area and not grid.categories else tables.columns(*asked)


def _of_days(measure: Measure, grid: Grid, days: Days, stored: str) -> tuple[str, dict[str, Any]]:
    """Statement for the cells of these days, and perhaps of days between; of few days far apart for these alone."""
    text, parameters = _statement(measure, grid, days, stored)
    if grid.area is None and stored == "day" and _SPARSE * len(days) < days[-1] - days[0]:
        return sql.text("query_day_cells"), parameters | {"days": [numbered_day(int(one)) for one in days]}
    return text, parameters


def _statement(measure: Measure, grid: Grid, days: Days, stored: str) -> tuple[str, dict[str, Any]]:
    """Statement for the cells from the first to the last of the days."""
    parameters: dict[str, Any] = {
        "measure": measure.id,
        "level": grid.level,
        "period": stored,
        "category": grid.category,
        "first": numbered_day(int(days[0])),
        "last": numbered_day(int(days[-1])),
    }
    if grid.area is None:
        return sql.text("query_cells"), parameters
    if not grid.categories:
        return sql.text("query_area_cells"), parameters | {"area": grid.area}
    del parameters["category"]
    return sql.text("query_area_categories"), parameters | {"area": grid.area}


def _width(facts: Facts, grid: Grid) -> int:
    return len(grid.categories) or (1 if grid.area else len(facts.places(grid.level)))


def _columns(facts: Facts, grid: Grid, cells: dict[str, NDArray[Any]]) -> Days:
    """Column of the grid that each cell belongs to; -1 if none."""
    if grid.categories:
        at = {name: place for place, name in enumerate(grid.categories)}
        return np.array([at.get(name, -1) for name in cells["category"]], dtype=np.int64)
    return np.zeros(len(cells["day"]), np.int64) if grid.area else facts.places(grid.level).find(cells["place"])


def _late(
    facts: Facts, measure: Measure, grid: Grid, coverage: NDArray[np.float64], now: datetime
) -> NDArray[np.bool_]:
    feeds = [feed for feed in facts.feeds if feed["dataset"] in datasets_of_measure(measure)]
    if measure.kind != "stock" and measure.id not in facts.coverage:
        # what has come tells nothing of this measure, and will not when it comes again
        feeds = [feed for feed in feeds if feed["covered_until"] is None]
    zone = facts.snapshot["time_zone"]
    late = np.zeros(len(grid.starts), dtype=bool)
    for at in np.flatnonzero(coverage == 0):
        first = grid.starts[at]
        late[at] = lateness.is_late(feeds, first, periods.end(grid.period, first), now, zone)
    return late
