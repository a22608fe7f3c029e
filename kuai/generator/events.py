"""Population events of one month over all counties, as a CSV file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from kuai.generator.cohorts import KINDS, cohort, event_months
from kuai.generator.context import Context
from kuai.generator.done import Done
from kuai.generator.draw import Bytes, Ints, stream
from kuai.generator.faults import EVENT_REPEATED
from kuai.generator.people import People
from kuai.generator.text import chosen, compact_days, constant, digits, fixed, iso_days
from kuai.generator.write import write_csv

_LABELS = ("出生", "迁入", "更正", "死亡", "迁出", "更正", "死亡")
_DIRECTIONS = (None, None, "1", None, None, "-1", None)


def write_events(world: Context, month: int, folder: Path) -> Done:
    """Events of the `month`-th month, in order of days; some lines are there twice."""
    cohorts = [
        cohort(world.plan, world.home(county), int(residents), month)
        for county, residents in enumerate(world.residents)
    ]
    county = np.repeat(np.arange(len(cohorts)), [len(one.kind) for one in cohorts])
    kind = np.concatenate([one.kind for one in cohorts])
    day = np.concatenate([one.day for one in cohorts])
    order = np.argsort(day, kind="stable")
    label = f"{event_months(world.plan)[month][0]:%Y-%m}"
    people = People.joined(one.people for one in cohorts).take(order)
    table = _table(world, people, kind[order], day[order], _numbers(world, county, label)[order])
    rng = stream(world.plan.seed, "repeated events", month)
    twice = np.flatnonzero(rng.random(len(order)) < EVENT_REPEATED)
    lines = np.sort(np.r_[np.arange(len(order)), twice])
    path = f"population_events/events_{label}.csv"
    rows = write_csv(table.take(pa.array(lines)), folder / path)
    return Done({path: rows}, {"events": _truth(kind, path, len(twice))}, {"event.repeated_line": len(twice)})


def _numbers(world: Context, county: Ints, label: str) -> Bytes:
    n = len(county)
    month = constant("-" + label.replace("-", "") + "-", n)
    return np.hstack([constant("E", n), digits(world.regions[county], 6), month, digits(np.arange(n), 6)])


def _table(world: Context, people: People, kind: Ints, day: Ints, number: Bytes) -> pa.Table:
    return pa.table(
        {
            "事件编号": fixed(number),
            "事件类型": chosen(list(_LABELS), kind),
            "发生日期": iso_days(day),
            "公民身份号码": fixed(people.numbers()),
            "性别": chosen(["女", "男"], people.male),
            "出生日期": compact_days(people.birth),
            "块编码": chosen(world.codes.block, people.block),
            "方向": pa.array(_DIRECTIONS, pa.string()).take(pa.array(kind)),
        }
    )


def _truth(kind: Ints, path: str, twice: int) -> pa.Table:
    counts = np.bincount(kind, minlength=len(KINDS))
    return pa.table(
        {
            "file": pa.array([path] * (len(KINDS) + 1), pa.string()),
            "kind": [*KINDS, "repeated_line"],
            "events": np.r_[counts, twice],
        }
    )
