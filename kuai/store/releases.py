"""The calendar of release at the gate: which periods wait for their day, which were corrected, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from kuai import catalog, periods
from kuai.disclosure.release import STOCK, Release
from kuai.store import calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.metrics import Measure, Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts

    Flags = NDArray[np.bool_]

Row = dict[str, Any]


@dataclass(frozen=True)
class Note:
    """What is to be said of a period of an answer: that it waits for its day, or that it was corrected.

    Parameters
    ----------
    measure, period : str
        Measure, and written form of the period or of the stock's day.
    released_on : date, optional
        Day from which it is shown, if it is not yet.
    revision : int
        How often it was published; 0 if it was not yet.
    revised_on : date, optional
        Date of the last correction.
    """

    measure: str
    period: str
    released_on: date | None = None
    revision: int = 0
    revised_on: date | None = None


def today(facts: Facts, now: datetime) -> date:
    """Day of the city's calendar at a moment."""
    return now.astimezone(ZoneInfo(facts.snapshot["time_zone"])).date()


def waiting(facts: Facts, measure: Measure, grid: Grid, now: datetime) -> tuple[Flags, Flags]:
    """Which periods are not shown before their day comes, and which although it came."""
    release = facts.calendars.get(measure.id)
    if release is None or measure.kind == STOCK:
        nothing = np.zeros(len(grid.starts), dtype=bool)
        return nothing, nothing
    held = np.array([_edition(facts, measure.id, grid.period, start) is None for start in grid.starts], dtype=bool)
    is_due = np.array([release.due(grid.period, start) < today(facts, now) for start in grid.starts], dtype=bool)
    return held & ~is_due, held & is_due


def notes(facts: Facts, metric: Metric, grid: Grid, now: datetime) -> tuple[Note, ...]:
    """What is to be said of the periods of an answer and of the days of its stocks."""
    found: list[Note] = []
    for name in metric.measures:
        measure, release = catalog.measure(name), facts.calendars.get(name)
        if release is not None and measure.kind == STOCK:
            found += _of_stock(facts, measure, grid, "all" if name != metric.numerator else grid.category)
        elif release is not None:
            found += _of_periods(facts, (measure, release), grid, today(facts, now))
    return tuple(found)


def _of_stock(facts: Facts, measure: Measure, grid: Grid, category: str) -> list[Note]:
    days = facts.stock_days(measure.id, grid.level, category)
    at = np.unique(np.searchsorted(days, grid.last_days, side="right") - 1)
    standing = days[at[at >= 0]].astype("datetime64[D]").astype(object)
    editions = ((str(day), _edition(facts, measure.id, STOCK, day)) for day in standing)
    return [_of_correction(measure, day, one) for day, one in editions if one and one["revised_on"]]


def _of_correction(measure: Measure, label: str, edition: Row) -> Note:
    return Note(measure.id, label, None, edition["revision"], edition["revised_on"])


def _of_periods(facts: Facts, of: tuple[Measure, Release], grid: Grid, on: date) -> list[Note]:
    measure, release = of
    found = []
    for start, label in zip(grid.starts, calendar.labels(grid.period, grid.starts), strict=True):
        one, due = _edition(facts, measure.id, grid.period, start), release.due(grid.period, start)
        if one is None and due >= on:
            found.append(Note(measure.id, label, due))
        elif one is not None and one["revised_on"]:
            found.append(_of_correction(measure, label, one))
    return found


def _edition(facts: Facts, measure: str, period: str, start: date) -> Row | None:
    """Edition that the period beginning on a day is part of; None if it was not released."""
    part = periods.start("month", start) if period in ("day", "week") else start
    return facts.editions.get((measure, period, part))


def coming(facts: Facts, now: datetime) -> list[Row]:
    """What is released next: one row per measure with a calendar and period.

    Each has measure, klass, period, lag_days, newest (label of the newest released), next (label), next_on (None for a
    stock, which comes so many days after it is counted), revise, and next_revision.
    """
    found = []
    for name, release in facts.calendars.items():
        for period in sorted(release.lag, key=(STOCK, *periods.PERIODS).index):
            starts = [first for measure, kind, first in facts.editions if (measure, kind) == (name, period)]
            found.append(_coming(name, period, release, max(starts, default=None), today(facts, now)))
    return found


def _coming(name: str, period: str, release: Release, newest: date | None, on: date) -> Row:
    row: Row = {
        "measure": name, "klass": catalog.measure(name).klass, "period": period, "lag_days": release.lag[period],
        "newest": None, "next": None, "next_on": None, "revise": release.revise,
        "next_revision": release.next_revision(on),
    }  # fmt: skip
    if period == STOCK:
        return row | {"newest": str(newest) if newest else None}
    following = periods.following(period, release.newest(period, on))
    label = periods.label(period, newest) if newest else None
    return row | {"newest": label, "next": periods.label(period, following), "next_on": release.due(period, following)}
