"""Builds on the days of a calendar: what is shown when, what stays as it was, and when it is corrected."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.policy import Policy
from kuai.home import Home
from kuai.serving import Question
from kuai.store import pointer
from tests.proofs import populations, served
from tests.proofs.zone import Zone

pytestmark = pytest.mark.slow

EARLY, LATE = date(2026, 1, 1), date(2026, 2, 10)
Build = Callable[..., Home]


@pytest.fixture(scope="module")
def zone() -> Zone:
    """Forty blocks of some thirty persons, each in a station of its own, with events in January and February."""
    return populations.pairs(populations.Size(20, 20, 0, 20, 0, 0))


@pytest.fixture
def landing(zone: Zone, tmp_path: Path) -> Path:
    replace(zone, registers=(LATE,)).deliver(tmp_path / "landing")
    return tmp_path


@pytest.fixture
def build(landing: Path) -> Build:
    return lambda day, **also: served.republish(landing, date.fromisoformat(day), **also)


def residents(home: Home, level: str = "block", day: date = LATE) -> pd.Series:
    with served.opened(home) as answers:
        return answers.residents(level, day).fillna(-1)


def arrive(landing: Path, zone: Zone, day: date, *, more: int = 0) -> None:
    """A register arrives, with every person of some blocks twice over the number there was."""
    extra = np.repeat(zone.block[:200], more)
    grown = replace(
        zone,
        block=np.concatenate([zone.block, extra]),
        since=np.concatenate([zone.since, np.zeros(len(extra), int)]),
        until=np.concatenate([zone.until, np.full(len(extra), 99)]),
        registers=(day,),
    )
    folder = landing / f"arrived-{len(list(landing.iterdir()))}"
    grown.deliver(folder)
    shutil.copy(folder / f"persons__{day}.parquet", landing / "landing")


def test_a_register_is_shown_when_it_is_due(build: Build) -> None:
    assert (residents(build("2026-03-01")) == -1).all()
    assert (residents(build("2026-03-02")) > 0).any()


def test_events_of_a_month_are_missing_until_its_day(build: Build) -> None:
    asked = Question("population_event_count", "station", "month", LATE, LATE)
    states = []
    for day in ("2026-03-19", "2026-03-20"):
        with served.opened(build(day)) as answers:
            states.append(set(answers.serving.ask(asked).rows["state"]))
    assert "value" not in states[0]
    assert "suppressed" not in states[0]
    assert {"value"} <= states[1] <= {"value", "suppressed"}


def test_the_same_day_again_gives_the_same_snapshot(build: Build) -> None:
    names = [pointer.read(build(day).city("proof").store) for day in ("2026-03-20", "2026-03-20", "2026-03-21")]
    assert len({one.snapshot for one in names if one}) == 1


def test_what_was_published_stays_until_the_date_of_revision(build: Build, landing: Path, zone: Zone) -> None:
    first = residents(build("2026-03-02"))
    arrive(landing, zone, LATE, more=2)
    assert residents(build("2026-06-30")).equals(first)
    corrected = residents(build("2026-07-01"))
    assert (corrected != first).any()
    arrive(landing, zone, LATE)
    assert residents(build("2026-12-31")).equals(corrected)


def test_an_operator_may_correct_at_once_and_only_so_often(build: Build, landing: Path, zone: Zone) -> None:
    shown = [residents(build("2026-03-02"))]
    for number, day in enumerate(("2026-03-03", "2026-03-04", "2026-03-05"), 1):
        arrive(landing, zone, LATE, more=number % 2 * 2)
        shown.append(residents(build(day, revises=True)))
    assert [not one.equals(shown[at]) for at, one in enumerate(shown[1:])] == [True, True, False]


def test_an_older_register_does_not_take_the_place_of_a_published_one(build: Build, landing: Path, zone: Zone) -> None:
    home = build("2026-03-02")
    blocks, stations = residents(home), residents(home, "station")
    arrive(landing, zone, EARLY, more=2)
    home = build("2026-07-01")
    assert residents(home).equals(blocks)
    assert residents(home, "station").equals(stations)
    assert (residents(home, day=EARLY) == -1).all()
    assert (residents(home, "station", EARLY) > 0).any()


def test_a_threshold_that_is_raised_hides_what_was_published_under_it(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, policy = residents(build("2026-03-02")), Policy.load()
    person = policy.klass("person")
    assert person.noise
    stricter = replace(person, noise=replace(person.noise, threshold=30))
    later = replace(policy, release="stricter", klasses={**policy.klasses, "person": stricter})
    monkeypatch.setattr(Policy, "load", lambda *_: later)
    assert residents(build("2026-03-03")).equals(first.where(first >= 30, -1))


def test_a_build_that_dies_before_it_publishes_is_made_up_for(
    build: Build, landing: Path, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("jobs.job.publish", _killed)
        with pytest.raises(RuntimeError):
            build("2026-03-02")
    undisturbed = landing / "undisturbed"
    replace(zone, registers=(LATE,)).deliver(undisturbed / "landing")
    assert residents(build("2026-03-02")).equals(residents(served.republish(undisturbed, date(2026, 3, 2))))


def _killed(*_: object) -> None:
    raise RuntimeError("killed")
