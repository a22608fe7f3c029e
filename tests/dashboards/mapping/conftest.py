"""A page with nothing but a map of the small city, in a real browser."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from PIL import Image

from kuai.access.signin import SignIn
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import visiting
from tests.dashboards.visiting import PATIENCE

from dashboards.cli import listen, transport
from dashboards.site import Site

if TYPE_CHECKING:
    from dash import Dash
    from playwright.sync_api import Page


def mounted(app: Dash) -> Dash:
    """The application with a page that shows a map with the props that its address holds as JSON."""
    from dash import Input, Output, dcc, html

    from dashboards.mapping.component import BlockMap

    holder = html.Div(id="holder", style={"height": "600px", "width": "900px", "position": "relative"})
    app.layout = html.Div([dcc.Location(id="here", refresh=False), holder])

    @app.callback(Output("holder", "children"), Input("here", "hash"))
    def mount(props: str) -> BlockMap | None:
        return BlockMap(id="blocks", **json.loads(unquote(given))) if (given := props.lstrip("#")) else None

    return app


@pytest.fixture(scope="module")
def address(serving: Serving, gatehouse: SignIn) -> Iterator[str]:
    """Where the page is served."""
    import uvicorn

    from dashboards.app import create

    listener, http = listen("127.0.0.1", 0), replace(Settings.load(None, {}).http, **visiting.PLENTY)
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


@pytest.fixture
def site(address: str) -> str:
    return address


@dataclass
class Shown:
    """A map on a page, what that asked for and what it complained of."""

    page: Page
    site: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, status: str = "ready", search: str = "", **props: Any) -> Shown:
        """Show a map with these props, and wait until it says that status and has been painted.

        It is a new one, on the page of the test before.
        """
        given = {"shapesUrl": SHAPES, "valuesUrl": VALUES, "language": "en"} | props
        if self.page.url.startswith(f"{self.site}/"):
            self.page.evaluate(visiting.TURN, f"/{search}")
            self.page.wait_for_selector("#blocks", state="detached", timeout=PATIENCE)
            self.page.evaluate(visiting.TURN, f"/{search}#{quote(json.dumps(given))}")
        else:
            self.page.goto(f"{self.site}/{search}#{quote(json.dumps(given))}")
        self.page.wait_for_function(
            "status => { const node = document.getElementById('blocks');"
            " return node?.dataset.status === status && node.board.props.painted }", arg=status, timeout=PATIENCE,
        )  # fmt: skip
        return self

    def anew(self) -> Shown:
        """Leave the page that is there: the next map is on one that has fetched nothing yet."""
        self.page.goto("about:blank")
        return self

    def prop(self, name: str) -> Any:
        return self.page.evaluate(f"document.getElementById('blocks').board.props.{name}")

    def set(self, **props: Any) -> None:
        self.page.evaluate("props => window.dash_clientside.set_props('blocks', props)", props)

    def pixels(self, places: list[tuple[int, int]]) -> list[str]:
        """Colours at places of the window, as `#rrggbb`."""
        picture = self._picture()
        return ["#{:02x}{:02x}{:02x}".format(*picture.getpixel(one)) for one in places]

    def colours(self) -> dict[str, float]:
        """Share of each colour on the page."""
        found = Counter(self._picture().get_flattened_data())
        return {"#{:02x}{:02x}{:02x}".format(*one): count / found.total() for one, count in found.items()}

    def lines(self, x: int, y: int, side: int = 42) -> bytes:
        """The pixels around a place, black or white."""
        half = side // 2
        return self._picture().crop((x - half, y - half, x + half, y + half)).convert("1", dither=0).tobytes()

    def _picture(self) -> Any:
        return Image.open(BytesIO(self.page.screenshot())).convert("RGB")

    def point(self, x: int, y: int, area: str) -> None:
        """Point at a place until an area is told: what is pointed at before the map listens is not seen."""
        for _ in range(40):
            self.page.mouse.move(x - 3, y)
            self.page.mouse.move(x, y)
            self.page.wait_for_timeout(250)
            if (self.prop("hoverData") or {}).get("area") == area:
                return
        raise AssertionError(f"{area} is not told, but {self.prop('hoverData')}")

    def until(self, condition: str) -> None:
        """Wait for a condition on `props`."""
        self.page.wait_for_function(
            f"() => {{ const {{props}} = document.getElementById('blocks').board; return {condition}; }}",
            timeout=PATIENCE,
        )


SHAPES = "/shapes/s1/police/station/2010-01-01/lo.bin"
VALUES = "/values?lang=en&level=station&period=month&date=2018-03-05&numbers=1"


@pytest.fixture
def shown(entered: Page, address: str) -> Iterator[Shown]:
    """Map on the page of an analyst."""
    entered.set_viewport_size({"width": 900, "height": 600})
    found = Shown(entered, address)
    with visiting.heard(entered, found, ("error", "warning")):
        yield found
