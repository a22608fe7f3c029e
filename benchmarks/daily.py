"""One more day brought into a built history, against the full build of the same store."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from kuai.errors import EngineError
from kuai.generator import generate_day

from benchmarks.ground import Ground, say
from benchmarks.result import Result, compared

DAYS = 5


class Day(NamedTuple):
    """Seconds that one day took: of the whole command, and of the build inside it."""

    whole: float
    inside: float


def run() -> list[Result]:
    """Seconds of the median of several days in a row, as a share of the full build."""
    ground = Ground.from_environment()
    full = ground.built()
    taken = [_bring(ground, day) for day in _next_days(ground)]
    whole, inside = median(day.whole for day in taken), median(day.inside for day in taken)
    spread = ", ".join(f"{day.whole:.1f}" for day in taken)
    note = (
        f"{ground.plan.scale}, {full.rows:,} rows in {ground.plan.sizes.months} months; whole commands in s: {spread}"
    )
    return [
        compared("daily", whole, full.seconds, "<= 0.01", ("s", f"whole command; {note}")),
        compared("daily inside", inside, full.inside, "<= 0.01", ("s", "the build without the start of the command")),
    ]


def _next_days(ground: Ground) -> list[date]:
    """Days after the last one that was ever delivered here."""
    there = [path.stem.partition("_")[2] for path in ground.landing.glob("cases/cases_????-??-??.csv")]
    last = max([ground.plan.until, *map(date.fromisoformat, there)])
    return [last + timedelta(days=number + 1) for number in range(DAYS)]


def _bring(ground: Ground, day: date) -> Day:
    rows = generate_day(ground.plan, ground.landing, day).rows
    ran, report = ground.update()
    fresh = sum(batch["rows_read"] for batch in report["batches"] if batch["is_new"])
    if fresh != sum(rows.values()):
        raise EngineError(f"{day}: {fresh} rows were read of {sum(rows.values())} delivered", str(ground.root))
    say(f"{day}: {fresh:,} rows in {ran.seconds:.1f} s, {report['seconds']:.1f} s inside")
    return Day(ran.seconds, report["seconds"])
