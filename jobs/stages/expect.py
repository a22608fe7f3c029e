"""Expect: the numbers of what was delivered are held against the contracts before anything is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.lake import Batch

from jobs.discover import digest

if TYPE_CHECKING:
    from jobs.job import Run

_MARK = "kuai.validated"
_LEDGER = "ops_batch"


def expect(run: Run) -> list[str]:
    """Warnings of the expectations over all current batches; those of an unchanged delivery are not looked at again.

    Raises
    ------
    ExpectationError
        If a blocking expectation does not hold; nothing is published then.
    """
    batches = list(run.ledger)
    names = sorted({batch.dataset for batch in batches})
    state = digest(*(batch.batch_id for batch in batches), repr([catalog.contract(name) for name in names]))
    if run.lake.mark(_LEDGER, _MARK) == state:
        return []
    from expectations.validate import check, validate

    with run.reporter.stage("expectations", 1, 1) as tick:
        findings = validate([(catalog.contract(name), numbers(of(batches, name))) for name in names])
        tick(1, 1, 0)
    check(findings)
    run.lake.set_mark(_LEDGER, _MARK, state)
    return [str(finding) for finding in findings]


def of(batches: Sequence[Batch], dataset: str) -> list[Batch]:
    """Batches that were read for a dataset."""
    return [batch for batch in batches if batch.dataset == dataset]


def numbers(batches: Sequence[Batch]) -> dict[str, float]:
    """Numbers of a dataset's batches: totals, shares, and the share of rows each rule turned away."""
    read = sum(batch.rows_read for batch in batches)
    accepted = sum(batch.accepted for batch in batches)
    quarantined = sum(batch.quarantined for batch in batches)
    rules = sum((Counter(batch.rules) for batch in batches), Counter())
    return {
        "rows_read": read,
        "accepted": accepted,
        "quarantined": quarantined,
        "unaccounted": read - accepted - quarantined,
        "quarantined_share": quarantined / max(read, 1),
        "unlocated_share": sum(batch.unlocated for batch in batches) / max(accepted, 1),
        **{f"share:{rule}": count / max(read, 1) for rule, count in rules.items()},
    }
