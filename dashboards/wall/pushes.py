"""Pushes: the stream of events that keeps a wall up to date, a frame when something has changed and a beat else."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

import anyio
from anyio.to_thread import run_sync

from kuai.alarms.watch import Watch
from kuai.errors import KuaiError

from dashboards.caller import viewer
from dashboards.gatehouse.cookies import SESSION
from dashboards.limits import Refusal
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.access import Viewer

    from dashboards.site import Site
    from dashboards.wall.frame import Frames

PATH = "/wall/events"
BEAT_SECONDS = 2.0
"""Seconds between two looks, each of which the page hears of."""

_LOG = logging.getLogger(__name__)
_ANEW_SECONDS = 900.0
_FEEDS_SECONDS = 60.0
_SESSION_SECONDS = 10.0
_MOST = 64

Mark = tuple[Any, ...]


class Sentry:
    """Has the rules looked at when there is a new snapshot, and those on feeds every minute; once for all walls.

    Parameters
    ----------
    frames : Frames
        Gate, declaration and book.
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._watch = Watch(frames.serving, frames.wall, frames.book, frames.policy, frames.record)
        self._lock, self._snapshot, self._looked = threading.Lock(), "", 0.0

    def mark(self) -> Mark:
        """What changes whenever a wall has to be drawn anew: the snapshot and the alarms.

        Raises
        ------
        KuaiError
            If there is nothing to serve, or the alarms cannot be used.
        """
        snapshot = str(self._frames.serving.snapshot()["snapshot"])
        if self._lock.acquire(blocking=not self._snapshot):
            try:
                self._look(snapshot)
            finally:
                self._lock.release()
        return snapshot, *self._frames.book.mark()

    def _look(self, snapshot: str) -> None:
        if snapshot != self._snapshot:
            self._watch.look()
        elif monotonic() - self._looked >= _FEEDS_SECONDS:
            self._watch.look_at_feeds()
        else:
            return
        self._snapshot, self._looked = snapshot, monotonic()


class Pushes:
    """The route of the stream.

    Parameters
    ----------
    frames : Frames
        Make the frames.
    site : Site
        Knows the sessions.
    build : str
        What changes with the program: a page of another build opens itself anew.
    """

    def __init__(self, frames: Frames, site: Site, build: str) -> None:
        self._frames, self._site, self._build = frames, site, build
        self._sentry, self._open = Sentry(frames), 0

    async def answer(self, request: Request) -> Response:
        """Stream of events for the viewer of the request, until he goes or his session ends."""
        from starlette.responses import PlainTextResponse, StreamingResponse

        if self._open >= _MOST:
            return PlainTextResponse(Refusal(429).text, 429, {"Retry-After": "10"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return PlainTextResponse("", 200, headers, "text/event-stream")
        words = Words(language_of(request.url.query, self._site.language))
        token = self._site.house.cookies.read(request.scope, SESSION)
        return StreamingResponse(self._events(viewer(), token, words), 200, headers, "text/event-stream")

    async def _events(self, who: Viewer, token: str, words: Words) -> AsyncIterator[str]:
        self._open += 1
        try:
            async for event in self._told(who, words, self._lasting(token)):
                yield event
        finally:
            self._open -= 1

    async def _told(self, who: Viewer, words: Words, lasts: Callable[[], bool]) -> AsyncIterator[str]:
        known: Mark = ()
        while await run_sync(lasts):
            try:
                mark = (*await run_sync(self._sentry.mark), int(monotonic() // _ANEW_SECONDS))
                yield await self._frame(who, words) if mark != known else _event("beat", {"build": self._build})
                known = mark
            except KuaiError as error:
                _LOG.warning("the wall cannot be drawn: %s", error)
                yield _event("failed", {"said": words("wall.failed")})
            await anyio.sleep(BEAT_SECONDS)

    async def _frame(self, who: Viewer, words: Words) -> str:
        drawn = await run_sync(self._frames.draw, who, words)
        return _event("frame", {**drawn, "build": self._build})

    def _lasting(self, token: str) -> Callable[[], bool]:
        """Whether the session lasts; asked again after some seconds, for a stream has no other requests."""
        at, sessions = [0.0], self._site.signin.sessions

        def lasts() -> bool:
            if monotonic() - at[0] < _SESSION_SECONDS:
                return True
            at[0] = monotonic()
            return sessions.find(token) is not None

        return lasts


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'), allow_nan=False)}\n\n"
