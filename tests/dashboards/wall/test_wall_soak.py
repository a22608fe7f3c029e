"""A wall that stands for long: new snapshots, alarms and a killed server, and in the end it is what it was.

One minute among the tests; `make prove-wall` for as many minutes as KUAI_SOAK_MINUTES says.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai.home import Home
from tests.dashboards.wall.conftest import BUDGET_ENDS, SHEETS
from tests.dashboards.wall.hall import Hall, hall, nursery, page

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

__all__ = ["hall", "nursery", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINUTES = float(os.environ.get("KUAI_SOAK_MINUTES", "1"))
TURNS = {str(one) for one in range(7)}
ROUND = 6
"""Deeds of a round, the last of which has the alarm stand again: the page is then the same as a round before."""

MODES = {"fresh", "stale", "turning", "held", "ok", "lost"}
GROWTH = 1.10
LITTLE = {"maps": 0, "drawn": 0, "JSEventListeners": 25, "Nodes": 60}
"""How many more of a kind are no growth: an element goes with the next collection, a map never is more than one."""

PATIENCE = 60
"""Seconds that a mode may come late on a busy machine."""

WARM = 2
"""Times that every sheet is shown, and snapshots that come, before memory is measured for the first time."""

TELLING = 5
"""Minutes from which on the memory of processes tells something: before, their parts are still being fetched."""

PROCESSES = {"browser", "server"}
LOOKS = 4
"""Looks at the memory of the page, the least of which counts: what is let go of is collected a little later."""

COUNTED = """
    window.drawn = 0;
    for (const kind of ["Buffer", "Texture", "Framebuffer", "VertexArray", "Program", "Shader", "Renderbuffer"]) {
        const at = WebGL2RenderingContext.prototype, made = at[`create${kind}`], deleted = at[`delete${kind}`];
        at[`create${kind}`] = function (...given) { window.drawn++; return made.apply(this, given); };
        at[`delete${kind}`] = function (one) { if (one) window.drawn--; return deleted.call(this, one); };
    }
"""
"""What a page counts the parts of its drawings by."""

LOOK = """() => {
    const wall = document.getElementById("wall"), tile = document.querySelector(".tile[data-age]");
    const turns = wall && (wall.dataset.held === "true" ? "held" : "turning");
    return tile ? [wall.dataset.shown, tile.dataset.age, turns, wall.dataset.link] : [];
}"""


@dataclass
class Watched:
    """What was seen of a wall, and what it takes."""

    page: Page
    cdp: CDPSession
    sheets: Counter[str] = field(default_factory=Counter)
    shown: str = ""
    modes: set[str] = field(default_factory=set)
    lasted: list[str] = field(default_factory=list)

    def look(self) -> None:
        shown, *modes = self.page.evaluate(LOOK) or ["", ""]
        self.sheets[shown] += shown != self.shown
        self.shown = shown
        self.modes.update(modes)
        self.lasted = modes

    def until(self, moment: float) -> None:
        while time.monotonic() < moment:
            self.look()
            self.page.wait_for_timeout(200)

    def until_seen(self, modes: set[str], patience: float) -> None:
        """Look until all modes have been seen, on a busy machine some seconds longer than all else takes."""
        end = time.monotonic() + patience
        while not self.modes >= modes and time.monotonic() < end:
            self.until(time.monotonic() + 1)

    def is_warm(self) -> bool:
        return all(self.sheets[one] >= WARM for one in TURNS)

    def taken(self) -> dict[str, float]:
        """What the page and its browser take, once what is done with has gone."""
        found = [self._now() for _ in range(LOOKS)]
        return {name: min(one[name] for one in found) for name in found[0]}

    def _now(self) -> dict[str, float]:
        self.page.wait_for_timeout(1200)
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in self.cdp.send("Performance.getMetrics")["metrics"]}
        page = {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}
        backing = self.cdp.send("Runtime.getHeapUsage").get("backingStorageSize", 0.0)
        return {**page, "arrays": backing, "drawn": self.page.evaluate("window.drawn"), "maps": self._maps(),
                "browser": sum(map(held, self._processes()))}  # fmt: skip

    def _maps(self) -> float:
        """Maps that are there, drawn or not."""
        named: dict[str, Any] = {"expression": "window.maplibregl && maplibregl.Map.prototype", "objectGroup": "maps"}
        kind = self.cdp.send("Runtime.evaluate", named)["result"]["objectId"]
        known = self.cdp.send("Runtime.queryObjects", {"prototypeObjectId": kind, "objectGroup": "maps"})["objects"]
        called = {"objectId": known["objectId"], "functionDeclaration": "function () { return this.length; }",
                  "returnByValue": True}  # fmt: skip
        count = self.cdp.send("Runtime.callFunctionOn", called)["result"]["value"]
        self.cdp.send("Runtime.releaseObjectGroup", {"objectGroup": "maps"})
        return float(count)

    def _processes(self) -> list[int]:
        browser = self.page.context.browser
        assert browser
        session = browser.new_browser_cdp_session()
        known = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return [int(one["id"]) for one in known]


def held(pid: int) -> float:
    """Bytes of memory that a process has for itself, and its part of what it shares with others but for files.

    The part of a program's file grows when another process that runs it ends, and says nothing.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return 1024 * sum(float(one.split()[1]) for one in lines if one.startswith(("Pss_Anon:", "Pss_Shmem:")))


