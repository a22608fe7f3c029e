"""The way back from a number, and how fresh what it stands on is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kuai import catalog, periods, sql
from kuai.errors import GateError
from kuai.store import frames
from kuai.store.facts import datasets_of_measure, day_number, numbered_day
from kuai.store.lateness import age_seconds, due

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kuai.metrics import Measure, Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.reader import Opened
    from kuai.store.releases import Note

Row = dict[str, Any]
_HOUR = 3600
_FEW_AREAS, _FEW_LEVELS = 1_000, 64
_COUNTED = ("rows_read", "accepted", "quarantined", "unlocated")


class Answered(Protocol):
    """The parts of an answer that an explanation shows."""

    @property
    def rows(self) -> pd.DataFrame:
        """Values with their states."""

    @property
    def metric(self) -> Metric:
        """What the values are."""

    @property
    def age_seconds(self) -> int:
        """Age of the newest day."""

    @property
    def batches(self) -> list[Row]:
        """Ingested files."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be said of its periods."""


def areas(opened: Opened, level: str, day: date, hierarchy: str | None = None) -> pd.DataFrame:
    """Areas of a level valid on a day, by code, with names, parent and geometry (WKB, EPSG:4326)."""
    facts, of = opened.facts, hierarchy or opened.facts.hierarchy_of(level)
    key = of, level, alike_since(facts, level, day, of)
    known = facts.areas.get(key)
    found = _areas(opened, {"hierarchy": of, "level": level, "day": day}) if known is None else known
    if known is None and 0 < len(found) <= _FEW_AREAS and len(facts.areas) < _FEW_LEVELS:
        facts.areas[key] = found
    return found.copy(deep=False)


