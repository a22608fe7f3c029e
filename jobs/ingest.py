"""Ingest: one landing file becomes rows of its contract, pseudonymised and located before they are first written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.contracts import Contract
from kuai.lake import Batch
from kuai.landing.checked import FileCheck
from kuai.landing.needs import needed
from kuai.landing.reading import fingerprint, header, read

from jobs.discover import Delivery, batch_id
from jobs.identify import identify
from jobs.place import Places, place, project
from jobs.record import as_of, batch_of, require_unchanged
from jobs.site import Site
from jobs.staging import keep, keep_since, number, observed_days, touched_days, write_rejects, write_rows

if TYPE_CHECKING:
    import duckdb


UNNAMED = "unnamed-batch"


@dataclass(frozen=True)
class IngestTask:
    """One landing file that is to be ingested.

    Parameters
    ----------
    site : Site
        City.
    delivery : Delivery
        The file, its source, and the batch it replaces.
    places : Places
        Where the raster indexes of the located levels are.
    path, rejects : str
        Files to write: accepted rows, and the lines that were turned away. The batch takes the place of `UNNAMED` in
        their names as soon as the file's content is known.
    retired : date, optional
        Last day whose rows have left the dataset: such rows are accepted, and not written.
    """

    site: Site
    delivery: Delivery
    places: Places
    path: str
    rejects: str
    retired: date | None = None

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.delivery.size


@dataclass(frozen=True)
class IngestResult:
    """What became of a file: its batch, and the files written; empty if there is nothing to write."""

    batch: Batch
    path: str
    rejects: str
    retired: date | None = None

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.batch.rows_read


@dataclass
class Tally:
    """Rows of one file so far: read, accepted, of those unlocated, and turned away by rule; and days observed."""

    rows: int = 0
    accepted: int = 0
    unlocated: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    observed: tuple[date, date] | None = None


def ingest(task: IngestTask) -> IngestResult:
    """Rows of one file, accepted ones and quarantined ones written; nothing counts until they are committed.

    Raises
    ------
    SourceError, PackError
        If the file cannot be read or changes meanwhile, or the pack's SELECT does not fit it.
    """
    contract = catalog.contract(task.delivery.source.dataset)
    stored = catalog.contract(contract.stored_as) if contract.stored_as else contract
    before = task.delivery.path.stat()
    content = fingerprint(task.delivery.path)
    identity = batch_id(task.delivery, content)
    with task.site.connect(may_spill=not contract.identified) as connection:
        tally = _read_all(connection, task, contract)
        require_unchanged(task.delivery, before)
        days, tally.observed = touched_days(connection), observed_days(connection, task.site.latest)
        path = task.path.replace(UNNAMED, identity) if keep_since(connection, task.retired) else ""
        rejects = task.rejects.replace(UNNAMED, identity) if tally.rules else ""
        if path:
            write_rows(connection, stored, task.site.city.located, identity, path)
        if rejects:
            write_rejects(connection, identity, rejects)
    return IngestResult(batch_of(task, (identity, content), stored.name, tally, days), path, rejects)


def _read_all(connection: duckdb.DuckDBPyConnection, task: IngestTask, contract: Contract) -> Tally:
    source, path, name = task.delivery.source, task.delivery.path, task.delivery.name
    connection.execute("CREATE TABLE turned_away (line BIGINT, rule VARCHAR)")
    check = FileCheck(connection, contract, source, name, as_of(task.delivery))
    tally = Tally()
    for chunk in read(path, source, needed(source, header(path, source), name)):
        connection.register("lines", chunk.rejected)
        connection.execute("INSERT INTO turned_away SELECT line, rule FROM lines")
        check.check(chunk)
        connection.execute("INSERT INTO turned_away SELECT line, rule FROM rejected")
        tally.rows += chunk.table.num_rows + chunk.rejected.num_rows
        _take(connection, task, contract, tally)
    rules = connection.execute("SELECT rule, count(*) FROM turned_away GROUP BY rule ORDER BY rule").fetchall()
    tally.rules = Counter({str(rule): int(count) for rule, count in rules})
    return tally


def _take(connection: duckdb.DuckDBPyConnection, task: IngestTask, contract: Contract, tally: Tally) -> None:
    """Keep the accepted rows of a chunk, without identities and with their places."""
    connection.execute("CREATE OR REPLACE TEMP TABLE taken AS SELECT * FROM accepted")
    if contract.identified:
        identify(connection, task.site)
    if contract.name == "core.area":
        project(connection, task.delivery.source.crs, str(task.delivery.path))
    day = contract.day or "DATE '1970-01-01'"
    rows = f"SELECT * EXCLUDE (line), CAST({day} AS DATE) AS day FROM taken"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE dated AS {rows}")
    tally.accepted += number(connection, "SELECT count(*) FROM dated")
    if contract.located:
        tally.unlocated += place(connection, task.places, task.delivery.source.crs)
    keep(connection, contract)
