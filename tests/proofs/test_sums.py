"""A9: unions of areas are sums of what was served of each, and never anything else."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kuai import periods
from kuai.serving import Window
from tests.proofs.figures import Table
from tests.proofs.served import Answers
from tests.proofs.zone import CATEGORIES, IS_FULL, LEVELS, REGISTERS

pytestmark = pytest.mark.slow

TRIES = 10_000 if IS_FULL else 150
LARGEST = 40
Base = dict[tuple[str, str, int], pd.Series]


@pytest.fixture(scope="module")
def base(answers: Answers) -> Base:
    """What is served of each level and category since each register, by area."""
    found = {}
    for number, day in enumerate(REGISTERS):
        for level in LEVELS:
            found |= {(level, one, number): answers.residents(level, day, one) for one in CATEGORIES}
    return found


def union(rng: np.random.Generator, base: Base) -> Window:
    """Any areas of a level, over any months; half of the unions are of areas that all have a value."""
    first = date(2026, 1, 1) + timedelta(days=int(rng.integers(0, 300)))
    last = periods.end("month", first + timedelta(days=int(rng.integers(0, 90))))
    level, category = str(rng.choice(LEVELS)), str(rng.choice(CATEGORIES))
    known = base[level, category, int(last >= REGISTERS[1])]
    areas = known.index if rng.random() < 0.5 else known.dropna().index
    chosen = rng.choice(areas, min(int(rng.integers(1, LARGEST)), len(areas)), replace=False)
    start = periods.start("month", first)
    return Window("resident_count", level, "month", start, last, None, category, areas=tuple(map(str, chosen)))


def test_any_union_is_the_sum_of_what_was_served(answers: Answers, base: Base, table: Table) -> None:
    rng, other, told = np.random.default_rng(9), 0, 0
    for _ in range(TRIES):
        window = union(rng, base)
        cells = base[window.level, window.category, int(window.last >= REGISTERS[1])].loc[list(window.areas)]
        expected = cells.sum(skipna=False)
        row = answers.serving.total(window).rows.iloc[0]
        is_alike = row["value"] == expected if row["state"] == "value" else np.isnan(expected)
        other, told = other + (not is_alike), told + (row["state"] == "value")
    assert told > TRIES / 4
    assert table.hold("A9", f"unions that are no sum of served cells, of {TRIES} ({told} with a value)", other, "<= 0")
