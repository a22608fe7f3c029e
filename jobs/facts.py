"""Facts about a snapshot that stand beside its cells: coverage, feeds, batches, levels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kuai import catalog
from kuai.city import Source
from kuai.lake import Batch, Ledger

from jobs.dirty import to_date
from jobs.frame import dataset_of
from jobs.site import Site

Rows = list[dict[str, Any]]
PERSON_STEP = 100


def merged(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days that neither overlap nor touch, in order, with the same days in all."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def coverage_rows(site: Site, ledger: Ledger, counted: Collection[str]) -> Rows:
    """Days each measure was observed on: measure, first, last.

    A measure without a single cell is one its sources do not tell of: it is missing on all days, not zero.
    """
    rows = []
    for measure in catalog.MEASURES:
        if measure.id not in counted:
            continue
        batches = ledger.of(dataset_of(measure, site))
        for first, last in merged(covered(site, batches)):
            rows.append({"measure": measure.id, "first": first, "last": last})
    return rows


def feed_rows(site: Site, ledger: Ledger) -> Rows:
    """Sources with what is expected of each and what came."""
    batches = list(ledger)
    return [_feed(site, source, [one for one in batches if one.source == source.name]) for source in site.city.sources]


def _feed(site: Site, source: Source, batches: Sequence[Batch]) -> dict[str, Any]:
    stored = catalog.contract(source.dataset).stored_as or source.dataset
    expected = source.expected
    return {
        "source": source.name,
        "dataset": stored,
        "owner": source.owner,
        "every": expected.every if expected else None,
        "expected_from": expected.first if expected else None,
        "expected_until": expected.until if expected else None,
        "due_hours": expected.due_hours if expected else None,
        "covered_until": max((last for _, last in covered(site, batches)), default=None),
        "arrived_at": max((datetime.fromisoformat(batch.ingested_at) for batch in batches), default=None),
        "budget_hours": site.city.freshness.get(stored),
    }


def covered(site: Site, batches: Iterable[Batch]) -> list[tuple[date, date]]:
    """Days that batches cover, without those after the day of the build: nobody has observed them."""
    spans = [batch.covers for batch in batches if batch.covers]
    return [(first, min(last, site.today)) for first, last in spans if first <= site.today]


def batch_rows(ledger: Ledger) -> Rows:
    """Batches with what became of their rows; where a row is a person, to the nearest hundred.

    The exact number of rows of a county's register is the exact number of its residents, which no served file holds.
    """
    return [_batch(batch) for batch in ledger]


def _batch(batch: Batch) -> dict[str, Any]:
    step = PERSON_STEP if catalog.contract(batch.dataset).identified else 1
    accepted, quarantined = (round(count / step) * step for count in (batch.accepted, batch.quarantined))
    return {
        "batch_id": batch.batch_id, "dataset": batch.dataset_stored, "source": batch.source, "path": batch.path,
        "rows_read": accepted + quarantined, "accepted": accepted, "quarantined": quarantined,
        "unlocated": batch.unlocated, "first_day": _edge(batch, min), "last_day": _edge(batch, max),
        "ingested_at": datetime.fromisoformat(batch.ingested_at), "run_id": batch.run_id,
    }  # fmt: skip


def _edge(batch: Batch, edge: Any) -> date | None:  # noqa: ANN401 -- min or max
    days = [day for day in batch.days if day]
    return to_date(edge(days)) if days else None


def category_pairs(ledger: Ledger, site: Site) -> list[tuple[str, str]]:
    """Measure and category of those that measures declare, whether or not a cell of them may be shown."""
    return [
        (measure.id, category)
        for measure in catalog.MEASURES
        if dataset_of(measure, site) == measure.dataset and ledger.of(measure.dataset)
        for category in measure.categories
    ]


def level_rows(site: Site, drawn: set[str]) -> Rows:
    """Levels of every hierarchy from the root down, with whether they have outlines."""
    return [
        {
            "hierarchy": hierarchy.name, "level": level, "rank": rank, "name_zh": site.city.levels[level].zh,
            "name_en": site.city.levels[level].en, "has_geometry": level in drawn,
        }
        for hierarchy in site.city.hierarchies
        for rank, level in enumerate(hierarchy.levels)
    ]  # fmt: skip
