"""Door: nothing but what is listed here is answered without a viewer, and no page of another site may send anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio.to_thread import run_sync

from kuai.errors import AccessError

from dashboards.caller import seen_as
from dashboards.gatehouse.cookies import DEVICE, SESSION
from dashboards.gatehouse.pages import bounce
from dashboards.guard import Handler, Message, Receive, Send, refuse
from dashboards.limits import Refusal

if TYPE_CHECKING:
    from kuai.access import Viewer
    from kuai.access.sessions import Session

    from dashboards.gatehouse.house import House
    from dashboards.headers import Header

FORMS = frozenset({"/signin", "/code", "/password", "/device", "/oidc/start", "/oidc/return"})
"""Pages of the gatehouse itself."""

WITH_TOKEN = FORMS | {"/account", "/signout"}
"""Paths whose answers hold a form and its token."""

OPEN = FORMS | {
    "/healthz", "/assets/theme.css", "/assets/theme_dark.css", "/assets/page.css", "/assets/gatehouse.css",
    "/assets/kuai.svg",
}  # fmt: skip
"""Paths that are answered without a viewer. Whatever is not here is closed."""

_SAFE = ("GET", "HEAD")
_OWN_SITES = ("same-origin", "none")
_UNAUTHORISED = Refusal(401, (("www-authenticate", 'Form realm="kuai"'),))


class Door:
    """Middleware that lets in whoever has signed in, and answers as for them.

    Parameters
    ----------
    app : ASGI application
        What lies behind.
    house : House
        Sessions and devices, cookies and limits.
    """

    def __init__(self, app: Handler, house: House) -> None:
        self._app, self._signin = app, house.signin
        self._limits, self._cookies, self._language = house.limits, house.cookies, house.language

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, lead to the sign-in, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] not in _SAFE and _is_foreign(scope):
            await refuse(Refusal(403), send)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Message, receive: Receive, send: Send) -> None:
        viewer, cookies = await run_sync(self._viewer, scope)
        if viewer is None and scope["path"] not in OPEN:
            await _lead(scope, receive, send, self._language)
        elif viewer and (refusal := self._limits.count("request", viewer.session)):
            await refuse(refusal, send)
        else:
            scope["viewer"] = viewer
            if scope["path"] in WITH_TOKEN:  # a compressed answer would tell its token by its length
                scope["headers"] = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
            with seen_as(viewer):
                await self._app(scope, receive, _with(cookies, send))

    def _viewer(self, scope: Message) -> tuple[Viewer | None, list[Header]]:
        """Viewer of the request's session; a display that opens a page without one is given one."""
        token, key = self._cookies.read(scope, SESSION), self._cookies.read(scope, DEVICE)
        viewer = self._signin.sessions.find(token) if token else None
        if viewer or not key or not is_navigation(scope) or scope["path"] in OPEN:
            return viewer, []
        found = self._of_device(key, token)
        return (found.viewer, [self._cookies.header(SESSION, found.token)]) if found else (None, [])

    def _of_device(self, key: str, token: str) -> Session | None:
        try:
            return self._signin.device(key, token)
        except AccessError:
            return None


def is_navigation(scope: Message) -> bool:
    """Whether a person's browser opens a page, rather than a page asking for something."""
    sent: dict[bytes, bytes] = dict(scope["headers"])
    mode = sent.get(b"sec-fetch-mode")
    return scope["method"] in _SAFE and (mode == b"navigate" if mode else b"text/html" in sent.get(b"accept", b""))


async def _lead(scope: Message, receive: Receive, send: Send, language: str) -> None:
    """Lead a browser to the sign-in; one that came from another site is sent once more, with its cookies."""
    if not is_navigation(scope):
        await refuse(_UNAUTHORISED, send)
        return
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = quote(scope["path"]) + (f"?{query}" if query else "")
    if dict(scope["headers"]).get(b"sec-fetch-site") == b"cross-site":
        await bounce(wanted, language)(scope, receive, send)
    else:
        where = "/signin" if wanted == "/" else f"/signin?next={quote(wanted, safe='')}"
        await refuse(Refusal(303, (("location", where),)), send)


def _is_foreign(scope: Message) -> bool:
    """Whether what changes something was sent by a page of another origin, or does not say by which."""
    sent: dict[bytes, bytes] = dict(scope["headers"])
    site, origin = sent.get(b"sec-fetch-site", b"").decode("latin-1"), sent.get(b"origin", b"").decode("latin-1")
    if site and site not in _OWN_SITES:
        return True
    if not origin:
        return site != "same-origin"
    return origin.partition("://")[2].lower() != sent[b"host"].decode("latin-1").lower()


def _with(cookies: list[Header], send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *cookies]
        await send(message)

    return sent
