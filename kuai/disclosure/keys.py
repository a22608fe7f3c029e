"""Keys: one master in a file of its owner's, the others derived from it, and none ever shown."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from kuai.errors import KeyringError

PURPOSES = ("pid", "rkey", "cell")
"""Purposes whose keys the lake depends on, and keeps the fingerprints of."""

OTHERS = ("audit",)
"""Purposes the lake knows nothing of."""

LENGTH = 32

_BLOCK = 64


class Secret(bytes):
    """Bytes that are never shown: its text form says only that it is a secret."""

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__


@dataclass(frozen=True)
class Key:
    """256-bit key of one purpose and epoch."""

    purpose: str
    epoch: int
    secret: Secret = field(repr=False)

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

    def lend(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let the statements of one connection use the key, as the view ``pad_<purpose>(inner_pad, outer_pad)``.

        The pads stay in the memory of the process: as data of a view they are in no statement, plan, profile, log or
        error, nor in any file the connection writes.
        """
        inner, outer = (pa.array([bytes(pad)], pa.binary()) for pad in self.pads())
        connection.register(f"pad_{self.purpose}", pa.table({"inner_pad": inner, "outer_pad": outer}))

    def __reduce__(self) -> str:
        raise KeyringError("a key does not leave its process", remedy="send the keyring, which opens its file there")


@dataclass(frozen=True)
class Keyring:
    """Keys of one epoch; where it is sent, it opens its file again.

    Parameters
    ----------
    folder : Path
        Folder of ``master.key``.
    epoch : int
        Epoch the keys are derived for. It never changes while published periods are still served: noise drawn again
        for the same cell could be averaged.
    """

    folder: Path
    epoch: int
    _master: Secret = field(repr=False, compare=False)

    @classmethod
    def open(cls, folder: Path, epoch: int = 1) -> Keyring:
        """Keyring of a folder; the master key is made on first use.

        Parameters
        ----------
        folder : Path
            Folder of the keys, such as ``Home.keys``.
        epoch : int
            Epoch of the keys.

        Raises
        ------
        KeyringError
            If the folder or the key is open to other users, damaged or unreadable.
        """
        path = folder / "master.key"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _require_private(folder, 0o700)
            if not path.exists():
                _create(path)
            _require_private(path, 0o600)
            return cls(folder, epoch, _read(path))
        except OSError as error:
            raise KeyringError(f"cannot be used: {error.strerror}", str(path)) from None

    def key(self, purpose: str) -> Key:
        """Key of a purpose: ``pid`` for pseudonyms, ``rkey`` record keys, ``cell`` noise, ``audit`` the audit's chain.

        Raises
        ------
        KeyringError
            If there is no such purpose.
        """
        if purpose not in (*PURPOSES, *OTHERS):
            raise KeyringError(f"no key for {purpose!r}", remedy=f"known: {', '.join((*PURPOSES, *OTHERS))}")
        return Key(purpose, self.epoch, Secret(hkdf(self._master, f"kuai/{purpose}/{self.epoch}".encode())))

    def lend(self, connection: duckdb.DuckDBPyConnection, *purposes: str) -> None:
        """Let the statements of one connection use the keys of some purposes."""
        for purpose in purposes:
            self.key(purpose).lend(connection)

    @property
    def fingerprints(self) -> dict[str, str]:
        """Fingerprint of every key the lake depends on, to be kept with what was made with it."""
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
            raise KeyringError(what, str(self.folder), "restore the key from its backup, or begin a new home")

    def __reduce__(self) -> tuple[object, tuple[Path, int]]:
        return Keyring.open, (self.folder, self.epoch)


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


def _create(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(LENGTH))
        os.fsync(handle)
        _publish(draft, path)
    finally:
        os.close(handle)
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless another process was first; then that key is the one."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _read(path: Path) -> Secret:
    found = Secret(path.read_bytes())
    if len(found) != LENGTH:
        remedy = "restore it from its backup; a new key cannot read what was made with the old one"
        raise KeyringError(f"is damaged: {len(found)} bytes instead of {LENGTH}", str(path), remedy)
    return found


def _require_private(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o077:
        raise KeyringError("is open to other users", str(path), f"chmod {mode:o} {path}")
