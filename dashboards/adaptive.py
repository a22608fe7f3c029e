"""Adaptive: the map of mixed levels among the choices, one for each hierarchy, by a period or by 28 days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kuai import periods

if TYPE_CHECKING:
    from kuai.serving import Serving

BLOCK = "block"
"""Name of the period of 28 days among the choices: four ISO weeks, aligned."""

_NAME = "adaptive-"
_FEWEST = 2


def named(hierarchy: str) -> str:
    """Name of the map of mixed levels of a hierarchy, which stands in the place of a level."""
    return _NAME + hierarchy


def hierarchy_of(level: str) -> str:
    """Hierarchy of a map of mixed levels; empty for a level."""
    return level.removeprefix(_NAME) if level.startswith(_NAME) else ""


def offered(serving: Serving, metric: str) -> dict[str, list[str]]:
    """Hierarchies in which a metric has a map of mixed levels, each with its periods."""
    found: dict[str, list[str]] = {}
    for hierarchy, levels in _drawn(serving.levels()).items():
        known = [period for level, period in serving.offered(metric) if level in levels]
        some = [one for one in periods.PERIODS if known.count(one) >= _FEWEST]
        if some:
            found[hierarchy] = [*some, BLOCK] if "week" in some else some
    return found


def unit(period: str) -> str:
    """Period whose cells a choice of period is made of."""
    return "week" if period == BLOCK else period


def span(period: str, day: date) -> tuple[date, date]:
    """First and last day of the period that holds a day."""
    if period == BLOCK:
        return periods.block("week", day)
    return periods.start(period, day), periods.end(period, day)


def newest(period: str, day: date) -> date:
    """The day itself, or of 28 days the last of those that had ended by then."""
    first, last = span(period, day)
    return first - timedelta(days=1) if period == BLOCK and last > day else day


def step(period: str, day: date, count: int) -> date:
    """A day in the period after (1) or before (-1) the one that holds a day."""
    first, last = span(period, day)
    return last + timedelta(days=1) if count > 0 else first - timedelta(days=1)


def _drawn(levels: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in levels:
        if row["has_geometry"]:
            found.setdefault(row["hierarchy"], set()).add(row["level"])
    return found
