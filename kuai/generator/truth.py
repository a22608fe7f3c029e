"""Truth beside the landing files: what was planted where, and the numbers a right build must find.

Nothing below `truth/` is ever read by a build.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from kuai.generator.checkpoints import FOREVER, checkpoints
from kuai.generator.cohorts import event_months
from kuai.generator.context import Context
from kuai.generator.done import Done
from kuai.generator.draw import Ints, stream
from kuai.generator.faults import CASE_RULES, EVENT_RULES, OPENING_BROKEN, PASSAGE_RULES, PERSON_RULES
from kuai.generator.plan import Plan
from kuai.generator.text import chosen
from kuai.generator.write import write_csv, write_parquet

VERSION = 1
"""Raised whenever an equal plan gives other files than before."""


def record(plan: Plan) -> dict[str, str | int]:
    """What identifies the content of a folder."""
    return {**plan.as_record(), "version": VERSION}


def write_truth(world: Context, done: list[Done], folder: Path) -> dict[str, int]:
    """Rows per landing file, after writing the last of them, the truth files and the manifest."""
    tables = {name: pa.concat_tables(_of(done, name)) for name in sorted({n for one in done for n in one.truth})}
    files = {path: rows for one in done for path, rows in one.files.items()}
    files |= _write_cancelled(world.plan, tables.pop("cancelled"), folder)
    files |= _write_opening(world, tables, folder)
    tables |= {"quarantine": _quarantine(tables), "checkpoints": _checkpoints(world)}
    for name, table in tables.items():
        write_parquet(table, folder / "truth" / f"{name}.parquet")
    _write_json(_expected(done, files), folder / "truth" / "expected.json")
    _write_json({"plan": record(world.plan), "files": files}, folder / "truth" / "manifest.json")
    return files


def read_manifest(folder: Path) -> dict[str, object] | None:
    """Plan and files of a finished folder; none if it is not finished."""
    path = folder / "truth" / "manifest.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def _of(done: list[Done], name: str) -> list[pa.Table]:
    return [one.truth[name] for one in done if name in one.truth]


def _write_cancelled(plan: Plan, table: pa.Table, folder: Path) -> dict[str, int]:
    path = f"persons_cancelled/cancelled__{plan.until}.csv"
    return {path: write_csv(table, folder / path)}


def _write_opening(world: Context, tables: dict[str, pa.Table], folder: Path) -> dict[str, int]:
    """Rows of the count of residents per community before the first event; some are broken."""
    day = event_months(world.plan)[0][0]
    opening = _by_community(world, tables["residents"], "opening")
    offset = _breaks(world.plan, len(opening))
    offset = np.maximum(offset, -opening)
    codes = world.codes.community
    tables["stock_flow"] = pa.table(
        {
            "area": codes,
            "opening": opening,
            "opening_delivered": opening + offset,
            "residents": _by_community(world, tables["residents"], "residents"),
        }
    )
    path = f"population_counts/counts__{day}.csv"
    counts = pa.table({"社区编码": codes, "统计日期": [day.isoformat()] * len(codes), "常住人口": opening + offset})
    return {path: write_csv(counts, folder / path)}


def _quarantine(tables: dict[str, pa.Table]) -> pa.Table:
    """Rows that must be turned away, by file and rule."""
    counts: Counter[tuple[str, str]] = Counter()
    faults = tables["identity"].select(["file", "fault"]).group_by(["file", "fault"]).aggregate([([], "count_all")])
    for one in faults.to_pylist():
        counts[one["file"], PERSON_RULES.get(one["fault"], "")] += one["count_all"]
    for name, rules in (("case_files", CASE_RULES), ("passage_files", PASSAGE_RULES)):
        for one in tables[name].to_pylist():
            counts.update({(one["file"], rule): one[fault] for fault, rule in rules.items()})
    for one in tables["events"].to_pylist():
        counts[one["file"], EVENT_RULES.get(one["kind"], "")] += one["events"]
    kept = sorted((file, rule, n) for (file, rule), n in counts.items() if rule and n)
    return pa.table({name: [row[k] for row in kept] for k, name in enumerate(("file", "rule", "rows"))})


def _checkpoints(world: Context) -> pa.Table:
    """First and last day, and block, of every checkpoint; the last day is null while it is in operation."""
    points = checkpoints(world)
    return pa.table(
        {
            "checkpoint_id": points.code,
            "area": chosen(world.codes.block, points.block),
            "live_from": pa.array(points.first.astype("datetime64[D]")),
            "live_to": pa.array(points.last.astype("datetime64[D]"), mask=points.last == FOREVER),
        }
    )


def _by_community(world: Context, blocks: pa.Table, column: str) -> Ints:
    values = blocks.column(column).to_numpy()
    summed = np.bincount(world.territory.community, values, minlength=len(world.codes.community))
    return summed.astype(np.int64)


def _breaks(plan: Plan, communities: int) -> Ints:
    rng = stream(plan.seed, "broken openings")
    broken = rng.choice(communities, max(1, round(communities * OPENING_BROKEN)), replace=False)
    offset = np.zeros(communities, np.int64)
    offset[broken] = rng.integers(3, 40, len(broken)) * rng.choice([-1, 1], len(broken))
    return offset


def _expected(done: list[Done], files: dict[str, int]) -> dict[str, object]:
    sums: Counter[str] = Counter()
    for one in done:
        sums.update(one.sums)
    rows: Counter[str] = Counter()
    for path, n in files.items():
        rows[path.split("/")[0]] += n
    distinct = sums["person.distinct_by_county"] - sums["person.active_twice"] // 2
    return {
        "rows": dict(sorted(rows.items())),
        "sums": dict(sorted(sums.items())) | {"person.distinct": distinct},
    }


def _write_json(value: object, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
