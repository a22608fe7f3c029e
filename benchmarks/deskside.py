"""The server of a measured desk, in a process of its own: pages, sessions, and how long each answer took."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.audit import AuditLog
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from dash import Dash

    from dashboards.guard import Handler, Message, Receive, Send

_KINDS = {"/desk/values": "values", "/desk/answer": "answer"}
_PLENTY = 10_000_000


class Timed:
    """Middleware that keeps how long each answer of the desk took, in milliseconds from its request on.

    Parameters
    ----------
    app : ASGI application
        What is measured.
    kept : dict
        Gets the times by kind.
    """

    def __init__(self, app: Handler, kept: dict[str, list[float]]) -> None:
        self._app, self._kept = app, kept

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, and keep how long it took."""
        kind, began = _KINDS.get(scope.get("path", "")), time.perf_counter()
        await self._app(scope, receive, send)
        if kind:
            self._kept.setdefault(kind, []).append(1000 * (time.perf_counter() - began))


def main(home: str, city: str, clients: int) -> None:
    """Serve until standard input ends; print the address and cookies as JSON, at the end the times.

    Times are in milliseconds by kind; ``processor`` is what the whole process took an answer.

    Parameters
    ----------
    home, city : str
        Home, and the city published there.
    clients : int
        Sessions that are begun.
    """
    with tempfile.TemporaryDirectory() as folder, closing(Serving.open(Home(Path(home)), city)) as serving:
        kept: dict[str, list[float]] = {}
        app, cookies = _application(serving, Path(folder), city, clients)
        with _answering(app, kept) as address:
            print(json.dumps({"address": address, "cookies": cookies}), flush=True)
            began = time.process_time()
            for line in sys.stdin:
                if line.strip() == "begin":
                    kept.clear()
                    began = time.process_time()
        kept["processor"] = [1000 * (time.process_time() - began) / max(1, len(kept.get("answer", [])))]
        print(json.dumps(kept), flush=True)


def _application(serving: Serving, folder: Path, city: str, clients: int) -> tuple[Dash, list[str]]:
    from dashboards.app import create
    from dashboards.site import Site

    home, settings = Home(folder), Settings.load(None, {})
    signin, log = SignIn.open(home), AuditLog.open(home, settings)
    http = replace(settings.http, requests_a_minute=_PLENTY)
    site = Site(signin, http, language="en", record=log.write)
    return create(serving, site), [_cookie(signin, f"analyst-{number}", city) for number in range(clients + 1)]


def _cookie(signin: SignIn, name: str, city: str) -> str:
    signin.accounts.add(Profile(name, name, ("analyst",), (Place("city", city),)))
    request = signin.accounts.get(name).request(Statement("analyst", "planning", ""))
    return signin.sessions.begin(admit(signin.policy, request)).token


def _answering(app: Dash, kept: dict[str, list[float]]) -> AbstractContextManager[str]:
    from benchmarks.mapped import answering
    from dashboards import threads

    threads.settle()
    app.server.add_middleware(Timed, kept=kept)
    return answering(app)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
