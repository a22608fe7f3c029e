"""Receive: new and changed landing files are ingested and committed, boundaries first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.contracts import Column
from kuai.lake.ledger import SUMMARY, Batch
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change
from kuai.retention import retired

from jobs.areas import index_areas
from jobs.discover import Delivery, check_any, deliveries, forsaken, landed, misnamed, unread
from jobs.frame import areas_id
from jobs.ingest import UNNAMED, IngestResult, IngestTask, ingest
from jobs.place import Places
from jobs.twins import is_withdrawn, twins, withdrawn

if TYPE_CHECKING:
    from jobs.job import Run

QUARANTINE = "ops_quarantine"
QUARANTINE_SCHEMA = arrow_schema(
    (
        Column("batch_id", "string", "Batch of the line"),
        Column("line", "bigint", "Number of the line in its file, the header being 1; of the row in a Parquet file"),
        Column("rule", "string", "Rule it breaks"),
    )
)


def receive(run: Run) -> str:
    """Hash of the boundaries, after every delivery that can be read has become part of the lake."""
    site = run.site
    check_any(site)
    run.ledger.recover(one.table for one in catalog.CONTRACTS if not one.stored_as)
    _drop_lines(run)
    run.twins = twins(landed(site, run.ledger, [one.name for one in catalog.CONTRACTS]))
    _withdraw(run)
    _receive(run, deliveries(site, run.ledger, ["core.area"]), Places(), "areas")
    _require_areas(run)
    run.failures += misnamed(site)
    run.warnings += unread(site)
    areas = areas_id(run.ledger)
    places = index_areas(site, run.lake, areas)
    others = [one.name for one in catalog.CONTRACTS if one.name != "core.area"]
    _receive(run, deliveries(site, run.ledger, others, areas), places, "ingest")
    run.warnings += forsaken(site, run.ledger)
    if run.failures and not list(run.ledger):
        raise run.failures[0]
    return areas


def _require_areas(run: Run) -> None:
    """Stop where a file of boundaries was never read: points would be placed without it, and then again with it."""
    if run.failures and any(one.replaced is None for one in deliveries(run.site, run.ledger, ["core.area"])):
        raise run.failures[0]


def _receive(run: Run, new: Sequence[Delivery], places: Places, name: str) -> None:
    all_waves = list(waves(new, run.site.settings.build.commit_mb * 1_000_000)) or [[]]
    for number, wave in enumerate(all_waves, 1):
        told = f"{name} {number}/{len(all_waves)}" if len(all_waves) > 1 else name
        _take(run, run.map(told, ingest, [_task(run, delivery, places) for delivery in wave]))


def waves(new: Sequence[Delivery], size: int) -> Iterator[list[Delivery]]:
    """Deliveries that are committed together, the largest first: a wave begins with every so many bytes.

    Parameters
    ----------
    new : sequence of Delivery
        What is to be ingested.
    size : int
        Bytes after which the next wave begins.
    """
    sized = sorted(((one.size, one) for one in new), key=lambda pair: (-pair[0], pair[1].name))
    before = accumulate((bytes_ for bytes_, _ in sized), initial=0)
    for _, wave in groupby(zip(before, sized, strict=False), key=lambda pair: pair[0] // size):
        yield [one for _, (_, one) in wave]


def _withdraw(run: Run) -> None:
    """Let rows leave that count twice: those of files that have become twins of others."""
    found = [run.ledger.at(one.source, one.path) for one in run.twins]
    _take(run, [IngestResult(withdrawn(old), "", "") for old in found if old and not is_withdrawn(old)])


def _take(run: Run, results: Sequence[IngestResult]) -> None:
    """Commit results, dataset by dataset, and record them."""
    groups: defaultdict[str, list[IngestResult]] = defaultdict(list)
    for result in results:
        groups[result.batch.dataset_stored].append(result)
    batches = [
        batch
        for dataset, group in sorted(groups.items())
        for batch in _commit(run, dataset, sorted(group, key=lambda result: result.batch.path))
    ]
    if batches:
        run.ledger.record(batches)
        _drop_lines(run)


def _drop_lines(run: Run) -> None:
    """Let lines leave the quarantine that are of no batch in the ledger: of one that left, or that never came."""
    if run.lake.has(QUARANTINE):
        gone = run.lake.units(QUARANTINE).keys() - {batch.batch_id for batch in run.ledger}
        run.lake.commit(QUARANTINE, QUARANTINE_SCHEMA, Change(replaced=frozenset(gone)))


def _task(run: Run, delivery: Delivery, places: Places) -> IngestTask:
    contract = catalog.contract(delivery.source.dataset)
    table = catalog.contract(contract.stored_as).table if contract.stored_as else contract.table
    path, rejects = run.lake.new_path(table, UNNAMED), run.lake.new_path(QUARANTINE, UNNAMED)
    gone = retired(run.lake, contract.stored_as or contract.name)
    return IngestTask(run.site, delivery, places, path, rejects, gone)


def _commit(run: Run, dataset: str, results: list[IngestResult]) -> list[Batch]:
    """Batches of one dataset, committed: quarantine first, then rows with the record that a ledger recovers from.

    Lines of the batches that leave stay in the quarantine until the ledger knows that they have left.
    """
    contract = catalog.contract(dataset)
    batches = [result.batch for result in results]
    left = frozenset(old.batch_id for batch in batches if (old := run.ledger.at(*batch.place)))
    gone = left | {name for batch in batches for name in (batch.batch_id, batch.replaced) if name}
    rejects = tuple(result.rejects for result in results if result.rejects)
    own = frozenset(batch.batch_id for batch in batches)
    run.lake.commit(QUARANTINE, QUARANTINE_SCHEMA, Change(rejects, own))
    rows = tuple(result.path for result in results if result.path)
    schema = arrow_schema(contract.lake_columns(run.site.city.located))
    record = {SUMMARY: "\n".join(batch.to_json() for batch in batches)}
    sequence = run.lake.commit(contract.table, schema, Change(rows, gone, record))
    return [replace(batch, sequence=sequence) for batch in batches]
