"""A8 and A11: what is left of the noise when everything served of a place, or of a year, is put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise
from tests.proofs import attacks
from tests.proofs.attacks import Family
from tests.proofs.figures import Table, slack_of_mean, slack_of_share
from tests.proofs.served import Answers
from tests.proofs.zone import CATEGORIES, REGISTERS, YEAR, Zone

pytestmark = pytest.mark.slow

SEXES, AGES = CATEGORIES[1:3], CATEGORIES[3:]
PARTS = len(SEXES) * len(AGES)


def family(zone: Zone, answers: Answers) -> tuple[Family, pd.DataFrame]:
    """Cells of the ward at three levels in all categories, over blocks by sex and age; and what each cell is."""
    from scipy import sparse

    ward = zone.blocks[zone.blocks["part"] == "w"].reset_index(drop=True)
    found, rows = [], []
    for level in ("block", "station", "community"):
        areas, place = np.unique(ward[level], return_inverse=True)
        inside = sparse.csr_matrix((np.ones(len(ward)), (place, np.arange(len(ward)))))
        for category in CATEGORIES:
            shown, truth = answers.residents(level, REGISTERS[0], category), zone.counts(level, category, 0)
            cells = {"level": level, "category": category, "served": shown.loc[areas], "truth": truth.loc[areas]}
            found.append(pd.DataFrame(cells))
            rows.append(sparse.kron(inside, _group(category)[None, :]))
    about = pd.concat(found)
    return Family(sparse.vstack(rows).tocsr(), about["served"].to_numpy(), about["truth"].to_numpy()), about


def _group(category: str) -> np.ndarray:
    """Which of the parts of a block, by sex and then by age, a category has."""
    return np.array([category in ("all", sex, age) for sex in SEXES for age in AGES], float)


@pytest.fixture(scope="module")
def ward(pairs: Zone, answers: Answers) -> tuple[Family, pd.DataFrame]:
    return family(pairs, answers)


def test_averaging_everything_served_leaves_most_of_the_noise(
    ward: tuple[Family, pd.DataFrame], noise: Noise, table: Table
) -> None:
    found, about = ward
    hidden = about["served"].isna()
    alike = about[hidden].groupby("category")["truth"].agg(["mean", "var"]).reindex(about["category"]).fillna(1.0)
    variance = noise.moments[1]
    estimate = attacks.averaged(found, variance, (alike["mean"].to_numpy(), alike["var"].to_numpy().clip(0.1)))
    block = about["level"] == "block"
    shown, unseen = (block & ~hidden).to_numpy(), (block & hidden).to_numpy()
    assert shown.sum() >= 1_000
    assert unseen.sum() >= 500
    error = estimate - found.truth
    left, tries = np.sqrt((error[shown] ** 2).mean() / variance), shown.sum()
    # cells of a block share its parts, so there are as many tries as blocks
    blocks = block.sum() // len(CATEGORIES)
    assert table.hold("A8", "noise left, in sqrt(V)", left, ">= 0.65", slack_of_mean(0.7 * left, blocks))
    exact = attacks.recovered(estimate[shown], found.truth[shown])
    assert table.hold("A8", f"served cells exactly, {tries}", exact, "<= 0.36", slack_of_share(0.36, blocks))
    _hold_hidden(about[unseen].assign(estimate=estimate[unseen].clip(0, 14)), table, blocks)


def _hold_hidden(unseen: pd.DataFrame, table: Table, blocks: int) -> None:
    exact = attacks.recovered(unseen["estimate"].to_numpy(), unseen["truth"].to_numpy())
    commonest = [attacks.blind(one["truth"]) * len(one) for _, one in unseen.groupby("category")]
    gain = exact - sum(commonest) / len(unseen)
    table.note("A8", "hidden cells exactly", exact, f"{len(unseen)} cells")
    assert table.hold("A8", "hidden cells, above the best guess", gain, "<= 0.15", slack_of_share(0.36, blocks))


@pytest.fixture(scope="module")
def months(year_answers: Answers) -> dict[str, list[pd.Series]]:
    """Every residents' cell of the year that is served, by level and category in the order of the months."""
    wanted = [(level, category) for level in ("block", "station") for category in CATEGORIES]
    return {
        f"{level} {category}": [year_answers.residents(level, day, category) for day in YEAR]
        for level, category in wanted
    }


