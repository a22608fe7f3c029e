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

from jobs.days import table_of as day_table
from jobs.dirty import BUILT, RECIPE, built_marks, dirty_days, files_by_day
from jobs.frame import Frame
from jobs.site import Site, files_size

SCHEMA = arrow_schema(CELL)
MOST_PATCHES = 30
_PATCH = "+"
Files = Mapping[date, list[str]]


@dataclass(frozen=True)
class Slice:
    """The cells of one kind of period whose first days lie in one bucket: a month, or the period itself if longer."""

    period: str
    bucket: date

    @property
    def unit(self) -> str:
        """Name of the slice in its table, and of its first file."""
        return f"{self.period}-{self.bucket:%Y-%m}"

    def patch(self, number: int) -> str:
        """Name of a patch on it, the first being 1."""
        return f"{self.unit}{_PATCH}{number:04d}"

    @property
    def is_short(self) -> bool:
        """Whether its periods are shorter than a month."""
        return self.period in ("day", "week")

    @property
    def last(self) -> date:
        """Last day that a period of the slice may begin on."""
        return periods.end("month" if self.is_short else self.period, self.bucket)


@dataclass(frozen=True)
class Since:
    """What slices were built from and hold: enough to write what has changed, instead of all.

    Parameters
    ----------
    days : tuple of str
        Files of the day mart that are no longer current.
    cells : tuple of str
        Files of the slices with the patches on them, the later ones last.
    """

    days: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CellTask:
    """Slices of one dataset that begin in one month, either all shorter than a month or none.

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
        Files of the day mart, and of the dataset itself for measures that do not add up.
    since : Since or None
        Where patches are written: what has changed since; ``days`` then are the new files only.
    """

    site: Site
    dataset: str
    frame: Frame
    slices: tuple[tuple[Slice, str], ...]
    days: tuple[str, ...]
    files: tuple[str, ...]
    since: Since | None = None

    @property
    def size(self) -> int:
        """Bytes of the marts to read."""
        return files_size(self.days)


@dataclass(frozen=True)
class CellResult:
    """Slices that were written: unit, path (empty for a slice without cells), and the number of cells in all."""

    written: tuple[tuple[str, str], ...]
    rows: int


def table_of(dataset: str) -> str:
    """Name of the table of a dataset's cells."""
    return f"mart_{dataset.split('.')[1]}_cell"


def measures_of(dataset: str) -> list[Measure]:
    """Measures counted from a dataset."""
    return [measure for measure in catalog.MEASURES if measure.dataset == dataset]


def former_days(lake: Lake, dataset: str, recipe: str) -> Files | None:
    """Files of the day mart by month, if the cells of the dataset were built from just these; else None.

    Parameters
    ----------
    lake : Lake
        Lake before the day mart is built anew.
    dataset : str
        Dataset.
    recipe : str
        Hash of all that the day mart depends on besides the rows.
    """
    days = day_table(dataset)
    in_step = lake.mark(days, BUILT) == lake.mark(table_of(dataset), BUILT)
    return _by_month(lake, days) if in_step and lake.mark(days, RECIPE) == recipe else None


def plan(site: Site, lake: Lake, ledger: Ledger, frame: Frame, former: Files | None) -> list[CellTask]:
    """One task per month with a dirty slice, and one for its slices shorter than a month.

    Parameters
    ----------
    site, lake, ledger : Site, Lake, Ledger
        City, its lake, and the record of deliveries.
    frame : Frame
        Frame of the dataset.
    former : mapping or None
        What `former_days` found before the day mart was built.
    """
    dataset, mart = frame.dataset, table_of(frame.dataset)
    days = dirty_days(lake, ledger, mart, dataset, frame.recipe)
    if not days:
        return []
    planner = _Planner(lake, mart, _by_month(lake, day_table(dataset)), _patched(lake, frame, former))
    files = files_by_day(lake, ledger, dataset, catalog.contract(dataset).table)
    return [
        CellTask(site, dataset, frame, *planner.files(slices), _between(files, slices), planner.since(slices))
        for slices in _groups(_slices(days, frame.stored_periods))
    ]


