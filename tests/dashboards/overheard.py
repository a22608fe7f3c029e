"""The stream of the wall, read for a while: it has no end of its own, and the usual client waits for one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio

from dashboards.wall.pushes import PATH as STREAM

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

HEARD = 1
"""Events that are read before the reader goes."""


@dataclass(frozen=True)
class Heard:
    """What was read of an answer."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """All that was said."""
        return self.content.decode()


def heard(client: TestClient, app: Dash, method: str, search: str) -> Heard:
    """What the stream tells a client until it goes."""
    sent = [(name.lower().encode(), value.encode()) for name, value in client.headers.items() if name != "host"]
    scope = {"type": "http", "method": method, "path": STREAM, "raw_path": STREAM.encode(), "scheme": "http",
             "query_string": search.lstrip("?").encode(), "headers": [*sent, (b"host", b"127.0.0.1")],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "http_version": "1.1",
             "asgi": {"spec_version": "2.3"}}  # fmt: skip
    assert client.portal
    return client.portal.call(_until_enough, app.server, scope)


async def _until_enough(server: Any, scope: dict[str, Any]) -> Heard:
    told: list[dict[str, Any]] = []
    begun, gone = [{"type": "http.request", "body": b"", "more_body": False}], anyio.Event()

    async def receive() -> dict[str, Any]:
        if not begun:
            await gone.wait()
        return begun.pop() if begun else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)
        if sum(one.get("body", b"").count(b"\n\n") for one in told) >= HEARD:
            gone.set()

    with anyio.fail_after(30):
        await server(scope, receive, send)
    body = b"".join(one.get("body", b"") for one in told)
    return Heard(told[0]["status"], {name.decode(): value.decode() for name, value in told[0]["headers"]}, body)


def alarmed(stream: str) -> set[str]:
    """Stations that an alarm of a frame is about."""
    frames = [json.loads(one.partition("data: ")[2]) for one in stream.split("\n\n") if one.startswith("event: frame")]
    return {alarm["area"].removeprefix("Station ") for frame in frames for alarm in frame["alarms"]}
