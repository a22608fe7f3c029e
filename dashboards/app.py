"""The application: pages registered one by one, maps and health beside them, nothing fetched from elsewhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from kuai.errors import KuaiError

from dashboards.site import Site
from dashboards.threads import AT_ONCE, answer_aside
from dashboards.turning import add_pages
from dashboards.words import Words

if TYPE_CHECKING:
    from dash import Dash
    from fastapi import FastAPI, Request, Response

    from kuai.serving import Serving

    from dashboards.mapping.mapping import Mapping

_LOG = logging.getLogger(__name__)
_BESIDE = ("pulse", "-deed")  # what follows the feeds or takes a deed leaves a page that stands as it is
_COMPRESSED_FROM, _EFFORT = 1024, 4
_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>{{%metas%}}<title>{{%title%}}</title><link rel="icon" href="/assets/kuai.svg">{{%css%}}</head>
<body>{{%app_entry%}}<noscript>{noscript}</noscript><footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer></body>
</html>"""


def create(serving: Serving, site: Site) -> Dash:
    """Application with all pages; its `server` is the ASGI application to run.

    Parameters
    ----------
    serving : Serving
        Gate of the city that is shown.
    site : Site
        How the pages are reached, and who may come in.
    """
    import pandas as pd  # noqa: F401 -- imported lazily by two threads at once it is found half-made
    from anyio import CapacityLimiter
    from dash import Dash

    from dashboards.mapping.kept import Kept
    from dashboards.mapping.mapping import Mapping

    language, words = site.language, Words(site.language)
    app = Dash(
        "dashboards", backend="fastapi", server=_server(),  # type: ignore[arg-type]  # documented, not declared
        title=words("page.title"), update_title="", on_error=_failed, serve_locally=True,
        suppress_callback_exceptions=True, index_string=_PAGE.format(lang=language, noscript=words("page.noscript")),
    )  # fmt: skip
    app.backend.websocket_capability = False  # else every page tries one, again and again: nobody answers it
    prefix = app.config.requests_pathname_prefix
    app.server.state.turns = CapacityLimiter(AT_ONCE)
    app.server.state.mapping = Mapping(serving, site.record, language, prefix, Kept(site.folder))
    add_pages(app, serving, site)
    _serve_beside(app.server, serving, site)
    answer_aside(app, app.server.state.turns)
    _surround(app, site)
    return app


def _server() -> FastAPI:
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    plain: dict[Any, Any] = {HTTPException: _plain_error, RequestValidationError: _plain_error}
    return FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, exception_handlers=plain)


def _serve_beside(server: FastAPI, serving: Serving, site: Site) -> None:
    """Add what is no page of Dash; the last route takes every path that is left, before Dash's own could."""
    from dashboards import exports
    from dashboards.desk import values as desk_values
    from dashboards.desk.provenance import PATH as PICTURE
    from dashboards.desk.provenance import Provenance
    from dashboards.gatehouse.routes import add_gatehouse
    from dashboards.mapping.routes import add_routes, answered
    from dashboards.pages.wall import add_stream

    server.add_api_route("/healthz", lambda: health(serving), methods=["GET"])
    mapping: Mapping = server.state.mapping
    taken = exports.Exports(serving, mapping.atlas, site)
    server.add_route(exports.PATH, taken.answer, methods=["GET"], include_in_schema=False)
    add_routes(server, mapping)
    server.add_route(desk_values.PATH, answered(mapping, desk_values.answer), methods=["GET"])
    told = Provenance(serving, mapping.atlas, site)
    server.add_route(PICTURE, told.answer, methods=["GET"], include_in_schema=False)
    add_gatehouse(server, site.house, site.oidc)
    add_stream(server, serving, site)
    server.add_route("/{path:path}", lambda _request: plain(404), methods=["GET", "POST"], include_in_schema=False)


def _surround(app: Dash, site: Site) -> None:
    """Put around the application what every request passes, from the inmost outwards."""
    from starlette.middleware.gzip import GZipMiddleware

    from dashboards.gatehouse.door import Door
    from dashboards.guard import Guard
    from dashboards.surface import Surface

    server: FastAPI = app.server
    server.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=_EFFORT)
    server.add_middleware(Surface, dash=app)
    server.add_middleware(Door, house=site.house)
    server.add_middleware(Guard, limits=site.limits, hashes=tuple(app.csp_hashes()))


def health(serving: Serving) -> Response:
    """JSON that says whether there is something to serve, and nothing about it; 503 if there is not."""
    from fastapi.responses import JSONResponse

    try:
        serving.snapshot()
    except KuaiError:
        return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})


def plain(status: int) -> Response:
    """Answer in words for a status, without a word about what was asked."""
    from fastapi.responses import PlainTextResponse

    from dashboards.limits import Refusal

    return PlainTextResponse(Refusal(status).text, status)


def _plain_error(_request: Request, error: Any) -> Response:  # noqa: ANN401 -- of two unrelated classes
    answer = plain(getattr(error, "status_code", 422))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def _failed(error: Exception) -> None:
    """Say in the log what went wrong, and on the page where it was to be drawn; any other request is refused."""
    from dash import ctx, set_props

    _LOG.error("a callback failed", exc_info=error)
    if not _draws(ctx.outputs_list) or str(ctx.triggered_id).endswith(_BESIDE):
        raise error
    set_props("page", {"className": "page failed"})


def _draws(outputs: Any) -> bool:  # noqa: ANN401 -- one output or a list of them
    """Whether a callback gives the page its look."""
    listed = outputs if isinstance(outputs, list) else [outputs]
    return any(one["id"] == "page" and one["property"].startswith("className") for one in listed)
