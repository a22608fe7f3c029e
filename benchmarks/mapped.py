"""Cities of so many blocks with counts by month and week, and pages with nothing but a map of them, for a browser."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from kuai import store
from kuai.access import Viewer
from kuai.home import Home
from kuai.serving import Serving
from kuai.store import pointer

from benchmarks.blocks import generate
from dashboards.caller import seen_as
from dashboards.mapping import borders
from dashboards.mapping.mapping import Mapping

if TYPE_CHECKING:
    from dash import Dash
    from numpy.typing import NDArray

CITY, DAY = "blocks", date(2026, 9, 30)
MONTHS, WEEKS = 9, 52
VIEWER = Viewer("bench", "analyst", (), "planning", session="bench")

_FEW = """
INSERT INTO level VALUES ('police', 'city', 0, '全市', 'City', TRUE), ('police', 'block', 1, '块', 'Block', TRUE);
INSERT INTO coverage VALUES ('incident_count', DATE '2025-01-01', DATE '2026-09-30');
INSERT INTO feed VALUES ('cases', 'core.case', NULL, 'day', DATE '2025-01-01', NULL, 24, DATE '2026-09-30', NULL, 36);
INSERT INTO released VALUES ('incident_count', 'block', 'month', NULL), ('incident_count', 'block', 'week', NULL);
INSERT INTO category VALUES ('incident_count', 'all');
INSERT INTO snapshot VALUES ('s1', 'blocks', '块', 'Blocks', TIMESTAMP '2026-10-01', 'r1', 'p1', 'UTC');
INSERT INTO area
SELECT 'police', 'block', code, 'all', '块' || code, 'Block ' || code, DATE '2020-01-01', NULL, shape FROM given;
INSERT INTO area
SELECT 'police', 'city', 'all', NULL, '全市', 'City', DATE '2020-01-01', NULL, shape FROM given LIMIT 1;
"""
_CELLS = """
INSERT INTO cell
SELECT 'incident_count', 'block', code, '{period}', start, 'all', hash(code, start) % 40 * (hash(code) % 9)
FROM given, (SELECT (DATE '{first}' + number * INTERVAL 1 {period})::DATE AS start FROM range({count}) AS t(number))
ORDER BY start, code
"""


def made(folder: Path, blocks: int, *, has_weeks: bool) -> tuple[Home, NDArray[np.object_]]:
    """Home of a city of about so many blocks, and their outlines by code."""
    shapes = generate(blocks)
    home = Home(folder / str(blocks))
    built = home.city(CITY).prepare().store / "built.duckdb"
    codes = [f"{number:06d}" for number in range(len(shapes))]
    given = pa.table({"code": codes, "shape": pa.array(list(shapely.to_wkb(shapes)), pa.binary())})
    with duckdb.connect(str(built)) as connection:
        connection.execute((Path(store.__path__[0]) / "schema.sql").read_text("utf-8"))
        connection.register("given", given)
        connection.execute(_FEW)
        connection.execute(_CELLS.format(period="month", first="2026-01-01", count=MONTHS))
        if has_weeks:
            connection.execute(_CELLS.format(period="week", first="2025-09-29", count=WEEKS))
    pointer.publish(built, built.parent, "s1", 1, datetime(2026, 10, 1, tzinfo=UTC))
    home.remember(CITY)
    return home, shapes


class Pages:
    """Pages that show a map with the props that their address holds, answered as one viewer.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    """

    def __init__(self, serving: Serving) -> None:
        self.mapping = Mapping(serving, lambda _entry: None, "en")
        self.shapes = self.mapping.shapes_url("block", DAY)

    def values(self, period: str, frames: int, more: str = "") -> str:
        """Address of values of some periods."""
        return f"/values?lang=en&level=block&metric=incident_count&period={period}&date={DAY}&frames={frames}{more}"

    def warm(self) -> float:
        """Seconds that making all packs takes, which are then kept."""
        begun = time.perf_counter()
        cover = self.mapping.shelf.of("block", DAY)
        for part in ("lo", *map(str, range(cover.parts))):
            cover.part(part)
        return time.perf_counter() - begun

    def application(self) -> Dash:
        """The application."""
        from dash import Dash, Input, Output, dcc, html
        from fastapi import FastAPI
        from starlette.middleware.gzip import GZipMiddleware

        from dashboards.mapping.component import BlockMap
        from dashboards.mapping.routes import add_routes

        app = Dash("dashboards", backend="fastapi", server=FastAPI(), serve_locally=True)  # type: ignore[arg-type]
        holder = html.Div(id="holder", style={"position": "fixed", "inset": 0})
        app.layout = html.Div([dcc.Location(id="here", refresh=False), holder])
        app.callback(Output("holder", "children"), Input("here", "hash"))(
            lambda props: BlockMap(id="map", **json.loads(unquote(props[1:]))) if props else None
        )
        add_routes(app.server, self.mapping)
        app.server.add_route("/peer.json", self.peer, methods=["GET"], include_in_schema=False)
        app.server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
        app.server.add_middleware(Seen)
        return app

    def peer(self, _request: object) -> Any:  # noqa: ANN401 -- an answer of starlette
        """Areas, as simplified as ours, and two frames, as plotly takes them."""
        from starlette.responses import Response

        cover = self.mapping.shelf.of("block", DAY)
        drawn = json.loads(borders.polygons(cover))
        west, south, east, north = cover.extent
        chance = np.random.default_rng(1)
        frames = [chance.integers(0, 5, len(cover)).tolist() for _ in range(MONTHS)]
        center = {"lon": (west + east) / 2, "lat": (south + north) / 2}
        found = {"geojson": drawn, "codes": list(range(len(cover))), "frames": frames, "center": center, "zoom": 9.2}
        return Response(json.dumps(found), media_type="application/json")


class Seen:
    """Middleware in the place of the door: everybody is the one viewer."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 -- of ASGI
        """Answer as that viewer."""
        with seen_as(VIEWER):
            await self._app(scope, receive, send)


@contextmanager
def answering(app: Dash) -> Iterator[str]:
    """Address at which an application answers."""
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app.server, log_level="error", ws="none", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
