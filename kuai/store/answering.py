"""Answers to each kind of question: cells, sums of cells, and maps of mixed levels."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import catalog, periods
from kuai.access import Place
from kuai.errors import GateError, nearest
from kuai.question import Answer, Distribution, Question, Roll, Rolled, Series, Told, Window
from kuai.store import calendar, frames, gate, lateness, lineage, partition, releases, scope, steady, windows
from kuai.store.enclosed import enclosed
from kuai.store.facts import day_number
from kuai.store.tree import tiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kuai.metrics import Metric
    from kuai.question import Columns
    from kuai.store.cells import Grid
    from kuai.store.partition import Shapes
    from kuai.store.sight import Sight
    from kuai.store.tree import Tier

    Tell = Callable[[Told], None]
    Layer = tuple[Tier, Shapes, windows.Total]


def cells(sight: Sight, question: Question, tell: Tell, most: int = gate.MOST_CELLS) -> Answer:
    """Values of every period and area of a question; how many rows will be shown is told before a cell is read.

    Raises
    ------
    GateError
        If a name is unknown, the combination is not offered, or there are more rows than may be; names what is offered.
    """
    metric = catalog.metric(question.metric)
    grid = gate.admit(sight.facts, metric, question)
    meant = sight.meant(question.within, grid)
    gate.check_rows(scope.shown(sight.facts, grid, meant), most)
    tell(Told(sight.rows(metric, grid, meant)))
    return Answer(frames.frame(sight.facts, grid, *sight.metric(metric, grid), meant), **_origin(sight, metric, grid))


def total(sight: Sight, window: Window, tell: Tell) -> Answer:
    """One value over all periods, for every area of a level or for several areas together.

    Raises
    ------
    GateError
        As for cells; and if the days are not whole periods, the metric does not add up, or the areas are not clear.
    """
    metric = catalog.metric(window.metric)
    grid = gate.admit(sight.facts, metric, window)
    windows.require_whole(window.period, window.first, window.last)
    areas = _areas(sight, window)
    if areas:
        found = windows.total(sight, metric, grid, windows.positions(sight.facts, window.level, areas))
        rows = frames.total_frame(grid, np.array([f"Σ{len(set(areas))}"], dtype=object), found)
    else:
        rows = _by_area(sight, metric, grid, sight.meant(window.within, grid))
    tell(Told(_permitted(rows), areas=tuple(Place(window.level, one) for one in areas)))
    return Answer(rows, **_origin(sight, metric, grid))


def distribution(sight: Sight, asked: Distribution, tell: Tell) -> Answer:
    """One value over all periods for every category of a metric in one area; how many is told before a cell is read.

    Raises
    ------
    GateError
        As for sums; and if no area is named, or the metric is a ratio or a stock.
    """
    metric = catalog.metric(asked.metric)
    grid = gate.admit_distribution(sight.facts, metric, asked)
    windows.require_whole(asked.period, asked.first, asked.last)
    windows.require_additive(catalog.measure(metric.numerator), len(grid.starts))
    permitted = scope.permitted(sight.facts, grid, sight.within)
    is_shown = (permitted is None or permitted.all()) and sight.rows(metric, grid) > 0
    tell(Told(len(grid.categories) if is_shown else 0))
    is_there = scope.shown(sight.facts, grid, None) > 0
    found = frames.distribution_frame(grid, windows.total(sight, metric, grid))
    rows = frames.part(found, slice(None if is_there else 0))
    return Answer(rows, **_origin(sight, metric, grid))


def series(sight: Sight, series: Series, tell: Tell) -> Answer:
    """One value over the periods of each of several windows, for every area of a level or for one.

    Raises
    ------
    GateError
        As for sums; and if the windows are none, or out of order.
    """
    metric = catalog.metric(series.metric)
    for first, last in series.windows:
        windows.require_whole(series.period, first, last)
    grid, parts = _parts(gate.admit(sight.facts, metric, series), series)
    meant = sight.meant(series.within, grid)
    found = windows.series(sight, metric, grid, parts)
    kept = [_there(sight, replace(grid, starts=grid.starts[part]), meant if meant is None else meant[part])
            for part in parts]  # fmt: skip
    rows = frames.series_frame(grid, parts, [one.at(here) for one, here in zip(found, kept, strict=True)],
                               [_codes(sight, grid, here) for here in kept])  # fmt: skip
    tell(Told(_permitted(rows)))
    return Answer(rows, **_origin(sight, metric, grid))


def rolled(sight: Sight, roll: Roll, tell: Tell) -> Rolled:
    """Shapes of mixed level, each at the finest at which it and enough of its neighbours may be shown.

    Raises
    ------
    GateError
        As for sums; if the hierarchy has no such level, the area to look within is in none of its levels, or one area
        is asked for, which has no neighbours.
    """
    if roll.area:
        raise GateError("a map of mixed levels is of no single area", "area", "look within it")
    metric = catalog.metric(roll.metric)
    grid = gate.admit(sight.facts, metric, replace(roll, within=None))
    windows.require_whole(roll.period, roll.first, roll.last)
    hierarchy = roll.hierarchy or sight.facts.hierarchy_of(roll.level)
    tree = tiers(sight.facts, hierarchy, _levels(sight, metric, roll, hierarchy), day_number(roll.last))
    before = steady.reference(sight.facts, metric, grid)
    shown = partition.seen(sight, metric, grid, tree)
    deciding = shown if before == grid else partition.seen(sight, metric, before, tree)
    weights, weighed_by = partition.weights(sight, before, tree)
    shapes = partition.cut(tree, [one.judged for one in deciding], weights)
    rows = _drawn(sight, grid, list(zip(tree, shapes, shown, strict=True)), roll.within)
    tell(Told(_permitted(rows), _levels_of(rows), _around(rows, roll)))
    span = (before.starts[0], periods.end(before.period, before.starts[-1]))
    return Rolled(
        rows, hierarchy=hierarchy, reference=span, weighed_by=weighed_by, **_origin(sight, metric, grid)
    )  # fmt: skip


def _origin(sight: Sight, metric: Metric, grid: Grid) -> dict[str, Any]:
    facts = sight.facts
    age = lateness.age_seconds(facts.newest_day(metric), sight.now, facts.snapshot["time_zone"])
    batches = lineage.bounded(lineage.batches(facts, metric, grid), sight.tells_rows)
    snapshot, notes = str(facts.snapshot["snapshot"]), releases.notes(facts, metric, grid, sight.now)
    return {"metric": metric, "snapshot": snapshot, "age_seconds": age, "batches": batches, "notes": notes}


def _permitted(rows: Columns) -> int:
    return int((rows["state"] != "not_permitted").sum())


def _areas(sight: Sight, window: Window) -> tuple[str, ...]:
    ways = [bool(way) for way in (window.area, window.areas, window.outline)]
    if sum(ways) > 1:
        raise GateError("areas are named in more than one way", remedy="give one area, or a list, or an outline")
    if window.outline:
        return enclosed(sight.opened, window.level, window.last, window.outline)
    return window.areas


def _by_area(sight: Sight, metric: Metric, grid: Grid, meant: NDArray[np.bool_] | None) -> Columns:
    kept = _there(sight, grid, meant)
    return frames.total_frame(grid, _codes(sight, grid, kept), windows.total(sight, metric, grid).at(kept))


def _there(sight: Sight, grid: Grid, meant: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Columns of the areas that are meant and were there in one of the periods."""
    places = sight.facts.places(grid.level)
    valid = places.valid(grid.first_days, grid.last_days, None if grid.area is None else places.position(grid.area))
    return np.flatnonzero((valid if meant is None else valid & meant).any(axis=0))


