"""Packs kept beside the store: each is made once, whichever process is asked first, and anew if its file is damaged."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING

import kuai

from dashboards.mapping.packing import FORM

if TYPE_CHECKING:
    from kuai.home import CityHome

_LOG = logging.getLogger(__name__)
_SUM = 32


class Kept:
    """Files of packs, by the digest of the areas they are made of; a damaged one counts as none.

    Parameters
    ----------
    city : CityHome, optional
        Whose packs they are; without one nothing is kept. A folder that cannot be written to is only read.
    """

    def __init__(self, city: CityHome | None = None) -> None:
        self._city = city

    def read(self, digest: str, name: str) -> bytes | None:
        """Pack of a part as it was written; None if it is not there."""
        if self._city is None:
            return None
        try:
            raw = self._path(self._city, digest, name).read_bytes()
        except OSError:
            return None
        packed = raw[_SUM:]
        return packed if sha256(packed).digest() == raw[:_SUM] else None

    def write(self, digest: str, name: str, packed: bytes) -> None:
        """Keep a pack, at once for all processes."""
        if self._city is None:
            return
        path = self._path(self._city, digest, name)
        draft = path.with_name(f".{name}.{os.getpid()}.{get_ident()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(sha256(packed).digest() + packed)
            draft.replace(path)
        except OSError as error:
            _LOG.info("shapes stay in memory: %s", error)
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def use(self, digest: str) -> None:
        """Note that the packs of some areas are in use."""
        if self._city is not None:
            with suppress(OSError):
                os.utime(self._folder(self._city, digest))

    def tidy(self) -> None:
        """Remove what was not in use since the oldest of the snapshots that are kept was published."""
        if self._city is None:
            return
        files = []
        for file in self._city.store.glob("serving-*.duckdb"):
            with suppress(OSError):  # a publish removes the oldest
                files.append(file.stat().st_mtime)
        for folder in self._city.shapes.glob("*"):
            with suppress(OSError):
                if folder.stat().st_mtime < min(files, default=0):
                    shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, city: CityHome, digest: str) -> Path:
        return city.shapes / f"{digest}-{FORM}-{kuai.__version__}"

    def _path(self, city: CityHome, digest: str, name: str) -> Path:
        return self._folder(city, digest) / f"{name}.bin"
