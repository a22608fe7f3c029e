"""The file of the keys: one master key per epoch, and the day from which each epoch holds."""

from __future__ import annotations

import os
import secrets
import stat
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from kuai.errors import KeyringError

NAME = "master.key"
LENGTH = 32
FOREVER = date(9999, 12, 31)

_HEAD = """# Keys of Kuai: whoever reads this file and the lake can undo the pseudonyms and the noise.
# Keep a copy of it apart from the copies of the lake. Written by `kuai keys`; never edit it.
"""
_DAMAGED = "restore it from its backup; a new key cannot read what was made with the old one"


class Secret(bytes):
    """Bytes that are never shown: its text form says only that it is a secret."""

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__


@dataclass(frozen=True)
class Epoch:
    """Span of days whose cells one key belongs to.

    Parameters
    ----------
    number : int
        1 for the first, one more for each that follows.
    first : date
        First day: cells of periods that begin on it or later are the epoch's, up to the first day of the next epoch.
    made_at : datetime
        Moment its master key was made, UTC.
    master : Secret
        256 bits that the epoch's keys are derived from.
    """

    number: int
    first: date
    made_at: datetime
    master: Secret = field(repr=False)


@dataclass(frozen=True)
class KeySource:
    """Where the keys come from.

    Parameters
    ----------
    path : Path
        The key file.
    lender : str
        Variable that names a file that is not the home's (``KUAI_KEYS_FILE``, ``CREDENTIALS_DIRECTORY``), else empty.
    """

    path: Path
    lender: str = ""

    def exposure(self) -> KeyringError | None:
        """What is wrong with the permissions, with the way out; None if nothing is.

        Of a file that is lent, the folder is the lender's, and a group may read it.
        """
        own = [(self.path.parent, 0o077, 0o700), (self.path, 0o077, 0o600)]
        for place, forbidden, right in [(self.path, 0o027, 0o400)] if self.lender else own:
            if place.exists() and stat.S_IMODE(place.stat().st_mode) & forbidden:
                return KeyringError("is open to other users", str(place), f"chmod {right:o} {place}")
        return None


def drawn(number: int, first: date = date.min) -> Epoch:
    """Epoch with a master key that was drawn just now."""
    return Epoch(number, first, datetime.now(UTC).replace(microsecond=0), Secret(secrets.token_bytes(LENGTH)))


def read(source: KeySource) -> tuple[Epoch, ...]:
    """Epochs of a key file, the first one first.

    Raises
    ------
    KeyringError
        If it is not there, damaged, or open to others.
    """
    path = source.path
    try:
        exposure = source.exposure()
        if exposure:
            raise exposure
        content = path.read_bytes()
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    except OSError as error:
        raise KeyringError(f"cannot be used: {error.strerror}", str(path), "make the keys: kuai keys init") from None
    if len(content) == LENGTH:  # as written before there were epochs
        return (Epoch(1, date.min, made_at, Secret(content)),)
    return _parsed(content, path)


def create(path: Path, epochs: Sequence[Epoch]) -> bool:
    """Whether the file was made; False if another process was first, or it was there before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, epochs)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def replace(path: Path, epochs: Sequence[Epoch]) -> None:
    """Put these epochs in the place of those the file holds, in one step that survives a loss of power."""
    draft = _draft(path, epochs)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _parsed(content: bytes, path: Path) -> tuple[Epoch, ...]:
    """Epochs of the text form. What is wrong is never quoted, for it may be a key."""
    try:
        tables = tomllib.loads(content.decode("ascii"))["epoch"]
        epochs = tuple(_epoch(number, table) for number, table in enumerate(tables, 1))
        rising = all(one.first < after.first for one, after in pairwise(epochs))
    except (ValueError, KeyError, TypeError):
        raise KeyringError(f"is damaged: {len(content)} bytes that are no key file", str(path), _DAMAGED) from None
    if not epochs or not rising or epochs[0].first != date.min:
        raise KeyringError("is damaged: its epochs do not follow one another", str(path), _DAMAGED)
    return epochs


def _epoch(number: int, table: dict[str, Any]) -> Epoch:
    master = Secret(bytes.fromhex(table["master"]))
    if table["number"] != number or len(master) != LENGTH:
        raise ValueError
    return Epoch(number, table.get("first", date.min), table["made_at"], master)


def _text(epochs: Sequence[Epoch]) -> str:
    return _HEAD + "".join(
        f"\n[[epoch]]\nnumber = {one.number}\n"
        + (f"first = {one.first}\n" if one.first > date.min else "")
        + f'made_at = {one.made_at.isoformat()}\nmaster = "{one.master.hex()}"\n'
        for one in epochs
    )


def _draft(path: Path, epochs: Sequence[Epoch]) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(_text(epochs).encode("ascii"))
        os.fsync(handle)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    return draft


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
