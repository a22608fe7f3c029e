"""A page with nothing but a map of the small city, in a real browser."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access.signin import SignIn
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards.test_browser import ARGUMENTS

from dashboards.cli import listen, transport
from dashboards.site import Site

if TYPE_CHECKING:
    from dash import Dash
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 30_000


def mounted(app: Dash) -> Dash:
    """The application with a page that takes the props of the map from its address, and shows what it tells."""
    from dash import Input, Output, dcc, html

    from dashboards.mapping.component import BlockMap

    drawn = html.Div(BlockMap(id="map"), style={"height": "600px", "width": "900px"})
    app.layout = html.Div([dcc.Location(id="here"), drawn, *[html.Pre(id=name) for name in TOLD]])

    @app.callback(Output("map", "children"), Input("here", "search"))
    def nothing(_search: str) -> None:
        return None

    for name in TOLD:
        app.callback(Output(name, "children"), Input("map", name), prevent_initial_call=True)(json.dumps)
    return app


TOLD = ("clickData", "hoverData", "status", "painted")


@pytest.fixture(scope="module")
def address(serving: Serving, gatehouse: SignIn) -> Iterator[str]:
    """Where the page is served."""
    import uvicorn

    from dashboards.app import create

    listener, http = listen("127.0.0.1", 0), replace(Settings.load(None, {}).http, requests_a_minute=100_000)
    app = mounted(create(serving, Site(gatehouse, http, language="en")))
    server = uvicorn.Server(uvicorn.Config(app.server, **transport(http)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()
