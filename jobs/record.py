"""Records: what the ledger will know of a file that was ingested."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kuai.city import Source
from kuai.errors import SourceError
from kuai.lake import Batch

from jobs.discover import Delivery
from jobs.names import named_days

if TYPE_CHECKING:
    from jobs.ingest import IngestTask, Tally


def as_of(delivery: Delivery) -> date | None:
    """Day of the snapshot that the file's name gives; None if the source declares none.

    Raises
    ------
    SourceError
        If the name does not hold the day.
    """
    pattern = delivery.source.as_of
    if not pattern:
        return None
    found = re.search(pattern, delivery.path.name)
    try:
        return date.fromisoformat(found[1]) if found else _nameless(delivery)
    except ValueError:
        return _nameless(delivery)


def require_unchanged(delivery: Delivery, before: os.stat_result) -> None:
    """Nothing, if the file is as it was before it was read.

    Raises
    ------
    SourceError
        If it is not: what was read is no version of the file.
    """
    now = delivery.path.stat()
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        remedy = "deliver files under another name and rename them; run the build again"
        raise SourceError("the file changed while it was read", str(delivery.path), remedy)


def batch_of(task: IngestTask, identity: tuple[str, str], stored: str, tally: Tally, days: tuple[int, ...]) -> Batch:
    """Record of the batch.

    Parameters
    ----------
    task : IngestTask
        The file.
    identity : (str, str)
        Identity of the batch, and SHA-256 of its content.
    stored : str
        Dataset that holds its rows.
    tally : Tally
        Numbers of rows, and the days observed.
    days : tuple of int
        Days of its rows, since 1970-01-01.
    """
    delivery, state = task.delivery, task.delivery.path.stat()
    first, last = _covers(delivery.source, delivery.name, tally.observed)
    old = delivery.replaced
    former = {*old.days, *old.former} - set(days) if old else set()
    return Batch(
        batch_id=identity[0], dataset=delivery.source.dataset, source=delivery.source.name, path=delivery.name,
        fingerprint=identity[1], size=state.st_size, modified=state.st_mtime_ns, recipe=delivery.recipe,
        rows_read=tally.rows, accepted=tally.accepted, quarantined=sum(tally.rules.values()), unlocated=tally.unlocated,
        rules=dict(tally.rules), days=days, former=tuple(sorted(former)), covers_from=first, covers_to=last,
        ingested_at=datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"), run_id=task.site.run_id,
        dataset_stored=stored, replaced=old.batch_id if old else "",
    )  # fmt: skip


def _covers(source: Source, name: str, observed: tuple[date, date] | None) -> tuple[str, str]:
    span = observed if source.coverage == "observed" else None
    if source.coverage == "name":
        span = named_days(name)
        if span is None:
            raise SourceError("the file's name holds no day, month or year", name, "name it like cases_2026-03.csv")
    return (span[0].isoformat(), span[1].isoformat()) if span else ("", "")


def _nameless(delivery: Delivery) -> date:
    remedy = f"as_of of source {delivery.source.name!r} is {delivery.source.as_of!r}"
    raise SourceError("the file's name does not hold the day of the snapshot", delivery.name, remedy)
