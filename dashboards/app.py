"""The application: pages registered one by one, outlines and health beside them, nothing fetched from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kuai.errors import KuaiError

from dashboards.filters import Filters
from dashboards.words import Words

if TYPE_CHECKING:
    from dash import Dash
    from fastapi import FastAPI, Response

    from kuai.serving import Serving

    from dashboards.outlines import OutlineShelf

_LOG = logging.getLogger(__name__)
_FOREVER = "public, max-age=31536000, immutable"
_COMPRESSED_FROM, _EFFORT = 1024, 4
_RULES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self' blob: data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>{{%metas%}}<title>{{%title%}}</title><link rel="icon" href="assets/kuai.svg">{{%css%}}</head>
<body>{{%app_entry%}}<noscript>{noscript}</noscript><footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer></body>
</html>"""

Message = MutableMapping[str, Any]
Handler = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def create(serving: Serving, language: str) -> Dash:
    """Application with all pages; its `server` is the ASGI application to run.

    Parameters
    ----------
    serving : Serving
        Gate of the city that is shown.
    language : str
        Language of the pages until the reader chooses one.
    """
    import pandas as pd  # noqa: F401 -- imported lazily by two threads at once it is found half-made
    from dash import Dash
    from fastapi import FastAPI

    from dashboards.pages import map as map_page

    words = Words(language)
    app = Dash(
        "dashboards", backend="fastapi", server=FastAPI(docs_url=None, redoc_url=None, openapi_url=None),  # type: ignore[arg-type]  # documented, not declared
        title=words("page.title"), update_title="", on_error=_failed, serve_locally=True,
        index_string=_PAGE.format(lang=language, noscript=words("page.noscript")),
    )  # fmt: skip
    app.layout = lambda: map_page.layout(Filters(lang=language))
    desk = map_page.register(app, serving, language)
    _serve_beside(app.server, serving, desk.shelf)
    return app


def _serve_beside(server: FastAPI, serving: Serving, shelf: OutlineShelf) -> None:
    """Add what is no page; before the application starts, because its last route takes every path that is left."""
    from starlette.middleware.gzip import GZipMiddleware

    server.add_api_route("/healthz", lambda: health(serving), methods=["GET"])
    server.add_api_route("/outlines/{snapshot}/{level}/{on}.json", _outlines(shelf), methods=["GET"])
    server.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=_EFFORT)
    server.add_middleware(Guard)


def health(serving: Serving) -> Response:
    """JSON with the city, the snapshot and its age in seconds; 503 with the error if there is none."""
    from fastapi.responses import JSONResponse

    try:
        found = serving.status()
    except KuaiError as error:
        return JSONResponse({"error": error.what}, 503)
    kept = {name: found[name] for name in ("city", "snapshot", "age_seconds")}
    return JSONResponse(
        kept | {"published_at": found["published_at"].isoformat()}, headers={"Cache-Control": "no-store"}
    )


def _outlines(shelf: OutlineShelf) -> Callable[..., Response]:
    from fastapi import Response as Reply
    from fastapi.responses import JSONResponse

    def answer(snapshot: str, level: str, on: date, area: str = ""):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- else FastAPI makes a model of it
        try:
            document = shelf.of(snapshot, level, area, on).document
        except KuaiError as error:
            return JSONResponse({"error": error.what}, 404)
        return Reply(document, media_type="application/geo+json", headers={"Cache-Control": _FOREVER})

    answer.__annotations__.update(snapshot=str, level=str, on=date, area=str)
    return answer


def _failed(error: Exception) -> None:
    """Say on the page that something went wrong, and in the log what."""
    from dash import set_props

    _LOG.error("a callback failed", exc_info=error)
    set_props("page", {"className": "page failed"})


class Guard:
    """Middleware by which the browser itself refuses every request to another host.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    """

    def __init__(self, app: Handler) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:  # noqa: ANN401 -- ASGI
        """Answer with the rules added to the head."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, guarded)


_HEADERS = (
    (b"content-security-policy", _RULES.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
