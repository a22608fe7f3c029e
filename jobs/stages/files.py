"""Files: each new delivery is judged by itself, so that a broken one does not pass beside years of good ones."""

from __future__ import annotations

from collections.abc import Iterable

from kuai.contracts import FILE, FILE_ROWS, Expectation
from kuai.lake import Batch

from expectations.validate import Finding

_BLOCKING, _WARNING = "blocking", "warning"


def unjudged(batches: Iterable[Batch], run: str, since: str) -> list[Batch]:
    """Batches that no finished look at the expectations has seen.

    Parameters
    ----------
    batches : iterable of Batch
        Current batches.
    run : str
        Build under way: its own batches are among them.
    since : str
        When the youngest batch was ingested that has been looked at (UTC, ISO); empty if none has.
    """
    return [batch for batch in batches if batch.run_id == run or batch.ingested_at > since]


def file_findings(batches: Iterable[Batch]) -> list[Finding]:
    """The gravest bound on a file that each batch breaks, by name with the rule that most of its lost rows break.

    Parameters
    ----------
    batches : iterable of Batch
        Batches to judge. One of fewer than ``FILE_ROWS`` rows gives a warning where another would block.
    """
    found = [(batch, _broken(batch)) for batch in batches]
    return [_finding(batch, bound) for batch, bound in found if bound]


def _share(batch: Batch) -> float:
    return batch.quarantined / max(batch.rows_read, 1)


def _broken(batch: Batch) -> Expectation | None:
    return next((bound for bound in FILE if bound.maximum is not None and _share(batch) > bound.maximum), None)


def _finding(batch: Batch, bound: Expectation) -> Finding:
    level = bound.level if batch.rows_read >= FILE_ROWS else _WARNING
    rule, rows = max(batch.rules.items(), key=lambda item: item[1], default=("", 0))
    because = f"of {batch.rows_read} rows {batch.quarantined} are in quarantine, {rows} by {rule}"
    if level == _BLOCKING:
        because += "; deliver the file again under its name, with these rows mended or taken out"
    what = f"{batch.dataset}, {batch.path}"
    return Finding(what, bound.metric, level, _share(batch), bound.minimum, bound.maximum, because)
