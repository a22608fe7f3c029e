"""A6, A7 and A12: whether two served cells give away the one person by whom they differ."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise
from tests.proofs import attacks
from tests.proofs.figures import Table, slack_of_mean, slack_of_share
from tests.proofs.served import Answers
from tests.proofs.zone import REGISTERS, Zone

pytestmark = pytest.mark.slow

RELATIONS = ("a block and its station", "a block a year later", "a station and a community that overlap it")
Sides = tuple[np.ndarray, np.ndarray, np.ndarray]
NEVER_TELLS, HARDLY_TELLS = 0.05, 0.62


def sides(zone: Zone, answers: Answers, relation: str) -> Sides:
    """Served values of two cells, and whether the second holds one person more, pair by pair."""
    first, second = REGISTERS
    own = zone.blocks[(zone.blocks["part"] == "p") & (zone.blocks["role"] == "own")]
    block, station, community = own["block"], own["station"], own["community"]
    later = relation == RELATIONS[1]
    names, shown = {
        RELATIONS[0]: ((block, station), (answers.residents("block", first), answers.residents("station", first))),
        RELATIONS[1]: ((block, block), (answers.residents("block", first), answers.residents("block", second))),
        RELATIONS[2]: (
            (community, station), (answers.residents("community", first), answers.residents("station", first)),
        ),
    }[relation]  # fmt: skip
    counted = zone.counts("block" if later else "station", "all", int(later)).loc[names[1]].to_numpy()
    more = counted - zone.counts("block", "all", 0).loc[block].to_numpy()
    left, right = (shown[side].loc[names[side]].to_numpy() for side in (0, 1))
    kept = ~np.isnan(left + right)
    assert set(more) == {0, 1}
    return left[kept], right[kept], more[kept].astype(bool)


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_difference_of_two_cells_does_not_tell(
    pairs: Zone, answers: Answers, noise: Noise, table: Table, relation: str
) -> None:
    first, second, more = sides(pairs, answers, relation)
    guess = attacks.weigh(second - first, more, noise)
    slack = [slack_of_share(limit, guess.tries) for limit in (HARDLY_TELLS, 0.005)]
    assert table.hold("A6", f"right, {relation}", guess.accuracy, "<= 0.62", slack[0])
    assert table.hold("A6", f"certain, {relation}", guess.certain, "<= 0.005", slack[1])


@pytest.mark.parametrize("relation", RELATIONS)
def test_equal_values_do_not_tell(pairs: Zone, answers: Answers, table: Table, relation: str) -> None:
    first, second, more = sides(pairs, answers, relation)
    slack = slack_of_mean(0.37, len(more) // 4)  # one value in six is equal by chance
    assert table.hold("A7", relation, abs(attacks.equality_gap(first, second, more)), "<= 0.05", slack)


def test_noise_of_the_persons_alone_would_tell(
    control_pairs: Zone, control: Answers, noise: Noise, table: Table
) -> None:
    for relation in RELATIONS:
        first, second, more = sides(control_pairs, control, relation)
        guess = attacks.weigh(second - first, more, noise, is_set_keyed=True)
        assert table.hold("A6", f"control, right, {relation}", guess.accuracy, ">= 0.88")
        assert table.hold("A6", f"control, certain, {relation}", guess.certain, ">= 0.35")
        assert table.hold("A7", f"control, {relation}", attacks.equality_gap(first, second, more), ">= 0.75")


def test_a_person_with_twenty_events_changes_the_count_as_one_person(
    pairs: Zone, answers: Answers, noise: Noise, table: Table
) -> None:
    shown = [answers.events("station", date(2026, month, 1)) for month in (1, 2)]
    counted = [pairs.event_counts(month) for month in (1, 2)]
    for one, truth in zip(shown, counted, strict=True):
        away = (one - truth).dropna()
        assert len(away) >= 0.99 * len(truth)
        assert table.hold("A12", "farthest from the number of persons", away.abs().max(), "<= 5")
    both = pd.concat([*shown, counted[1] - counted[0]], axis=1).dropna().to_numpy()
    guess = attacks.weigh(both[:, 1] - both[:, 0], both[:, 2] == 1, noise)
    slack = slack_of_share(HARDLY_TELLS, guess.tries)
    assert table.hold("A12", "right about a person with 20 events", guess.accuracy, "<= 0.62", slack)
    assert table.hold("A12", "certain about him", guess.certain, "<= 0.005", slack_of_share(0.005, guess.tries))