def _areas(opened: Opened, wanted: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    columns = ["area", "level", "hierarchy", "parent", "name_zh", "name_en", "valid_from", "valid_to", "geometry"]
    return pd.DataFrame(opened.rows(sql.text("query_areas"), wanted), columns=columns)


def alike_since(facts: Facts, level: str, day: date, hierarchy: str) -> date:
    """First day from which on the areas of a level were those of the day; the day itself where there are none yet."""
    turns = facts.turns(hierarchy, level)
    before = int(np.searchsorted(turns, day_number(day), side="right"))
    return numbered_day(int(turns[before - 1])) if before else day


def level_of(opened: Opened, area: str) -> str:
    """Level of the area with that code.

    Raises
    ------
    GateError
        If there is none, or several levels have it.
    """
    found = list(dict.fromkeys(row["level"] for row in opened.rows(sql.text("query_levels_of"), {"area": area})))
    if not found:
        levels = ", ".join(dict.fromkeys(row["level"] for row in opened.facts.levels))
        raise GateError(f"no area {area!r} at any level", remedy=f"levels: {levels}")
    if len(found) > 1:
        raise GateError(f"area {area!r} exists at several levels", "--level", f"name one of: {', '.join(found)}")
    return str(found[0])


def batches(facts: Facts, metric: Metric, grid: Grid) -> list[Row]:
    """Ingested files whose days touch the grid's periods; for a stock, those since the day it stands at."""
    last = periods.end(grid.period, grid.starts[-1])
    found = []
    for one in map(catalog.measure, metric.measures):
        category = grid.category if one.id == metric.numerator else "all"
        first = _since(facts, one, replace(grid, category=category)) if one.kind == "stock" else grid.starts[0]
        found += facts.batches(tuple(sorted(datasets_of_measure(one))), first, last)
    return list({row["batch_id"]: row for row in found}.values())


def bounded(found: list[Row], is_open: Callable[[str], bool]) -> list[Row]:
    """Ingested files, without their numbers of rows where those of the dataset are not open.

    Parameters
    ----------
    found : list of dict
        Files as `batches` gives them.
    is_open : callable
        Whether it may be told how many rows of a dataset came.
    """
    return [one if is_open(one["dataset"]) else one | dict.fromkeys(_COUNTED) for one in found]


def _since(facts: Facts, stock: Measure, grid: Grid) -> date:
    days = facts.stock_days(stock.id, grid.level, grid.category)
    standing = days[days <= day_number(periods.end(grid.period, grid.starts[0]))]
    return min(grid.starts[0], numbered_day(int(standing[-1]))) if len(standing) else grid.starts[0]


def explain(facts: Facts, answered: Answered) -> Row:
    """Way back from an answer: its cells, the snapshot and its policy, the job runs, and the source files."""
    cells = answered.rows.assign(start=answered.rows["start"].dt.date.astype(object)).to_dict("records")
    for cell, value in zip(cells, frames.plain(answered.metric, answered.rows["value"]), strict=True):
        cell["value"] = value
    return {
        "metric": answered.metric.id,
        "measures": list(answered.metric.measures),
        "cells": cells,
        "snapshot": facts.snapshot["snapshot"],
        "published_at": _utc(facts.snapshot["published_at"]),
        "policy_version": facts.snapshot["policy_version"],
        "age_seconds": answered.age_seconds,
        "notes": [vars(one) for one in answered.notes],
        "runs": sorted({str(one["run_id"]) for one in answered.batches} | {str(facts.snapshot["run_id"])}),
        "files": [_file(one) for one in answered.batches],
    }


def oldest(facts: Facts, metric: Metric) -> date | None:
    """First day on which all flows behind a metric were observed; None without any."""
    known = [facts.coverage[one] for one in metric.measures if facts.coverage.get(one)]
    return numbered_day(max(min(first for first, _ in ranges) for ranges in known)) if known else None


def feeds(facts: Facts, metric: Metric, now: datetime) -> list[Row]:
    """Feeds that a metric is made of, with their age and state."""
    datasets = set().union(*(datasets_of_measure(catalog.measure(one)) for one in metric.measures))
    return [_feed(one, now, facts.snapshot["time_zone"]) for one in facts.feeds if one["dataset"] in datasets]


def snapshot(facts: Facts) -> Row:
    """The snapshot, its moment of publishing with its time zone (UTC)."""
    return facts.snapshot | {"published_at": _utc(facts.snapshot["published_at"])}


def status(opened: Opened, now: datetime) -> Row:
    """State of the snapshot and of everything that feeds it."""
    facts = opened.facts
    totals = opened.rows(sql.text("status_batches"))
    return {
        "snapshot": facts.snapshot["snapshot"],
        "city": facts.snapshot["city"],
        "name_zh": facts.snapshot["name_zh"],
        "name_en": facts.snapshot["name_en"],
        "published_at": _utc(facts.snapshot["published_at"]),
        "age_seconds": max(0, int((now - _utc(facts.snapshot["published_at"])).total_seconds())),
        "run_id": facts.snapshot["run_id"],
        "policy_version": facts.snapshot["policy_version"],
        "feeds": [_feed(one, now, facts.snapshot["time_zone"]) for one in facts.feeds],
        "batches": [one | {"ingested_at": _utc(one["ingested_at"])} for one in totals],
        "cells": opened.rows(sql.text("status_cells")),
        "size_bytes": opened.path.stat().st_size if opened.path.exists() else 0,
    }


def _file(batch: Row) -> Row:
    kept = ("dataset", "source", "path", *_COUNTED, "first_day", "last_day")
    return {name: batch[name] for name in kept} | {"ingested_at": _utc(batch["ingested_at"]), "run_id": batch["run_id"]}


def _feed(feed: Row, now: datetime, time_zone: str) -> Row:
    covered = feed["covered_until"]
    age = age_seconds(covered, now, time_zone) if covered else None
    state = _state(feed, age, now, time_zone)
    return feed | {"arrived_at": _utc(feed["arrived_at"]), "age_seconds": age, "state": state}


def _state(feed: Row, age: int | None, now: datetime, time_zone: str) -> str:
    covered, until = feed["covered_until"], feed["expected_until"]
    if covered and until and covered >= until:
        return "complete"
    if covered is None:
        if feed["arrived_at"] is not None and not feed["every"]:
            return "delivered"
        begun = feed["expected_from"]
        return "late" if begun and feed["every"] and now >= due(feed, begun, time_zone) else "awaited"
    budget = feed["budget_hours"]
    return "late" if budget is not None and age is not None and age > budget * _HOUR else "fresh"


def _utc(moment: Any) -> Any:  # noqa: ANN401 -- a naive UTC timestamp of the store, or None
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None
