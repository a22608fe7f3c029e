"""Witness: whoever asks the gate, and the line that his question leaves before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kuai.access.viewer import Place, Viewer
from kuai.audit.entry import Action, Entry, Outcome
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError, GateError

if TYPE_CHECKING:
    from kuai.question import Question

Record = Callable[[Entry], object]


@dataclass(frozen=True)
class Witness:
    """A viewer, and where his questions are put down.

    Parameters
    ----------
    viewer : Viewer
        Whoever asks.
    record : callable
        Writes a line of the audit.
    """

    viewer: Viewer
    record: Record

    def audience(self, policy: Policy, question: Question, line: Line) -> str:
        """Audience whose rules apply to the viewer; a question that he may not ask is put down as refused.

        Parameters
        ----------
        policy : Policy
            Policy in force.
        question : Question
            What is asked.
        line : Line
            When, how, and of what.

        Raises
        ------
        AccessError
            If his role sees no numbers, or may not do this.
        """
        try:
            return _audience(policy, self.viewer.role, line.action)
        except AccessError:
            self.record(line.entry(self.viewer, question, 0, "refused"))
            raise

    @contextmanager
    def putting_down(self, question: Question, line: Line) -> Iterator[Shown]:
        """Put a question down when its answer is there or was refused, and before anybody gets it.

        Parameters
        ----------
        question : Question
            What is asked.
        line : Line
            When, how, and of what.
        """
        shown = Shown()
        try:
            yield shown
        except GateError:
            self.record(line.entry(self.viewer, question, 0, "refused"))
            raise
        self.record(line.entry(self.viewer, question, shown.rows, "answered" if shown.rows else "not-permitted"))


def _audience(policy: Policy, name: str, action: Action) -> str:
    role = policy.role(name)
    if role.audience is None or action not in role.may:
        what = f"the role {role.name} may not {action}"
        raise AccessError(what, remedy="sign in with another role: kuai policy show")
    return role.audience


@dataclass
class Shown:
    """Rows of an answer that lie within the viewer's scope."""

    rows: int = 0


@dataclass(frozen=True)
class Line:
    """What a line of the audit tells besides the viewer and his question.

    Parameters
    ----------
    at : datetime
        Moment, with its time zone.
    action : Action
        What is done.
    snapshot : mapping
        Snapshot that answers.
    policy : str
        Version of the policy.
    """

    at: datetime
    action: Action
    snapshot: Mapping[str, Any]
    policy: str

    def entry(self, viewer: Viewer, question: Question, rows: int, outcome: Outcome) -> Entry:
        """The whole line."""
        return Entry(
            self.at, viewer, self.action, outcome, str(self.snapshot["city"]),
            metric=question.metric, level=question.level, period=question.period,
            areas=(Place(question.level, question.area),) if question.area else (),
            first=question.first, last=question.last, category=question.category,
            policy=self.policy, snapshot=str(self.snapshot["snapshot"]), rows=rows,
        )  # fmt: skip
