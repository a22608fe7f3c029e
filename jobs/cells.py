"""Cells of flows: leaf counts carried to every level and period, protected, and written slice by slice.

A slice is one file, and patches on it that were written since: each holds the cells that changed, as they are from then
on, without a value if they are gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kuai import catalog, periods
from kuai.catalog.marts import CELL
from kuai.lake import Lake, Ledger
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change
from kuai.metrics import Measure
from kuai.retention import retired

from jobs.days import table_of as day_table
from jobs.dirty import RECIPE, built_marks, dirty_days, files_by_day
from jobs.frame import Frame
from jobs.patches import by_unit, is_patchable, patch, replaced
from jobs.site import Site, files_size

SCHEMA = arrow_schema(CELL)


@dataclass(frozen=True)
class Changes:
    """What changed in a day mart since cells were built from it.

    Parameters
    ----------
    counts : mapping
        Files of leaf counts, by how much they changed, by month.
    touched : mapping
        Files of the cases that deliveries touched, by month; empty where it is not known which.
    """

    counts: Mapping[date, list[str]]
    touched: Mapping[date, list[str]]


@dataclass(frozen=True)
class Slice:
    """The cells of one kind of period whose first days lie in one bucket: a month, or the period itself if longer."""

    period: str
    bucket: date

    @property
    def unit(self) -> str:
        """Name of the slice in its table, and of its first file."""
        return f"{self.period}-{self.bucket:%Y-%m}"

    @property
    def is_short(self) -> bool:
        """Whether its periods are shorter than a month."""
        return self.period in ("day", "week")

    @property
    def last(self) -> date:
        """Last day that a period of the slice may begin on."""
        return periods.end("month" if self.is_short else self.period, self.bucket)


@dataclass(frozen=True)
class CellTask:
    """Slices of one dataset that begin in one month; of patches, in two.

    Parameters
    ----------
    site : Site
        City.
    dataset : str
        Dataset the measures are counted from.
    frame : Frame
        Paths, targets and released periods.
    slices : tuple of (Slice, str)
        What to write, and where to.
    days, files : tuple of str
        Files of the day mart, and of the dataset itself for measures that are counted from rows.
    held : tuple of str
        Where patches are written: the files of the slices with the patches on them, the later ones last; ``days`` then
        are what has changed in the day mart since.
    touched : tuple of str
        Files of the cases that deliveries touched since; without them, what is counted from rows is counted from all.
    """

    site: Site
    dataset: str
    frame: Frame
    slices: tuple[tuple[Slice, str], ...]
    days: tuple[str, ...]
    files: tuple[str, ...]
    held: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes to read: of the marts, or of the dataset where nothing in it adds up."""
        return files_size(self.days or self.files)

    @property
    def is_narrow(self) -> bool:
        """Whether it is known in which leaf areas something changed, so that only the ways up from these are needed."""
        is_from_rows = any(one.is_from_rows for one in measures_of(self.dataset))
        return bool(self.held) and (bool(self.touched) or not is_from_rows)


@dataclass(frozen=True)
class CellResult:
    """Slices that were written: unit, path (empty for a slice without cells), and the number of cells in all."""

    dataset: str
    written: tuple[tuple[str, str], ...]
    rows: int


def table_of(dataset: str) -> str:
    """Name of the table of a dataset's cells."""
    return f"mart_{dataset.split('.')[1]}_cell"


def measures_of(dataset: str) -> list[Measure]:
    """Measures counted from a dataset."""
    return [measure for measure in catalog.MEASURES if measure.dataset == dataset]


