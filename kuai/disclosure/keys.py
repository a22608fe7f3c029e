"""Keys: derived from the master key of their epoch, lent to statements, and never shown."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from kuai.disclosure import keyfile
from kuai.disclosure.keyfile import FOREVER, LENGTH, Epoch, KeySource, Secret
from kuai.errors import KeyringError

PURPOSES = ("pid", "rkey", "cell")
"""Purposes whose keys the lake depends on, and keeps the fingerprints of."""

OTHERS = ("audit",)
"""Purposes the lake knows nothing of."""

_BLOCK = 64
_PADS = pa.schema(
    [("inner_pad", pa.binary()), ("outer_pad", pa.binary()), ("first", pa.date32()), ("last", pa.date32())]
)


@dataclass(frozen=True)
class Key:
    """256-bit key of one purpose and epoch.

    Parameters
    ----------
    purpose, epoch, secret : str, int, Secret
        What it is for, the epoch it is of, its bytes.
    first, last : date
        Days that the periods begin on whose cells it is used for.
    """

    purpose: str
    epoch: int
    secret: Secret = field(repr=False)
    first: date = date.min
    last: date = FOREVER

    @property
    def fingerprint(self) -> str:
        """Public name of the key, 8 hex digits, from which nothing about it follows."""
        return hmac.digest(self.secret, b"kuai fingerprint", "sha256")[:4].hex()

    def digest(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of a message, 32 bytes."""
        return hmac.digest(self.secret, message, "sha256")

    def pads(self) -> tuple[Secret, Secret]:
        """Inner and outer pad of RFC 2104, 64 bytes each: HMAC(m) = sha256(outer ‖ sha256(inner ‖ m))."""
        block = self.secret.ljust(_BLOCK, b"\0")
        return Secret(byte ^ 0x36 for byte in block), Secret(byte ^ 0x5C for byte in block)

    def __reduce__(self) -> str:
        raise KeyringError("a key does not leave its process", remedy="send the keyring, which opens its file there")


def lend(connection: duckdb.DuckDBPyConnection, *keys: Key) -> None:
    """Let the statements of one connection use keys of one purpose.

    They read ``pad_<purpose>(inner_pad, outer_pad, first, last)``. The pads stay in the memory of the process: as data
    of a view they are in no statement, plan, profile, log or error, nor in any file the connection writes.
    """
    rows = [(*(bytes(pad) for pad in key.pads()), key.first, key.last) for key in keys]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), _PADS.types, strict=True)]
    connection.register(f"pad_{keys[0].purpose}", pa.table(columns, _PADS))


@dataclass(frozen=True)
class Keyring:
    """Keys of all epochs; where it is sent, it opens its file again.

    Parameters
    ----------
    source : KeySource
        Where the keys come from.
    epochs : tuple of Epoch
        Epochs, the first one first. Pseudonyms, record keys and the audit keep the first one's keys; only the noise has
        a key for every epoch, and a cell keeps that of the epoch its period begins in: no noise is drawn again.
    """

    source: KeySource
    epochs: tuple[Epoch, ...] = field(repr=False, compare=False)

    @classmethod
    def open(cls, place: KeySource | Path) -> Keyring:
        """Keyring of a key file, or of the folder it is in.

        Raises
        ------
        KeyringError
            If there is none, or it or its folder is open to other users, damaged or unreadable.
        """
        source = place if isinstance(place, KeySource) else KeySource(place / keyfile.NAME)
        return cls(source, keyfile.read(source))

    @classmethod
    def made(cls, place: KeySource | Path) -> tuple[Keyring, bool]:
        """Keyring of a key file that is made if it is not there yet, and whether it was made now.

        Raises
        ------
        KeyringError
            As `open` does, and if the file is lent and not there: what is lent is made by whoever lends it.
        """
        source = place if isinstance(place, KeySource) else KeySource(place / keyfile.NAME)
        if source.lender or source.path.exists():
            return cls.open(source), False
        try:
            is_new = keyfile.create(source.path, [keyfile.drawn(1)])
        except OSError as error:
            raise KeyringError(f"cannot be made: {error.strerror}", str(source.path)) from None
        return cls.open(source), is_new

    def key(self, purpose: str) -> Key:
        """Key of a purpose in the first epoch: ``pid`` for pseudonyms, ``rkey`` record keys, ``cell``, ``audit``.

        Raises
        ------
        KeyringError
            If there is no such purpose.
        """
        if purpose not in (*PURPOSES, *OTHERS):
            raise KeyringError(f"no key for {purpose!r}", remedy=f"known: {', '.join((*PURPOSES, *OTHERS))}")
        return _derived(purpose, self.epochs[0], FOREVER)

    @property
    def cell_keys(self) -> tuple[Key, ...]:
        """Keys of the noise, one per epoch, each with the days that its periods begin on."""
        ends = [one.first - timedelta(days=1) for one in self.epochs[1:]]
        return tuple(_derived("cell", one, last) for one, last in zip(self.epochs, [*ends, FOREVER], strict=True))

    def lend(self, connection: duckdb.DuckDBPyConnection, *purposes: str) -> None:
        """Let the statements of one connection use the keys of some purposes."""
        for purpose in purposes:
            lend(connection, *(self.cell_keys if purpose == "cell" else [self.key(purpose)]))

    @property
    def fingerprints(self) -> dict[str, str]:
        """Fingerprint of every key the lake depends on, to be kept with what was made with it.

        Those of later epochs bear the epoch and its first day in their names.
        """
        later = {f"cell/{key.epoch}/{key.first}": key.fingerprint for key in self.cell_keys[1:]}
        return self.rooted | later

    @property
    def rooted(self) -> dict[str, str]:
        """Fingerprints of the first epoch: what a later epoch leaves as it is."""
        return {purpose: self.key(purpose).fingerprint for purpose in PURPOSES}

    def require(self, recorded: Mapping[str, str]) -> None:
        """Refuse to go on where other keys were used before.

        Parameters
        ----------
        recorded : mapping
            Fingerprints kept with earlier work.

        Raises
        ------
        KeyringError
            If a key is not the recorded one: pseudonyms would not match, and noise would be drawn again.
        """
        changed = [purpose for purpose, known in recorded.items() if self.fingerprints.get(purpose) != known]
        if changed:
            what = f"not the key earlier work was done with ({', '.join(changed)})"
            raise KeyringError(what, str(self.source.path), "restore the key from its backup, or begin a new home")

    def __reduce__(self) -> tuple[object, tuple[KeySource]]:
        return Keyring.open, (self.source,)


def key_on(keys: Sequence[Key], day: date) -> Key:
    """Key among those of the epochs that cells of a period beginning on the day belong to."""
    return next(key for key in keys if key.first <= day <= key.last)


def hkdf(secret: bytes, info: bytes, salt: bytes = b"", length: int = LENGTH) -> bytes:
    """Key of ``length`` bytes derived from a secret for one purpose.

    Notes
    -----
    HKDF-SHA-256 of RFC 5869: extract, then expand.
    """
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    block, found = b"", b""
    while len(found) < length:
        block = hmac.digest(extracted, block + info + bytes([len(found) // 32 + 1]), "sha256")
        found += block
    return found[:length]


def _derived(purpose: str, epoch: Epoch, last: date) -> Key:
    secret = Secret(hkdf(epoch.master, f"kuai/{purpose}/{epoch.number}".encode()))
    return Key(purpose, epoch.number, secret, epoch.first if purpose == "cell" else date.min, last)
