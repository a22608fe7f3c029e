"""The ledger: one record per delivered file, with what became of its rows.

The commit of a dataset carries the records of its batches in the snapshot's summary; the ledger is an index of them.
A build that dies between the two finds the missing records there, so a batch counts exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kuai.contracts import Column
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change, Lake

TABLE = "ops_batch"
SUMMARY = "kuai.batches"


@dataclass(frozen=True)
class Batch:
    """A delivered file and what became of its rows.

    Parameters
    ----------
    batch_id : str
        Identity of source, path and content.
    dataset, source, path : str
        Contract it was read for, source in the pack, path below the data folder.
    fingerprint, size, modified, recipe : str, int, int, str
        SHA-256 of the content, bytes, time of change in nanoseconds, and hash of what it was read with.
    rows_read, accepted, quarantined, unlocated : int
        Rows; the first is the sum of the next two, the last a part of ``accepted``.
    rules : mapping
        Quarantined rows by rule.
    days, former : tuple of int
        Days of its rows, in days since 1970-01-01, and days of the batches it replaced: both are dirty.
    covers_from, covers_to : str
        First and last day it covers, ISO; empty if it covers none.
    ingested_at, run_id : str
        When (UTC, ISO) and by which run.
    dataset_stored : str
        Dataset that holds the rows.
    sequence : int
        Commit of the dataset that made it part of the lake.
    replaced : str or None
        Batch whose rows left as this one came; empty if there was none, None where that was not recorded.
    """

    batch_id: str
    dataset: str
    source: str
    path: str
    fingerprint: str
    size: int
    modified: int
    recipe: str = ""
    rows_read: int = 0
    accepted: int = 0
    quarantined: int = 0
    unlocated: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    days: tuple[int, ...] = ()
    former: tuple[int, ...] = ()
    covers_from: str = ""
    covers_to: str = ""
    ingested_at: str = ""
    run_id: str = ""
    dataset_stored: str = ""
    sequence: int = 0
    replaced: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Source and path: a later batch of the same place replaces this one."""
        return self.source, self.path

    def to_json(self) -> str:
        """Record as one line of JSON."""
        return json.dumps(vars(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Batch:
        """Record from its line of JSON."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "days": tuple(values["days"]), "former": tuple(values.get("former", ()))})

    @property
    def covers(self) -> tuple[date, date] | None:
        """First and last day covered; None if it covers no days."""
        if not self.covers_from:
            return None
        return date.fromisoformat(self.covers_from), date.fromisoformat(self.covers_to)


_COLUMNS = (
    Column("batch_id", "string", "Identity of the batch"),
    Column("record", "string", "Record as JSON"),
)


class Ledger:
    """Records of every current batch, kept as a table of the lake.

    Parameters
    ----------
    lake : Lake
        Lake whose batches are recorded.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._batches = {batch.place: batch for batch in self._read()}

    def __iter__(self) -> Any:  # noqa: ANN401 -- iterator of Batch
        return iter(sorted(self._batches.values(), key=lambda batch: (batch.dataset, batch.path, batch.source)))

    def of(self, dataset: str) -> list[Batch]:
        """Current batches whose rows a dataset holds, by path."""
        return [batch for batch in self if batch.dataset_stored == dataset]

    def at(self, source: str, path: str) -> Batch | None:
        """Current batch of a place; None if nothing was delivered there."""
        return self._batches.get((source, path))

    def recover(self, tables: Iterable[str]) -> int:
        """Number of records taken over from commits that a killed build did not write into the ledger.

        The last commit of a table is such a one only if no record is as young: a batch without rows makes no commit,
        so that a commit may name batches that have been replaced since.
        """
        missing = [batch for name in tables for batch in self._unrecorded(name)]
        if missing:
            self.record(missing)
        return len(missing)

    def record(self, batches: Iterable[Batch]) -> None:
        """Write the records; each replaces the earlier one of its place, and the one whose rows left as it came."""
        new = {batch.place: batch for batch in batches}
        left = {batch.replaced for batch in new.values()}
        self._batches = {place: one for place, one in self._batches.items() if one.batch_id not in left} | new
        path = self._lake.new_path(TABLE, "all")
        rows = [{"batch_id": batch.batch_id, "record": batch.to_json()} for batch in self]
        pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(_COLUMNS)), path)
        self._lake.commit(TABLE, arrow_schema(_COLUMNS), Change(added=(path,), replaced=frozenset(("all",))))

    def _unrecorded(self, name: str) -> list[Batch]:
        text = self._lake.summary(name, SUMMARY)
        sequence = self._lake.sequence(name)
        batches = [Batch.from_json(line) for line in text.split("\n") if line]
        if any(one.sequence >= sequence for one in self if one.dataset_stored.replace(".", "_") == name):
            return []
        known = {batch.batch_id for batch in self._batches.values()}
        return [replace(batch, sequence=sequence) for batch in batches if batch.batch_id not in known]

    def _read(self) -> list[Batch]:
        rows = [row for path in self._lake.paths(TABLE) for row in pq.read_table(path)["record"].to_pylist()]
        return [Batch.from_json(row) for row in rows]
