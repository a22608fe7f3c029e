from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from kuai.store.reader import connect

from benchmarks.questions import Asked, Span, draw

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def serving(town_home: Path) -> Serving:
    return Serving.open(Home(town_home), "shifan")


@pytest.fixture(scope="module")
def asked(serving: Serving) -> list[Asked]:
    stations = serving.areas("station", date(2026, 6, 30))["area"].tolist()
    span = Span(date(2025, 7, 1), date(2026, 6, 30), stations, serving.categories("incident_count"))
    chance = Random(1)  # noqa: S311 -- no secret
    return [draw(span, chance) for _ in range(200)]


def test_gate_and_bare_sql_find_the_same_values(serving: Serving, asked: list[Asked], town_home: Path) -> None:
    home = Home(town_home)
    store = home.city("shifan").store
    with connect(next(store.glob("serving-*.duckdb")), Settings.load(home.settings).serve) as connection:
        for one in asked:
            rows = serving.ask(one.question).rows
            served = rows.loc[(rows["state"] == "value") & (rows["value"] != 0), "value"]
            bare = connection.execute(one.statement, dict(one.parameters)).df()["value"]
            kept = bare[bare != 0]

            if one.kind == "rate":
                assert set(served.round(6)) <= set(kept.round(6))
            else:
                assert sorted(served) == sorted(kept), one


def test_every_kind_is_drawn(asked: list[Asked]) -> None:
    assert len({one.kind for one in asked}) == 6
