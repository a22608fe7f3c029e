"""The end of the log: found, mended after a crash, and appended to. Whoever uses it holds the lock of the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.audit import chain, files, head
from kuai.audit.entry import Entry, encode
from kuai.audit.head import SET_ASIDE, Head
from kuai.errors import AuditError
from kuai.settings import AuditSettings

if TYPE_CHECKING:
    from kuai.disclosure.keyfile import Secret


class Tail:
    """The segment that is open.

    Parameters
    ----------
    folder : Path
        Folder of the log.
    secret : Secret
        Key of the audit.
    settings : AuditSettings
        Whether lines are synced, and when a segment is full.
    """

    def __init__(self, folder: Path, secret: Secret, settings: AuditSettings) -> None:
        self._folder, self._secret, self._settings = folder, secret, settings
        self._known: tuple[bytes, Head] = (b"", Head())
        self._open: tuple[int, int] = (0, -1)

    def catch_up(self) -> Head:
        """Head of the log with what a process that died left behind it; a half-written line is cut off.

        Such a line was never acknowledged: its caller has had no answer.

        Raises
        ------
        AuditError
            If there is less than the head says, or something else.
        """
        content = files.read(head.path_of(self._folder))
        if not content:
            raise AuditError("the head of the audit is gone", str(head.path_of(self._folder)), SET_ASIDE)
        if content != self._known[0]:
            self._known = (content, head.decode(content, self._secret, head.path_of(self._folder)))
        found = self._continued(self._known[1])
        while found.size and files.text_of(self._folder, found.count + 1).exists():
            found = self._continued(replace(found, segment=found.count + 1, size=0))
        return found

    def append(self, at: Head, entries: Sequence[Entry]) -> Head:
        """Head after the lines of some entries were written, and synced if the settings say so.

        Raises
        ------
        OSError
            If they could not be; then none of them is there.
        """
        month = f"{entries[0].at.astimezone(UTC):%Y-%m}"
        is_full = at.count + 1 - at.segment >= self._settings.segment_lines or month > at.month
        if at.size and is_full:
            at = replace(at, segment=at.count + 1, size=0)
        at = at if at.size else replace(at, month=month)
        data, mac = self._chained(at, entries)
        handle = self._handle(at.segment)
        try:
            _write_all(handle, data)
            if self._settings.sync:
                os.fdatasync(handle)
        except OSError:
            os.ftruncate(handle, at.size)
            raise
        return replace(at, count=at.count + len(entries), mac=mac.hex(), size=at.size + len(data))

    def record(self, at: Head) -> None:
        """Make it the head of the log."""
        content = head.encode(at, self._secret)
        head.write(self._folder, content)
        self._known = (content, at)

    def close(self) -> None:
        """Let go of the open segment."""
        if self._open[1] >= 0:
            os.close(self._open[1])
        self._open = (0, -1)

    def _continued(self, at: Head) -> Head:
        path = files.text_of(self._folder, at.segment)
        size = path.stat().st_size if path.exists() else 0
        if size == at.size:
            return at
        if size < at.size:
            raise AuditError(f"the audit was cut: line {at.count} is not there", str(path), SET_ASIDE)
        with path.open("r+b") as file:
            file.seek(at.size)
            whole, end, _ = file.read().rpartition(b"\n")
            file.truncate(at.size + len(whole) + len(end))
        return self._extended(at, whole.split(b"\n"), len(whole) + len(end)) if end else at

    def _extended(self, at: Head, lines: list[bytes], size: int) -> Head:
        macs = chain.follow(self._secret, bytes.fromhex(at.mac), lines)
        if len(macs) < len(lines):
            where = str(files.text_of(self._folder, at.segment))
            raise AuditError(f"line {at.count + len(macs) + 1} is not what Kuai wrote", where, SET_ASIDE)
        return replace(at, count=at.count + len(macs), mac=macs[-1].hex(), size=at.size + size)

    def _chained(self, at: Head, entries: Sequence[Entry]) -> tuple[bytes, bytes]:
        mac, lines = bytes.fromhex(at.mac), []
        for number, entry in enumerate(entries, at.count + 1):
            body = encode(entry, number)
            mac = chain.link(self._secret, mac, body)
            lines.append(chain.line(body, mac) + b"\n")
        return b"".join(lines), mac

    def _handle(self, segment: int) -> int:
        if self._open[0] != segment:
            self.close()
            path = files.text_of(self._folder, segment)
            is_new = not path.exists()
            self._open = (segment, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
            if is_new:
                files.sync(self._folder)
        return self._open[1]


def _write_all(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
