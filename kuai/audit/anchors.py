"""Anchors: the head of the log at moments, written outside of it, each signed and tied to the one before."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.audit import chain, files
from kuai.audit.head import Head
from kuai.errors import AuditError
from kuai.settings import AuditSettings

if TYPE_CHECKING:
    from kuai.disclosure.keyfile import Secret

_MINUTE = 60.0


@dataclass(frozen=True)
class Anchor:
    """One anchor: its number, the line it ties to with that line's hash, the anchor before it, and its signature."""

    number: int
    count: int
    last: str
    before: str
    at: str
    mac: str


def path_of(folder: Path) -> Path:
    """File of the anchors, which is only ever appended to."""
    return folder / "anchors.jsonl"


def read(folder: Path, secret: Secret) -> dict[str, Anchor]:
    """Anchors that were written by Kuai with this key, by signature; what else is in the file is passed over.

    A write that was broken off may leave a part of a line, and a head that was not written after its anchor a second
    one of the same number: neither takes anything away.
    """
    records = (chain.checked(secret, "anchor", one) for one in files.read(path_of(folder)).split(b"\n"))
    return {fields["mac"]: Anchor(**fields) for fields in records if fields is not None}


def missing(head: Head, found: dict[str, Anchor]) -> int:
    """Number of the newest anchor that the head knows of and that is not there; 0 if all are."""
    number, mac = head.anchors, head.anchor
    while number > 0:
        if mac not in found:
            return number
        number, mac = number - 1, found[mac].before
    return 0


class Anchoring:
    """Writes the anchors that are due.

    Parameters
    ----------
    folder : Path
        Folder of the anchors.
    secret : Secret
        Key of the audit.
    settings : AuditSettings
        When an anchor is due, and how late it may be.
    """

    def __init__(self, folder: Path, secret: Secret, settings: AuditSettings) -> None:
        self._folder, self._secret, self._settings = folder, secret, settings

    def tie(self, head: Head, now: datetime, *, is_last: bool = False) -> Head:
        """Head after it was anchored if that was due, or if it is the last of a process and has not been.

        Raises
        ------
        AuditError
            If the anchor could not be written for longer than the settings allow.
        """
        waited = now.timestamp() - head.anchored_at
        lines = head.count - head.anchored
        is_due = lines >= self._settings.anchor_lines or waited >= self._settings.anchor_minutes * _MINUTE
        if not lines or not (is_due or is_last):
            return head
        try:
            return self._written(head, now)
        except OSError as error:
            if head.anchors and waited < (self._settings.anchor_minutes + self._settings.anchor_late_minutes) * _MINUTE:
                return head
            what = f"the anchor cannot be written: {error.strerror}"
            raise AuditError(what, str(self._folder), "make the folder of audit.anchors writable again") from None

    def _written(self, head: Head, now: datetime) -> Head:
        moment = now.astimezone(UTC).isoformat(timespec="seconds")
        fields = {
            "number": head.anchors + 1, "count": head.count, "last": head.mac, "before": head.anchor, "at": moment,
        }  # fmt: skip
        record = chain.signed(self._secret, "anchor", fields)
        _append(path_of(self._folder), record)
        mac = Anchor(**(chain.checked(self._secret, "anchor", record) or {})).mac
        return replace(head, anchors=head.anchors + 1, anchor=mac, anchored=head.count, anchored_at=now.timestamp())


def _append(path: Path, record: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_whole = size == 0 or os.pread(handle, 1, size - 1) == b"\n"
        with open(handle, "ab", closefd=False) as file:
            file.write((b"" if is_whole else b"\n") + record + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
