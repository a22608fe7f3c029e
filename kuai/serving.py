"""The one gate to every number: questions about a metric, answered with state, snapshot, age and source batches."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kuai.access.witness import Line, Witness
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.question import Answer, Distribution, Export, Question, Roll, Rolled, Series, Window
from kuai.settings import Settings
from kuai.store import answering, gate, lineage
from kuai.store.looking import Looking
from kuai.store.reader import Held, Lender, Opened, Reader
from kuai.store.releases import Note
from kuai.store.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kuai.access import Viewer
    from kuai.access.witness import Record, Shown
    from kuai.audit.entry import Action
    from kuai.home import Home
    from kuai.store.answering import Tell

__all__ = ["Answer", "Distribution", "Export", "Note", "Question", "Roll", "Rolled", "Series", "Serving", "Window"]

Asked = TypeVar("Asked", bound=Question)
Given = TypeVar("Given", bound=Answer)


class Serving(Looking):
    """Questions to the current snapshot of a city; safe to share between threads.

    Parameters
    ----------
    reader : Reader, or what stands for it
        Lends the city's serving file.
    policy : Policy
        Rules of disclosure by class and audience.
    clock : callable, optional
        Gives the present moment in UTC.
    witness : Witness, optional
        Whoever asks, and where his questions are put down; None for a command, which names its audience itself.
    """

    def __init__(
        self,
        reader: Lender,
        policy: Policy,
        clock: Callable[[], datetime] | None = None,
        witness: Witness | None = None,
    ) -> None:
        super().__init__(reader, clock or (lambda: datetime.now(UTC)), policy, witness)

    @classmethod
    def open(
        cls, home: Home, city: str | None = None, settings: Settings | None = None, policy: Policy | None = None
    ) -> Serving:
        """Gate to a published city: the one named, or the one published last.

        Raises
        ------
        GateError
            If that city has not been published in this home.
        """
        chosen = settings or Settings.load(home.settings)
        return cls(Reader(home.chosen(city).store, chosen.serve), policy or Policy.load())

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

    @contextmanager
    def together(self) -> Iterator[Serving]:
        """Gate to questions that belong to one answer: all are of one snapshot, and their lines are waited for once.

        They are waited for when it is left. What it answers may be worked with, and is shown to nobody before.

        Raises
        ------
        AuditError
            When it is left, if a line could not be written.
        """
        waiting: list[Shown] = []
        witness = self._witness and replace(self._witness, waiting=waiting)
        with self._reader.lease() as opened, ExitStack() as waited:
            try:
                yield Serving(Held(opened), self._policy, self._clock, witness)
            finally:
                for one in waiting:
                    waited.callback(one.wait)

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
            return self._put(opened, question, "ask", answering.cells)

    def total(self, window: Window) -> Answer:
        """Values added up over whole periods, of every area of a level or of several areas together.

        Its rows have the cells behind each sum and the variance of the noise in it besides. Every sum is one of served
        cells; where one of these has no value, the sum has none either, and the worst of their states.

        Raises
        ------
        AccessError, GateError
            As `ask` does; and if the metric does not add up, or the days are not whole periods.
        """
        with self._reader.lease() as opened:
            return self._put(opened, window, "ask", answering.total)

    def distribution(self, asked: Distribution) -> Answer:
        """Every category of a metric in one area, each added up over whole periods: one row a category.

        Its rows are those of `total`, by category in alphabetical order, ``all`` among them.

        Raises
        ------
        AccessError, GateError
            As `total` does; and if no area is named, or the metric is a ratio or a stock.
        """
        with self._reader.lease() as opened:
            return self._put(opened, asked, "ask", answering.distribution)

    def series(self, series: Series) -> Answer:
        """Values added up over each of several windows, of every area of a level or of one, by window and then by code.

        Every row is what `total` answers to its window; all of them are one question and one line of the audit.

        Raises
        ------
        AccessError, GateError
            As `total` does; and if the windows are out of order.
        """
        with self._reader.lease() as opened:
            return self._put(opened, series, "ask", answering.series)

    def partition(self, roll: Roll) -> Rolled:
        """Shapes of mixed level that do not overlap, each as fine as it may be shown; the same for at least 28 days.

        Raises
        ------
        AccessError, GateError
            As `total` does; and if the hierarchy has no such level.
        """
        with self._reader.lease() as opened:
            return self._put(opened, roll, "ask", answering.rolled)

    def explain(self, question: Question) -> dict[str, Any]:
        """Way back from a question's values: cells, snapshot, job runs, and source files with row counts.

        Raises
        ------
        GateError
            As `ask` does.
        """
        with self._reader.lease() as opened:
            return lineage.explain(opened.facts, self._put(opened, question, "explain", answering.cells))

    def export(self, question: Question, most: int = gate.MOST_CELLS, *, outlines: bool = False) -> Export:
        """Answer to be taken away: with the names of its areas, who takes it, and what it stands on.

        Parameters
        ----------
        question : Question
            What is asked.
        most : int
            Rows it may have.
        outlines : bool
            Whether the outlines of the areas go with it.

        Raises
        ------
        AccessError
            If it is not known who asks, or his role takes nothing away.
        GateError
            As `ask` does, and if there are more rows.
        """
        from kuai.store import takeaway

        if self._witness is None:
            raise AccessError("nothing is taken away by nobody", remedy="sign in, or run: kuai export")
        with self._reader.lease() as opened:
            answer = self._put(opened, question, "export", partial(answering.cells, most=most))
            taking = takeaway.Taking(self._witness.viewer, self._clock(), outlines)
            return takeaway.export(opened, self._policy, question, answer, taking)

    def close(self) -> None:
        """Let go of the serving file."""
        self._reader.close()

    def _put(
        self, opened: Opened, question: Asked, action: Action, answer: Callable[[Sight, Asked, Tell], Given]
    ) -> Given:
        """Answer to a question, which is put down before anybody gets it."""
        now, witness = self._clock(), self._witness
        if witness is None:
            return answer(Sight(opened, self._policy, question.audience, (), now), question, lambda _: None)
        line = Line(now, action, opened.facts.snapshot, self._policy.version)
        with witness.putting_down(question, line) as shown:
            asked = replace(question, audience=witness.audience(self._policy, action))
            sight = Sight(opened, self._policy, asked.audience, witness.viewer.scope, now)
            return answer(sight, asked, shown.tell)
