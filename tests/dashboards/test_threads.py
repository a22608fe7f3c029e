"""Threads: callbacks are answered beside the thread that takes requests in, some at once, each as its own viewer."""

from __future__ import annotations

import threading
import time

import anyio
import pytest
from anyio import CapacityLimiter

from kuai.access import Place, Viewer

from dashboards.caller import seen_as, viewer
from dashboards.threads import answer_aside


class App:
    """An application with a callback of the server and one of the browser."""

    def __init__(self) -> None:
        self.running, self.most, self.lock = 0, 0, threading.Lock()
        self.callback_map = {"here": {"callback": self.answer}, "there": {"inputs": []}}

    def answer(self, text: str, *, more: str) -> tuple[str, str, str]:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.02)
        with self.lock:
            self.running -= 1
        return text + more, viewer().name, threading.current_thread().name


def test_callbacks_are_answered_aside_and_a_few_at_once() -> None:
    app, found = App(), []
    answer_aside(app, CapacityLimiter(2))  # type: ignore[arg-type]  # what it needs of one

    async def ask(number: int) -> None:
        with seen_as(Viewer(f"v{number}", "analyst", (Place("city", "demo"),), "planning")):
            found.append((number, await app.callback_map["here"]["callback"](str(number), more="!")))  # type: ignore[operator]

    async def ask_all() -> None:
        async with anyio.create_task_group() as group:
            for number in range(6):
                group.start_soon(ask, number)

    anyio.run(ask_all)
    assert {(number, told, name) for number, (told, name, _) in found} == {(n, f"{n}!", f"v{n}") for n in range(6)}
    assert threading.main_thread().name not in {thread for _, (_, _, thread) in found}
    assert app.most == 2
    assert app.callback_map["there"] == {"inputs": []}


def test_what_a_callback_raises_is_raised() -> None:
    app = App()
    answer_aside(app, CapacityLimiter(2))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        anyio.run(app.callback_map["here"]["callback"])  # type: ignore[arg-type]