def _codes(sight: Sight, grid: Grid, kept: NDArray[np.int64]) -> NDArray[np.object_]:
    places = sight.facts.places(grid.level)
    return places.codes[kept + (0 if grid.area is None else places.position(grid.area))]


def _parts(grid: Grid, series: Series) -> tuple[Grid, list[slice]]:
    """The periods of the windows alone, and which of them are each window's."""
    ends = [day for window in series.windows for day in window]
    if not ends or any(after <= day for day, after in zip(ends[1::2], ends[2::2], strict=False)):
        raise GateError("the windows are none or out of order", remedy="give each once, the earliest first")
    if (ends[0], ends[-1]) != (series.first, series.last):
        raise GateError("the days are not those of the windows", remedy=f"ask for {ends[0]} to {ends[-1]}")
    each = [calendar.starts(grid.period, *window) for window in series.windows]
    edges = [0, *itertools.accumulate(map(len, each))]
    return replace(grid, starts=tuple(itertools.chain(*each))), list(
        itertools.starmap(slice, itertools.pairwise(edges))
    )


def _levels(sight: Sight, metric: Metric, roll: Roll, hierarchy: str) -> list[str]:
    """Levels of a hierarchy down to the finest wanted at which the metric is offered for the period."""
    names = [row["level"] for row in sight.facts.levels if row["hierarchy"] == hierarchy]
    if roll.level not in names:
        known = nearest(roll.level, names) if names else "leave it out"
        raise GateError(f"hierarchy {hierarchy} has no level {roll.level!r}", remedy=known)
    offered = {level for level, period in sight.facts.offered(metric) if period == roll.period}
    return [one for one in names[: names.index(roll.level) + 1] if one in offered]


