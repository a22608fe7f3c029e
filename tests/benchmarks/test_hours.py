from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest

from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from kuai.store.reader import connect

from benchmarks.hours import STATEMENT, years

pytestmark = pytest.mark.slow


def test_gate_and_bare_sql_find_the_same_hours(town_home: Path) -> None:
    store = Home(town_home).city("shifan").store
    with (
        closing(Serving.open(Home(town_home), "shifan")) as serving,
        connect(next(store.glob("serving-*.duckdb")), Settings.load().serve) as bare,
    ):
        asked = years(serving, date(2026, 6, 30), Random(1))[:20]  # noqa: S311 -- no secret
        shown = 0
        for one in asked:
            rows = serving.distribution(one.question).rows
            served = {name: value for name, value in zip(rows["category"], rows["value"], strict=True) if value}
            if set(rows["state"]) == {"value"}:  # others were divided meanwhile
                shown += 1
                assert served == dict(bare.execute(STATEMENT, one.parameters).fetchall())
    assert shown > 5
    assert {(one.first, one.last) for one in asked} == {(date(2025, 7, 1), date(2026, 6, 30))}
