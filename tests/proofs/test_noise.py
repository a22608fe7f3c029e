"""A3, A4 and A14: what the noise is like, cell by cell, and what is left of the use of the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise
from tests.proofs import attacks
from tests.proofs.figures import SIGMAS, Table, slack_of_mean
from tests.proofs.served import Answers
from tests.proofs.zone import CATEGORIES, LEVELS, REGISTERS, Zone

pytestmark = pytest.mark.slow

SURELY_SERVED = 15
PAIRS = 100_000


def drawn(zone: Zone, answers: Answers, level: str, category: str = "all", register: int = 0) -> pd.Series:
    """Noise by area, of the cells that are served whatever their noise."""
    truth = zone.counts(level, category, register)
    shown = answers.residents(level, REGISTERS[register], category).loc[truth.index]
    return (shown - truth)[truth >= SURELY_SERVED]


@pytest.fixture(scope="module")
def drawn_everywhere(pairs: Zone, answers: Answers) -> dict[tuple[str, str, int], pd.Series]:
    wanted = [(level, category, register) for level in LEVELS for category in CATEGORIES for register in (0, 1)]
    return {one: drawn(pairs, answers, *one) for one in wanted}


def test_served_noise_follows_the_row(
    drawn_everywhere: dict[tuple[str, str, int], pd.Series], noise: Noise, table: Table
) -> None:
    # a community and a station of the same blocks share their noise: one of them is enough
    own = [one for (level, _, _), one in drawn_everywhere.items() if level != "community"]
    every = pd.concat(own).to_numpy().astype(int)
    assert abs(every).max() <= noise.reach
    share, tries = attacks.row(noise), len(every)
    counted = np.bincount(every + noise.reach, minlength=len(share))
    variance, fourth = noise.moments[1], float((np.arange(-5, 6) ** 4) @ share)
    from scipy.special import chdtrc

    likely = float(chdtrc(len(share) - 1, ((counted - share * tries) ** 2 / (share * tries)).sum()))
    assert table.hold("A3", f"chi-square p of {tries} cells", likely, ">= 0.001")
    assert table.hold("A3", "mean", abs(every.mean()), "<= 0.03", max(0, slack_of_mean(variance**0.5, tries) - 0.03))
    spread = max(0, slack_of_mean((fourth - variance**2) ** 0.5, tries) - 0.1)
    assert table.hold("A3", "variance, off 3", abs(every.var() - variance), "<= 0.1", spread)


RELATED = ("parent and child", "siblings", "the next period", "one person more")


def related(zone: Zone, found: dict[tuple[str, str, int], pd.Series], relation: str) -> pd.DataFrame:
    """Noise of two cells side by side, over all categories."""
    blocks = zone.blocks.set_index("block")
    own, pair = blocks[blocks["part"] != "a"], blocks[(blocks["part"] == "p") & (blocks["role"] == "own")]
    first, second, names, others = {
        "parent and child": (("block", 0), ("station", 0), own.index, own["station"]),
        "siblings": (("block", 0), ("block", 0), own.index[:-1], own.index[1:]),
        "the next period": (("block", 0), ("block", 1), own.index, own.index),
        "one person more": (("block", 0), ("station", 0), pair.index, pair["station"]),
    }[relation]
    frames = []
    for category in CATEGORIES:
        left, right = (found[level, category, register] for level, register in (first, second))
        beside = {"first": left.reindex(names).to_numpy(), "second": right.reindex(others).to_numpy()}
        frames.append(pd.DataFrame(beside))
    return pd.concat(frames).dropna()


@pytest.mark.parametrize("relation", RELATED)
def test_served_noise_of_related_cells_is_independent(
    pairs: Zone, drawn_everywhere: dict[tuple[str, str, int], pd.Series], table: Table, relation: str
) -> None:
    found = related(pairs, drawn_everywhere, relation)
    together = abs(np.corrcoef(found["first"], found["second"])[0, 1])
    slack = max(0.0, SIGMAS / len(found) ** 0.5 - 0.01)
    assert table.hold("A4", f"{relation}, {len(found)} pairs", together, "<= 0.01", slack)
