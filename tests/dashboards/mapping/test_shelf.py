"""Covers are made once, whoever asks; who asks for another does not wait for them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from threading import Event
from typing import Any

import pytest

from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards.city import TABLES

from dashboards.mapping import shelf
from dashboards.mapping.cover import Cover
from dashboards.mapping.shelf import Shelf

ON = date(2018, 3, 1)
PATIENCE = 20


def test_a_level_is_made_once_and_holds_no_other_up(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, made = Event(), Event(), []

    class Slow(Cover):
        """Cover of stations that takes its time."""

        def __init__(self, areas: Any, *more: Any) -> None:
            made.append(len(areas))
            if "s0" in set(areas["area"]):
                begun.set()
                assert may_end.wait(PATIENCE)
            super().__init__(areas, *more)

    monkeypatch.setattr(shelf, "Cover", Slow)
    tested = Shelf(serving)
    with ThreadPoolExecutor(2) as pool:
        try:
            asked = [pool.submit(tested.of, "station", ON)]
            assert begun.wait(PATIENCE)
            asked.append(pool.submit(tested.of, "station", ON))
            with ThreadPoolExecutor(1) as other:
                assert len(other.submit(tested.of, "county", ON).result(PATIENCE / 2)) == 2
        finally:
            may_end.set()
        first, second = (one.result(PATIENCE) for one in asked)
    assert first is second
    assert made == [6, 2]


def test_what_could_not_be_made_is_tried_again(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> Cover:
        raise MemoryError

    tested = Shelf(serving)
    with monkeypatch.context() as patched:
        patched.setattr(shelf, "Cover", fails)
        with pytest.raises(MemoryError):
            tested.of("station", ON)
    assert len(tested.of("station", ON)) == 6


def test_another_name_is_another_cover(publish: Callable[..., Home]) -> None:
    with closing(Serving.open(publish("s1", **TABLES), "demo")) as gate:
        before = Shelf(gate).of("station", ON)
    renamed = TABLES | {"area": TABLES["area"].replace("Station s1", "Harbour")}
    with closing(Serving.open(publish("s2", **renamed), "demo")) as gate:
        after = Shelf(gate).of("station", ON)
    assert (before.codes == after.codes).all()
    assert before.digest != after.digest
