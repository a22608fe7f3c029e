"""Retire: rows older than the retention of their dataset leave the lake; what was published of them stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kuai import catalog
from kuai.errors import LakeError
from kuai.lake import Batch, Lake, Ledger
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change
from kuai.retention import RETIRED, last_due, note, retired

from jobs.cells import table_of
from jobs.days import FLOWS
from jobs.dirty import BUILT, to_date
from jobs.site import Site, listed
from jobs.stages.receive import QUARANTINE, QUARANTINE_SCHEMA
from jobs.staging import number, write

_LOST = "kuai.lost"
DATASETS = ("core.person", *FLOWS)


@dataclass(frozen=True)
class Leaving:
    """What leaves one table.

    Parameters
    ----------
    name : str
        Dataset, or ``quarantine``.
    last : date
        Last day whose rows leave; for the quarantine, on which lines came that leave.
    whole, part : tuple of str
        Batches that leave as a whole, and those of which later days stay.
    rows : int
        Rows that leave.
    """

    name: str
    last: date
    whole: tuple[str, ...]
    part: tuple[str, ...] = ()
    rows: int = 0


def retire(site: Site, today: date | None = None, *, is_trial: bool = False) -> list[Leaving]:
    """Return what left the lake of a city, or would leave.

    Every dataset is one commit, and no file is touched before it is committed that nothing names it any more: stopped
    at any moment, the next call goes on.

    Parameters
    ----------
    site : Site
        City, whose settings say how long rows are kept.
    today : date, optional
        Day to count from; that of the clock if None.
    is_trial : bool
        Whether nothing is to be done.

    Raises
    ------
    LakeError
        If a build is under way, or something delivered was not built yet.
    """
    folder = site.folder.prepare()
    with folder.alone():
        lake = Lake(folder.lake)
        ledger = Ledger(lake)
        ledger.recover(one.table for one in catalog.CONTRACTS if not one.stored_as)
        return retire_in(site, lake, ledger, today, is_trial=is_trial)


def retire_in(
    site: Site, lake: Lake, ledger: Ledger, today: date | None = None, *, is_trial: bool = False
) -> list[Leaving]:
    """Return what left a lake that nobody else writes to, or would leave; parameters and errors as of `retire`."""
    day = today or datetime.now(UTC).date()
    found = [leaving for dataset in DATASETS if (leaving := _due(site, lake, ledger, dataset, day))]
    quarantined = _due_quarantine(site, lake, ledger, day)
    if is_trial:
        return [*found, *quarantined]
    for one in found:
        _leave(site, lake, one)
    for one in quarantined:
        lake.commit(QUARANTINE, QUARANTINE_SCHEMA, Change(replaced=frozenset(one.whole)))
    lake.sweep()
    _expire(site, lake)
    note(site.folder, lake, ledger)
    return [one for one in (*found, *quarantined) if one.rows]


def _due(site: Site, lake: Lake, ledger: Ledger, dataset: str, today: date) -> Leaving | None:
    """What is to leave a dataset; None if nothing has become too old since the last time."""
    last, before = last_due(site.settings.retention, dataset, today), retired(lake, dataset)
    batches = ledger.of(dataset)
    if last is None or not batches or (before is not None and last <= before):
        return None
    _require_built(lake, dataset, batches)
    units = lake.units(catalog.contract(dataset).table)
    old = [batch for batch in batches if batch.batch_id in units and _has_days(batch, before, last)]
    whole = tuple(batch.batch_id for batch in old if to_date(max(batch.days)) <= last)
    part = tuple(batch.batch_id for batch in old if batch.batch_id not in whole)
    files = [path for batch in old for path in units[batch.batch_id]]
    return Leaving(dataset, last, whole, part, _rows(site, files, last))


def _has_days(batch: Batch, before: date | None, last: date) -> bool:
    return any((before is None or to_date(day) > before) and to_date(day) <= last for day in batch.days)


def _require_built(lake: Lake, dataset: str, batches: Sequence[Batch]) -> None:
    """Stop before rows leave that nobody has counted."""
    built = int(lake.mark(table_of(dataset), BUILT, "0"))
    if any(batch.sequence > built for batch in batches):
        raise LakeError("there are deliveries that were not built", dataset, "run: kuai build; then: kuai retire")


def _rows(site: Site, files: Sequence[str], last: date) -> int:
    if not files:
        return 0
    with site.connect() as connection:
        return number(connection, f"SELECT count(*) FROM read_parquet({listed(files)}) WHERE day <= DATE '{last}'")


def _leave(site: Site, lake: Lake, leaving: Leaving) -> None:
    """Commit a dataset without the rows that leave it, and the day up to which they have."""
    contract = catalog.contract(leaving.name)
    units = lake.units(contract.table)
    if leaving.rows:
        _put_down(site, leaving)
    added = [_kept(site, lake.new_path(contract.table, unit), units[unit], leaving.last) for unit in leaving.part]
    change = Change(
        added=tuple(added),
        replaced=frozenset((*leaving.whole, *leaving.part)),
        marks={RETIRED: leaving.last.isoformat(), **({_LOST: "yes"} if leaving.rows else {})},
    )
    lake.commit(contract.table, arrow_schema(contract.lake_columns(site.city.located)), change)


def _kept(site: Site, path: str, files: Sequence[str], last: date) -> str:
    """Path of a file that was written with the rows of later days, in the order they had."""
    with site.connect() as connection:
        write(connection, f"FROM read_parquet({listed(files)}) WHERE day > DATE '{last}'", path, ", COMPRESSION zstd")
    return path


def _put_down(site: Site, leaving: Leaving) -> None:
    """Leave the line in the audit before the rows leave."""
    from kuai.audit import host

    about = f"{leaving.name} to {leaving.last}: {len(leaving.whole) + len(leaving.part)} batches"
    line = host.noted("retention", about, city=site.city.code, last=leaving.last)
    host.leave(site.home, line, site.settings)


def _due_quarantine(site: Site, lake: Lake, ledger: Ledger, today: date) -> list[Leaving]:
    kept = site.settings.retention.quarantine_days
    if not kept or not lake.has(QUARANTINE):
        return []
    last, units = today - timedelta(days=kept + 1), lake.units(QUARANTINE)
    old = [
        batch
        for batch in ledger
        if batch.batch_id in units and datetime.fromisoformat(batch.ingested_at).date() <= last
    ]
    gone = tuple(batch.batch_id for batch in old)
    return [Leaving("quarantine", last, gone, rows=sum(batch.quarantined for batch in old))] if old else []


def _expire(site: Site, lake: Lake) -> None:
    """Remove what tables looked like before; of those that rows have left, now or in a call that was killed, all."""
    now, kept = datetime.now(UTC), site.settings.retention.history_days
    for name in lake.names():
        if lake.mark(name, _LOST):
            lake.expire(name, now, has_lost=True)
            lake.set_mark(name, _LOST, "")
        elif kept:
            lake.expire(name, now - timedelta(days=kept))
