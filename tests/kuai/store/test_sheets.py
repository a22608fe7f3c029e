"""Sheets: what is kept of a level's cells is what reading them gives, and only days that were not read before are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.store import sheets
from kuai.store.sheets import Sheet, Sheets

KEYS = [("cases", "station", "day", one) for one in ("all", "theft", "fraud")]
DAYS = st.lists(st.integers(0, 60), min_size=1, unique=True).map(sorted).map(np.array)
AREAS = 3


class Cells:
    """A file with three areas, which keeps the days it is read for."""

    def __init__(self, key: tuple[str, ...]) -> None:
        self.factor, self.days = 1 + KEYS.index(key), list[int]()  # type: ignore[arg-type]

    def read(self, days: Any) -> Sheet:
        self.days += days.tolist()
        value = self.factor * np.outer(days, np.arange(AREAS)).astype(float)
        return Sheet(days, value, (days[:, None] + np.arange(AREAS)) % 2 == 0)


@given(st.lists(st.tuples(st.sampled_from(KEYS), DAYS), max_size=12))
def test_what_is_kept_is_what_would_be_read(asked: list[tuple[Any, Any]]) -> None:
    kept, files = Sheets(), {key: Cells(key) for key in KEYS}
    for key, days in asked:
        found, read = kept.of(key, days, files[key].read), Cells(key).read(days)
        assert found.days.tolist() == days.tolist()
        assert (found.value == read.value).all()
        assert (found.is_stored == read.is_stored).all()
    assert all(len(file.days) == len(set(file.days)) for file in files.values())


def test_what_is_kept_is_not_written_to() -> None:
    kept, file = Sheets(), Cells(KEYS[0])
    for days in (np.arange(3, 9), np.arange(3, 9), np.arange(4, 6)):
        found = kept.of(KEYS[0], days, file.read)
        with pytest.raises(ValueError, match="read-only"):
            found.value[:] = 0


def test_what_is_too_large_is_read_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST", 4 * AREAS)
    kept, file = Sheets(), Cells(KEYS[0])
    for days in (np.arange(5), np.arange(5), np.arange(3), np.arange(2, 7), np.arange(2, 4)):
        assert (kept.of(KEYS[0], days, file.read).value == Cells(KEYS[0]).read(days).value).all()
    assert len(file.days) == 5 + 5 + 3 + 4 + 1


def test_only_what_was_asked_for_last_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", 2 * AREAS)
    kept, files = Sheets(), {key: Cells(key) for key in KEYS}
    for key in KEYS * 2:
        kept.of(key, np.array([1]), files[key].read)
    assert [len(file.days) for file in files.values()] == [2, 2, 2]
    for key in KEYS[:0:-1] * 2:
        kept.of(key, np.array([1]), files[key].read)
    assert [len(file.days) for file in files.values()] == [2, 2, 2]
