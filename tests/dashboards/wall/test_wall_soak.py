"""A wall that stands for long: new snapshots, alarms and a killed server, and in the end it is what it was.

One minute among the tests; `make prove-wall` for as many minutes as KUAI_SOAK_MINUTES says.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai.home import Home
from tests.dashboards.test_browser import browser
from tests.dashboards.wall.conftest import BUDGET_ENDS, SHEETS
from tests.dashboards.wall.test_wall_browser import Hall, hall, page

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

__all__ = ["browser", "hall", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINUTES = float(os.environ.get("KUAI_SOAK_MINUTES", "1"))
TURNS = {str(one) for one in range(7)}
ROUND = 6
"""Deeds of a round, the last of which has the alarm stand again: the page is then the same as a round before."""

MODES = {"fresh", "stale", "turning", "held", "ok", "lost"}
GROWTH = 1.10
TELLING = 5
"""Minutes from which on memory tells something: before, it matters whether a map has just been replaced."""

LOOKS = 4
"""Looks at the memory of the page, the least of which counts: a map that was replaced is let go of a little later."""

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
    sheets: set[str] = field(default_factory=set)
    modes: set[str] = field(default_factory=set)
    lasted: list[str] = field(default_factory=list)

    def look(self) -> None:
        shown, *modes = self.page.evaluate(LOOK) or ["", ""]
        self.sheets.add(shown)
        self.modes.update(modes)
        self.lasted = modes

    def until(self, moment: float) -> None:
        while time.monotonic() < moment:
            self.look()
            self.page.wait_for_timeout(200)

    def taken(self) -> dict[str, float]:
        """Bytes of the page's objects, and nodes of its document, once what is not needed has gone."""
        found = [self._now() for _ in range(LOOKS)]
        return {name: min(one[name] for one in found) for name in found[0]}

    def _now(self) -> dict[str, float]:
        self.page.wait_for_timeout(1200)
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in self.cdp.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def resident(pid: int) -> float:
    """Bytes of memory that a process has."""
    pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    return float(pages) * os.sysconf("SC_PAGE_SIZE")


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
    hall.enter(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    wall, begun, doing = Watched(page, cdp), time.monotonic(), deeds(hall)
    kill_and_return(hall, wall, length)
    show_the_map(hall, wall)
    before: dict[str, Any] = {}
    steps = max(2, int(length / 180)) * ROUND
    for step in range(steps):
        issue(f"s{step + 2}")
        next(doing)()
        wall.until(begun + length * (0.3 + 0.7 * (step + 1) / steps))
        before = measured(hall, wall) if step == ROUND - 1 else before
    after = measured(hall, wall)
    report(before, after)
    assert wall.sheets >= TURNS
    assert wall.modes >= MODES
    assert wall.lasted[-1] == "ok"
    grown = {name: after[name] / before[name] for name in after if after[name] > GROWTH * before[name]}
    assert grown == {} or MINUTES < TELLING


def kill_and_return(hall: Hall, wall: Watched, length: float) -> None:
    wall.until(time.monotonic() + 3)
    hall.kill()
    wall.until(time.monotonic() + 8)
    hall.serve(BUDGET_ENDS - timedelta(seconds=length * 0.6))
    wall.until(time.monotonic() + 6)


def show_the_map(hall: Hall, wall: Watched) -> None:
    """Have every sheet shown once, so that what the map needs is there before anything is measured."""
    hall.book.shelve(1, "ana", 8, "soak", 8)
    wall.page.wait_for_selector("#wall-map[data-status=ready], #wall-map[data-status^=fallback]", timeout=60_000)
    wall.until(time.monotonic() + 3)
    hall.book.take_back(1, "ana")


def measured(hall: Hall, wall: Watched) -> dict[str, float]:
    """What page and server take while the alarm holds its sheet."""
    assert hall.process is not None
    wall.page.wait_for_selector("#wall[data-held=true][data-shown='6']", timeout=20_000)
    return {**wall.taken(), "server": resident(hall.process.pid)}


def report(before: dict[str, float], after: dict[str, float]) -> None:
    if "KUAI_SOAK_MINUTES" in os.environ:
        for name, value in after.items():
            print(f"{name:<18} {before[name]:>14,.0f} {value:>14,.0f} {value / before[name] - 1:+.1%}")  # noqa: T201
