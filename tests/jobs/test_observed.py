"""What one odd date in a delivery leaves as it was: the states of cells, and how fresh a feed is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kuai.disclosure.policy import Policy
from kuai.home import Home
from kuai.serving import Question, Serving
from kuai.settings import Settings
from kuai.store.reader import Reader
from tests.jobs.town import build_here

pytestmark = pytest.mark.slow

NOW = datetime(2025, 8, 15, tzinfo=UTC)
TODAY = NOW.date()
ORDINARY = [f"p{post};2025-07-{day:02d} 0{post + 6}:00;5" for post in range(3) for day in range(1, 29)]
OLD, FUTURE = "p0;2009-03-01 08:00;1", "p1;2036-03-01 08:00;1"
Served = Callable[..., dict[str, list[Any]]]


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


@pytest.fixture
def build(town: Any, home: Path) -> Callable[..., None]:
    """Build the town as on a day, with rows of passages."""

    def make(rows: Iterable[str], run_on: date = TODAY) -> None:
        town.write(
            "卡口__2025-01-01.csv", "号;名;东;北", [f"p{i};岗{i};{500_500 + 1000 * i};4400500" for i in range(3)]
        )
        town.write("流量_2025-07.csv", "号;时;数", rows)
        assert build_here(str(town.pack), Home(home), town.data, run_on, threads=1).failures == []

    return make


def state(home: Path, first: str, period: str = "month") -> str:
    day = date.fromisoformat(first)
    reader = Reader(home / "liuxi" / "store", Settings.load().serve)
    with closing(Serving(reader, Policy.load(), lambda: NOW)) as serving:
        (row,) = serving.ask(Question("passage_count", "town", period, day, day)).rows.itertuples()
    return f"{row.state} {row.value:g} {row.coverage:g}"


def covered(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    return [row[1:] for row in found["coverage"] if row[0] == "passage_count"]


@pytest.mark.parametrize("odd", [[OLD], [FUTURE], [OLD, FUTURE]])
def test_an_odd_date_makes_no_day_observed(
    build: Callable[..., None], home: Path, served: Served, odd: list[str]
) -> None:
    build([*ORDINARY, *odd])
    found = served(home)
    assert covered(found) == [(date(2025, 7, 1), date(2025, 7, 28))]
    assert date(2025, 7, 28) in next(row for row in found["feed"] if row[0] == "traffic")
    assert state(home, "2025-07-01") == f"value 420 {28 / 31:g}"
    assert state(home, "2021-07-01") == "missing nan 0"
    assert state(home, "2025-08-01") == "missing nan 0"


def test_nothing_is_observed_after_the_day_of_the_build(build: Callable[..., None], home: Path, served: Served) -> None:
    build(ORDINARY, date(2025, 7, 20))
    assert covered(served(home)) == [(date(2025, 7, 1), date(2025, 7, 20))]
    build(ORDINARY)
    assert covered(served(home)) == [(date(2025, 7, 1), date(2025, 7, 28))]
