"""Interactions of the desk, from the input to the painted page, while eight others work.

Each of the eight changes something, reads for one to three seconds, and changes something again: that is three to four
times as busy as the seven seconds on average that TPC-W lets a reader think, and it is no closed loop, in which eight
who wait for nothing but the server would measure how many answers it gives in a second, and nothing of one. As a
browser does, each says which fields it has, takes the map's values with the answer, and asks for the hours of the week
when what they are of has changed. Server, browser and its drawing in software share the cores of the benchmark.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import numpy as np

from kuai.errors import KuaiError
from kuai.home import Home

from benchmarks.ground import say
from benchmarks.painting import browsing
from benchmarks.result import Result, holds
from dashboards.pages.desk import ANSWER, HOURS

if TYPE_CHECKING:
    from playwright.sync_api import Page

CITY, CLIENTS, ROUNDS = "chicago", 8, 8
PAUSE_SECONDS = (1.0, 3.0)
_SIZE = {"width": 1366, "height": 768}
_OPENED = """() => new Promise((done) => {
    const look = () => (window.kuaiDesk && window.kuaiDesk.isDrawn(0) ? done() : setTimeout(look, 50));
    look();
})"""
_BY_SELECT = """async ([id, value]) => window.measured(() => {
    const field = document.getElementById(id);
    field.value = value;
    field.dispatchEvent(new Event("change", {bubbles: true}));
})"""
_BY_CLICK = "async (selector) => window.measured(() => document.querySelector(selector).click())"
_BY_BRUSH = """async ([first, last]) => window.measured(() =>
    window.kuaiDesk.brush(first, last))"""
_BY_SEARCH = "async (search) => window.measured(() => window.kuaiDesk.go(search))"
_MEASURED = """
window.measured = async (act) => {
    const before = window.kuaiDesk.shown();
    const began = performance.now(), epoch = Date.now();
    act();
    const isDone = () => {
        const now = window.kuaiDesk.shown();
        const [one, two] = [before.map || {}, now.map || {}];
        const same = one.values === two.values && one.shapes === two.shapes;
        return now.search !== before.search && window.kuaiDesk.isDrawn(same ? 0 : epoch);
    };
    await new Promise((done) => {
        const look = () => (isDone() || performance.now() - began > 20000 ? done() : requestAnimationFrame(look));
        look();
    });
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    return performance.now() - began;
};
"""
_CATEGORIES = ("BURGLARY", "ROBBERY", "BATTERY")
_PERIODS = ("month", "quarter", "week")


@dataclass(frozen=True)
class Side:
    """A running server.

    Parameters
    ----------
    address : str
        Where it answers.
    cookies : list of str
        Sessions.
    times : list of dict
        Gets what the server measured, once it has ended.
    """

    address: str
    cookies: list[str]
    times: list[dict[str, list[float]]]
    process: subprocess.Popen[str]

    def begin(self) -> None:
        """Forget what was measured until now."""
        if self.process.stdin is not None:
            self.process.stdin.write("begin\n")
            self.process.stdin.flush()


def run() -> list[Result]:
    """Time of interactions at the 95th percentile; nothing, with the reason, where the city has not been built."""
    home = Home.from_environment()
    try:
        home.chosen(CITY)
    except KuaiError as error:
        say(f"left out, for it needs the open data of Chicago: {error}")
        return []
    with _served(home.root) as side, browsing() as browser:
        context = browser.new_context(viewport=_SIZE)  # type: ignore[arg-type]  # a size
        context.add_cookies([{"name": "kuai_session", "value": side.cookies[0], "url": side.address}])
        page = context.new_page()
        page.add_init_script(_MEASURED)
        with _others(side):
            found = _interactions(page, side)
    return _results(found, side.times[0])


def _results(found: dict[str, list[float]], times: dict[str, list[float]]) -> list[Result]:
    every = [one for some in found.values() for one in some]
    kinds = "; ".join(f"{name} {_p(some, 50):.0f}/{_p(some, 95):.0f}" for name, some in found.items())
    say(f"browser, p50/p95 in ms by interaction: {kinds}")
    server = times["answer"]
    told = f"{len(every)} interactions, {CLIENTS} other clients; p50 {_p(every, 50):.0f} ms; p50/p95 by kind: {kinds}"
    beside = f"{len(server)} answers of all clients, p50 {_p(server, 50):.0f} ms, processor "
    return [
        _limit("desk interaction, painted", _p(every, 95), "<= 300", told),
        _limit(
            "desk interaction, server", _p(server, 95), "<= 50", f"{beside}{times['processor'][0]:.0f} ms an answer"
        ),
    ]


def _limit(name: str, value: float, goal: str, note: str) -> Result:
    return Result(name, value, 0, value, goal, holds(value, goal), "ms", note)


def _p(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def _interactions(page: Page, side: Side) -> dict[str, list[float]]:
    """Milliseconds of every interaction, by kind; the first round only warms up."""
    page.goto(f"{side.address}/desk?lang=en&category=THEFT")
    page.evaluate(_OPENED)
    found: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        if number == 1:
            found.clear()
            side.begin()
        for kind, (script, given) in _round(number).items():
            found.setdefault(kind, []).append(page.evaluate(script, given))
            page.wait_for_timeout(400)
    return found


def _round(number: int) -> dict[str, tuple[str, Any]]:
    """One of every interaction; none leaves the page as it was."""
    odd, category = number % 2, _CATEGORIES[number % len(_CATEGORIES)]
    district = f"district:{number % 9 + 1:03d}"
    way = "&category=THEFT&lang=en&compare=usual"
    return {
        "category": (_BY_SELECT, ["field-category", category]),
        "metric": (_BY_SELECT, ["field-metric", "passage_count"]),
        "metric back": (_BY_SELECT, ["field-metric", "incident_count"]),
        "period": (_BY_SELECT, ["field-period", _PERIODS[number % len(_PERIODS)]]),
        "brush": (_BY_BRUSH, ["2018-01-01", f"2018-0{number % 7 + 2}-20"]),
        "compare": (_BY_SELECT, ["field-compare", ("before", "year")[odd]]),
        "area": (_BY_CLICK, f"#desk-ranking tbody tr:nth-child({number % 8 + 2}) a"),
        "drill": (_BY_SEARCH, f"?metric=incident_count&level=beat&area={district}&period=28d{way}"),
        "up": (_BY_SEARCH, f"?metric=incident_count&level={('beat', 'community')[odd]}&period=28d{way}"),
    }


@contextmanager
def _served(home: Path) -> Iterator[Side]:
    command = [sys.executable, "-m", "benchmarks.deskside", str(home), CITY, str(CLIENTS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ) as process:  # noqa: S603 -- own program
        begun = json.loads((process.stdout.readline() if process.stdout else "") or "{}")
        side = Side(**begun, times=[], process=process)
        try:
            yield side
        finally:
            said, _ = process.communicate()
            side.times.append(json.loads(said.splitlines()[-1]))


@contextmanager
def _others(side: Side) -> Iterator[None]:
    """Other analysts, each of whom changes something every few seconds."""
    done = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(_work, side, number, done) for number in range(1, CLIENTS + 1)]
        try:
            yield
        finally:
            done.set()
        for one in working:
            one.result()


def _work(side: Side, number: int, done: threading.Event) -> None:
    chance, connection = Random(number), http.client.HTTPConnection(urlsplit(side.address).netloc, timeout=60)  # noqa: S311 -- no secret
    headers = {
        "Cookie": f"kuai_session={side.cookies[number]}",
        "Accept-Encoding": "gzip",
    }
    offer, hours = "", None
    while not done.wait(chance.uniform(*PAUSE_SECONDS)):
        search = f"?level=beat&category={chance.choice(_CATEGORIES)}&period={chance.choice(_PERIODS)}&lang=en"
        found = _answered(connection, headers, f"{ANSWER}{search}&offer={quote(offer)}")
        offer, before, hours = found["offer"], hours, found["hours"]
        if hours and hours != before:
            _answered(connection, headers, f"{HOURS}?{urlencode(hours)}")


def _answered(connection: http.client.HTTPConnection, headers: dict[str, str], path: str) -> dict[str, Any]:
    connection.request("GET", path, headers=headers)
    found: dict[str, Any] = json.loads(gzip.decompress(connection.getresponse().read()))
    return found
