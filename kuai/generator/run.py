"""The generation as a whole: tasks over processes, a temporary folder, one rename at the end."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kuai.errors import SettingsError
from kuai.generator import territory as land
from kuai.generator.case_files import write_cases
from kuai.generator.context import context
from kuai.generator.done import Done
from kuai.generator.passages import write_passages
from kuai.generator.plan import Plan, day_after
from kuai.generator.tasks import Task, perform_all, tasks
from kuai.generator.truth import read_manifest, record, write_truth
from kuai.generator.write import write_parquet

Progress = Callable[[str, int, int], None]
"""Called as `(step, rows so far, rows in all)` whenever a task is done; the total is an estimate until the end."""


@dataclass(frozen=True)
class Summary:
    """Outcome of a generation.

    Parameters
    ----------
    folder : pathlib.Path
        Where the landing files and `truth/` lie.
    written : bool
        False if the folder already held this plan and nothing was done.
    rows : dict
        Data rows per kind of file (`areas`, `persons`, `cases`, `passages`, …).
    files : int
        Landing files, the truth not counted.
    size_bytes : int
        Bytes on disk, the truth included.
    seconds : float
        Wall time; 0 if nothing was done.
    """

    folder: Path
    written: bool
    rows: dict[str, int]
    files: int
    size_bytes: int
    seconds: float


def generate(plan: Plan, folder: Path, *, processes: int | None = None, progress: Progress | None = None) -> Summary:
    """A complete landing folder of the plan; byte-identical for any number of processes.

    Parameters
    ----------
    plan : Plan
        Scale, seed and last day.
    folder : pathlib.Path
        Where to write: absent, empty, or holding this very plan (then nothing is done).
    processes : int, optional
        Worker processes; 1 works in this process. Default: 1 for `town`, else one per processor.
    progress : callable, optional
        Told `(step, rows so far, rows in all)` as files get done.

    Raises
    ------
    SettingsError
        If the folder holds something else.
    """
    began, folder = time.perf_counter(), folder.absolute()
    if _holds(plan, folder):
        return _summary(folder, 0.0, written=False)
    territory = land.build(plan)
    with _complete_or_absent(folder) as partial:
        done = _perform(plan, territory, partial, processes or _usual_processes(plan), progress)
        write_truth(context(plan, territory), done, partial)
        shutil.rmtree(partial / "scratch", ignore_errors=True)
    return _summary(folder, time.perf_counter() - began, written=True)


def generate_day(plan: Plan, folder: Path, day: date) -> Summary:
    """One more daily delivery (`cases_<day>.csv`, `passages_<day>.csv`) in a folder that holds the plan.

    Parameters
    ----------
    plan : Plan
        The plan the folder was generated from.
    folder : pathlib.Path
        A finished landing folder.
    day : datetime.date
        A day after the last day of the plan.

    Raises
    ------
    SettingsError
        If the folder does not hold the plan or the day lies within it.
    """
    began = time.perf_counter()
    if not _holds(plan, folder):
        raise SettingsError("the folder is empty", str(folder), "generate the plan first")
    delivery = day_after(plan, day)
    world = context(plan, land.build(plan))
    partial = _partial(folder)
    partial.mkdir()
    try:
        done = [write_cases(world, delivery, partial), write_passages(world, delivery, partial)]
        for one in done:
            for name, table in one.truth.items():
                write_parquet(table, partial / "truth" / "days" / f"{name}_{day}.parquet")
        _merge(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    rows = {next(iter(one.files)).split("/")[0]: one.rows for one in done}
    size = sum((folder / path).stat().st_size for one in done for path in one.files)
    return Summary(
        folder, written=True, rows=rows, files=len(done), size_bytes=size, seconds=time.perf_counter() - began
    )


def _usual_processes(plan: Plan) -> int:
    return 1 if plan.scale == "town" else os.cpu_count() or 1


def _perform(
    plan: Plan, territory: land.Territory, folder: Path, processes: int, progress: Progress | None
) -> list[Done]:
    """Outcomes in order of tasks, whatever order they got done in."""
    found: dict[int, Done] = {}
    rows = 0
    # Closed at once: no worker may still write when an interrupt makes the folder go.
    with closing(perform_all(plan, territory, folder, processes)) as outcomes:
        for position, task, done in outcomes:
            found[position] = done
            rows += done.rows
            _tell(progress, task, rows, max(plan.rows, rows) if len(found) < len(tasks(plan)) else rows)
    return [found[position] for position in sorted(found)]


def _tell(progress: Progress | None, task: Task, rows: int, total: int) -> None:
    if progress:
        progress(task.kind, rows, total)


def _holds(plan: Plan, folder: Path) -> bool:
    """Whether the folder already holds the plan; false if there is nothing in it."""
    if folder.exists() and not folder.is_dir():
        raise SettingsError("this is a file", str(folder), "give a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return False
    manifest = read_manifest(folder)
    if manifest is None or manifest["plan"] != record(plan):
        held = "something else" if manifest is None else f"another plan: {manifest['plan']}"
        raise SettingsError(f"the folder holds {held}", str(folder), "give an empty folder, or remove this one")
    return True


@contextmanager
def _complete_or_absent(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one that takes its place when all is written, and else disappears."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    partial = _partial(folder)
    partial.mkdir()
    try:
        yield partial
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _partial(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.partial-{os.getpid()}")


def _remove_abandoned(folder: Path) -> None:
    """Clear what generations that were killed have left; those still running are left alone."""
    for path in folder.parent.glob(f".{folder.name}.partial-*"):
        if not _is_running(int(path.name.rpartition("-")[2])):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _merge(partial: Path, folder: Path) -> None:
    """Move the files of one more day into the folder, the landing files last."""
    for path in sorted(partial.rglob("*.*"), key=lambda one: "truth" not in one.parts):
        target = folder / path.relative_to(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


def _summary(folder: Path, seconds: float, *, written: bool) -> Summary:
    manifest = read_manifest(folder) or {"files": {}}
    files: dict[str, int] = manifest["files"]  # type: ignore[assignment]
    rows: Counter[str] = Counter()
    for path, n in files.items():
        rows[path.split("/")[0]] += n
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Summary(folder, written, dict(rows), len(files), size, seconds)
