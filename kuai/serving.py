"""The one gate to every number: questions about a metric, answered with state, snapshot, age and source batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import catalog
from kuai.access.witness import Line, Witness
from kuai.disclosure.policy import Policy
from kuai.question import Answer, Question
from kuai.settings import Settings
from kuai.store import ancestry, cells, frames, gate, lateness, lineage, scope, states
from kuai.store.reader import Opened, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.access import Place, Viewer
    from kuai.access.witness import Record
    from kuai.audit.entry import Action
    from kuai.home import Home
    from kuai.metrics import Measure, Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.states import Judged

__all__ = ["Answer", "Question", "Serving"]


class Serving:
    """Questions to the current snapshot of a city; safe to share between threads.

    Parameters
    ----------
    reader : Reader
        Reader of the city's store.
    policy : Policy
        Rules of disclosure by class and audience.
    clock : callable, optional
        Gives the present moment in UTC.
    witness : Witness, optional
        Whoever asks, and where his questions are put down; None for a command, which names its audience itself.
    """

    def __init__(
        self,
        reader: Reader,
        policy: Policy,
        clock: Callable[[], datetime] | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._reader = reader
        self._policy = policy
        self._clock = clock or (lambda: datetime.now(UTC))
        self._witness = witness

    @classmethod
    def open(cls, home: Home, city: str | None = None, settings: Settings | None = None) -> Serving:
        """Gate to a published city: the one named, or the one published last.

        Raises
        ------
        GateError
            If that city has not been published in this home.
        """
        chosen = settings or Settings.load(home.settings)
        return cls(Reader(home.chosen(city).store, chosen.serve), Policy.load())

    def seen_by(self, viewer: Viewer, record: Record) -> Serving:
        """Gate that answers one viewer, as his role and scope allow, and puts every question of his down first.

        Parameters
        ----------
        viewer : Viewer
            Whoever asks.
        record : callable
            Writes a line of the audit; what it raises stands in the way of the answer.
        """
        return Serving(self._reader, self._policy, self._clock, Witness(viewer, record))

    def ask(self, question: Question) -> Answer:
        """Values with their states for every period and area the question is about.

        Raises
        ------
        AccessError
            If the viewer's role does not ask for numbers.
        GateError
            If a name is unknown or the combination is not offered; names what is.
        """
        with self._reader.lease() as opened:
            return self._witnessed(opened, question, "ask")

    def areas(self, level: str, on: date | None = None, hierarchy: str | None = None) -> pd.DataFrame:
        """Areas of a level valid on a day (now if None), by code: names, parent and geometry (WKB, EPSG:4326, or None).

        Parameters
        ----------
        level : str
            Level of the areas.
        on : date, optional
            Day they must be valid on.
        hierarchy : str, optional
            Hierarchy whose parents are meant, where several share the level; the first if None.

        Raises
        ------
        GateError
            If there is no such level.
        """
        with self._reader.lease() as opened:
            return lineage.areas(opened, level, on or self._clock().date(), hierarchy)

    def levels(self) -> list[dict[str, Any]]:
        """Levels of every hierarchy from the root down: hierarchy, level, rank, name_zh, name_en, has_geometry."""
        with self._reader.lease() as opened:
            return opened.facts.levels

    def level_of(self, area: str) -> str:
        """Level of the area with that code.

        Raises
        ------
        GateError
            If there is none, or areas of several levels have the code.
        """
        with self._reader.lease() as opened:
            return lineage.level_of(opened, area)

    def above(self, place: Place) -> tuple[Place, ...]:
        """Areas that held an area at any time, of every hierarchy, by level and code.

        Raises
        ------
        GateError
            If there is no such level or area.
        """
        with self._reader.lease() as opened:
            return ancestry.above(opened, place)

    def offered(self, metric: str) -> list[tuple[str, str]]:
        """Level and period of every question on the metric that is answered."""
        with self._reader.lease() as opened:
            return opened.facts.offered(catalog.metric(metric))

    def categories(self, metric: str) -> list[str]:
        """Categories a metric is broken down by, `all` first."""
        with self._reader.lease() as opened:
            found = opened.facts.categories.get(catalog.metric(metric).numerator, [])
            return sorted(found, key=lambda one: (one != "all", one))

    def feeds(self, metric: str) -> list[dict[str, Any]]:
        """Feeds a metric is made of, each with its age in seconds, its budget in hours, and its state."""
        with self._reader.lease() as opened:
            return lineage.feeds(opened.facts, catalog.metric(metric), self._clock())

    def newest(self, metric: str) -> date | None:
        """Newest observed day behind a metric, which its age counts from; None if nothing was observed."""
        with self._reader.lease() as opened:
            return opened.facts.newest_day(catalog.metric(metric))

    def snapshot(self) -> dict[str, Any]:
        """The current snapshot: id, city, names, moment of publishing (UTC), run, version of the policy, time zone."""
        with self._reader.lease() as opened:
            return lineage.snapshot(opened.facts)

    def status(self) -> dict[str, Any]:
        """State of the snapshot: when it was published, feeds with age against budget, rows by source, cells, bytes."""
        with self._reader.lease() as opened:
            return lineage.status(opened, self._clock())

    def explain(self, question: Question) -> dict[str, Any]:
        """Way back from a question's values: cells, snapshot, job runs, and source files with row counts.

        Raises
        ------
        GateError
            As `ask` does.
        """
        with self._reader.lease() as opened:
            return lineage.explain(opened.facts, self._witnessed(opened, question, "explain"))

    def close(self) -> None:
        """Let go of the serving file."""
        self._reader.close()

    def _witnessed(self, opened: Opened, question: Question, action: Action) -> Answer:
        if self._witness is None:
            return self._answer(opened, question, ())
        line = Line(self._clock(), action, opened.facts.snapshot, self._policy.version)
        with self._witness.putting_down(question, line) as shown:
            asked = replace(question, audience=self._witness.audience(self._policy, action))
            shown.tell(self._rows(opened.facts, asked, self._witness.viewer.scope))
            return self._answer(opened, asked, self._witness.viewer.scope)

    def _rows(self, facts: Facts, question: Question, within: Sequence[Place]) -> int:
        """Rows that will be shown in one of the states other than not permitted, known before a cell is read."""
        metric = catalog.metric(question.metric)
        grid = gate.admit(facts, metric, question)
        measures = map(catalog.measure, metric.measures)
        if any(states.is_closed(one, self._policy.rule(one.klass, question.audience)) for one in measures):
            return 0
        return scope.shown(facts, grid, scope.permitted(facts, grid, within))

    def _answer(self, opened: Opened, question: Question, within: Sequence[Place]) -> Answer:
        facts, metric, now = opened.facts, catalog.metric(question.metric), self._clock()
        grid = gate.admit(facts, metric, question)
        values, coverage = self._judged(opened, metric, grid, question.audience, now)
        return Answer(
            frames.frame(facts, grid, states.restrict(values, scope.permitted(facts, grid, within)), coverage),
            metric,
            str(facts.snapshot["snapshot"]),
            lateness.age_seconds(facts.newest_day(metric), now, facts.snapshot["time_zone"]),
            lineage.batches(facts, metric, grid),
        )

    def _judged(
        self, opened: Opened, metric: Metric, grid: Grid, audience: str, now: datetime
    ) -> tuple[Judged, NDArray[np.float64]]:
        measure = catalog.measure(metric.numerator)
        found = cells.read(opened, opened.facts, measure, grid, now)
        above = states.judge(measure, found, self._policy.rule(measure.klass, audience))
        if not metric.is_ratio:
            return above, found.coverage
        measure = catalog.measure(metric.denominator)
        beneath = cells.read(opened, opened.facts, measure, replace(grid, category="all"), now)
        below = states.judge(measure, beneath, self._policy.rule(measure.klass, audience))
        return states.divide(metric, above, below, self._least(measure)), np.minimum(found.coverage, beneath.coverage)

    def _least(self, denominator: Measure) -> int:
        is_protected = self._policy.klass(denominator.klass).is_protected
        return self._policy.ratio.min_denominator if is_protected else 0
