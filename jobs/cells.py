"""Cells of flows: leaf counts carried to every level and period, protected, and written slice by slice."""

from __future__ import annotations

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
from jobs.dirty import built_marks, dirty_days, files_by_day
from jobs.frame import Frame
from jobs.site import Site, files_size

SCHEMA = arrow_schema(CELL)


@dataclass(frozen=True)
class Slice:
    """The cells of one kind of period whose first days lie in one bucket: a month, or the period itself if longer."""

    period: str
    bucket: date

    @property
    def unit(self) -> str:
        """Name of the slice in its table."""
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
    """

    site: Site
    dataset: str
    frame: Frame
    slices: tuple[tuple[Slice, str], ...]
    days: tuple[str, ...]
    files: tuple[str, ...]

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


def plan(site: Site, lake: Lake, ledger: Ledger, dataset: str, frame: Frame) -> list[CellTask]:
    """One task per month with a dirty slice, and one for its slices shorter than a month."""
    mart = table_of(dataset)
    days = dirty_days(lake, ledger, mart, dataset, frame.recipe)
    if not days:
        return []
    held, files = lake.units(day_table(dataset)), files_by_day(lake, ledger, dataset, catalog.contract(dataset).table)
    months = {date.fromisoformat(f"{unit}-01"): paths for unit, paths in held.items()}
    return [
        CellTask(
            site=site,
            dataset=dataset,
            frame=frame,
            slices=tuple((one, lake.new_path(mart, one.unit)) for one in slices),
            days=_between(months, slices),
            files=_between(files, slices),
        )
        for slices in _groups(_slices(days, frame.stored_periods))
    ]


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


def _between(files: Mapping[date, list[str]], slices: list[Slice]) -> tuple[str, ...]:
    """Files of the days that the slices need; the last week that begins in one may end in the next month."""
    first = min(one.bucket for one in slices)
    last = max(one.last + timedelta(days=6 if one.period == "week" else 0) for one in slices)
    return tuple(sorted({path for day, paths in files.items() if first <= day <= last for path in paths}))


def commit(lake: Lake, ledger: Ledger, dataset: str, recipe: str, results: list[CellResult]) -> None:
    """Make the slices part of the dataset's cells, with the mark up to which delivery they are built."""
    written = [pair for result in results for pair in result.written]
    change = Change(
        added=tuple(path for _, path in written if path),
        replaced=frozenset(unit for unit, _ in written),
        marks=built_marks(ledger, dataset, recipe),
    )
    lake.commit(table_of(dataset), SCHEMA, change)
