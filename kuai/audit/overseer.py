"""Overseer: questions to the audit by those who may read it; each leaves a line of its own before it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kuai.audit import reading
from kuai.audit.checking import Checking
from kuai.audit.entry import Entry
from kuai.audit.standing import Standing, standing
from kuai.errors import AccessError, KuaiError

if TYPE_CHECKING:
    from kuai.access import Viewer
    from kuai.access.witness import Record
    from kuai.audit.log import Site
    from kuai.audit.reading import Part, Row, Sought
    from kuai.disclosure.policy import Policy
    from kuai.settings import ServeSettings

Span = tuple[datetime, datetime]
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Seen:
    """Who saw an area.

    Parameters
    ----------
    viewers : list of dict
        One row per viewer, role and purpose, most answers first; see `reading.who_saw`.
    answers : list of dict
        Answers themselves, newest first; see `reading.answers`.
    """

    viewers: list[Row]
    answers: list[Row]

    @property
    def total(self) -> int:
        """Number of all answers."""
        return sum(int(one["answers"]) for one in self.viewers)


@dataclass(frozen=True)
class Overseer:
    """Gate to the audit of a home; safe to share between threads.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory of a question.
    policy : Policy
        Which roles may read the audit.
    record : callable
        Writes a line of the audit; what it raises stands in the way of the answer.
    checking : Checking
        Verification of the whole log.
    """

    site: Site
    settings: ServeSettings
    policy: Policy
    record: Record
    checking: Checking

    @classmethod
    def of(cls, site: Site, settings: ServeSettings, policy: Policy, record: Record) -> Overseer:
        """Overseer of the log of a site."""
        return cls(site, settings, policy, record, Checking(site))

    def admits(self, viewer: Viewer) -> bool:
        """Whether somebody may read the audit."""
        return "audit" in self.policy.role(viewer.role).may

    def admit(self, viewer: Viewer, about: str) -> None:
        """Nothing, for those who may read the audit; others leave a line that they tried.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        if not self.admits(viewer):
            self.record(replace(self._line(viewer, about), outcome="not-permitted"))
            what = f"the role {viewer.role} may not read the audit"
            raise AccessError(what, remedy="sign in with a role that may: kuai policy show")

    def seen(self, viewer: Viewer, sought: Sought, part: Part) -> Seen:
        """Who saw an area, and some of the answers themselves.

        Parameters
        ----------
        viewer : Viewer
            Whoever asks.
        sought : Sought
            The area, and the answers that count.
        part : Part
            Which of the answers.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        about = replace(
            self._line(viewer, "who-saw", (sought.since, sought.until)),
            city=sought.city, metric=sought.metric, level=sought.place.level, areas=(sought.place,),
        )  # fmt: skip
        return Seen(
            self._read(about, lambda: reading.who_saw(self.site, self.settings, sought)),
            reading.answers(self.site, self.settings, sought, part),
        )

    def use(self, viewer: Viewer, span: Span) -> list[Row]:
        """Questions by day (UTC), role and purpose; see `reading.use`.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        return self._read(self._line(viewer, "use", span), lambda: reading.use(self.site, self.settings, span))

    def refused(self, viewer: Viewer, span: Span, part: Part) -> list[Row]:
        """Lines of what was refused, failed sign-ins among them, newest first; see `reading.refused`.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        about = self._line(viewer, "refused", span)
        return self._read(about, lambda: reading.refused(self.site, self.settings, span, part))

    def standing(self, viewer: Viewer) -> Standing:
        """Whether the log is whole, as far as can be told at once; it holds nothing of any line.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        self.admit(viewer, "standing")
        found = standing(self.site)
        self.record(self._line(viewer, "standing"))
        return found

    def check(self, viewer: Viewer) -> bool:
        """Whether a verification of the whole log has begun now; there is none beside another.

        Raises
        ------
        AccessError
            If the viewer's role may not.
        """
        self.admit(viewer, "verify")
        self.record(self._line(viewer, "verify"))
        return self.checking.begin()

    def _read(self, about: Entry, work: Callable[[], list[Row]]) -> list[Row]:
        """What is read, once the line that says so is written."""
        self.admit(about.viewer, about.about)
        try:
            found = work()
        except KuaiError:
            self.record(replace(about, outcome="refused"))
            raise
        self.record(replace(about, rows=len(found)))
        return found

    def _line(self, viewer: Viewer, about: str, span: Span | None = None) -> Entry:
        line = Entry(datetime.now(UTC), viewer, "audit", about=about, policy=self.policy.version)
        return replace(line, first=span[0].date(), last=(span[1] - _MOMENT).date()) if span else line
