"""Questions of eight clients at once through the gate, against the bare SQL on the same file.

Cells that the gate keeps in memory are forgotten before each question: both sides read the file.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from kuai.errors import LakeError
from kuai.serving import Serving
from kuai.settings import Settings
from kuai.store.reader import connect

from benchmarks.ground import CITY, Ground, say
from benchmarks.questions import Asked, Span, draw
from benchmarks.result import Result, compared

if TYPE_CHECKING:
    import duckdb

CLIENTS, ROUNDS, QUESTIONS = 8, 6, 30

Ask = Callable[[Asked], object]
Times = dict[str, list[float]]


def run() -> list[Result]:
    """Milliseconds of the median and of the slowest twentieth of all questions; rounds of either side alternate."""
    ground = Ground.from_environment()
    ground.built()
    serving = Serving.open(ground.home, CITY)
    asked = _asked(ground, serving)
    connection = _raw(ground)
    ours, theirs = _alternate(serving, _statements(connection), asked)
    serving.close()
    connection.close()
    say(kinds := _by_kind(ours, theirs))
    note = f"{ground.plan.scale}, {CLIENTS} clients, {CLIENTS * ROUNDS * QUESTIONS:,} questions a side"
    (p50, p95), (raw50, raw95) = _percentiles(ours), _percentiles(theirs)
    return [
        compared("serving p50", p50, raw50, "<= 1.5", ("ms", f"{note}; medians by kind, gate and SQL: {kinds}")),
        compared("serving p95", p95, raw95, "<= 1.5", ("ms", note)),
    ]


def _asked(ground: Ground, serving: Serving) -> list[list[Asked]]:
    """Questions by round and client, the same for both sides; a round before the first one warms up."""
    stations = serving.areas("station", ground.plan.until)["area"].tolist()
    categories = serving.categories("incident_count")
    span, chance = Span(ground.plan.first, ground.plan.until, stations, categories), Random(1)  # noqa: S311 -- no secret
    return [[draw(span, chance) for _ in range(CLIENTS * QUESTIONS)] for _ in range(ROUNDS + 1)]


def _raw(ground: Ground) -> duckdb.DuckDBPyConnection:
    if ground.store is None:
        raise LakeError("nothing has been published", str(ground.root))
    return connect(ground.store, Settings.load(ground.home.settings).serve)


def _statements(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Ask in bare SQL, with a cursor per thread as the gate has it."""
    own = threading.local()

    def ask(asked: Asked) -> object:
        if not hasattr(own, "cursor"):
            own.cursor = connection.cursor()
        return own.cursor.execute(asked.statement, dict(asked.parameters)).df()

    return ask


def _alternate(gate: Serving, raw: Ask, rounds: list[list[Asked]]) -> tuple[Times, Times]:
    """Milliseconds by kind of question, through the gate and in bare SQL, of every round but the first."""
    ours: Times = defaultdict(list)
    theirs: Times = defaultdict(list)
    with ThreadPoolExecutor(CLIENTS) as clients:
        for number, asked in enumerate(rounds):
            sides = ((lambda one: gate.ask(one.question), gate.forget, ours), (raw, _nothing, theirs))
            for ask, prepare, times in sides:
                taken = list(clients.map(partial(_timed, ask, prepare), asked))
                for one, seconds in zip(asked, taken, strict=True) if number else ():
                    times[one.kind].append(seconds * 1000)
    return ours, theirs


def _nothing() -> None:
    """Bare SQL keeps nothing."""


def _timed(ask: Ask, prepare: Callable[[], None], asked: Asked) -> float:
    prepare()
    began = time.perf_counter()
    ask(asked)
    return time.perf_counter() - began


def _percentiles(times: Times) -> tuple[float, float]:
    twentieths = quantiles([one for kind in times.values() for one in kind], n=20)
    return twentieths[9], twentieths[18]


def _by_kind(ours: Times, theirs: Times) -> str:
    return ", ".join(f"{kind} {median(ours[kind]):.1f} and {median(theirs[kind]):.1f}" for kind in sorted(ours))
