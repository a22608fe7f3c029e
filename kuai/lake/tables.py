"""Iceberg tables of one city: the commit is what makes files part of the lake.

A table consists of *units* (a batch, a month, a slice). Each file belongs to one unit, which stands in its name, and a
commit replaces units as a whole: Iceberg decides which files are current, the name only says what they hold.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kuai.errors import LakeError
from kuai.lake import history

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

_NO_PATH = "#?%'"
_SEPARATOR = "~"


@dataclass(frozen=True)
class Change:
    """Files that enter a table and units that leave it, in one commit.

    Parameters
    ----------
    added : tuple of str
        Paths written below the table's folder.
    replaced : frozenset of str
        Units whose current files leave.
    summary : mapping
        Text that the snapshot carries: the record of what was done.
    marks : mapping
        Properties that the table carries from this commit on.
    """

    added: tuple[str, ...] = ()
    replaced: frozenset[str] = frozenset()
    summary: Mapping[str, str] | None = None
    marks: Mapping[str, str] | None = None


class Lake:
    """Iceberg tables below one folder, with a catalogue of their own.

    Parameters
    ----------
    root : Path
        Folder of the lake; made if it is not there.

    Raises
    ------
    LakeError
        If the lake was made at another place.
    """

    def __init__(self, root: Path) -> None:
        from pyiceberg.catalog.sql import SqlCatalog

        _require_path(root)
        root.mkdir(parents=True, exist_ok=True)
        _require_place(root)
        self.root = root
        self._catalog = SqlCatalog("kuai", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}")
        self._catalog.create_namespace_if_not_exists("kuai")
        self._tables: dict[str, Table] = {}
        self._planned: dict[str, list[DataFile]] = {}

    def has(self, name: str) -> bool:
        """Whether the table was ever made."""
        from pyiceberg.exceptions import NoSuchTableError

        if name not in self._tables:
            try:
                self._tables[name] = self._catalog.load_table(f"kuai.{name}")
            except NoSuchTableError:
                return False
        return True

    def new_path(self, name: str, unit: str) -> str:
        """Path of a file yet to be written for a unit of a table; unique. A unit has no ``/`` and no ``~``."""
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        return f"{folder}/{unit}{_SEPARATOR}{uuid.uuid4().hex}.parquet"

    def units(self, name: str) -> dict[str, list[str]]:
        """Current files of a table by unit; empty if the table was never made."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.paths(name):
            found[unit_of(path)].append(path)
        return dict(found)

    def paths(self, name: str) -> list[str]:
        """Current files of a table, sorted; empty if the table was never made."""
        return sorted(file.file_path.removeprefix("file://") for file in self._files(name))

    def mark(self, name: str, key: str, default: str = "") -> str:
        """Property that the last commit of a table set."""
        return self._table(name).properties.get(key, default) if self.has(name) else default

    def set_mark(self, name: str, key: str, value: str) -> None:
        """Set a property of a table on its own."""
        with self._table(name).transaction() as transaction:
            transaction.set_properties({key: value})
        self._planned.pop(name, None)

    def sequence(self, name: str) -> int:
        """Number of the table's last commit; 0 before the first."""
        if not self.has(name):
            return 0
        snapshot = self._table(name).current_snapshot()
        return int(snapshot.sequence_number or 0) if snapshot else 0

    def summary(self, name: str, key: str) -> str:
        """Text that the current snapshot of a table carries; empty if there is none."""
        snapshot = self._table(name).current_snapshot() if self.has(name) else None
        extra = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
        return str(extra.get(key, ""))

    def commit(self, name: str, schema: pa.Schema, change: Change) -> int:
        """Number of the commit after which the change is part of the table; of the last one if nothing changes.

        Raises
        ------
        LakeError
            If somebody else committed to the table meanwhile, or the stored columns are others.
        """
        from pyiceberg.exceptions import CommitFailedException

        table = self._ensured(name, schema)
        leaving = [f for f in self._files(name) if unit_of(f.file_path) in change.replaced]
        if not (leaving or change.added or change.marks):
            return self.sequence(name)
        try:
            self._apply(table, leaving, change)
        except CommitFailedException as error:
            self._forget(name)
            raise LakeError(f"another process changed the table: {error}", name, "run the build again") from None
        self._planned.pop(name, None)  # the table itself has followed its commit
        return self.sequence(name)

    def expire(self, name: str, before: datetime, *, has_lost: bool = False) -> int:
        """Number of snapshots of a table removed, all from before a moment but the current one.

        Parameters
        ----------
        name : str
            Table.
        before : datetime
            Moment.
        has_lost : bool
            Whether rows have left with the last commit, of which nothing is to be left anywhere.
        """
        if not self.has(name) or self._table(name).current_snapshot() is None:
            return 0
        if has_lost:
            history.forget_left(self._table(name))
            self._forget(name)
        gone = history.expire(self._table(name), before)
        self._forget(name)
        return gone

    def names(self) -> list[str]:
        """Names of all tables, in alphabetical order."""
        return sorted(name for _, name in self._catalog.list_tables("kuai"))

    def sweep(self) -> int:
        """Number of files removed that no commit refers to: the leavings of a build that was killed."""
        orphans = [path for folder in self.root.iterdir() if folder.is_dir() for path in self._orphans(folder)]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def _orphans(self, folder: Path) -> list[Path]:
        current = set(self.paths(folder.name))
        return [path for path in folder.glob(f"*{_SEPARATOR}*.parquet") if str(path) not in current]

    def _apply(self, table: Table, leaving: list[DataFile], change: Change) -> None:
        summary = dict(change.summary or {})
        with table.transaction() as transaction:
            if leaving:
                with transaction.update_snapshot(snapshot_properties=summary).overwrite() as overwrite:
                    for file in leaving:
                        overwrite.delete_data_file(file)
            if change.added:
                added = [f"file://{path}" for path in change.added]
                transaction.add_files(added, snapshot_properties=summary, check_duplicate_files=False)
            if change.marks:
                transaction.set_properties(dict(change.marks))

    def _files(self, name: str) -> list[DataFile]:
        if name not in self._planned and self.has(name):
            self._planned[name] = [task.file for task in self._table(name).scan().plan_files()]
        return self._planned.get(name, [])

    def _forget(self, name: str) -> None:
        """Read the table anew when it is asked for next: it has changed."""
        self._tables.pop(name, None)
        self._planned.pop(name, None)

    def _table(self, name: str) -> Table:
        """Table that was made."""
        if not self.has(name):
            raise LakeError("the table was never made", name, f"tables: {', '.join(self.names())}")
        return self._tables[name]

    def _ensured(self, name: str, schema: pa.Schema) -> Table:
        if not self.has(name):
            self._tables[name] = self._catalog.create_table(f"kuai.{name}", schema=schema)
        table = self._table(name)
        stored = [field.name for field in table.schema().fields]
        if stored != schema.names:
            raise LakeError(
                f"it holds the columns {', '.join(stored)}, the contract says {', '.join(schema.names)}",
                name,
                "the declarations changed: build into a new KUAI_HOME (see “Upgrading” in the README)",
            )
        return table


def _require_path(root: Path) -> None:
    """Refuse signs that mean something in an address or a statement: a file would be sought elsewhere."""
    if found := " ".join(sorted(set(str(root)) & set(_NO_PATH))):
        raise LakeError(f"its path has {found}", str(root), "choose a KUAI_HOME without such signs")


def _require_place(root: Path) -> None:
    """Refuse a lake that was moved or copied: its tables name files by their whole path, which are elsewhere then."""
    note = root / "location"
    made_at = note.read_text("utf-8") if note.is_file() else ""
    if made_at and made_at != str(root):
        remedy = f"put it back (or mount it) at {made_at}, or build anew into an empty KUAI_HOME with the same keys"
        raise LakeError(f"this lake was made at {made_at}", str(root), remedy)
    if not made_at:
        note.write_text(str(root), "utf-8")


def unit_of(path: str) -> str:
    """Unit that a lake file belongs to, from its name."""
    return path.rsplit("/", 1)[-1].split(_SEPARATOR, 1)[0]
