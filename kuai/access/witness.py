"""Witness: whoever asks the gate, and the line that his question leaves before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kuai.access.viewer import Viewer
from kuai.audit.entry import Action, Entry, Outcome
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.question import Told

if TYPE_CHECKING:
    from kuai.disclosure.roles import Role
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
    waiting : list of Shown, optional
        Gets what is shown by questions that belong to one answer; whoever made it waits for their lines.
    """

    viewer: Viewer
    record: Record
    waiting: list[Shown] | None = None

    def audience(self, policy: Policy, action: Action) -> str:
        """Audience whose rules apply to the viewer.

        Raises
        ------
        AccessError
            If his role sees no numbers, or may not do this.
        """
        role = self.require(policy, action)
        if role.audience is None:
            raise _refused(role, action)
        return role.audience

    def require(self, policy: Policy, deed: str) -> Role:
        """Role of the viewer, which may do that.

        Raises
        ------
        AccessError
            If it may not.
        """
        role = policy.role(self.viewer.role)
        if deed not in role.may:
            raise _refused(role, deed)
        return role

    @contextmanager
    def putting_down(self, question: Question, line: Line) -> Iterator[Shown]:
        """Put a question down, as answered or refused, before anybody gets the answer it belongs to.

        Parameters
        ----------
        question : Question
            What is asked.
        line : Line
            When, how, and of what.
        """
        shown = Shown(lambda told: self.record(line.entry(self.viewer, question, told, _outcome(told))))
        try:
            yield shown
        except Exception:
            self.record(line.entry(self.viewer, question, Told(0), "refused"))
            raise
        if self.waiting is None:
            shown.wait()
        else:
            self.waiting.append(shown)


def _refused(role: Role, deed: str) -> AccessError:
    return AccessError(f"the role {role.name} may not {deed}", remedy="take another role: kuai policy show")


class Shown:
    """What an answer shows, which whoever answers tells once.

    Parameters
    ----------
    write : callable
        Puts down the line of what is told.
    """

    def __init__(self, write: Callable[[Told], object]) -> None:
        self._write = write
        self._written: Future[object] | None = None

    def tell(self, told: Told) -> None:
        """Say what it is: the line is written from now on, while the answer may still be looked up."""
        self._written = _writers().submit(self._write, told)

    def wait(self) -> None:
        """Wait until the line is safe; an answer that nothing was told of has no rows."""
        if self._written is None:
            self._write(Told(0))
        else:
            self._written.result()


def _outcome(told: Told) -> Outcome:
    return "answered" if told.rows else "not-permitted"


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

    def entry(self, viewer: Viewer, question: Question, told: Told, outcome: Outcome) -> Entry:
        """The whole line."""
        return Entry(
            self.at, viewer, self.action, outcome, str(self.snapshot["city"]),
            metric=question.metric, level=told.level or question.level, period=question.period,
            areas=told.areas or question.places,
            first=question.first, last=question.last, category=question.category,
            policy=self.policy, snapshot=str(self.snapshot["snapshot"]), rows=told.rows,
        )  # fmt: skip
