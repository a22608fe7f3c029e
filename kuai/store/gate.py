"""Which questions are answered: every name checked, every combination released, nothing larger than memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from kuai import catalog, periods
from kuai.errors import GateError, nearest
from kuai.store import calendar
from kuai.store.cells import Grid

if TYPE_CHECKING:
    from kuai.access import Place
    from kuai.metrics import Metric
    from kuai.question import Distribution
    from kuai.store.facts import Facts

MOST_CELLS = 10_000_000
"""Cells one question may be about, periods × areas."""

MOST_PERIODS = 40_000
"""Periods one question may be about: a century by day. Each is worked out by itself."""


class Asked(Protocol):
    """The parts of a question that the gate looks at."""

    @property
    def level(self) -> str:
        """Level of the areas."""

    @property
    def period(self) -> str:
        """Period of the values."""

    @property
    def first(self) -> date:
        """First day."""

    @property
    def last(self) -> date:
        """Last day, inclusive."""

    @property
    def area(self) -> str | None:
        """The one area, if one is meant."""

    @property
    def category(self) -> str:
        """Category of the numerator."""

    @property
    def within(self) -> Place | None:
        """The area that all areas lie in, if one is meant."""


def admit(facts: Facts, metric: Metric, asked: Asked) -> Grid:
    """Periods and areas of a question that may be asked.

    Raises
    ------
    GateError
        If a name is unknown, the combination is not released, or there are too many cells; names what is offered.
    """
    periods.check(asked.period)
    facts.hierarchy_of(asked.level)
    _check_offer(facts, metric, asked)
    _check_category(facts, metric, asked.category)
    if asked.area is not None:
        require_area(facts, asked.level, asked.area)
    if asked.within is not None:
        _require_within(facts, asked.level, asked.within)
    return Grid(asked.period, _starts(facts, asked), asked.level, asked.area, asked.category)


def admit_distribution(facts: Facts, metric: Metric, asked: Distribution) -> Grid:
    """Periods and categories of a question about all categories in one area.

    Raises
    ------
    GateError
        As `admit` does; and if it names no area, or is about a ratio, or a stock, whose categories stand at days of
        their own.
    """
    if asked.area is None or asked.within is not None:
        raise GateError("a distribution is of one area of the level", remedy="name it, and nothing that it lies within")
    if metric.is_ratio or catalog.measure(metric.numerator).kind == "stock":
        what = f"{metric.id} is a ratio or a stock: its categories are not told together"
        raise GateError(what, remedy="ask for one category after the other")
    grid = admit(facts, metric, replace(asked, category="all"))
    return replace(grid, categories=tuple(facts.categories.get(metric.numerator, ("all",))))


def _check_offer(facts: Facts, metric: Metric, asked: Asked) -> None:
    offered = facts.offered(metric)
    if (asked.level, asked.period) in offered:
        return
    if not offered:
        raise GateError(f"{metric.id} is not served in this city", remedy="see what is: kuai metrics")
    here = [period for level, period in offered if level == asked.level]
    same = [level for level, period in offered if period == asked.period]
    remedy = f"level {asked.level} offers: {', '.join(here)}" if here else f"offered are: {_spelled(offered)}"
    if here and same:
        remedy += f"; by {asked.period} at: {', '.join(same)}"
    raise GateError(f"{metric.id} is not offered by {asked.period} at level {asked.level}", remedy=remedy)


def _spelled(offered: list[tuple[str, str]]) -> str:
    levels = dict.fromkeys(level for level, _ in offered)
    return "; ".join(f"{one} by {', '.join(period for level, period in offered if level == one)}" for one in levels)


def _check_category(facts: Facts, metric: Metric, category: str) -> None:
    known = facts.categories.get(metric.numerator, ["all"])
    if category not in known:
        raise GateError(f"{metric.id} has no category {category!r}", remedy=nearest(category, known))


def require_area(facts: Facts, level: str, area: str) -> None:
    """Nothing, if the level has an area of that code.

    Raises
    ------
    GateError
        If there is no such level or area; names the nearest.
    """
    facts.hierarchy_of(level)
    if facts.places(level).position(area) < 0:
        codes = facts.places(level).codes
        alike = [code for code in codes if code[:2] == area[:2]] or list(codes)
        raise GateError(f"level {level} has no area {area!r}", remedy=nearest(area, alike[:1000]))


def _require_within(facts: Facts, level: str, place: Place) -> None:
    require_area(facts, place.level, place.area)
    if not facts.within(place, level).size:
        raise GateError(f"no area of level {level} lies within {place}", remedy="name an area of a level above")


def check_rows(count: int, most: int) -> None:
    """Nothing, if an answer may have that many rows.

    Raises
    ------
    GateError
        If it has more.
    """
    if count > most:
        remedy = "ask for fewer periods, for one area, or for what lies within one"
        raise GateError(f"the answer has {count:,} rows, and at most {most:,} are given away at once", remedy=remedy)


def _starts(facts: Facts, asked: Asked) -> tuple[date, ...]:
    if asked.last < asked.first:
        raise GateError(f"the last day {asked.last} is before the first {asked.first}", remedy="exchange them")
    try:
        _check_size(facts, asked)
        return calendar.starts(asked.period, asked.first, asked.last)
    except OverflowError:
        raise GateError("the days lie outside the calendar", remedy="ask for years 1 to 9998") from None


def _check_size(facts: Facts, asked: Asked) -> None:
    width = 1 if asked.area else max(len(facts.places(asked.level)), 1)
    most = min(MOST_CELLS // width, MOST_PERIODS)
    if (asked.last - asked.first).days // periods.days(asked.period, asked.first) > most:
        what = f"the question is about more than {MOST_CELLS:,} cells or {MOST_PERIODS:,} periods"
        raise GateError(what, remedy=f"ask for at most {most:,} periods at once, one area, or a longer period")
