"""A9: whatever is asked, and however often, is answered with the cells that were served once, and never anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kuai import periods
from kuai.errors import GateError
from kuai.serving import Question
from tests.proofs import populations, served
from tests.proofs.figures import Table
from tests.proofs.served import Answers
from tests.proofs.zone import CATEGORIES, IS_FULL, LEVELS, REGISTERS, Zone

pytestmark = pytest.mark.slow

TRIES, ONE_AREA = (10_000, 0.9995) if IS_FULL else (200, 0.97)
Base = dict[tuple[str, str, int], pd.Series]


@pytest.fixture(scope="module")
def base(answers: Answers) -> Base:
    """What is served of each level and category since each register, by area."""
    wanted = [(level, category) for level in (*LEVELS, "county", "street", "city") for category in CATEGORIES]
    days = enumerate(REGISTERS)
    return {(*one, number): answers.residents(one[0], day, one[1]) for number, day in days for one in wanted}


def asked(rng: np.random.Generator, areas: dict[str, list[str]]) -> Question:
    """A question like any that can be asked: days, period, level, group, and one area or all of them."""
    first = REGISTERS[0] + timedelta(days=int(rng.integers(0, 765)))
    level = str(rng.choice(list(areas)))
    one = areas[level][rng.integers(len(areas[level]))] if rng.random() < ONE_AREA else None
    last = first + timedelta(days=int(rng.integers(0, 40)))
    period, category = str(rng.choice(periods.PERIODS)), str(rng.choice(CATEGORIES))
    return Question("resident_count", level, period, first, last, one, category)


def test_any_window_is_answered_with_the_base_cells(answers: Answers, base: Base, table: Table) -> None:
    rng, areas = np.random.default_rng(3), {level: list(base[level, "all", 0].index) for level in (*LEVELS, "city")}
    other = rows = 0
    for _ in range(TRIES):
        question = asked(rng, areas)
        found = answers.serving.ask(question).rows
        other += int((~_alike(found["value"].to_numpy(), expected(question, found, base))).sum())
        rows += len(found)
    assert table.hold("A9", f"values of {TRIES} random questions that are no base cell, of {rows}", other, "<= 0")


def expected(question: Question, found: pd.DataFrame, base: Base) -> np.ndarray:
    """Base cells behind the rows of an answer: of the newest register at the end of each row's period."""
    starts, place = np.unique(found["start"].to_numpy(), return_inverse=True)
    lasts = [periods.end(question.period, pd.Timestamp(start).date()) for start in starts]
    is_later = np.array([last >= REGISTERS[1] for last in lasts])[place]
    areas = found["area"].to_numpy()
    known = [base[question.level, question.category, number].reindex(areas).to_numpy() for number in (0, 1)]
    return np.where(is_later, known[1], known[0])


def _alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray((first == second) | (np.isnan(first) & np.isnan(second)))


def test_one_set_of_blocks_has_one_value_by_every_name(pairs: Zone, base: Base, table: Table) -> None:
    blocks, other, cells = pairs.blocks, 0, 0
    same = blocks[blocks["part"].str.startswith("k") & (blocks["role"] == "small")]
    alone = blocks[blocks["part"] == "a"]
    for category in CATEGORIES:
        for number in (0, 1):
            known = {level: base[level, category, number] for level in LEVELS}
            for rows, levels in ((same, ("station", "community")), (alone, LEVELS)):
                shown = [known[level][rows[level]].to_numpy() for level in levels]
                other += sum(int((~_alike(shown[0], one)).sum()) for one in shown[1:])
                cells += sum(map(len, shown))
    whole = [base[level, category, 0].iloc[0] for level in ("county", "street", "city") for category in CATEGORIES]
    assert len(set(whole)) == len(set(whole[: len(CATEGORIES)]))
    assert table.hold("A9", f"areas of one set of blocks that differ, of {cells}", other, "<= 0")


def test_an_explanation_says_the_served_value_only(answers: Answers, base: Base, pairs: Zone) -> None:
    for area in pairs.blocks["block"].iloc[:20]:
        question = Question("resident_count", "block", "month", REGISTERS[0], REGISTERS[0], area)
        told = answers.serving.explain(question)["cells"][0]["value"]
        known = base["block", "all", 0][area]
        assert told == (None if np.isnan(known) else known)


def test_a_union_or_a_window_of_ones_own_cannot_be_asked_for(answers: Answers) -> None:
    question = Question("resident_count", "block", "month", REGISTERS[0], REGISTERS[0])
    for wrong in ({"period": "7 days"}, {"area": "p00000-ow,p00001-ow"}, {"category": "male,female"}, {"level": "all"}):
        with pytest.raises(GateError):
            answers.serving.ask(replace(question, **wrong))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small() -> Zone:
    return populations.pairs(populations.Size(60, 40, 5, 40, 0, 0))


@pytest.fixture(scope="module")
def twice(small: Zone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Answers, Answers]]:
    """The same content built in two homes, from rows in another order; and the folder of the second."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    with ExitStack() as stack:
        one = stack.enter_context(served.opened(served.publish(small, first)))
        (second / "landing").mkdir()
        for path in (first / "landing").iterdir():
            rows = pq.read_table(path)
            pq.write_table(rows.take(np.random.default_rng(4).permutation(len(rows))), second / "landing" / path.name)
        yield second, one, stack.enter_context(served.opened(served.republish(second)))


def everything(answers: Answers, until: date = REGISTERS[0]) -> dict[str, list[float]]:
    """All residents of a day and all events of the two months, as served."""
    found = {
        f"{level} {category}": answers.residents(level, until, category) for level in LEVELS for category in CATEGORIES
    }
    found |= {f"{level} events": answers.events(level, date(2026, 2, 1)) for level in LEVELS[1:]}
    return {name: one.sort_index().fillna(-1).tolist() for name, one in found.items()}


def test_the_same_content_has_the_same_values_in_every_snapshot(
    twice: tuple[Path, Answers, Answers], table: Table
) -> None:
    _, first, second = twice
    assert first.serving.snapshot()["run_id"] == second.serving.snapshot()["run_id"]
    other = sum(one != second_one for one, second_one in zip(*map(_flat, (first, second)), strict=True))
    assert table.hold("A9", "values of a snapshot that another of the same rows has otherwise", other, "<= 0")


def _flat(answers: Answers) -> list[float]:
    return [value for values in everything(answers).values() for value in values]


def test_a_later_boundary_does_not_draw_old_noise_anew(
    twice: tuple[Path, Answers, Answers], small: Zone, table: Table, tmp_path: Path
) -> None:
    folder, first, _ = twice
    shutil.copytree(folder / "landing", tmp_path / "moved" / "landing")
    moved = small.blocks.assign(station=small.blocks["station"].where(small.blocks["part"] != "w", "w00000"))
    small.deliver_boundaries(tmp_path / "moved" / "landing", moved, date(2026, 3, 1))
    with served.opened(served.republish(tmp_path / "moved")) as later:
        other = sum(one != late for one, late in zip(*map(_flat, (first, later)), strict=True))
    assert table.hold("A9", "values of a day that a later boundary changed", other, "<= 0")
