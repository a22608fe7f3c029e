"""Histories: what is kept of an area's cells is what reading them gives, and is read again where it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kuai.store import histories
from kuai.store.facts import day_number
from kuai.store.histories import Histories

BEGIN = date(2018, 1, 1)
DAYS = st.integers(0, 400).map(lambda days: BEGIN + timedelta(days=days))


class Cells:
    """A file with a cell on every other day, which counts how often it is read."""

    def __init__(self) -> None:
        self.read = 0

    def columns(self, _statement: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        self.read += 1
        asked = parameters or {}
        days = np.array(
            [one for one in range(day_number(asked["first"]), day_number(asked["last"]) + 1) if one % 2 == 0]
        )
        return {"day": days.astype(np.int32), "value": days * (1.0 if asked["area"] == "a" else -1.0)}

    def rows(self, _statement: str, _parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        raise AssertionError


@given(st.lists(st.tuples(st.sampled_from("ab"), DAYS, DAYS).map(lambda one: (one[0], *sorted(one[1:]))), max_size=12))
def test_what_is_kept_is_what_would_be_read(asked: list[tuple[str, date, date]]) -> None:
    kept, plain = Histories(Cells()), Cells()
    for area, first, last in asked:
        given = {"area": area, "first": first, "last": last}
        found, read = kept.columns(given), plain.columns("", given)
        assert {name: one.tolist() for name, one in found.items()} == {name: one.tolist() for name, one in read.items()}


def test_days_within_those_read_or_shortly_after_are_not_read_again() -> None:
    cells = Cells()
    kept = Histories(cells)
    for first, last in ((100, 200), (120, 150), (150, 210), (100, 300), (100, 300)):
        kept.columns({"area": "a", "first": BEGIN + timedelta(days=first), "last": BEGIN + timedelta(days=last)})
    assert cells.read == 2
    kept.columns({"area": "b", "first": BEGIN, "last": BEGIN})
    assert cells.read == 3


def test_the_last_days_of_the_calendar_can_be_read() -> None:
    assert len(Histories(Cells()).columns({"area": "a", "first": date.max, "last": date.max})["day"]) <= 1


def test_only_some_are_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(histories, "MOST", 2)
    cells = Cells()
    kept = Histories(cells)
    for area in "abcabc":
        kept.columns({"area": area, "first": BEGIN, "last": BEGIN})
    assert cells.read == 6
