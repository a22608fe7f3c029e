"""Passages at checkpoints, one row each, with a plate that no pack reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from kuai.generator.calendar import SECONDS_PER_DAY, season, weekday
from kuai.generator.cases import span
from kuai.generator.checkpoints import Checkpoints, checkpoints, week_profile
from kuai.generator.context import Context
from kuai.generator.done import Done
from kuai.generator.draw import Floats, Ints, pick, portions, stream
from kuai.generator.faults import PASSAGE_FAULTS, PASSAGE_LATE, code, planted
from kuai.generator.plan import Delivery, before, month_back
from kuai.generator.text import chosen, constant, digits, fixed, overwritten, times
from kuai.generator.write import write_csv

UNKNOWN = "K99999"

_SOUND = len(PASSAGE_FAULTS)
_WEEKDAY = np.array([1.02, 1.0, 1.0, 1.03, 1.12, 0.94, 0.86])


def write_passages(world: Context, delivery: Delivery, folder: Path) -> Done:
    """One file of passages and the truth about it."""
    points = checkpoints(world)
    n = expected_passages(world, delivery)
    late = round(n * PASSAGE_LATE)
    rng = stream(world.plan.seed, "passages", delivery.index)
    point, second = _drawn(points, delivery, n - late, rng)
    earlier = before(world.plan, delivery)
    if earlier:
        more = _late(world, points, earlier)
        point, second = np.r_[point, more[0]], np.r_[second, more[1]]
    # Files are written as passages come in: by time, but what came late is at the end.
    fault = planted(PASSAGE_FAULTS, len(point), rng)
    path = f"passages/passages_{delivery.label}.csv"
    rows = write_csv(_table(world, points, (point, second, fault), delivery), folder / path)
    counts = _counted(world, points, (point, second, fault))
    counts = counts.append_column("file", pa.array([path] * counts.num_rows, pa.string()))
    sums = {"passage.rows": rows, "passage.late": len(point) - n + late}
    sums |= {f"passage.{name}": int((fault == k).sum()) for k, name in enumerate(PASSAGE_FAULTS)}
    return Done({path: rows}, {"passages": counts, "passage_files": _file_truth(path, fault, rows)}, sums)


def expected_passages(world: Context, delivery: Delivery) -> int:
    """Passages of a delivery before planted errors: its days' share of the plan's total."""
    whole, part = (_daily(span(one.first, one.last)).sum() for one in (_period(world), delivery))
    return round(world.plan.sizes.passages * float(part / whole))


def _period(world: Context) -> Delivery:
    return Delivery("", 0, world.plan.first, world.plan.until)


def _daily(days: Ints) -> Floats:
    return np.asarray(season(days, 5, 0.05) * _WEEKDAY[weekday(days)])


def _late(world: Context, points: Checkpoints, delivery: Delivery) -> tuple[Ints, Ints]:
    """Passages of the last day of a delivery that come only with the next one."""
    rng = stream(world.plan.seed, "late passages", delivery.index)
    last = Delivery("", delivery.index, delivery.last, delivery.last)
    return _drawn(points, last, round(expected_passages(world, delivery) * PASSAGE_LATE), rng)


def _drawn(points: Checkpoints, delivery: Delivery, n: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Checkpoint and second of passages on the days of a delivery, in order of time."""
    days = span(delivery.first, delivery.last)
    day = np.repeat(days, portions(n, _daily(days)))
    alive = points.alive(int(days[0]), int(days[-1]))
    point = pick(rng, np.where(alive, points.flow, 0.0), n)
    hour = _hour(points.kind[point], weekday(day), rng)
    second = day * SECONDS_PER_DAY + hour * 3_600 + rng.integers(0, 3_600, n)
    order = np.argsort(second, kind="stable")
    return point[order], second[order]


def _hour(kind: Ints, on: Ints, rng: np.random.Generator) -> Ints:
    daily = np.cumsum(week_profile().reshape(-1, 24), axis=1)
    daily /= daily[:, -1:]
    table = kind * 7 + on
    heights = (daily + np.arange(len(daily))[:, None]).ravel()
    return np.minimum(np.searchsorted(heights, rng.random(len(kind)) + table, side="right") - table * 24, 23)


def _table(world: Context, points: Checkpoints, rows: tuple[Ints, Ints, Ints], delivery: Delivery) -> pa.Table:
    point, second, fault = rows
    n = len(point)
    where = np.where(fault == code(PASSAGE_FAULTS, "unknown_checkpoint"), len(points.code), point)
    plate = (point * 7_919 + second // 97 * 104_729) % 100_000
    passed = times(second)
    wrong = fault == code(PASSAGE_FAULTS, "time_unreadable")
    passed = overwritten(passed, wrong, pa.array(["24:61:61"] * int(wrong.sum()), pa.string()))
    columns = {
        "卡口编号": chosen([*points.code, UNKNOWN], where),
        "通过时间": passed,
        "号牌": fixed(constant("示A", n), digits(plate, 5)),
    }
    if delivery.first >= month_back(world.plan.until, world.plan.sizes.months // 2):
        lane = chosen(["1", "2", "3"], plate % 3)
        columns = {"号牌": columns["号牌"], "车道": lane, "通过时间": passed, "卡口编号": columns["卡口编号"]}
    return pa.table(columns)


def _counted(world: Context, points: Checkpoints, rows: tuple[Ints, Ints, Ints]) -> pa.Table:
    """Accepted passages per checkpoint and hour; per day at the scale of a province."""
    point, second, fault = rows
    where = np.where(fault == code(PASSAGE_FAULTS, "unknown_checkpoint"), len(points.code), point)
    unit = SECONDS_PER_DAY if world.plan.scale == "province" else 3_600
    kept = fault != code(PASSAGE_FAULTS, "time_unreadable")
    found, counts = np.unique(where[kept] * 1_000_000 + second[kept] // unit, return_counts=True)
    begin = (found % 1_000_000 * unit).astype("datetime64[s]")
    return pa.table(
        {
            "checkpoint_id": chosen([*points.code, UNKNOWN], found // 1_000_000),
            "hour": pa.array(begin, pa.timestamp("s")),
            "passages": counts,
        }
    )


def _file_truth(path: str, fault: Ints, rows: int) -> pa.Table:
    counts = {name: [int((fault == k).sum())] for k, name in enumerate(PASSAGE_FAULTS)}
    return pa.table({"file": [path], "rows": [rows], **counts})
