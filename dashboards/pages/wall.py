"""The wall: sheets that take turns on a display, drawn by a small script from frames that the server pushes."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Input, Output, dcc, html

from kuai import __version__
from kuai.alarms import legible
from kuai.texts import LANGUAGES

from dashboards.mapping.component import BlockMap
from dashboards.wall.frame import Frames, Hanging, spoken
from dashboards.wall.pushes import PATH, Pushes
from dashboards.words import Words

if TYPE_CHECKING:
    from dash import Dash
    from fastapi import FastAPI

    from kuai.alarms.declared import Display, Wall
    from kuai.serving import Serving

    from dashboards.site import Site

HERE = "/wall/here"
_DRAWN = ("wall", "mapping")
"""Folders of the assets that draw the page."""

BEGUN = ("waiting", "lost", "lost_since")
"""What the page may have to say before its first frame."""


def layout(wall: Wall, language: str) -> html.Div:
    """Page without a frame yet.

    Parameters
    ----------
    wall : Wall
        Declares the display, from which the sizes of letters follow.
    language : str
        Language until the reader chooses one.
    """
    words = Words(language)
    waiting = html.P(words("wall.waiting"), className="wall-waiting", role="status")
    begun: dict[str, Any] = {"data-words": json.dumps({one: spoken(Words(one), BEGUN) for one in LANGUAGES})}
    sheet = html.Div(waiting, id="wall", className="wall", style=sizes(wall.display), **begun)
    drawn = BlockMap("wall-map", theme="dark", interactive=False, language=language, outlines=[])
    parts = [dcc.Location(id="wall-url", refresh=False), sheet, html.Div(drawn, id="wall-map-place", hidden=True)]
    told: dict[str, Any] = {"lang": language, "data-title": words("wall.title")}
    return html.Div(parts, id="page", className="wall-page", **told)


def sizes(display: Display) -> dict[str, str]:
    """Smallest size of letters in each language, as custom properties in parts of the display's width."""
    return {f"--smallest-{one}": f"{100 * legible.smallest(display, one):.5f}vw" for one in legible.MINUTES}


def register(app: Dash) -> None:
    """The page's callbacks, in the browser: it begins to listen once it is there, and hears how the map is.

    Parameters
    ----------
    app : Dash
        Application that gets the callbacks.
    """
    begin = ClientsideFunction("kuai_wall", "begin")
    app.clientside_callback(begin, Output("wall", "data-began"), Input("wall-url", "search"))  # type: ignore[no-untyped-call]
    told = ClientsideFunction("kuai_wall", "drawn")
    app.clientside_callback(told, Output("wall", "data-map"), Input("wall-map", "status"))  # type: ignore[no-untyped-call]


def add_stream(server: FastAPI, serving: Serving, site: Site) -> None:
    """Add the stream of frames to the routes, and what a display asks whether it is let in; none without a wall.

    Parameters
    ----------
    server : FastAPI
        Gets the routes.
    serving : Serving
        Gate of the city.
    site : Site
        How the pages are reached, who may come in, and what the wall shows.
    """
    from starlette.responses import Response

    if site.wall is None or site.book is None:
        return
    hanging = Hanging(serving, site.wall, site.book)
    frames = Frames(hanging, site.signin.policy, server.state.mapping, site.record)
    server.add_route(PATH, Pushes(frames, site, build()).answer, methods=["GET"], include_in_schema=False)
    server.add_route(HERE, lambda _request: Response(status_code=204), methods=["GET"], include_in_schema=False)


def build() -> str:
    """Name of the program that the page is drawn by."""
    folders = [files("dashboards").joinpath("assets", name) for name in _DRAWN]
    parts = [one.read_bytes() for folder in folders for one in sorted(folder.iterdir(), key=lambda one: one.name)]
    return sha256(b"".join([__version__.encode(), *parts])).hexdigest()[:12]
