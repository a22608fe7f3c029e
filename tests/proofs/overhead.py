"""What the gate costs beside the bare queries it asks: the same statements on the same file, in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Site
from kuai.home import Home
from kuai.serving import Question, Serving
from kuai.settings import Settings
from kuai.store import pointer
from kuai.store.reader import Opened, connect

from benchmarks.questions import Span, draw

Statement = tuple[str, dict[str, Any]]
WARM = 20


@dataclass(frozen=True)
class Cost:
    """Seconds of each question, to the gate and as bare queries.

    Parameters
    ----------
    gate, bare : ndarray
        Seconds by question.
    statements : list of int
        Statements the gate asked for each question.
    """

    gate: np.ndarray
    bare: np.ndarray
    statements: list[int]

    def overhead(self, percentile: float) -> float:
        """How much longer the gate takes, at a percentile of both; 0.5 for half as long again."""
        gate, bare = (float(np.percentile(one[WARM:], percentile)) for one in (self.gate, self.bare))
        return gate / bare - 1


def cost(home: Home, folder: Path, questions: int) -> Cost:
    """Cost of a realistic mix of questions by an analyst of the whole city, each put down in an audit on the disk.

    A bare query is what the gate asks for an answer: the named statements with the same parameters, executed on another
    connection to the same file, and fetched as data frames.
    """
    settings = Settings.load(None, {})
    log = AuditLog(Site(folder / "audit", folder / "anchors", bytes(32), settings.audit))
    with closing(Serving.open(home, settings=settings)) as serving, closing(log), _file(home, settings) as bare:
        viewer = Viewer("ana", "analyst", (Place("city", serving.areas("city")["area"].iloc[0]),), "planning")
        gate, chance, found = serving.seen_by(viewer, log.write), Random(1), []  # noqa: S311 -- no secret
        span = _span(serving)
        for _ in range(questions + WARM):
            question = draw(span, chance).question
            statements = _statements(gate, question)
            pair = [partial(gate.ask, question), partial(_bare, bare, statements)]
            gate.forget()
            found.append((*_timed(pair, chance.randrange(2)), len(statements)))
    return Cost(np.array([one[0] for one in found]), np.array([one[1] for one in found]), [one[2] for one in found])


def _span(serving: Serving) -> Span:
    last = serving.newest("incident_count")
    assert last
    stations = serving.areas("station", last)["area"].tolist()
    return Span(last - timedelta(days=364), last, stations, serving.categories("incident_count"))


@contextmanager
def _file(home: Home, settings: Settings) -> Iterator[Any]:
    store = home.chosen(None).store
    current = pointer.read(store)
    assert current
    with connect(store / current.file, settings.serve) as connection:
        yield connection


def _statements(gate: Serving, question: Question) -> list[Statement]:
    """Statements by which the gate reads what it answers a question with; of the file, it knows all but the cells."""
    gate.ask(question)
    gate.forget()
    read: list[Statement] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("columns", "rows"):
            patch.setattr(Opened, name, _noting(getattr(Opened, name), read))
        gate.ask(question)
    return read


def _noting(ask: Any, read: list[Statement]) -> Any:
    def asked(opened: Opened, statement: str, parameters: dict[str, Any] | None = None) -> Any:
        read.append((statement, parameters or {}))
        return ask(opened, statement, parameters)

    return asked


def _bare(connection: Any, statements: list[Statement]) -> None:
    for statement, parameters in statements:
        connection.execute(statement, parameters).df()


def _timed(pair: list[Callable[[], object]], first: int) -> tuple[float, float]:
    """Seconds of each of two pieces of work; which goes first is drawn."""
    seconds = [0.0, 0.0]
    for one in (first, 1 - first):
        gc.collect(0)
        began = perf_counter()
        pair[one]()
        seconds[one] = perf_counter() - began
    return seconds[0], seconds[1]