def releases(series: list[pd.Series]) -> list[pd.Series]:
    """Those months whose values are other than the month's before: a stock is carried on until the next."""
    return [one for number, one in enumerate(series) if number == 0 or not one.equals(series[number - 1])]


LIMITS = {"block": (2, "<= 0.4", "<= 0.66"), "station": (12, "<= 0.7", "<= 0.72")}


@dataclass(frozen=True)
class Told:
    """What the releases of a year tell of the areas of a level, which keep their number or gain one person in July."""

    level: str
    shown: dict[str, list[pd.Series]]
    first: pd.Series
    has_gained: pd.Series

    def mean(self, category: str, part: slice = slice(None)) -> pd.Series:
        """Mean of the releases of a category; NaN where one is hidden."""
        return pd.concat(self.shown[category][part], axis=1).mean(axis=1, skipna=False).loc[self.first.index]

    def best(self, part: slice) -> pd.Series:
        """Best linear guess from some of the totals, from the sum of both sexes, and from that of all ages."""
        times = len(self.shown["all"][part])
        sums = [sum(self.mean(one) for one in group) / len(group) for group in (SEXES, AGES)]
        return (times * self.mean("all", part) + sum(sums)) / (times + sum(1 / len(group) for group in (SEXES, AGES)))

    def hold(self, table: Table, what: str, reached: float, limit: tuple[str, int]) -> bool:
        """Whether a share of so many tries keeps a limit; it is noted."""
        slack = slack_of_share(float(limit[0].partition(" ")[2]), limit[1])
        return table.hold("A11", f"{self.level}, {len(self.shown['all'])} releases: {what}", reached, limit[0], slack)

    def attack(self, table: Table, how: str, guess: pd.Series, halves: tuple[pd.Series, pd.Series]) -> bool:
        """Whether what somebody guesses of the year, and of each of its halves, is within the limits."""
        steady, known = ~self.has_gained[guess.index], halves[1].notna() & halves[0].notna()
        exact = attacks.recovered(guess[steady].to_numpy().round(9), self.first[guess.index][steady].to_numpy(), 0.5)
        right = attacks.step([halves[0][known]], [halves[1][known]], self.has_gained[known].to_numpy())
        _, most, furthest = LIMITS[self.level]
        held = self.hold(table, f"exactly, {how}", exact, (most, int(steady.sum())))
        return self.hold(table, f"one person's step, {how}", right, (furthest, int(known.sum()))) and held


@pytest.fixture(scope="module", params=LIMITS)
def told(request: pytest.FixtureRequest, year: Zone, months: dict[str, list[pd.Series]]) -> Told:
    first, last = (year.counts(request.param, "all", month) for month in (0, 11))
    shown = {category: releases(months[f"{request.param} {category}"]) for category in CATEGORIES}
    return Told(request.param, shown, first, last > first)


def test_categories_are_released_once_a_year(told: Told) -> None:
    assert len(told.shown["all"]) == LIMITS[told.level][0]
    assert {len(told.shown[one]) for one in CATEGORIES[1:]} == {1}


def test_a_year_of_releases_does_not_wear_the_noise_away(told: Told, table: Table) -> None:
    early, late = (told.mean("all", part) for part in _halves(told))
    assert told.attack(table, "ties guessed", told.mean("all"), (early, late))


def test_sexes_and_ages_do_not_wear_it_away_either(told: Told, table: Table) -> None:
    early, late = _halves(told)
    guess = told.best(slice(None)).dropna()
    assert told.attack(table, "with sexes and ages", guess, (told.best(early), told.mean("all", late)))


def _halves(told: Told) -> tuple[slice, slice]:
    half = len(told.shown["all"]) // 2
    return slice(half), slice(half, None)
