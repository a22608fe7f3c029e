"""Guard: what every answer carries, what every request must be like, and one line in the log for each."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from dashboards import headers
from dashboards.limits import Limits, Refusal, client

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Handler = Callable[[Message, Receive, Send], Awaitable[None]]

_LOG = logging.getLogger(__name__)
REQUESTS = logging.getLogger("dashboards.requests")
"""Log with one line of JSON for every request: when, who, what, how it ended. Never a query or a body."""

_KIB = 1024
_LONGEST_PATH = 200


class Guard:
    """Outermost middleware: nothing comes in or goes out beside it.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    limits : Limits
        What a request must be like.
    hashes : iterable of str
        Hashes of the inline scripts of the pages.
    """

    def __init__(self, app: Handler, limits: Limits, hashes: Iterable[str] = ()) -> None:
        self._app = app
        self._limits = limits
        self._always = headers.always(https=limits.settings.https)
        self._rules = headers.content_rules(hashes).encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or say in a line why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await _close(receive, send)
        else:
            await self._answer(scope, receive, Outgoing(scope, send, self._headers))

    async def _answer(self, scope: Message, receive: Receive, outgoing: Outgoing) -> None:
        try:
            refusal = self._limits.refusal(scope) or await self._take_body(scope, receive)
            if refusal:
                await refuse(refusal, outgoing.send)
            else:
                await self._app(scope, _again(scope["body"], receive), outgoing.send)
        except Exception:  # noqa: BLE001 -- the last line before the browser
            _LOG.exception("a request failed: %s %s", scope["method"], json.dumps(scope["path"][:_LONGEST_PATH]))
            await outgoing.fail()
        finally:
            outgoing.log()

    async def _take_body(self, scope: Message, receive: Receive) -> Refusal | None:
        """Keep the whole body in the scope; why not, if it is too long or too slow."""
        most = self._limits.settings.body_kb * _KIB
        try:
            async with asyncio.timeout(self._limits.settings.seconds):
                scope["body"] = await _body(receive, most)
        except TimeoutError:
            return Refusal(408, (("connection", "close"),))
        except OverflowError:
            return Refusal(413, (("connection", "close"),))
        except ConnectionError:
            return Refusal(400, (("connection", "close"),))
        return None

    def _headers(self, path: str, given: Iterable[headers.Header]) -> list[headers.Header]:
        """Headers of an answer: its own, and ours where it has none of the name."""
        own = list(given)
        kept = headers.keeping(path).encode()
        ours = (*self._always, (b"content-security-policy", self._rules), (b"cache-control", kept))
        named = {name.lower() for name, _ in own}
        return own + [header for header in ours if header[0] not in named]


class Outgoing:
    """The one answer to a request, which carries what it must and is logged once.

    Parameters
    ----------
    scope : dict
        The request.
    send : callable
        Where the answer goes.
    complete : callable
        Headers of an answer, from its path and its own headers.
    """

    def __init__(self, scope: Message, send: Send, complete: Callable[..., list[headers.Header]]) -> None:
        self._scope, self._send, self._complete = scope, send, complete
        self._began, self._status = perf_counter(), 0

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = self._complete(self._scope["path"], message.get("headers", ()))
        await self._send(message)

    async def fail(self) -> None:
        """Say that something went wrong, if nothing has been said yet."""
        if not self._status:
            await refuse(Refusal(500), self.send)

    def log(self) -> None:
        """Write the line of the request."""
        viewer = self._scope.get("viewer")
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "client": client(self._scope),
            "viewer": viewer and viewer.name, "role": viewer and viewer.role, "session": viewer and viewer.session,
            "method": self._scope["method"][:_LONGEST_PATH],
            "path": self._scope["path"][:_LONGEST_PATH], "status": self._status,
            "ms": round(1000 * (perf_counter() - self._began)),
        }  # fmt: skip
        REQUESTS.info("%s", json.dumps(line))


async def refuse(refusal: Refusal, send: Send) -> None:
    """Send a refusal as plain text."""
    body = refusal.text.encode()
    own = {
        "content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **dict(refusal.headers),
        "content-security-policy": headers.FORMS,
    }  # fmt: skip
    fields = [(name.encode(), value.encode()) for name, value in own.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def _close(receive: Receive, send: Send) -> None:
    """Refuse a websocket: no page opens one."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


async def _body(receive: Receive, most: int) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise OverflowError
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Receive a body that has been taken in already, and after it what else comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
