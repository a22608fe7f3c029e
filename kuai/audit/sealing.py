"""Sealing: a closed segment becomes columns with a signed seal; and what is older than is kept leaves a tombstone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kuai import sql
from kuai.access import Viewer
from kuai.audit import chain, files, head
from kuai.audit.entry import COLUMNS, Entry
from kuai.audit.files import Segment
from kuai.database import Budget, lend
from kuai.errors import AuditError

if TYPE_CHECKING:
    import duckdb

    from kuai.audit.log import Site

SYSTEM = Viewer("kuai", "system")
"""Who removes what is older than is kept."""

_YEAR = timedelta(days=366)
_BUDGET = Budget(1024, 2)
_BATCH = 20_000


@dataclass(frozen=True)
class Tombstone:
    """What stands for removed segments: their last line with its hash, that line's moment, and when it was done."""

    count: int = 0
    last: str = chain.START.hex()
    until: str = ""
    at: str = ""


def lock_of(folder: Path) -> Path:
    """File that readers hold locked together, and whoever seals or removes segments alone."""
    return folder / "seal.lock"


def seal(site: Site, write: Callable[[Entry], int], now: datetime | None = None) -> None:
    """Seal every closed segment, and remove those that are older than is kept.

    Parameters
    ----------
    site : Site
        Where the log lies.
    write : callable
        Writes the line that says what was removed.
    now : datetime, optional
        Moment that age is counted to; the present if None.
    """
    moment = now or datetime.now(UTC)
    with files.held(lock_of(site.folder)):
        at = head.read(site.folder, site.secret)
        # A head that a loss of power turns back must not know a text as open that is gone.
        files.sync(head.path_of(site.folder))
        for one in files.segments(site.folder):
            if at is not None and not one.is_sealed and one.first < at.segment:
                _seal(site, one)
        removed = _retire(site, moment)
    if removed:
        write(Entry(moment, SYSTEM, "retention", about=f"lines to {removed}"))


def tombstone(site: Site) -> Tombstone:
    """Tombstone of a log, one of nothing if no line was ever removed.

    Raises
    ------
    AuditError
        If it was not written by Kuai with this key.
    """
    path = site.folder / "tombstone"
    if not (content := files.read(path)):
        return Tombstone()
    if (fields := chain.checked(site.secret, "tombstone", content.rstrip(b"\n"))) is None:
        raise AuditError("the tombstone of removed lines is not what Kuai wrote", str(path), head.SET_ASIDE)
    del fields["mac"]
    return Tombstone(**fields)


def seal_of(site: Site, segment: Segment) -> dict[str, Any] | None:
    """First and last line, moment of the last, its hash, and SHA-256 of the columns of a segment; None if unsigned."""
    return chain.checked(site.secret, "seal", files.read(segment.seal).rstrip(b"\n"))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored_lines(path: Path) -> Iterator[list[bytes]]:
    """Lines of a sealed segment, some thousands at a time."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=["line"]):
            yield batch.column(0).to_pylist()


def give(connection: duckdb.DuckDBPyConnection, lines: list[bytes]) -> dict[str, str]:
    """Parameters of the statement `audit_parse`, on a connection that has some lines from now on as `audit_text`."""
    import pyarrow as pa

    connection.register("audit_text", pa.table({"line": pa.array(lines, pa.binary())}))
    return {"shape": json.dumps({name: ["VARCHAR"] if "[]" in kind else kind for name, kind in COLUMNS.items()})}


def _seal(site: Site, segment: Segment) -> None:
    """In this order: a crash leaves the text, which counts for as long as it is there, or the sealed columns."""
    content = segment.path.read_bytes()
    lines = content.removesuffix(b"\n").split(b"\n")
    draft = segment.sealed.with_name(f".{segment.sealed.name}")
    with lend(_BUDGET) as connection:
        target = f"'{_quoted(draft)}' (FORMAT parquet, COMPRESSION zstd)"
        connection.execute(f"COPY ({sql.text('audit_parse')}) TO {target}", give(connection, lines))
    if [one for batch in stored_lines(draft) for one in batch] != lines:
        raise AuditError("the columns are not the lines they were made of", str(segment.path))
    files.sync(draft)
    last = json.loads(lines[-1])
    fields = {
        "first": segment.first, "count": segment.first + len(lines) - 1, "last": last["mac"], "until": last["at"],
        "sha256": digest(draft),
    }  # fmt: skip
    files.replace(segment.seal, chain.signed(site.secret, "seal", fields) + b"\n")
    draft.replace(segment.sealed)
    files.sync(site.folder)
    segment.path.unlink()


def _retire(site: Site, now: datetime) -> int:
    """Number of the last line that was removed now; 0 if none was."""
    stone = tombstone(site)
    years = site.settings.keep_years
    oldest = f"{now - years * _YEAR:%Y-%m-%dT%H:%M:%S}" if years else ""
    gone: list[tuple[Segment, dict[str, Any]]] = []
    for one in files.segments(site.folder):
        told = seal_of(site, one) if one.is_sealed else None
        if told is None or (told["count"] > stone.count and told["until"] >= oldest):
            break
        gone.append((one, told))
    if gone and gone[-1][1]["count"] > stone.count:
        _bury(site, gone[-1][1], now)
    for one, _ in gone:
        one.path.unlink()
        one.seal.unlink(missing_ok=True)
    return int(gone[-1][1]["count"]) if gone else 0


def _bury(site: Site, told: dict[str, Any], now: datetime) -> None:
    fields = {name: told[name] for name in ("count", "last", "until")} | {"at": now.isoformat(timespec="seconds")}
    files.replace(site.folder / "tombstone", chain.signed(site.secret, "tombstone", fields) + b"\n")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
