"""Maps in a browser without a graphics card: when they are first painted, how long a repaint takes, what they tell."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kuai.errors import SettingsError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_MS = 180_000
OPENED_MS = 2500
"""Milliseconds in which a new window of the browser draws itself: nobody's map is the first thing in it."""
SIZE = {"width": 1280, "height": 800}
_ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

_SEEN = """() => {
    const board = document.getElementById("map")?.board;
    return board?.props.painted && document.querySelector("#map canvas") ? true : false;
}"""
_FORCED = """() => {
    const gl = document.querySelector("#map canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return performance.now();
}"""
_REPAINT = """async (frame) => {
    const {board} = document.getElementById("map"), began = performance.now();
    const until = (done) => new Promise((seen) => {
        const look = () => (done() ? seen() : requestAnimationFrame(look));
        look();
    });
    window.dash_clientside.set_props("map", {frame});
    await until(() => board.props.painted?.frame === frame);
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    const gl = document.querySelector("#map canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return performance.now() - began;
}"""
_PLAYED = """async () => {
    const {board} = document.getElementById("map"), seen = [];
    const was = board.painter.setNumbers.bind(board.painter), painted = board.painter.painted.bind(board.painter);
    let numbers = null;
    board.painter.setNumbers = (given) => { numbers = given; was(given); };
    board.painter.painted = async (isPlaying) => {
        await painted(isPlaying);
        const gl = document.querySelector("#map canvas").getContext("webgl2");
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        const {layer} = board.painter;
        seen.push([board.frame(), layer.numbers === numbers && !layer.changed]);
    };
    const began = performance.now(), {length} = board.values.head.frames;
    window.dash_clientside.set_props("map", {frame: 0, playing: true, pace: 0});
    await new Promise((done) => {
        const look = () => (seen.some(([frame]) => frame === length - 1) ? done() : setTimeout(look, 50));
        look();
    });
    return {ms: performance.now() - began, frames: seen.map(([frame]) => frame), whole: seen.every((one) => one[1])};
}"""
_PEER = """async (url) => {
    window.values = await (await fetch(url)).json();
    const node = document.getElementById("peer");
    const trace = {type: "choroplethmap", geojson: values.geojson, locations: values.codes, z: values.frames[0]};
    const {center, zoom} = values, margin = {l: 0, r: 0, t: 0, b: 0};
    const layout = {map: {style: "white-bg", center, zoom}, margin};
    await Plotly.newPlot(node, [trace], layout);
    const map = node._fullLayout.map._subplot.map;
    await new Promise((done) => (map.loaded() && !map.isMoving() ? done() : map.once("idle", done)));
    const gl = node.querySelector("canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return performance.now();
}"""
_PEER_REPAINT = """async (frame) => {
    const node = document.getElementById("peer"), began = performance.now();
    const map = node._fullLayout.map._subplot.map;
    const idle = new Promise((done) => map.once("idle", done));
    await Plotly.restyle(node, {z: [values.frames[frame]]});
    await idle;
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    const gl = node.querySelector("canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return performance.now() - began;
}"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser that draws without a graphics card.

    Raises
    ------
    SettingsError
        If there is none on this machine.
    """
    from playwright.sync_api import sync_playwright

    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not path:
        raise SettingsError("no Chromium on this machine", remedy="install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield running
        running.close()


class Painted:
    """A map that has been painted for the first time.

    Parameters
    ----------
    browser : Browser
        Where it is painted, with nothing kept from before.
    site : str
        Address of the pages.
    props : dict
        Of the map.
    """

    def __init__(self, browser: Browser, site: str, **props: Any) -> None:
        self.page: Page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
        self.page.wait_for_timeout(OPENED_MS)
        self.page.goto(f"{site}/#{quote(json.dumps(props))}", wait_until="commit")
        self.page.wait_for_function(_SEEN, timeout=PATIENCE_MS)
        self.first_ms = float(self.page.evaluate(_FORCED))
        self._meter = self.page.context.new_cdp_session(self.page)
        self._meter.send("Performance.enable")

    def close(self) -> None:
        """Leave the page."""
        self.page.context.close()

    def repaint(self, frame: int) -> tuple[float, float]:
        """Milliseconds until all areas show another frame, and of them those of scripts on the main thread."""
        before = self._script_ms()
        taken = float(self.page.evaluate(_REPAINT, frame))
        return taken, self._script_ms() - before

    def played(self) -> dict[str, Any]:
        """Milliseconds of all frames, which were shown, and whether each was drawn from its own numbers."""
        return dict(self.page.evaluate(_PLAYED))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel, as the map has it."""
        script = "([x, y]) => document.getElementById('map').board.painter.map.unproject([x, y]).toArray()"
        longitude, latitude = self.page.evaluate(script, [x, y])
        return longitude, latitude

    def move_to(self, longitude: float, latitude: float, zoom: float) -> None:
        """Show a place at a zoom, drawn as it is."""
        script = """([center, zoom]) => new Promise((done) => {
            const {map} = document.getElementById("map").board.painter;
            map.once("idle", done);
            map.jumpTo({center, zoom});
        })"""
        self.page.evaluate(script, [[longitude, latitude], zoom])

    def told(self, x: float, y: float, prop: str) -> str | None:
        """Area that is told where a pixel is pointed at, or clicked."""
        clear = "(prop) => { window.before = document.getElementById('map').board.props[prop]; }"
        self.page.evaluate(clear, prop)
        self.page.mouse.move(x, y)
        if prop == "clickData":
            self.page.mouse.click(x, y)
            changed = "(prop) => document.getElementById('map').board.props[prop] !== window.before"
            self.page.wait_for_function(changed, arg=prop, timeout=PATIENCE_MS)
        else:
            self._settled()
        found = self.page.evaluate("(prop) => document.getElementById('map').board.props[prop]", prop)
        return None if found is None or found["area"] is None else str(found["area"])

    def _settled(self) -> None:
        """Wait until what lies at the pointer is known."""
        time.sleep(0.03)
        self.page.wait_for_function("() => document.getElementById('map').board.pointer.isSettled", timeout=PATIENCE_MS)

    def _script_ms(self) -> float:
        metrics = {one["name"]: one["value"] for one in self._meter.send("Performance.getMetrics")["metrics"]}
        return float(metrics["ScriptDuration"]) * 1000


class Peer:
    """The same areas drawn by plotly's choropleth map.

    Parameters
    ----------
    browser : Browser
        Where it is painted.
    site : str
        Address of the pages.
    data : str
        Address of its areas and frames.
    """

    def __init__(self, browser: Browser, site: str, data: str) -> None:
        self.page: Page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
        self.page.wait_for_timeout(OPENED_MS)
        self.page.goto(f"{site}/")
        self.page.add_script_tag(url=f"{site}/_dash-component-suites/plotly/package_data/plotly.min.js")
        holder = "<div id='peer' style='position: fixed; inset: 0'></div>"
        self.page.evaluate("(made) => document.body.insertAdjacentHTML('beforeend', made)", holder)
        begun = time.perf_counter()
        self.page.evaluate(_PEER, data)
        self.first_ms = 1000 * (time.perf_counter() - begun)

    def repaint(self, frame: int) -> float:
        """Milliseconds until all areas show another frame."""
        return float(self.page.evaluate(_PEER_REPAINT, frame))

    def close(self) -> None:
        """Leave the page."""
        self.page.context.close()