def deeds(hall: Hall) -> Iterator[Callable[[], object]]:
    """What people do about the alarm, over and over: it is put aside so that the sheets turn, and taken back."""
    while True:
        yield lambda: hall.book.acknowledge(1, "ana")
        yield lambda: hall.book.shelve(1, "ana", 8, "soak", 8)
        yield from [lambda: None] * 3
        yield lambda: hall.book.take_back(1, "bo")


def test_a_wall_stands(hall: Hall, page: Page, issue: Callable[[str], Home]) -> None:
    length = 60 * MINUTES
    quicker = SHEETS.replace("dwell_seconds = 2", "dwell_seconds = 1")
    (hall.home.city("demo").root / "wall.toml").write_text(quicker, "utf-8")
    hall.serve(BUDGET_ENDS - timedelta(seconds=length * 0.8))
    page.add_init_script(COUNTED)
    hall.enter(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    wall, begun, doing = Watched(page, cdp), time.monotonic(), deeds(hall)
    kill_and_return(hall, wall, length)
    warm_up(hall, wall, issue)
    before, warm = measured(hall, wall), (time.monotonic() - begun) / length
    steps = max(1, int(length / 180)) * ROUND
    for step in range(steps):
        issue(f"s{step + WARM + 2}")
        next(doing)()
        wall.until(begun + length * (warm + (1 - warm) * (step + 1) / steps))
    after = measured(hall, wall)
    report(before, after)
    assert set(wall.sheets) >= TURNS
    wall.until_seen(MODES, PATIENCE)
    assert wall.modes >= MODES
    assert wall.lasted[-1] == "ok"
    assert after["maps"] == 1
    assert grown(before, after) == {}


def grown(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """What has grown beyond the bound, and by which factor."""
    judged = set(after) - (PROCESSES if MINUTES < TELLING else set())
    most = {name: max(GROWTH * before[name], before[name] + LITTLE.get(name, 0)) for name in judged}
    return {name: after[name] / before[name] for name in judged if after[name] > most[name]}


def kill_and_return(hall: Hall, wall: Watched, length: float) -> None:
    wall.until(time.monotonic() + 3)
    hall.kill()
    wall.until(time.monotonic() + 8)
    hall.serve(BUDGET_ENDS - timedelta(seconds=length * 0.6))
    wall.until(time.monotonic() + 6)


def warm_up(hall: Hall, wall: Watched, issue: Callable[[str], Home]) -> None:
    """Have every sheet shown twice, with a new snapshot each time, so that what all of them need is there."""
    hall.book.shelve(1, "ana", 8, "soak", 8)
    wall.sheets.clear()
    for number in range(WARM):
        issue(f"s{number + 2}")
        wall.until(time.monotonic() + 8)
    wall.page.wait_for_selector("#wall-map[data-status=ready], #wall-map[data-status^=fallback]", timeout=60_000)
    patience = time.monotonic() + 60
    while not wall.is_warm():
        assert time.monotonic() < patience, wall.sheets
        wall.until(time.monotonic() + 1)
    hall.book.take_back(1, "ana")


def measured(hall: Hall, wall: Watched) -> dict[str, float]:
    """What page and server take while the alarm holds its sheet."""
    assert hall.process
    wall.page.wait_for_selector("#wall[data-held=true][data-shown='6']", timeout=20_000)
    return {**wall.taken(), "server": held(hall.process)}


def report(before: dict[str, float], after: dict[str, float]) -> None:
    if "KUAI_SOAK_MINUTES" in os.environ:
        for name, value in after.items():
            print(f"{name:<18} {before[name]:>14,.0f} {value:>14,.0f} {value / before[name] - 1:+.1%}", flush=True)  # noqa: T201
