"""Standing of the log as it can be told at once: its end recomputed now, and when the whole was verified last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kuai.audit import anchors, chain, files
from kuai.audit.verify import Finding, Verdict, glance

if TYPE_CHECKING:
    from pathlib import Path

    from kuai.audit.anchors import Anchor
    from kuai.audit.log import Site


@dataclass(frozen=True)
class Verified:
    """The last time that the whole log was verified.

    Parameters
    ----------
    at : datetime
        When it was, UTC.
    lines, last, removed : int
        Lines that were whole, number of the last of them, and last line that had been removed because of its age.
    finding : Finding, optional
        First thing that was wrong; None if all was as it had been written.
    """

    at: datetime
    lines: int
    last: int
    removed: int
    finding: Finding | None = None


@dataclass(frozen=True)
class Standing:
    """What is known of the log without reading all of it.

    Parameters
    ----------
    end : Verdict
        Lines since the newest seal, with seals, head and anchors.
    anchor : Anchor, optional
        The newest anchor; None before the first.
    verified : Verified, optional
        The last time that the whole was verified; None before the first.
    """

    end: Verdict
    anchor: Anchor | None
    verified: Verified | None

    @property
    def finding(self) -> Finding | None:
        """The first thing that is wrong, now or when the whole was verified last; None if nothing is known to be."""
        known = [*self.end.findings, *([self.verified.finding] if self.verified and self.verified.finding else [])]
        return min(known, key=lambda one: one.line) if known else None


def standing(site: Site) -> Standing:
    """Standing of the log of a site; it takes a fraction of a second however long the log is.

    Parameters
    ----------
    site : Site
        Where the log lies.
    """
    found = anchors.read(site.anchors, site.secret).values()
    return Standing(glance(site), max(found, key=lambda one: one.number, default=None), verified(site))


def verified(site: Site) -> Verified | None:
    """Last verification of the whole log; None if there was none, or its record is not what Kuai wrote."""
    fields = chain.checked(site.secret, "verified", files.read(_path(site)).rstrip(b"\n"))
    if fields is None:
        return None
    finding = Finding(fields["line"], fields["where"], fields["what"]) if fields["what"] else None
    return Verified(datetime.fromisoformat(fields["at"]), fields["lines"], fields["last"], fields["removed"], finding)


def keep(site: Site, verdict: Verdict, at: datetime) -> None:
    """Keep when the whole log was verified, and with what result.

    Parameters
    ----------
    site : Site
        Where the log lies.
    verdict : Verdict
        What was found.
    at : datetime
        When the verification began.
    """
    first = verdict.findings[0] if verdict.findings else Finding(0, "", "")
    fields = {"at": at.astimezone(UTC).isoformat(timespec="seconds")}
    numbers = {name: getattr(verdict, name) for name in ("lines", "last", "removed")}
    files.replace(_path(site), chain.signed(site.secret, "verified", fields | numbers | vars(first)) + b"\n")


def _path(site: Site) -> Path:
    return site.folder / "verified"
