"""Pictures of the pages for the documentation: `python -m tests.dashboards.pictures`, from a built home.

They are made at three sizes and in both languages, of the city that was published last, on the morning after its
last day, small enough to be kept.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from kuai.texts import LANGUAGES
from tests.dashboards import visiting

from dashboards import turning
from dashboards.atlas import Atlas
from dashboards.cli import listen, transport
from dashboards.site import Site
from dashboards.station import glance, units

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).parents[2] / "docs" / "img"
SIZES = ((1366, 768), (1920, 1080), (3840, 2160))
FINE = 2560
"""Pixels of width from which on a display that one sits before has two to a point; a wall has one at any size."""
LARGEST = 300_000
"""Bytes of one picture at most."""

_COLOURS = (256, 128, 64, 32, 16)
_DRAWN_MS, _PATIENCE_MS = 3500, 120_000
_MORNING = time(1, 31, tzinfo=UTC)
_AT = """(() => {
    const Real = Date, shift = %d - Real.now();
    window.Date = class extends Real {
        constructor(...given) { if (given.length) super(...given); else super(Real.now() + shift); }
        static now() { return Real.now() + shift; }
    };
    const {parse} = JSON;
    JSON.parse = (...given) => {
        const found = parse(...given);
        if (found && found.views && found.dwell) found.dwell = 2e9;
        return found;
    };
})()"""
"""Script for a page at another moment, on whose wall the first sheet stays."""
_DRAWN = """() => {
    const wall = document.getElementById("wall"), plots = [...document.querySelectorAll(".js-plotly-plot")];
    const maps = [...document.querySelectorAll(".block-map")].filter((one) => one.clientWidth);
    return (!wall || wall.querySelector(".tile"))
        && maps.every((one) => /^(ready|fallback)/.test(one.dataset.status) && one.board.props.painted)
        && plots.every((one) => one._fullData?.length > 0);
}"""


def main(wanted: list[str]) -> None:
    """Write the pictures of the pages named, or of all."""
    from playwright.sync_api import sync_playwright

    home = Home(Path(os.environ.get("KUAI_HOME", ".kuai")))
    with closing(Serving.open(home)) as serving, sync_playwright() as playwright:
        moment, begun = morning(serving), datetime.now(UTC)
        serving._clock = lambda: moment + (datetime.now(UTC) - begun)
        browser = playwright.chromium.launch(executable_path=visiting.chromium(), args=visiting.ARGUMENTS)
        with answering(home, serving) as (site, tokens):
            for name, path in pages(serving).items():
                if not wanted or name in wanted:
                    cookie = {"name": "kuai_session", "value": tokens.get(name, tokens["analyst"]), "url": site}
                    _draw(browser, (site + path, name, moment), [] if name == "sign-in" else [cookie])
        browser.close()


def morning(serving: Serving) -> datetime:
    """Moment on the day after the last that there are numbers of, at which nothing is out of date yet."""
    last = max(one["covered_until"] for one in serving.status()["feeds"] if one["every"])
    return datetime.combine(last + timedelta(days=1), _MORNING)


def pages(serving: Serving) -> dict[str, str]:
    """Address of each page that there is a picture of, by its name."""
    named = {"map": turning.MAP, "desk": "/desk", "wall": "/wall", "unit": _unit(serving)}
    return {name: path for name, path in named.items() if turning.is_page(path)} | {"sign-in": "/signin"}


def _unit(serving: Serving) -> str:
    """Address of the first unit of the lowest level that has police units."""
    directory = units.Directory(serving, Atlas(serving), glance.opening_day(serving, "month"))
    levels = directory.levels()
    last = [row["level"] for row in levels if row["hierarchy"] == levels[0]["hierarchy"]][-1]
    found = directory.search("", (), sys.maxsize)
    return units.address(next(one.place for one in found if one.place.level == last))


@contextmanager
def answering(home: Home, serving: Serving) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the pages; gives their address, and tokens of sessions of an analyst and of a display."""
    import uvicorn

    from dashboards.app import create

    settings = replace(
        Settings.load(home.settings), http=replace(Settings.load(None, {}).http, requests_a_minute=10**6)
    )
    with tempfile.TemporaryDirectory() as folder:
        signin = SignIn.open(Home(Path(folder)))
        site = replace(Site.of(home, settings, "zh", home.chosen(None)), signin=signin)
        listener = listen("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(create(serving, site).server, **transport(settings.http)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", _tokens(signin, serving)
        server.should_exit = True
        thread.join(10)


def _tokens(signin: SignIn, serving: Serving) -> dict[str, str]:
    root = serving.areas(serving.levels()[0]["level"], serving.newest("incident_count"))["area"].iloc[0]
    scope = (Place(serving.levels()[0]["level"], str(root)),)
    signin.accounts.add(Profile("pictures", "", ("analyst",), scope))
    signin.accounts.set_password("pictures", os.urandom(16).hex())
    request = signin.accounts.get("pictures").request(Statement("analyst", "planning", ""))
    key = signin.devices.enrol(signin.devices.add("wall", scope, signin.policy))
    return {"analyst": signin.sessions.begin(admit(signin.policy, request)).token, "wall": signin.device(key).token}


def _draw(browser: Browser, about: tuple[str, str, datetime], cookies: list[Any]) -> None:
    """Write the pictures of a page, by its address and name, as at a moment."""
    address, name, moment = about
    for width, height in SIZES:
        ratio = 2 if width > FINE and name != "wall" else 1
        context = browser.new_context(viewport={"width": width // ratio, "height": height // ratio},
                                      device_scale_factor=ratio, color_scheme="light")  # fmt: skip
        context.add_cookies(cookies)
        context.add_init_script(_AT % (1000 * moment.timestamp()))
        page = context.new_page()
        for language in LANGUAGES:
            page.goto(f"{address}?lang={language}")
            visiting.settle(page)
            page.wait_for_function(_DRAWN, timeout=_PATIENCE_MS)
            page.wait_for_timeout(_DRAWN_MS)
            kept = FOLDER / f"{name}-{width}x{height}.{language}.png"
            kept.write_bytes(small(page.screenshot(timeout=120_000)))
            sys.stdout.write(f"{kept.name} {kept.stat().st_size:,}\n")
        context.close()


def small(picture: bytes) -> bytes:
    """The same picture in as few colours as it takes to stay under the limit."""
    from PIL import Image

    image: Any = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in _COLOURS:
        file = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST:
            break
    return file.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
