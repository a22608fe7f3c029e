"""Expect: the numbers of what was delivered are held against the contracts before anything is published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from subprocess import Popen
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.errors import ExpectationError
from kuai.lake import Batch

from expectations.validate import Finding, check
from jobs.discover import digest
from jobs.stages.files import file_findings, unjudged

if TYPE_CHECKING:
    from jobs.job import Run

_MARK, _JUDGED = "kuai.expected", "kuai.judged"
_LEDGER = "ops_batch"


class Expecting:
    """The expectations over all current batches, looked at by a process beside the stages of a build.

    Datasets whose deliveries were found good before and have not changed are not looked at again. A file is judged by
    itself until a build has found it good; those that came before files were judged so are left alone.

    Parameters
    ----------
    run : Run
        Build under way.
    process : Popen
        Gets the numbers when the deliveries have been received.
    """

    def __init__(self, run: Run, process: Popen[str]) -> None:
        self._run = run
        self._process = process
        self._states: dict[str, str] = {}
        self._asked: dict[str, dict[str, float]] = {}
        if self._mark(_MARK) and not self._mark(_JUDGED):
            self._set_mark(_JUDGED, _newest(run.ledger))

    def ask(self) -> None:
        """Hand over the numbers of the datasets that are not known to be good."""
        batches = list(self._run.ledger)
        self._states = _states(batches)
        found_good: dict[str, str] = json.loads(self._run.lake.mark(_LEDGER, _MARK, "{}"))
        changed = [name for name, state in self._states.items() if found_good.get(name) != state]
        self._asked = {name: numbers(of(batches, name)) for name in changed}
        if self._asked and self._process.stdin:
            with suppress(BrokenPipeError):  # it has died: `settle` says so
                self._process.stdin.write(json.dumps(self._asked))
                self._process.stdin.close()
            self._process.stdin = None

    def settle(self) -> list[str]:
        """Warnings, once all has been looked at.

        Raises
        ------
        ExpectationError
            If a blocking expectation does not hold; nothing is to be published then.
        """
        with self._run.reporter.stage("expectations", 1, 1) as tick:
            findings = _findings(self._process) if self._asked else []
            tick(1, 1, 0)
        findings += file_findings(unjudged(self._run.ledger, self._run.site.run_id, self._mark(_JUDGED)))
        check(findings)
        self._set_mark(_JUDGED, _newest(self._run.ledger))
        self._set_mark(_MARK, json.dumps(self._states))
        return [str(finding) for finding in findings]

    def _mark(self, key: str) -> str:
        return self._run.lake.mark(_LEDGER, key)

    def _set_mark(self, key: str, value: str) -> None:
        if self._mark(key) != value:
            self._run.lake.set_mark(_LEDGER, key, value)


def _newest(batches: Iterable[Batch]) -> str:
    return max((batch.ingested_at for batch in batches), default="")


def _findings(process: Popen[str]) -> list[Finding]:
    said, told = process.communicate()
    if process.returncode:
        last = told.strip().splitlines()[-1:] or ["no word"]
        raise ExpectationError(f"the expectations could not be looked at: {last[0]}", remedy="run the build again")
    return [Finding(**one) for one in json.loads(said)]


def _states(batches: Sequence[Batch]) -> dict[str, str]:
    """Hash of the batches and the contract of each dataset."""
    names = sorted({batch.dataset for batch in batches})
    return {
        name: digest(repr(catalog.contract(name)), *(batch.batch_id for batch in of(batches, name))) for name in names
    }


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
