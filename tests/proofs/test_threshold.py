"""A10 and A13: whether bounds or the display threshold give small counts away."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise
from kuai.serving import Question, Serving
from tests.proofs import attacks
from tests.proofs.attacks import Family
from tests.proofs.figures import Table, slack_of_share
from tests.proofs.served import Answers
from tests.proofs.test_averaging import PARTS, _group
from tests.proofs.zone import CATEGORIES, LEVELS, REGISTERS, Zone

pytestmark = pytest.mark.slow


def families(zone: Zone, answers: Answers, size: int) -> tuple[Family, np.ndarray]:
    """Cells of stations of so many blocks, in all categories, over blocks by sex and age; and each block's column."""
    from scipy import sparse

    blocks = zone.blocks[zone.blocks["part"] == f"k{size}-"].reset_index(drop=True)
    served, truth, rows = [], [], []
    for level in ("block", "station"):
        areas, place = np.unique(blocks[level], return_inverse=True)
        inside = sparse.csr_matrix((np.ones(len(blocks)), (place, np.arange(len(blocks)))))
        for category in CATEGORIES:
            served.append(answers.residents(level, REGISTERS[0], category).loc[areas])
            truth.append(zone.counts(level, category, 0).loc[areas])
            rows.append(sparse.kron(inside, _group(category)[None, :]))
    small = np.flatnonzero(blocks["role"] == "small")
    return Family(sparse.vstack(rows).tocsr(), pd.concat(served).to_numpy(), pd.concat(truth).to_numpy()), small


@pytest.mark.parametrize("size", [2, 3, 10])
def test_bounds_do_not_prove_a_small_count(
    pairs: Zone, answers: Answers, noise: Noise, table: Table, size: int
) -> None:
    found, small = families(pairs, answers, size)
    low, high = attacks.bounded(found, noise)
    # the attacker's last step: what all parts of the small block together must be
    least, most = low.reshape(-1, PARTS)[small].sum(axis=1), high.reshape(-1, PARTS)[small].sum(axis=1)
    blocks = pairs.blocks[pairs.blocks["part"] == f"k{size}-"].reset_index(drop=True)["block"]
    truth = pairs.counts("block", "all", 0).loc[blocks.iloc[small]].to_numpy()
    few, none = (truth > 0), (truth == 0)
    assert (least <= truth).all()
    assert (most >= truth).all()
    shown = (least[few] >= 1).mean()
    assert table.hold(
        "A10", f"{size} blocks: 1 or 2 shown to be there", shown, "<= 0.001", slack_of_share(0.001, few.sum())
    )
    assert table.hold("A10", f"{size} blocks: 1 or 2 pinned", float((least == most)[few].sum()), "<= 0")
    assert table.hold("A10", f"{size} blocks: 0 proven", float((most[none] == 0).sum()), "<= 0")


def test_nothing_under_the_threshold_is_served(pairs: Zone, answers: Answers, noise: Noise, table: Table) -> None:
    wrong = cells = 0
    for level in LEVELS:
        for category in CATEGORIES:
            value = answers.residents(level, REGISTERS[0], category).dropna()
            truth = pairs.counts(level, category, 0).loc[value.index]
            cells += len(value)
            wrong += int((value < noise.threshold).sum() + (truth < noise.threshold - noise.reach).sum())
    assert cells > 5_000
    assert table.hold("A13", f"values under 10, or of fewer than 5 persons, in {cells} cells", wrong, "<= 0")


def test_a_block_of_nobody_and_one_of_a_few_look_alike(pairs: Zone, answers: Answers, table: Table) -> None:
    day = REGISTERS[0]
    rows = answers.serving.ask(Question("resident_count", "block", "quarter", day, day)).rows
    truth = pairs.counts("block", "all", 0).loc[rows["area"].astype(str)].to_numpy()
    told = rows.drop(columns="area").astype(str).agg("|".join, axis=1)
    kinds = {few: set(told[truth == few]) for few in range(5)}
    assert set(map(len, kinds.values())) == {1}
    assert table.hold("A13", "answers that 0 and 1 to 4 differ in", len(set.union(*kinds.values())) - 1, "<= 0")


def test_an_explanation_of_nobody_and_of_a_few_is_the_same(pairs: Zone, answers: Answers, table: Table) -> None:
    truth, moment = pairs.counts("block", "all", 0), datetime.now(UTC)
    gate = Serving(answers.serving._reader, answers.serving._policy, lambda: moment)
    told = {explained(gate, truth.index[truth == few][0], REGISTERS[0]) for few in range(5)}
    assert table.hold("A13", "explanations that 0 and 1 to 4 differ in", len(told) - 1, "<= 0")


def explained(gate: Serving, area: str, day: date) -> str:
    found = gate.explain(Question("resident_count", "block", "quarter", day, day, area=area))
    return json.dumps(found, default=str).replace(area, "here")
