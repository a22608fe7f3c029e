"""The stream: a frame at once, beats while nothing changes, a frame when something has, and no more than a session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from kuai.access import Place
from kuai.access.signin import SignIn
from kuai.home import Home

from dashboards.wall import pushes

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

Event = tuple[str, dict[str, Any]]


pytestmark = pytest.mark.slow


@pytest.fixture
def key(gatehouse: SignIn, request: pytest.FixtureRequest) -> str:
    """Token of a session of a display of the whole city."""
    name = f"hall-{abs(hash(request.node.name))}"
    return gatehouse.device(
        gatehouse.devices.enrol(gatehouse.devices.add(name, (Place("city", "demo"),), gatehouse.policy))
    ).token


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(pushes, "_SESSION_SECONDS", 0.0)


@contextmanager
def listening(app: Dash, token: str, search: bytes = b"lang=en") -> Iterator[Callable[..., list[Event]]]:
    """Events of the stream as they come: `heard(3)`; `heard(None)` are those until its end."""
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal() as portal:
        client = Listener(app, token, search)
        task = portal.start_task_soon(client.run)
        yield lambda count: portal.call(client.heard, count)
        portal.call(client.leave)
        task.result(5)


class Listener:
    """A client that reads the answer while it is being sent, which the usual one does not."""

    def __init__(self, app: Dash, token: str, search: bytes) -> None:
        self._app, self._gone, self._status = app.server, None, 0
        self._sent, self._told = anyio.create_memory_object_stream[bytes](1000)
        headers = [
            (b"host", b"127.0.0.1"),
            (b"cookie", f"kuai_session={token}".encode()),
            (b"accept-encoding", b"gzip"),
        ]
        self._scope = {"type": "http", "method": "GET", "path": pushes.PATH, "raw_path": pushes.PATH.encode(),
                       "query_string": search, "headers": headers, "client": ("127.0.0.1", 1), "scheme": "http",
                       "server": ("127.0.0.1", 80), "http_version": "1.1", "asgi": {"spec_version": "2.3"}}  # fmt: skip

    async def run(self) -> None:
        self._gone, begun = anyio.Event(), [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if begun:
                return begun.pop()
            await self._gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self.headers = dict(message["headers"])
                return
            await self._sent.send(message["body"])

        await self._app(self._scope, receive, send)
        self._sent.close()

    async def heard(self, count: int | None) -> list[Event]:
        found: list[Event] = []
        with anyio.fail_after(20):
            async for body in self._told:
                found += [_event(one) for one in body.decode().split("\n\n") if one]
                if len(found) == count:
                    break
        return found

    async def leave(self) -> None:
        self._gone.set()


def _event(text: str) -> Event:
    name, data = text.split("\n", 1)
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def kinds(events: list[Event]) -> list[str]:
    return [name for name, _ in events]


def test_a_frame_comes_at_once_and_then_beats(shown: Dash, key: str) -> None:
    with listening(shown, key) as heard:
        events = heard(3)
    assert kinds(events) == ["frame", "beat", "beat"]
    assert events[0][1]["views"][0]["tiles"][0]["said"] == "22"
    assert events[0][1]["build"] == events[1][1]["build"]


def test_a_new_snapshot_is_pushed(shown: Dash, key: str, issue: Callable[[str], Home]) -> None:
    with listening(shown, key, b"lang=zh") as heard:
        assert heard(1)[0][1]["snapshot"] == "s1"
        issue("s2")
        while (event := heard(1)[0])[0] != "frame":
            pass
    assert event[1]["snapshot"] == "s2"
    assert event[1]["city"] == "示范"


def test_an_alarm_that_is_acknowledged_is_pushed(shown: Dash, key: str, book: Any) -> None:
    with listening(shown, key) as heard:
        (first,) = heard(1)
        assert [one["state"] for one in first[1]["alarms"]] == ["standing"]
        book.acknowledge(1, "ana")
        while (event := heard(1)[0])[0] != "frame":
            pass
    assert [one["state"] for one in event[1]["alarms"]] == ["acknowledged"]


def test_the_stream_ends_with_the_session(shown: Dash, key: str, gatehouse: SignIn) -> None:
    with listening(shown, key) as heard:
        heard(2)
        gatehouse.sessions.end(key)
        assert "frame" not in kinds(heard(None))


def test_what_fails_is_said_and_the_stream_goes_on(shown: Dash, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kuai.errors import LakeError

    def broken(_self: object) -> None:
        raise LakeError("gone")

    with listening(shown, key) as heard:
        heard(1)
        with monkeypatch.context() as patch:
            patch.setattr(pushes.Sentry, "mark", broken)
            while heard(1)[0][0] != "failed":
                pass
        while heard(1)[0][0] != "beat":
            pass


def test_nobody_listens_without_a_session(shown: Dash, enter: Callable[..., TestClient]) -> None:
    stranger = enter("", shown)
    assert stranger.get("/wall/events").status_code == 401
    assert stranger.get("/wall/here").status_code == 401
    assert stranger.get("/wall", headers={"Accept": "text/html"}).headers["location"] == "/signin?next=%2Fwall"


def test_a_display_is_let_in(shown: Dash, enter: Callable[..., TestClient], key: str) -> None:
    display = enter(f"kuai_session={key}", shown)
    assert display.get("/wall/here").status_code == 204
    assert display.get("/wall").status_code == 200
    assert display.head("/wall/events").text == ""


def test_without_a_wall_there_is_no_stream(analyst: TestClient) -> None:
    assert analyst.get("/wall/events").status_code == 404
