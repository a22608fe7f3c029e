"""Witness: whoever asks the gate, and the line that his question leaves before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kuai.access.viewer import Place, Viewer
from kuai.audit.entry import Action, Entry, Outcome
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError, GateError

if TYPE_CHECKING:
    from kuai.question import Question

_MOST_WRITERS = 64

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

    def audience(self, policy: Policy, action: Action) -> str:
        """Audience whose rules apply to the viewer.

        Raises
        ------
        AccessError
            If his role sees no numbers, or may not do this.
        """
        role = policy.role(self.viewer.role)
        if role.audience is None or action not in role.may:
            what = f"the role {role.name} may not {action}"
            raise AccessError(what, remedy="sign in with another role: kuai policy show")
        return role.audience

    @contextmanager
    def putting_down(self, question: Question, line: Line) -> Iterator[Shown]:
        """Put a question down, as answered or refused, before anybody gets the answer.

        Parameters
        ----------
        question : Question
            What is asked.
        line : Line
            When, how, and of what.
        """
        shown = Shown(lambda rows: self.record(line.entry(self.viewer, question, rows, _outcome(rows))))
        try:
            yield shown
        except (AccessError, GateError):
            self.record(line.entry(self.viewer, question, 0, "refused"))
            raise
        shown.wait()


class Shown:
    """Rows of an answer that lie within the viewer's scope, which whoever answers tells once.

    Parameters
    ----------
    write : callable
        Puts down the line for that many rows.
    """

    def __init__(self, write: Callable[[int], object]) -> None:
        self._write = write
        self._written: Future[object] | None = None

    def tell(self, rows: int) -> None:
        """Say how many there are: the line is written from now on, while the answer may still be looked up."""
        self._written = _writers().submit(self._write, rows)

    def wait(self) -> None:
        """Wait until the line is safe; an answer that nothing was told of has no rows."""
        if self._written is None:
            self._write(0)
        else:
            self._written.result()


def _outcome(rows: int) -> Outcome:
    return "answered" if rows else "not-permitted"


@lru_cache(maxsize=1)
def _writers() -> ThreadPoolExecutor:
    """Threads in which lines wait for the disk."""
    return ThreadPoolExecutor(_MOST_WRITERS, "kuai audit write")


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
