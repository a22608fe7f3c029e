"""Targets: which levels a measure is carried to, from which leaves, and which periods of it are released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from kuai.city import City
from kuai.disclosure.policy import Policy, resolutions
from kuai.metrics import Measure
from kuai.periods import PERIODS

_BY_DAY = ("day", "week")
_PARTS = {"week": "day", "quarter": "month", "year": "month"}


@dataclass(frozen=True)
class Target:
    """A level that leaf counts of another level are carried to."""

    level: str
    leaf_level: str
    is_root: bool


def targets(city: City, leaf_levels: Sequence[str], *, is_exclusive: bool) -> list[Target]:
    """Levels that can be reached from the leaf levels.

    Parameters
    ----------
    city : City
        City with its hierarchies.
    leaf_levels : sequence of str
        Levels that leaf counts are given at.
    is_exclusive : bool
        Whether each leaf level holds every row once (points located in each), so that a target takes only one.
    """
    found = [
        Target(level, leaf, level == city.root)
        for leaf in leaf_levels
        for hierarchy in city.hierarchies
        if leaf in hierarchy.levels
        for level in hierarchy.levels[: hierarchy.levels.index(leaf) + 1]
    ]
    unique = list(dict.fromkeys(found))
    if not is_exclusive:
        return unique
    return list({target.level: target for target in reversed(unique)}.values())


def wanted_table(
    city: City, policy: Policy, measures: Sequence[Measure], reached: Sequence[Target], released: pa.Table
) -> pa.Table:
    """Targets of each measure: measure, level, leaf_level, is_root, by_day, rhythm, breakdown.

    ``by_day`` says whether a period under a month is released, ``rhythm`` the period whose first stock is, and
    ``breakdown`` that whose first stock is by category.
    """
    daily = {(row["measure"], row["level"]) for row in released.to_pylist() if row["period"] in _BY_DAY}
    rows = [
        {
            "measure": measure.id, "level": target.level, "leaf_level": target.leaf_level,
            "is_root": target.is_root, "by_day": (measure.id, target.level) in daily,
            "rhythm": policy.rhythm(measure.klass, resolution),
            "breakdown": policy.breakdown(measure.klass, resolution),
        }
        for measure in measures
        for target in reached
        for resolution in [resolution_of(city, target.level)]
        if measure.kind != "direct"
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_WANTED)


def released_table(city: City, policy: Policy, measures: Sequence[Measure], reached: Sequence[Target]) -> pa.Table:
    """Periods released of each measure: measure, level, leaf_level, period, summed_from.

    A stock is released at its days; a flow for the periods of its class, as far as the measure is stored for them.
    Weeks are added up from days, quarters and years from months, where cells are served as counted: protected ones
    never are.
    """
    rows = [
        {
            "measure": measure.id, "level": target.level, "leaf_level": target.leaf_level, "period": period,
            "summed_from": _shorter(period, measure, policy, offered),
        }
        for measure in measures
        for target in reached
        for offered in [_periods(city, policy, measure, target.level)]
        for period in offered
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_RELEASED)


def _shorter(period: str, measure: Measure, policy: Policy, offered: Sequence[str]) -> str | None:
    """Period whose cells a longer one is the sum of; None if it has cells of its own."""
    shorter = _PARTS.get(period)
    if measure.kind != "flow" or policy.klass(measure.klass).is_protected or shorter not in offered:
        return None
    return shorter


def resolution_of(city: City, level: str) -> str:
    """Resolution a level is released at: ``leaf``, ``middle`` or ``upper``."""
    hierarchy = next(one for one in city.hierarchies if level in one.levels)
    return resolutions(hierarchy.levels, hierarchy.locate, city.resolution)[level]


def _periods(city: City, policy: Policy, measure: Measure, level: str) -> tuple[str, ...]:
    if measure.kind == "stock":
        return ("stock",)
    resolution = resolution_of(city, level)
    if not measure.is_at_leaf and (resolution == "leaf" or level in city.located):
        return ()
    allowed = policy.released(measure.klass, resolution)
    stored = PERIODS[PERIODS.index(measure.finest) : PERIODS.index(measure.coarsest) + 1]
    return tuple(period for period in stored if period in allowed)


_FLAGS = ("is_root", "by_day")
_WANTED = pa.schema(
    [
        (name, pa.bool_() if name in _FLAGS else pa.string())
        for name in ("measure", "level", "leaf_level", *_FLAGS, "rhythm", "breakdown")
    ]
)
_RELEASED = pa.schema([(name, pa.string()) for name in ("measure", "level", "leaf_level", "period", "summed_from")])
