"""The head: how far the log goes, signed at every write, so that a log that is shorter was cut."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.audit import chain, files
from kuai.errors import AuditError

if TYPE_CHECKING:
    from kuai.disclosure.keyfile import Secret

_WIDTH = 768


@dataclass(frozen=True)
class Head:
    """The end of the log, and the anchor it was last tied to.

    Parameters
    ----------
    count : int
        Number of the last line, 0 before the first.
    mac : str
        Hash of that line, in hexadecimal.
    segment : int
        First line of the segment that is open.
    size : int
        Length of that segment, in bytes.
    month : str
        Month that segment was begun in, as 2026-11.
    anchors : int
        Anchors written.
    anchor : str
        Signature of the last anchor, empty before the first.
    anchored : int
        Line the last anchor ties to.
    anchored_at : float
        Moment of the last anchor, in seconds since 1970.
    """

    count: int = 0
    mac: str = chain.START.hex()
    segment: int = 1
    size: int = 0
    month: str = ""
    anchors: int = 0
    anchor: str = ""
    anchored: int = 0
    anchored_at: float = 0.0


def path_of(folder: Path) -> Path:
    """File of the head of a log."""
    return folder / "head"


def read(folder: Path, secret: Secret) -> Head | None:
    """Head of a log; None if there is none.

    Raises
    ------
    AuditError
        If it was not written by Kuai with this key.
    """
    content = files.read(path_of(folder))
    return decode(content, secret, path_of(folder)) if content else None


def decode(content: bytes, secret: Secret, path: Path) -> Head:
    """Head from the content of its file.

    Raises
    ------
    AuditError
        If it was not written by Kuai with this key.
    """
    fields = chain.checked(secret, "head", content.rstrip(b" \n"))
    if fields is None:
        raise AuditError("the head of the audit is not what Kuai wrote with this key", str(path), SET_ASIDE)
    del fields["mac"]
    return Head(mac=fields.pop("last"), **fields)


def encode(head: Head, secret: Secret) -> bytes:
    """Content of the file of a head: always of one length, so that it is written over in one piece."""
    fields = dict(vars(head))
    fields["last"] = fields.pop("mac")
    return chain.signed(secret, "head", fields).ljust(_WIDTH - 1) + b"\n"


def write(folder: Path, content: bytes) -> None:
    """Write a head over the former one."""
    handle = os.open(path_of(folder), os.O_WRONLY)
    try:
        os.pwrite(handle, content, 0)
    finally:
        os.close(handle)


SET_ASIDE = "run: kuai audit verify; to begin a new log, keep the folders of the audit and of its anchors elsewhere"
"""What to do about a log that cannot be gone on with."""
