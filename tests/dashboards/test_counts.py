"""Counts: what is counted is removed now and then, and not in a thread after each."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dashboards import counts
from dashboards.counts import Counts


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Timers that are begun."""
    found: list[Any] = []
    start = threading.Timer.start
    monkeypatch.setattr(threading.Timer, "start", lambda timer: (found.append(timer), start(timer)))
    return found


def test_many_counts_begin_one_thread(begun: list[Any]) -> None:
    known = Counts()
    assert [known.incr("a", 60) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert len(begun) == 1


def test_counts_that_are_over_are_removed(begun: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "SWEPT_SECONDS", 0.0)
    known = Counts()
    known.incr("a", 0)
    known.incr("b", 60)
    begun[-1].join(2)
    assert len(begun) > 1
    assert dict(known.storage) == {"b": 1}
