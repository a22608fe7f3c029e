"""Whether the log is what was written: every line recomputed, and compared with head, seals, tombstone and anchors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kuai.audit import anchors, chain, files, head, sealing
from kuai.errors import AuditError

if TYPE_CHECKING:
    from kuai.audit.anchors import Anchor
    from kuai.audit.files import Segment
    from kuai.audit.head import Head
    from kuai.audit.log import Site

Tick = Callable[[str, int, int], None]
_BATCH = 20_000
_NO_SEAL = "the seal of the segment is not what Kuai wrote"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written.

    Parameters
    ----------
    line : int
        First line concerned.
    where : str
        File it was met in.
    what : str
        What is wrong, in one sentence.
    """

    line: int
    where: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and what was found.

    Parameters
    ----------
    lines : int
        Lines that were recomputed and are whole.
    last : int
        Number of the last of them.
    removed : int
        Last line that was removed because of its age; 0 if none was.
    anchors : int
        Anchors that were compared.
    loose : int
        Lines since the last anchor.
    findings : tuple of Finding
        What is wrong, first line first; empty if all is as it was written.
    """

    lines: int
    last: int
    removed: int
    anchors: int
    loose: int
    findings: tuple[Finding, ...]


def verify(site: Site, tick: Tick | None = None) -> Verdict:
    """Verdict on the log of a site, up to what it holds now.

    Parameters
    ----------
    site : Site
        Where the log lies.
    tick : callable, optional
        Told the step, the lines done, and all lines.
    """
    return _walked(_Walk(site, tick or _silent))


def glance(site: Site) -> Verdict:
    """Verdict on the end of the log: every line since the newest seal recomputed, and seals, head and anchors compared.

    It takes a fraction of a second however long the log is: what stands in sealed segments is not looked at, only that
    each is there with its seal, and that they follow each other.

    Parameters
    ----------
    site : Site
        Where the log lies.
    """
    return _walked(_Walk(site, _silent, is_glance=True))


def _walked(walk: _Walk) -> Verdict:
    folder = walk.site.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with files.held(sealing.lock_of(folder), shared=True):
        walk.go()
    tied = max((one.count for one in walk.anchors.values() if one.count <= walk.count), default=walk.removed)
    ordered = tuple(sorted(walk.findings, key=lambda one: one.line))
    loose = walk.count - max(tied, walk.removed)
    return Verdict(walk.count - walk.start, walk.count, walk.removed, len(walk.anchors), loose, ordered)


@dataclass
class _Walk:
    site: Site
    tick: Tick
    is_glance: bool = False
    removed: int = 0
    start: int = 0
    count: int = 0
    total: int = 0
    mac: bytes = chain.START
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)

    def go(self) -> None:
        """Look at everything; findings are added as they are met."""
        with files.held(self.site.folder / "lock"):
            end = self._head()
            listed = files.segments(self.site.folder)
            newest = files.read(listed[-1].path) if listed and not listed[-1].is_sealed else b""
            self.anchors = anchors.read(self.site.anchors, self.site.secret)
        self._bury()
        self.total = max(end.count - self.start, 0) if end else 0
        wanted = sorted({one.count for one in self.anchors.values()} | ({end.count} if end else set()))
        for one in listed:
            if not self._segment(one, wanted, newest if one is listed[-1] else b""):
                break
        self._end(end, is_empty=not listed)
        self._anchors(end)

    def _head(self) -> Head | None:
        try:
            return head.read(self.site.folder, self.site.secret)
        except AuditError as error:
            self._found(self.count + 1, error.where, error.what)
        return None

    def _bury(self) -> None:
        try:
            stone = sealing.tombstone(self.site)
        except AuditError as error:
            self._found(1, error.where, error.what)
        else:
            self.removed = self.start = self.count = stone.count
            self.mac = bytes.fromhex(stone.last)

    def _segment(self, segment: Segment, wanted: list[int], newest: bytes) -> bool:
        """Whether the chain leads through the segment."""
        if segment.first <= self.start:
            return True
        if segment.first != self.count + 1:
            gap = f"lines {self.count + 1} to {segment.first - 1} are gone"
            what = gap if segment.first > self.count else f"the segment begins again at line {segment.first}"
            return self._found(self.count + 1, str(segment.path), what)
        if self.is_glance and segment.is_sealed:
            return self._sealed_over(segment)
        try:
            for lines in self._sealed(segment) if segment.is_sealed else self._text(segment, newest):
                if not self._lines(segment, lines, wanted):
                    return False
        except (OSError, ValueError) as error:
            return self._found(self.count + 1, str(segment.path), f"it cannot be read: {str(error).splitlines()[0]}")
        return True

    def _sealed_over(self, segment: Segment) -> bool:
        """Whether the chain leads over the segment by its seal."""
        told = sealing.seal_of(self.site, segment)
        if told is None or told["first"] != segment.first:
            return self._found(segment.first, str(segment.seal), _NO_SEAL)
        self.start = self.count = told["count"]
        self.mac = bytes.fromhex(told["last"])
        return True

    def _sealed(self, segment: Segment) -> Iterator[list[bytes]]:
        told = sealing.seal_of(self.site, segment)
        if told is None or told["first"] != segment.first:
            self._found(segment.first, str(segment.seal), _NO_SEAL)
        elif told["sha256"] != sealing.digest(segment.path):
            self._found(segment.first, str(segment.path), "the sealed segment is not what was sealed")
        yield from sealing.stored_lines(segment.path)

    def _text(self, segment: Segment, newest: bytes) -> Iterator[list[bytes]]:
        whole, end, rest = (newest or files.read(segment.path)).rpartition(b"\n")
        lines = whole.split(b"\n") if end else []
        for begin in range(0, len(lines), _BATCH):
            yield lines[begin : begin + _BATCH]
        if rest and not newest:
            self._found(self.count + 1, str(segment.path), f"line {self.count + 1} is not whole")

    def _lines(self, segment: Segment, lines: list[bytes], wanted: list[int]) -> bool:
        macs = chain.follow(self.site.secret, self.mac, lines)
        for number in wanted[bisect_right(wanted, self.count) : bisect_right(wanted, self.count + len(macs))]:
            self.seen[number] = macs[number - self.count - 1].hex()
        self.count += len(macs)
        self.mac = macs[-1] if macs else self.mac
        self.tick("verify", self.count - self.start, self.total)
        if len(macs) < len(lines):
            what = f"line {self.count + 1} is not the one that was written after line {self.count}"
            return self._found(self.count + 1, str(segment.path), what)
        return True

    def _end(self, end: Head | None, *, is_empty: bool) -> None:
        where = str(head.path_of(self.site.folder))
        if self.findings:
            return
        if end is None:
            if not is_empty or self.anchors or self.start:
                self._found(self.count + 1, where, "the head of the audit is gone")
        elif end.count > self.count:
            self._found(self.count + 1, where, f"lines {self.count + 1} to {end.count} are gone")
        elif end.count > self.start and self.seen[end.count] != end.mac:
            self._found(end.count, where, f"line {end.count} is not the one the head was written with")

    def _anchors(self, end: Head | None) -> None:
        where = str(anchors.path_of(self.site.anchors))
        if end is not None and (number := anchors.missing(end, self.anchors)):
            self._found(self.count + 1, where, f"anchor {number} is gone or was changed")
        if self.findings:
            return
        for one in sorted(self.anchors.values(), key=lambda one: one.count):
            if one.count > self.count:
                what = f"lines {self.count + 1} to {one.count} are gone: anchor {one.number} of {one.at} ties to them"
                self._found(self.count + 1, where, what)
            elif one.count > self.start and self.seen[one.count] != one.last:
                what = f"line {one.count} is not the one that anchor {one.number} of {one.at} ties to"
                self._found(one.count, where, what)

    def _found(self, line: int, where: str, what: str) -> bool:
        self.findings.append(Finding(line, where, what))
        return False


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
