"""Files of the log: locks between processes, segments by the number of their first line, and safe replacement."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"(\d{12})\.(jsonl|parquet)")


@dataclass(frozen=True)
class Segment:
    """A stretch of the log in one file: text while it is written and until it is sealed, then columns."""

    first: int
    path: Path

    @property
    def is_sealed(self) -> bool:
        """Whether it has been sealed."""
        return self.path.suffix == ".parquet"

    @property
    def seal(self) -> Path:
        """File of its seal."""
        return self.path.with_suffix(".seal")

    @property
    def sealed(self) -> Path:
        """File it is, or would be, sealed in."""
        return self.path.with_suffix(".parquet")


def text_of(folder: Path, first: int) -> Path:
    """File of the segment that begins with a line, before it is sealed."""
    return folder / f"{first:012}.jsonl"


def segments(folder: Path) -> list[Segment]:
    """Segments of a log, first line first; as long as the text of one is there, its columns do not count."""
    found = {}
    for path in sorted(folder.glob("*.*"), reverse=True):
        if name := _NAME.fullmatch(path.name):
            found[int(name[1])] = Segment(int(name[1]), path)
    return [found[first] for first in sorted(found)]


@contextmanager
def held(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a file, against other processes and other openings in this one."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace(path: Path, content: bytes) -> None:
    """Give a file its content in one step that survives a loss of power."""
    draft = path.with_name(f".{path.name}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file or a folder written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> bytes:
    """Content of a file, nothing if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