def plan(site: Site, lake: Lake, ledger: Ledger, frame: Frame, changes: Changes | None) -> list[CellTask]:
    """Tasks for every month with a dirty slice: one where they are patched, else one for its days and one for the rest.

    A slice that begins within what has left the dataset is frozen: it cannot be counted as a whole again.

    Parameters
    ----------
    site, lake, ledger : Site, Lake, Ledger
        City, its lake, and the record of deliveries.
    frame : Frame
        Frame of the dataset.
    changes : Changes or None
        What changed in the day mart; None if the cells are not those of its state before.
    """
    dataset, mart = frame.dataset, table_of(frame.dataset)
    days = dirty_days(lake, ledger, mart, dataset, frame.recipe)
    if not days:
        return []
    gone, held = retired(lake, dataset), by_unit(lake.units(mart))
    slices = [one for one in _slices(days, frame.stored_periods) if gone is None or one.bucket > gone]
    patched = _patched(slices, held) if changes is not None and _can_be_added(lake, frame) else set()
    files = files_by_day(lake, ledger, dataset, catalog.contract(dataset).table)
    marts = by_unit(lake.units(day_table(dataset)))
    months = {date.fromisoformat(f"{unit}-01"): paths for unit, paths in marts.items()}
    tasks = []
    for group in _groups(slices, patched):
        is_patch = group[0] in patched
        units = [patch(one.unit, held[one.unit]) if is_patch else one.unit for one in group]
        written = tuple((one, lake.new_path(mart, unit)) for one, unit in zip(group, units, strict=True))
        rows = _between(files, group)
        if changes is not None and is_patch:
            before = tuple(path for one in group for path in held[one.unit])
            counts, touched = _between(changes.counts, group), _between(changes.touched, group)
            tasks.append(CellTask(site, dataset, frame, written, counts, rows, before, touched))
        else:
            tasks.append(CellTask(site, dataset, frame, written, _between(months, group), rows))
    return tasks


def _can_be_added(lake: Lake, frame: Frame) -> bool:
    """Whether changes of counts can be added to the cells there are: as counted, and as they would be counted now."""
    measures = measures_of(frame.dataset)
    is_exact = not any(frame.policy.klass(measure.klass).is_protected for measure in measures)
    return is_exact and lake.mark(table_of(frame.dataset), RECIPE) == frame.recipe


def _patched(slices: Iterable[Slice], held: Mapping[str, list[str]]) -> set[Slice]:
    return {one for one in slices if is_patchable(held.get(one.unit, ()))}


def _slices(days: Iterable[date], stored: Collection[str]) -> list[Slice]:
    kinds = [period for period in periods.PERIODS if period in stored]
    found = {Slice(period, _bucket(period, periods.start(period, day))) for day in days for period in kinds}
    return sorted(found, key=lambda one: (one.bucket, one.period))


def _bucket(period: str, start: date) -> date:
    return start.replace(day=1) if period in ("day", "week") else start


def _groups(slices: list[Slice], patched: Collection[Slice] = ()) -> list[list[Slice]]:
    """Slices that are patched, by pairs of months; of the others, by bucket, those shorter than a month and the rest.

    Each group carries its own leaf counts, by day or by month. Two months in a row are patched in one task: finding the
    way up costs more than what changed.
    """
    groups: defaultdict[tuple[date, bool, bool], list[Slice]] = defaultdict(list)
    for one in slices:
        is_patch = one in patched
        groups[_pair(one.bucket) if is_patch else one.bucket, is_patch, one.is_short and not is_patch].append(one)
    return [groups[key] for key in sorted(groups)]


def _pair(bucket: date) -> date:
    return bucket.replace(month=bucket.month - (bucket.month - 1) % 2)


def _between(files: Mapping[date, list[str]], slices: list[Slice]) -> tuple[str, ...]:
    """Files of the days that the slices need; the last week that begins in one may end in the next month."""
    first = min(one.bucket for one in slices)
    last = max(one.last + timedelta(days=6 if one.period == "week" else 0) for one in slices)
    return tuple(sorted({path for day, paths in files.items() if first <= day <= last for path in paths}))


def commit(lake: Lake, ledger: Ledger, dataset: str, recipe: str, results: list[CellResult]) -> None:
    """Make the slices and patches part of the dataset's cells, with the mark up to which delivery they are built."""
    written = [pair for result in results for pair in result.written]
    change = Change(
        added=tuple(path for _, path in written if path),
        replaced=replaced((unit for unit, _ in written), lake.units(table_of(dataset))),
        marks=built_marks(ledger, dataset, recipe),
    )
    lake.commit(table_of(dataset), SCHEMA, change)
