"""History of a table: snapshots that are no longer current, with the files that only they name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyiceberg.table import Table


def expire(table: Table, before: datetime) -> int:
    """Number of snapshots that were removed: all from before a moment but the current one.

    Manifests keep the least and greatest value of every column of files that have left, so those that no remaining
    snapshot names are removed too, as is the record of what the table looked like then.
    """
    current = table.current_snapshot()
    old = [one for one in table.snapshots() if one.timestamp_ms < before.timestamp() * 1000 and one != current]
    if old:
        table.maintenance.expire_snapshots().by_ids([one.snapshot_id for one in old]).commit()
        table.refresh()
    _remove_unnamed(table, before)
    return len(old)


def forget_left(table: Table) -> None:
    """Commit nothing once more: a manifest of the last commit names what left with it, and the next one has none."""
    with table.transaction() as transaction, transaction.update_snapshot().fast_append():
        pass


def _remove_unnamed(table: Table, before: datetime) -> None:
    folder = Path(_path(table.metadata_location)).parent
    named = _named(table)
    for path in folder.iterdir():
        is_old = path.stat().st_mtime < before.timestamp()
        if path.name not in named and (path.suffix == ".avro" or (path.suffix == ".json" and is_old)):
            path.unlink(missing_ok=True)


def _named(table: Table) -> set[str]:
    """Names of the files of metadata that are needed."""
    found = [table.metadata_location]
    for snapshot in table.snapshots():
        found.append(snapshot.manifest_list)
        found += [manifest.manifest_path for manifest in snapshot.manifests(table.io)]
    return {Path(_path(one)).name for one in found}


def _path(location: str) -> str:
    return location.removeprefix("file://")
