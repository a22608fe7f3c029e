"""Attendant: acts on alarms by those whose role may, each put down in the audit before it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kuai.alarms.known import permitted
from kuai.audit.entry import Entry as Line
from kuai.errors import AccessError, AlarmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kuai.access.viewer import Viewer
    from kuai.access.witness import Record
    from kuai.alarms.book import Book
    from kuai.alarms.declared import Wall
    from kuai.alarms.entry import Entry
    from kuai.audit.entry import Outcome
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving

DEED = "attend"
"""What a role must be allowed to do."""


@dataclass(frozen=True)
class Attendant:
    """Gate to the alarms of a city for those who attend to them; safe to share between threads.

    Parameters
    ----------
    serving : Serving
        Knows the areas, the snapshot and the moment.
    wall : Wall
        Declares the alarms, and for how long one may be put aside.
    book : Book
        Keeps them.
    policy : Policy
        Says who may act, and what his audience sees.
    record : callable
        Writes a line of the audit; what it raises stands in the way of the act.
    """

    serving: Serving
    wall: Wall
    book: Book
    policy: Policy
    record: Record

    def admits(self, viewer: Viewer) -> bool:
        """Whether somebody may act on alarms; a display never does."""
        return not viewer.is_device and DEED in self.policy.role(viewer.role).may

    def open(self, viewer: Viewer) -> list[Entry]:
        """Alarms that have not cleared and that the viewer may know of, the oldest first; the look leaves a line.

        Raises
        ------
        AccessError, AuditError
            If his role may not, the look cannot be put down, or the book cannot be used.
        """
        self._admit(viewer, "list")
        found = self._known(viewer)
        self.record(replace(self._line(viewer, "list", "answered"), rows=len(found)))
        return found

    def mark(self, viewer: Viewer) -> str:
        """What changes whenever the list does that he may look at, so that nobody looks in vain; no line is left."""
        return self.marked(self._known(viewer))

    def waiting(self, viewer: Viewer) -> list[Entry]:
        """Alarms that he may act on and nobody has acknowledged or put aside, the oldest first; no line is left.

        Raises
        ------
        AccessError
            If the book cannot be used.
        """
        return [one for one in self._known(viewer) if one.state == "standing"]

    def marked(self, found: Sequence[Entry]) -> str:
        """The mark of a list."""
        now = self.serving.now()
        return " ".join(f"{one.number}:{one.state}:{one.is_overdue(now)}" for one in found)

    def acknowledge(self, viewer: Viewer, number: int) -> Entry:
        """Alarm that the viewer acknowledges; the first to do so is kept.

        Raises
        ------
        AccessError, AuditError
            If his role may not, or the act cannot be put down.
        AlarmError
            If there is no such alarm that he may know of, or it has cleared.
        """
        self._put_down(viewer, number, "acknowledged")
        return self.book.acknowledge(number, viewer.name)

    def shelve(self, viewer: Viewer, number: int, hours: float, reason: str) -> Entry:
        """Alarm that the viewer puts aside for some hours, which it comes back after.

        Raises
        ------
        AccessError, AuditError
            If his role may not, or the act cannot be put down.
        AlarmError
            As `acknowledge` does, and if the hours are too many or there is no reason.
        """
        self._put_down(viewer, number, "shelved")
        return self.book.shelve(number, viewer.name, hours, reason, self.wall.duty.shelve_most_hours)

    def take_back(self, viewer: Viewer, number: int) -> Entry:
        """Alarm that is shelved no longer.

        Raises
        ------
        AccessError, AuditError, AlarmError
            As `acknowledge` does.
        """
        self._put_down(viewer, number, "returned")
        return self.book.take_back(number, viewer.name)

    def _known(self, viewer: Viewer) -> list[Entry]:
        """Alarms that have not cleared and that he may act on."""
        if not self.admits(viewer):
            return []
        return list(permitted(self.serving, self.wall, self.policy, viewer, self.book.open()))

    def _admit(self, viewer: Viewer, about: str) -> None:
        if not self.admits(viewer):
            self.record(self._line(viewer, about, "not-permitted"))
            what = f"the role {viewer.role} may not {DEED}"
            raise AccessError(what, remedy="take another role: kuai policy show")

    def _put_down(self, viewer: Viewer, number: int, deed: str) -> None:
        """Leave the line of an act; refuse it for whoever may not know of the alarm, as if there were none."""
        self._admit(viewer, f"{deed} {number}")
        found = next((one for one in self._known(viewer) if one.number == number), None)
        self.record(self._line(viewer, f"{deed} {number}", "answered" if found else "refused", found))
        if found is None:
            raise AlarmError(f"no alarm {number} stands", remedy="it may have cleared")

    def _line(self, viewer: Viewer, about: str, outcome: Outcome, on: Entry | None = None) -> Line:
        """Line of the audit; whoever is not let in learns no area from it."""
        snapshot = self.serving.snapshot()
        place = (on.point.place,) if on else ()
        return Line(
            self.serving.now(), viewer, "alarm", outcome, str(snapshot["city"]), areas=place,
            level=on.point.place.level if on else "", policy=self.policy.version, snapshot=str(snapshot["snapshot"]),
            about=f"{about} {on.point.rule}" if on else about,
        )  # fmt: skip
