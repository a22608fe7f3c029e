"""The generation as a whole: tasks over processes, a temporary folder, one rename at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kuai.generator.plan import Plan

Progress = Callable[[str, int, int], None]
"""Called as `(step, rows written so far, rows in all)` whenever a file is done; the total is an estimate until the end."""


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
    raise NotImplementedError


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
    raise NotImplementedError