def _drawn(sight: Sight, grid: Grid, layers: list[Layer], within: Place | None) -> Columns:
    """Rows of the shapes, from the largest level to the smallest."""
    kept = zip(layers, _kept(sight, layers, within), strict=True)
    at = {tier.level: np.flatnonzero(shapes.is_shape & is_kept) for (tier, shapes, _), is_kept in kept}
    codes = np.concatenate([sight.facts.places(level).codes[chosen] for level, chosen in at.items()])
    total = windows.joined([total.at(at[tier.level]) for tier, _, total in layers])
    weight = np.concatenate([shapes.weight[at[tier.level]] for tier, shapes, _ in layers])
    rows = frames.total_frame(grid, codes, total, {level: len(chosen) for level, chosen in at.items()})
    whole = _weight(sight, layers, within)
    return rows | {"share": np.minimum(weight / whole, 1.0) if whole else np.zeros(len(weight))}


def _kept(sight: Sight, layers: list[Layer], within: Place | None) -> list[NDArray[np.bool_]]:
    tree = [tier for tier, _, _ in layers]
    if within is None:
        return [np.ones(len(tier.parent), dtype=bool) for tier in tree]
    gate.require_area(sight.facts, within.level, within.area)
    levels = [tier.level for tier in tree]
    if within.level not in levels:
        raise GateError(f"the map has no level {within.level}", remedy=nearest(within.level, levels))
    return partition.inside(tree, within.level, sight.facts.places(within.level).position(within.area))


def _weight(sight: Sight, layers: list[Layer], within: Place | None) -> float:
    """Weight of all that the shapes lie in: the whole city, or the area looked within."""
    if within is None:
        tier, shapes, _ = layers[0]
        return float(shapes.weight[tier.is_there].sum())
    shapes = next(shapes for tier, shapes, _ in layers if tier.level == within.level)
    return float(shapes.weight[sight.facts.places(within.level).position(within.area)])


def _levels_of(rows: Columns) -> str:
    """Levels of the shapes with a value, as the audit writes them."""
    shown: Any = rows["level"][rows["state"] == "value"]
    return "+".join(shown.remove_unused_categories().categories)


def _around(rows: Columns, roll: Roll) -> tuple[Place, ...]:
    """The one shape that the area looked within is a part of, if it is."""
    if roll.within is None or len(rows["area"]) != 1:
        return ()
    return (Place(str(rows["level"][0]), str(rows["area"][0])),)
