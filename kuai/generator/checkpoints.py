"""Checkpoints: where they stand, since when, how busy they are; and the snapshots of their registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from kuai.generator.calendar import hour_profile
from kuai.generator.context import Context
from kuai.generator.draw import Floats, Ints, Mask, day_number, pick, stream
from kuai.generator.names import CHECKPOINT_KINDS
from kuai.generator.place import points_in
from kuai.generator.plan import month_back
from kuai.generator.text import chosen, iso_days, masked
from kuai.generator.write import write_csv

FOREVER = 100_000
"""Last day, since 1970, of what is still in operation."""

_OPENED, _CLOSED = 0.15, 0.05
_COMMUTE = ((7.9, 1.1, 3.0), (18.0, 1.4, 2.8), (13.0, 3.0, 1.0))
_LEISURE = ((11.0, 2.5, 1.2), (16.0, 3.0, 1.6), (20.5, 2.0, 0.8))


@dataclass(frozen=True)
class Checkpoints:
    """Checkpoints as columns: code, kind, block, place in degrees, first and last day, relative flow."""

    code: list[str]
    kind: Ints
    block: Ints
    place: Floats
    first: Ints
    last: Ints
    flow: Floats

    def alive(self, first: int, last: int) -> Mask:
        """Which of them are in operation on all days from the first to the last."""
        return (self.first <= first) & (self.last >= last)


def checkpoints(world: Context) -> Checkpoints:
    """All checkpoints that ever lived in the period."""
    plan, rng = world.plan, stream(world.plan.seed, "checkpoints")
    n = plan.sizes.checkpoints
    block = pick(rng, 0.05 + world.territory.nearness, n)
    start, until = day_number(plan.first), day_number(plan.until)
    first = np.where(rng.random(n) < _OPENED, rng.integers(start, until - 20, n), start - rng.integers(100, 2_000, n))
    old = first < start
    last = np.where(old & (rng.random(n) < _CLOSED), rng.integers(start + 60, until, n), FOREVER)
    first[0], last[0] = start - 100, FOREVER
    code = [f"K{k + 1:05d}" for k in range(n)]
    flow = np.exp(rng.normal(0, 0.8, n)) * (0.3 + world.territory.nearness[block])
    kind = rng.integers(0, len(CHECKPOINT_KINDS), n)
    return Checkpoints(code, kind, block, points_in(world.territory, block, rng), first, last, flow)


def week_profile() -> Floats:
    """Share of every hour of a week for each kind of checkpoint, shape (kinds, 168), Monday first."""
    shares = []
    for kind in range(len(CHECKPOINT_KINDS)):
        commute = 1.0 - 0.25 * kind
        work = commute * hour_profile(_COMMUTE, 0.15) + (1 - commute) * hour_profile(_LEISURE, 0.2)
        rest = hour_profile(_LEISURE, 0.2) * (0.7 + 0.2 * kind)
        shares.append(np.concatenate([np.tile(work, 5), np.tile(rest, 2)]))
    return np.array(shares)


def write_registry(world: Context, folder: Path) -> dict[str, int]:
    """Rows per snapshot of the registry, one each half year; its columns drift from one snapshot to the next."""
    points, plan = checkpoints(world), world.plan
    months = [month_back(plan.until, back) for back in range(plan.sizes.months - 1, -1, -6)]
    days = [day + timedelta(days=1) for day in months if day + timedelta(days=1) < plan.until] + [plan.until]
    written = {}
    for k, day in enumerate(days):
        path = f"checkpoints/registry__{day}.csv"
        table = _snapshot(points, day_number(day), min(k, 2))
        written[path] = write_csv(table, folder / path, bom=k == 1)
    return written


def _snapshot(points: Checkpoints, day: int, layout: int) -> pa.Table:
    """Registry on a day: without dates of operation at first, then with them, then with other headings and order."""
    seen = np.flatnonzero(points.first <= day)
    kinds = chosen(list(CHECKPOINT_KINDS), points.kind[seen])
    code = chosen(points.code, seen)
    columns = {
        "卡口编号": code,
        "卡口名称": chosen([f"{code[-4:]}号卡口" for code in points.code], seen),
        "类型": kinds,
        "经度": points.place[seen, 0],
        "纬度": points.place[seen, 1],
    }
    if layout > 0:
        ended = points.last[seen] <= day
        columns["启用日期"] = iso_days(points.first[seen])
        columns["停用日期"] = masked(iso_days(np.where(ended, points.last[seen], day)), ~ended)
    table = pa.table(columns)
    if layout > 1:
        table = table.rename_columns(["编号", *table.column_names[1:]]).select([0, 3, 4, 2, 1, 5, 6])
    return table
