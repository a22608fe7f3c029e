"""The chain: each line carries a keyed hash of itself and of the line before, and records beside it are signed.

Whoever can write the files but has no key can neither change a line nor make one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kuai.disclosure.keyfile import Secret


START = bytes(32)
"""What stands before the first line."""

_LINE = b"kuai line"
_OPEN, _CLOSE = b',"mac":"', b'"}'
_TAIL = len(_OPEN) + 2 * len(START) + len(_CLOSE)


def link(secret: Secret, before: bytes, body: bytes) -> bytes:
    """Hash of a line, 32 bytes: keyed BLAKE2b (RFC 7693) over the hash of the line before and its own text."""
    return blake2b(before + body, key=secret, digest_size=32, person=_LINE).digest()


def line(body: bytes, mac: bytes) -> bytes:
    """Line as it is written, without its end: the text with its hash as the last field."""
    return body + _OPEN + mac.hex().encode() + _CLOSE


def follow(secret: Secret, before: bytes, lines: Iterable[bytes]) -> list[bytes]:
    """Hashes of the lines that continue the chain, up to the first that does not."""
    found = []
    for one in lines:
        before = link(secret, before, one[:-_TAIL])
        if line(one[:-_TAIL], before) != one:
            break
        found.append(before)
    return found


def signed(secret: Secret, kind: str, fields: dict[str, Any]) -> bytes:
    """Record of a kind as one line of JSON, its signature last."""
    body = json.dumps(fields, separators=(",", ":")).encode()[:-1]
    return line(body, _signature(secret, kind, body))


def checked(secret: Secret, kind: str, record: bytes) -> dict[str, Any] | None:
    """Fields of a signed record with its signature as ``mac``; None if it is not one of that kind and key."""
    body = record[:-_TAIL]
    if line(body, _signature(secret, kind, body)) != record:
        return None
    found: dict[str, Any] = json.loads(record)
    return found


def _signature(secret: Secret, kind: str, body: bytes) -> bytes:
    return blake2b(body, key=secret, digest_size=32, person=f"kuai {kind}".encode()).digest()