def _patched(lake: Lake, frame: Frame, former: Files | None) -> Files | None:
    """Former files of the day mart, where what changed since then can be added to cells: they are as counted."""
    measures = measures_of(frame.dataset)
    is_exact = not any(frame.policy.klass(measure.klass).is_protected for measure in measures)
    return former if is_exact and lake.mark(table_of(frame.dataset), RECIPE) == frame.recipe else None


def _by_month(lake: Lake, mart: str) -> Files:
    return {date.fromisoformat(f"{unit}-01"): paths for unit, paths in lake.units(mart).items()}


class _Planner:
    """What the tasks of one dataset read and write, for slices as a whole or patches on them."""

    def __init__(self, lake: Lake, mart: str, days: Files, former: Files | None) -> None:
        self._lake, self._mart, self._days = lake, mart, days
        self._held = by_slice(lake.units(mart))
        self._former = former
        if former is not None:
            self._new = {month: paths for month, paths in days.items() if paths != former.get(month)}
            self._gone = {month: paths for month, paths in former.items() if paths != days.get(month)}

    def files(self, slices: list[Slice]) -> tuple[tuple[tuple[Slice, str], ...], tuple[str, ...]]:
        """The slices with the file to write for each, and the files of the day mart to read."""
        is_patch = self._is_patch(slices)
        named = [one.patch(len(self._held[one.unit])) if is_patch else one.unit for one in slices]
        paths = [self._lake.new_path(self._mart, unit) for unit in named]
        return tuple(zip(slices, paths, strict=True)), _between(self._new if is_patch else self._days, slices)

    def since(self, slices: list[Slice]) -> Since | None:
        """What the slices were built from and hold, if patches are written."""
        if not self._is_patch(slices):
            return None
        return Since(_between(self._gone, slices), tuple(path for one in slices for path in self._held[one.unit]))

    def _is_patch(self, slices: list[Slice]) -> bool:
        return self._former is not None and all(0 < len(self._held.get(one.unit, ())) <= MOST_PATCHES for one in slices)


def by_slice(units: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Files of each slice, the patches on it in order after it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for unit in sorted(units):
        found[unit.partition(_PATCH)[0]].extend(units[unit])
    return dict(found)


def _slices(days: Iterable[date], stored: Collection[str]) -> list[Slice]:
    kinds = [period for period in periods.PERIODS if period in stored]
    found = {Slice(period, _bucket(period, periods.start(period, day))) for day in days for period in kinds}
    return sorted(found, key=lambda one: (one.bucket, one.period))


def _bucket(period: str, start: date) -> date:
    return start.replace(day=1) if period in ("day", "week") else start


def _groups(slices: list[Slice]) -> list[list[Slice]]:
    """Slices by bucket, those shorter than a month apart: each group carries its own leaf counts, by day or month."""
    keys = sorted({(one.bucket, one.is_short) for one in slices})
    return [[one for one in slices if (one.bucket, one.is_short) == key] for key in keys]


def _between(files: Files, slices: list[Slice]) -> tuple[str, ...]:
    """Files of the days that the slices need; the last week that begins in one may end in the next month."""
    first = min(one.bucket for one in slices)
    last = max(one.last + timedelta(days=6 if one.period == "week" else 0) for one in slices)
    return tuple(sorted({path for day, paths in files.items() if first <= day <= last for path in paths}))


def commit(lake: Lake, ledger: Ledger, dataset: str, recipe: str, results: list[CellResult]) -> None:
    """Make the slices and patches part of the dataset's cells, with the mark up to which delivery they are built."""
    written = [pair for result in results for pair in result.written]
    whole = {unit for unit, _ in written if _PATCH not in unit}
    change = Change(
        added=tuple(path for _, path in written if path),
        replaced=frozenset(unit for unit in lake.units(table_of(dataset)) if unit.partition(_PATCH)[0] in whole),
        marks=built_marks(ledger, dataset, recipe),
    )
    lake.commit(table_of(dataset), SCHEMA, change)
