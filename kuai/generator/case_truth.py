"""Truth about a file of cases: what was planted, and what a right build counts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kuai.generator.calendar import SECONDS_PER_DAY
from kuai.generator.case_faults import LABELS
from kuai.generator.case_kinds import KINDS
from kuai.generator.cases import SOUND, Cases
from kuai.generator.context import Context
from kuai.generator.draw import Mask
from kuai.generator.faults import UNLOCATED
from kuai.generator.text import chosen


def with_fault(cases: Cases, names: tuple[str, ...]) -> Mask:
    """Which cases have one of the faults."""
    return np.isin(cases.fault, [LABELS.index(name) for name in names])


def per_file(cases: Cases, fresh: Mask, path: str) -> pa.Table:
    """Rows of the file, and how many have each fault; unlocated are those that can be timed and not placed."""
    counts = {name: [int((cases.fault == k).sum())] for k, name in enumerate(LABELS)}
    counts["repeated_line"] = [int((~fresh & (cases.fault == LABELS.index("repeated_line"))).sum())]
    letters = {
        name: [int((cases.letter == ord(letter)).sum())] for name, letter in (("late", "L"), ("redelivered", "R"))
    }
    unlocated = int(with_fault(cases, UNLOCATED).sum())
    return pa.table({"file": [path], "rows": [len(cases)], **counts, **letters, "unlocated": [unlocated]})


def planted_rows(table: pa.Table, cases: Cases, path: str) -> pa.Table:
    """File, row, fault and number of every case that was planted wrong, late or twice."""
    at = np.flatnonzero((cases.fault != SOUND) | (cases.letter != ord("M")))
    names = [*LABELS, "late", "redelivered"]
    letter = cases.letter[at]
    fault = np.where(letter == ord("L"), len(LABELS), np.where(letter == ord("R"), len(LABELS) + 1, cases.fault[at]))
    return pa.table(
        {
            "file": pa.array([path] * len(at), pa.string()),
            "row": at + 1,
            "fault": chosen(names, fault),
            "case_id": table.column("案件编号").take(pa.array(at)),
        }
    )


def per_day(cases: Cases) -> pa.Table:
    """Cases per category and day of occurrence, each once."""
    pairs = (cases.occurred // SECONDS_PER_DAY) * len(KINDS) + cases.kind
    found, counts = np.unique(pairs, return_counts=True)
    return pa.table(
        {
            "category": chosen([kind.code for kind in KINDS], found % len(KINDS)),
            "day": pa.array((found // len(KINDS)).astype("datetime64[D]")),
            "cases": counts,
        }
    )


def per_block(world: Context, cases: Cases) -> pa.Table:
    """Located cases per block and month of occurrence, each once."""
    located = np.flatnonzero(~with_fault(cases, UNLOCATED))
    month = (
        (cases.occurred[located] // SECONDS_PER_DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    )
    found, counts = np.unique(cases.block[located] * 100_000 + month, return_counts=True)
    months = (found % 100_000).astype("datetime64[M]").astype("datetime64[D]")
    return pa.table({"area": chosen(world.codes.block, found // 100_000), "month": pa.array(months), "cases": counts})
