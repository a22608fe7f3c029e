"""A8 and A11: what is left of the noise when everything served of a place, or of a year, is put together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

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


LIMITS = {"block": (4, "<= 0.4", "<= 0.66"), "station": (12, "<= 0.7", "<= 0.72")}


@pytest.mark.slow
@pytest.mark.parametrize("level", LIMITS)
def test_a_year_of_releases_does_not_wear_the_noise_away(
    year: Zone, months: dict[str, list[pd.Series]], table: Table, level: str
) -> None:
    times, exact, step = LIMITS[level]
    shown = releases(months[f"{level} all"])
    assert len(shown) == times
    first, last = (year.counts(level, "all", month) for month in (0, 11))
    served = pd.concat(shown, axis=1).loc[first.index].to_numpy()
    steady, gained = (first == last).to_numpy(), (last > first).to_numpy()
    mean = served[steady].mean(axis=1)
    bounds = [float(limit.partition(" ")[2]) for limit in (exact, step)]
    slack = [slack_of_share(bound, tries) for bound, tries in zip(bounds, (len(mean), len(gained)), strict=True)]
    reached = attacks.recovered(mean, first[steady].to_numpy())
    assert table.hold("A11", f"{level}, {times} releases: exactly", reached, exact, slack[0])
    guessed = attacks.recovered(mean, first[steady].to_numpy(), 0.5)
    table.hold("A11", f"{level}, {times} releases: exactly, ties guessed", guessed, exact, slack[0])
    half = times // 2
    right = attacks.step(served[:, :half].T, served[:, half:].T, gained)
    assert table.hold("A11", f"{level}, {times} releases: one person's step", right, step, slack[1])


@pytest.mark.slow
def test_what_the_groups_of_a_year_add_is_known(year: Zone, months: dict[str, list[pd.Series]], table: Table) -> None:
    grown = year.blocks["station"][year.blocks["part"] == "g"].unique()
    first, last = (year.counts("station", "all", month)[grown] for month in (0, 11))
    steady = first.index[first == last]
    whole, halves, quarters = (
        sum(pd.concat(months[f"station {one}"], axis=1).loc[steady].mean(axis=1, skipna=False) for one in group)
        for group in (CATEGORIES[:1], SEXES, AGES)
    )
    mean = (whole + halves / 2 + quarters / 4) / 1.75
    assert not mean.isna().any()
    reached = attacks.recovered(mean.to_numpy(), first[steady].to_numpy())
    what = "station, 12 releases: exactly, with the sums of sexes and ages"
    table.hold("A11", what, reached, LIMITS["station"][1], slack_of_share(0.7, len(mean)))
