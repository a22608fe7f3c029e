"""Cost of a build as its rows grow 1, 4 and 16 times: seconds per million rows, beside those of the script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from statistics import median
from typing import NamedTuple

from kuai.generator import SCALES, Plan
from kuai.generator.territory import SPLIT_COUNTIES
from kuai.settings import Settings

from benchmarks.ground import Ground, bench_folder, peer, say
from benchmarks.result import Result, holds

TIMES = (1, 4, 16)
REPEATS = {0: 3, 1: 3}
MONTHS = 3
GOAL = "<= 1.3"
_CASES = {"town": 5_000, "city": 50_000, "province": 200_000}
_ENGINE = (("KUAI_ENGINE_SPARK_FROM_MB", "1000000"),)


class Point(NamedTuple):
    """What so many times the rows cost: rows, and seconds of the build and of the script."""

    rows: int
    ours: float
    theirs: float


def run() -> list[Result]:
    """Seconds per million rows, the fixed part of a build taken away, at 4 and 16 times the rows against once.

    A history grows by months: 3, 12 and 48 of them, each with as many cases and passages. The fixed part is a build of
    the same region and register with hardly a row.
    """
    points = {times: _measured(times) for times in (0, *TIMES)}
    return [_result(points, times) for times in TIMES[1:]]


def _result(points: dict[int, Point], times: int) -> Result:
    ours, theirs = _slopes(points, times)
    first, script = _slopes(points, 1)
    note = (
        f"{points[times].rows:,} cases and passages; {points[1].rows:,} cost {first:.2f} and the script's "
        f"{script:.2f}; fixed part {points[0].ours:.1f} s, the script's {points[0].theirs:.1f} s"
    )
    ratio = ours / first
    return Result(f"growth x{times}", ours, theirs, ratio, GOAL, holds(ratio, GOAL), "s per million rows", note)


def _slopes(points: dict[int, Point], times: int) -> tuple[float, float]:
    """Seconds per million rows of the build and of the script, the fixed part of each taken away."""
    fixed, point = points[0], points[times]
    millions = point.rows / 1e6
    return max(point.ours - fixed.ours, 0.001) / millions, max(point.theirs - fixed.theirs, 0.001) / millions


def _measured(times: int) -> Point:
    """Median of builds and scripts on a history of so many times the rows; 0 for hardly any."""
    with _scale(times) as scale:
        plan = Plan(scale, 1, date.fromisoformat(Settings.load().generate.until))
        ground = Ground(bench_folder() / scale, plan, _ENGINE).prepare()
        ours, theirs = [], []
        for _ in range(REPEATS.get(times, 1)):
            ours.append(ground.build().inside)
            theirs.append(peer(ground, ground.root / "peer.duckdb").seconds)
        point = Point(plan.sizes.cases + plan.sizes.passages, median(ours), median(theirs))
        say(f"x{times}: {point.rows:,} rows, {point.ours:.1f} s, script {point.theirs:.1f} s")
    return point


@contextmanager
def _scale(times: int) -> Iterator[str]:
    """Scale of the generator, known while the block runs: a city with a small register and so many times the rows."""
    size = os.environ.get("KUAI_BENCH_SCALE") or "province"
    cases, months = _CASES[size] * times or _CASES[size] // 100, MONTHS * max(times, 1)
    whole = SCALES["town" if size == "town" else "city"]
    fewer = replace(whole, residents=whole.residents // 20, event_months=1)
    sizes = replace(fewer, cases=cases, passages=5 * cases, months=months)
    name = f"growth-{size}-x{times}"
    SCALES[name], SPLIT_COUNTIES[name] = sizes, SPLIT_COUNTIES["city"]
    try:
        yield name
    finally:
        del SCALES[name], SPLIT_COUNTIES[name]
