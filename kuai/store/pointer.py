"""The pointer to the current serving file: replaced in one step, so a reader sees the old file or the new one."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from kuai.errors import LakeError

_CURRENT = "current"
_FILE = re.compile(r"serving-([A-Za-z0-9_.-]+)\.duckdb")


@dataclass(frozen=True)
class Pointer:
    """The published snapshot, its file in the store's folder, and when it was published (ISO 8601, UTC)."""

    snapshot: str
    file: str
    published_at: str


def file_name(snapshot: str) -> str:
    """Name of the serving file of a snapshot.

    Raises
    ------
    LakeError
        If the snapshot's id has other characters than letters, digits, `_`, `.` and `-`.
    """
    name = f"serving-{snapshot}.duckdb"
    if not _FILE.fullmatch(name):
        raise LakeError(f"{snapshot!r} cannot name a snapshot")
    return name


def read(store: Path) -> Pointer | None:
    """Pointer in the store's folder; None before the first publish.

    Raises
    ------
    LakeError
        If the pointer is there and cannot be understood.
    """
    try:
        fields = json.loads((store / _CURRENT).read_bytes())
        found = Pointer(str(fields["snapshot"]), str(fields["file"]), str(fields["published_at"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise LakeError("the pointer is unreadable", str(store / _CURRENT), "publish again: kuai build") from None
    if not _FILE.fullmatch(found.file):
        raise LakeError(f"the pointer names {found.file!r}", str(store / _CURRENT), "publish again: kuai build")
    return found


def stamp(store: Path) -> tuple[int, int] | None:
    """Mark that differs after each publish (inode, nanoseconds); None before the first. Costs one `stat`."""
    try:
        found = os.stat(f"{store}/{_CURRENT}")  # noqa: PTH116 -- of every request, a third of the time of a path's own
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def publish(built: Path, store: Path, snapshot: str, keep: int, at: datetime | None = None) -> Pointer:
    """Pointer to the built file, which has become the current one of the store.

    A crash at any moment leaves the old pointer with its file, or the new one with its file.

    Parameters
    ----------
    built : Path
        A closed DuckDB file on the same file system; it is moved.
    store : Path
        The store's folder.
    snapshot : str
        Id of the snapshot.
    keep : int
        Serving files to keep, this one included.
    at : datetime, optional
        Moment of publishing, in UTC; now if None.

    Raises
    ------
    LakeError
        If the built file does not exist or has not been closed.
    """
    if not built.is_file() or built.with_name(built.name + ".wal").exists():
        raise LakeError("the built file is missing or was not closed", str(built), "build again")
    moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    pointer = Pointer(snapshot, file_name(snapshot), moment)
    _sync(built)
    built.replace(store / pointer.file)
    _sync(store)
    write(store, pointer)
    retire(store, keep)
    return pointer


def write(store: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step that survives a loss of power."""
    draft = store / f".{_CURRENT}.{os.getpid()}"
    draft.write_text(json.dumps(asdict(pointer)) + "\n", encoding="utf-8")
    _sync(draft)
    draft.replace(store / _CURRENT)
    _sync(store)


def retire(store: Path, keep: int) -> list[Path]:
    """Paths removed: drafts of dead publishers, and serving files beyond the newest `keep` (never the current one).

    A reader that holds a removed file open reads on; one that had only read the pointer finds the newer file.
    """
    current = read(store)
    files = sorted(store.glob("serving-*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    older = [path for path in files if current is None or path.name != current.file]
    gone = older[max(keep - 1, 0) :] + list(store.glob(f".{_CURRENT}.*"))
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
