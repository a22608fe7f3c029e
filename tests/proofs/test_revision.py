"""A11b, A11 over corrections: what somebody learns who keeps every version of a period that is published."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise
from tests.proofs import attacks, populations, served
from tests.proofs.figures import Table, slack_of_share
from tests.proofs.populations import KNOWN
from tests.proofs.zone import CATEGORIES, Zone

pytestmark = pytest.mark.slow

REGISTER = date(2026, 1, 1)
FIRST, BETWEEN, LATER, REVISED = date(2026, 1, 21), date(2026, 3, 2), date(2026, 6, 30), date(2026, 7, 1)
RIGHT, CERTAIN = "<= 0.62", "<= 0.005"


@dataclass(frozen=True)
class History:
    """What is served of the blocks on each day, by category, while late rows of one register come in.

    Parameters
    ----------
    zone : Zone
        Population; who is there since 1 is delivered in March, since 2 in June.
    versions : mapping
        Served values by day of the build.
    """

    zone: Zone
    versions: dict[date, dict[str, pd.Series]]

    def values(self, day: date) -> pd.Series:
        return self.versions[day]["all"]

    def counts(self, part: int) -> pd.Series:
        return told(self.zone, part).counts("block", "all", 0)


def told(zone: Zone, part: int) -> Zone:
    """The register with those late rows that have come by then."""
    return replace(zone, since=np.where(zone.since <= part, 0, 1), registers=(REGISTER,))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    zone, folder, versions = populations.corrected(), tmp_path_factory.mktemp("corrected"), {}
    told(zone, 0).deliver(folder / "landing")
    for day, part in ((FIRST, 0), (BETWEEN, 1), (LATER, 2), (REVISED, 2)):
        told(zone, part).deliver(folder / str(day))
        shutil.copy(folder / str(day) / f"persons__{REGISTER}.parquet", folder / "landing")
        with served.opened(served.republish(folder, day)) as answers:
            versions[day] = {one: answers.residents("block", REGISTER, one) for one in CATEGORIES}
            assert [one.revised_on for one in answers.notes(REGISTER)] == [REVISED] * (day == REVISED)
    return History(zone, versions)


def test_nothing_changes_between_two_dates_of_revision(history: History, table: Table) -> None:
    first = history.versions[FIRST]
    changed = sum(
        int((first[one].fillna(-1) != history.versions[day][one].fillna(-1)).sum())
        for day in (BETWEEN, LATER)
        for one in CATEGORIES
    )
    assert table.hold("A11b", "values that late rows change before the date of revision", changed, "<= 0")


def test_a_correction_of_one_person_changes_nothing(history: History, table: Table) -> None:
    own = history.zone.blocks.loc[history.zone.blocks["role"] == "alone", "block"]
    assert set((history.counts(2) - history.counts(0))[own]) == {0, 1}
    changed = (history.values(FIRST)[own].fillna(-1) != history.values(REVISED)[own].fillna(-1)).sum()
    assert table.hold("A11b", f"values of {len(own)} blocks that one person more or less changes", changed, "<= 0")


def test_a_correction_of_many_does_not_tell_one_of_them(history: History, noise: Noise, table: Table) -> None:
    """The attacker knows everybody who was there, and of those who came late all but one."""
    own = history.zone.blocks.loc[history.zone.blocks["role"] == "among", "block"]
    there, more = history.counts(0)[own].to_numpy(), (history.counts(2) - history.counts(0))[own].to_numpy() - KNOWN
    before, after = (history.values(day)[own].to_numpy() for day in (FIRST, REVISED))
    kept = ~np.isnan(before)
    guess = attacks.weigh_correction((before[kept], after[kept]), there[kept] + KNOWN, more[kept] == 1, noise)
    slack = [slack_of_share(limit, guess.tries) for limit in (0.62, 0.005)]
    corrected = (before[kept] != after[kept]).mean()
    table.note("A11b", "corrections of fifteen persons that are published", corrected, f"{guess.tries} blocks")
    assert table.hold("A11b", "right about one of them", guess.accuracy, RIGHT, slack[0])
    assert table.hold("A11b", "certain about him", guess.certain, CERTAIN, slack[1])
