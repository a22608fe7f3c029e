"""The runner: stage after stage from landing files to the published snapshot, each committed before the next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from subprocess import Popen
from typing import TypeVar

from kuai.disclosure import epochs
from kuai.disclosure.keys import Keyring
from kuai.disclosure.policy import Policy
from kuai.errors import KuaiError
from kuai.lake import Batch, Lake, Ledger
from kuai.lake.ledger import TABLE
from kuai.retention import note

from jobs.draft import Draft
from jobs.engine import Counted, Engine, Failed, Sized, choose
from jobs.progress import Reporter
from jobs.publish import publish
from jobs.release import release
from jobs.retire import Leaving, retire_in
from jobs.site import Site
from jobs.stages.expect import Expecting
from jobs.stages.flows import build_flows
from jobs.stages.receive import receive
from jobs.stages.stocks import build_stocks
from jobs.twins import Twin, told

_KEYS = "kuai.keys"
Task = TypeVar("Task", bound=Sized)
Result = TypeVar("Result", bound=Counted)


@dataclass(frozen=True)
class Report:
    """What a build did.

    Parameters
    ----------
    snapshot : str
        Snapshot that readers get now.
    is_new : bool
        Whether this build published it.
    seconds : float
        Time it took.
    batches : list of Batch
        Every current batch of the city.
    fresh : frozenset of str
        Identities of the batches this build ingested.
    warnings : list of str
        Expectations that do not hold and do not block, and what was counted in areas that lie in nothing.
    failures : list of KuaiError
        Files that were left out, each with its error.
    retired : list of Leaving
        What left the lake because of its age.
    twins : list of Twin
        Files that were not taken, because others tell the same.
    """

    snapshot: str
    is_new: bool
    seconds: float
    batches: list[Batch]
    fresh: frozenset[str] = frozenset()
    warnings: list[str] = field(default_factory=list)
    failures: list[KuaiError] = field(default_factory=list)
    retired: list[Leaving] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)


@dataclass
class Run:
    """One build under way: what its stages share.

    Parameters
    ----------
    site, lake, ledger : Site, Lake, Ledger
        City, its lake, and the record of deliveries.
    policy : Policy
        Rules of release.
    engine : Engine
        Where tasks run.
    reporter : Reporter
        What shows the progress.
    failures : list of KuaiError
        Errors of files that were left out.
    warnings : list of str
        What was passed over, or was counted and is missing below the city.
    twins : list of Twin
        Files that were not taken, because others tell the same.
    """

    site: Site
    lake: Lake
    ledger: Ledger
    policy: Policy
    engine: Engine
    reporter: Reporter
    failures: list[KuaiError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)

    def map(self, name: str, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        """Results of a stage; the errors of its tasks are kept in ``failures``."""
        with self.reporter.stage(name, len(tasks), sum(task.size for task in tasks)) as tick:
            results = self.engine.map(function, tasks, tick)
        self.failures += [result.error for result in results if isinstance(result, Failed)]
        return [result for result in results if not isinstance(result, Failed)]

    def all(self, name: str, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        """Results of a stage that is worth nothing if a task fails.

        Raises
        ------
        KuaiError
            The first error of a task.
        """
        before = len(self.failures)
        results = self.map(name, function, tasks)
        if len(self.failures) > before:
            raise self.failures[before]
        return results


def build(site: Site, reporter: Reporter, process: Popen[str], *, is_explicit: bool, revises: bool = False) -> Report:
    """Report of a build, after which readers get the current state of the landing files.

    Parameters
    ----------
    site : Site
        City, landing files and home.
    reporter : Reporter
        What shows the progress.
    process : Popen
        Looks at the expectations, as `expectations.process.examiner` lends it.
    is_explicit : bool
        Whether the user named a Spark master.
    revises : bool
        Whether corrections of what was published are published now, and not on the next date of revision.

    Raises
    ------
    KuaiError
        If nothing can be published; the last snapshot stands.
    """
    began = time.monotonic()
    folder = site.folder.prepare()
    Keyring.made(site.home.key_source)
    with folder.alone():
        folder.remember_pack(site.city.folder)
        _tidy(site)
        lake = Lake(folder.lake)
        lake.sweep()
        ledger = Ledger(lake)
        engine = choose(site.settings, is_explicit=is_explicit)
        run = Run(site, lake, ledger, Policy.load(), engine, reporter)
        try:
            return _stages(run, Expecting(run, process), began, revises=revises)
        finally:
            run.engine.close()
            _tidy(site)


def _stages(run: Run, expecting: Expecting, began: float, *, revises: bool) -> Report:
    before = {batch.batch_id for batch in run.ledger}
    _require_keys(run)
    areas = receive(run)
    draft = Draft(run.site)
    fresh = frozenset(batch.batch_id for batch in run.ledger) - before
    if fresh:
        draft.begin()
    _require_keys(run)
    expecting.ask()
    frames = [*build_flows(run, areas), *build_stocks(run, areas)]
    run.warnings += expecting.settle()
    release(run, frames, run.site.today, revises=revises)
    snapshot = publish(run, frames, draft)
    note(run.site.folder, run.lake, run.ledger)
    gone = retire_in(run.site, run.lake, run.ledger) if run.site.settings.retention.with_build else []
    seconds = time.monotonic() - began
    batches, alike = list(run.ledger), told(run.twins, run.ledger)
    return Report(snapshot.id, snapshot.is_new, seconds, batches, fresh, run.warnings, run.failures, gone, alike)


def _require_keys(run: Run) -> None:
    """Refuse keys under which pseudonyms would not match, or published noise be drawn anew."""
    keyring, newest = run.site.keyring, epochs.newest_day(run.ledger)
    recorded: dict[str, str] = json.loads(run.lake.mark(TABLE, _KEYS, "{}"))
    keyring.require(recorded)
    if recorded:
        epochs.require_later(keyring, recorded, newest)
    epochs.require_known(keyring, run.policy.epoch, newest)
    if run.lake.has(TABLE) and recorded != keyring.fingerprints:
        run.lake.set_mark(TABLE, _KEYS, json.dumps(keyring.fingerprints))


def _tidy(site: Site) -> None:
    for path in site.folder.scratch.iterdir():
        if path.is_file():
            path.unlink(missing_ok=True)
