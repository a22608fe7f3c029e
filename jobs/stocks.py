"""Cells of stocks: residents, checkpoints, units and areas as they stand at a day, at every level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from kuai import catalog, sql
from kuai.lake import Lake, Ledger
from kuai.lake.tables import Change
from kuai.retention import retired

from jobs.cells import SCHEMA, table_of
from jobs.dirty import built_marks, dirty_days, to_date
from jobs.frame import Frame, area_table, dataset_of
from jobs.order import show_order
from jobs.protect import protect
from jobs.site import Site, files_size, files_view, usable_threads
from jobs.staging import number, write
from jobs.standing import Registry

if TYPE_CHECKING:
    import duckdb

STOCKS = ("core.area", "core.unit", "core.person", "core.population_count", "core.checkpoint")
PERSONS_PER_RANGE = 4_000_000
_LEAF = "leaf_level VARCHAR, leaf VARCHAR, as_of DATE, category VARCHAR, n BIGINT, k BIGINT"


@dataclass(frozen=True)
class RangeTask:
    """One range of pseudonyms of a register that is to be counted by block.

    Parameters
    ----------
    site : Site
        City.
    as_of : date
        Day of the register.
    files : tuple of str
        Files of ``core.person``.
    first_pid, end_pid : str
        Range: first pseudonym, and the first one after it.
    path : str
        File to write.
    size : int
        Bytes to read, about.
    """

    site: Site
    as_of: date
    files: tuple[str, ...]
    first_pid: str
    end_pid: str
    path: str
    size: int


@dataclass(frozen=True)
class Frozen:
    """Cells whose rows have left: the files they are in now, and the last day they may be of."""

    files: tuple[str, ...]
    last: date


@dataclass(frozen=True)
class StockTask:
    """A dataset whose stock cells are to be written.

    Parameters
    ----------
    site : Site
        City.
    dataset : str
        Dataset.
    frame : Frame
        Paths, targets and released levels.
    files : tuple of str
        Files of the dataset; for a register the leaf counts that its ranges gave.
    path : str
        File to write.
    as_of : date
        Day the newest boundaries came into force: that of a stock without a day of its own.
    frozen : Frozen, optional
        Cells to take over as they are.
    published : tuple of date
        Days that were published, in that order: each stays the first of its rhythm, whatever is delivered later.
    registry : Registry, optional
        Checkpoints, where these are what stands.
    """

    site: Site
    dataset: str
    frame: Frame
    files: tuple[str, ...]
    path: str
    as_of: date
    frozen: Frozen | None = None
    published: tuple[date, ...] = ()
    registry: Registry | None = None

    @property
    def size(self) -> int:
        """Bytes to read."""
        return files_size(self.files)


@dataclass(frozen=True)
class StockResult:
    """A file that was written, with the number of its rows; no path if there are none."""

    path: str
    rows: int


def frozen(lake: Lake, dataset: str) -> Frozen | None:
    """Cells of a dataset that cannot be counted again; None if there are none."""
    files, last = lake.paths(table_of(dataset)), retired(lake, dataset)
    return Frozen(tuple(files), last) if files and last else None


def is_dirty(lake: Lake, ledger: Ledger, dataset: str, recipe: str) -> bool:
    """Whether the stock cells are not those of the dataset as it is now."""
    return bool(dirty_days(lake, ledger, table_of(dataset), dataset, recipe))


def ranges(site: Site, lake: Lake, ledger: Ledger) -> list[RangeTask]:
    """One task per day of a register and range of pseudonyms of about four million rows."""
    files, gone = lake.units("core_person"), retired(lake, "core.person")
    days = sorted({number for batch in ledger.of("core.person") for number in batch.days})
    held = [number for number in days if gone is None or to_date(number) > gone]
    return [task for number in held for task in _ranges_of(site, ledger, files, number)]


def _ranges_of(site: Site, ledger: Ledger, files: dict[str, list[str]], as_of: int) -> list[RangeTask]:
    batches = [batch for batch in ledger.of("core.person") if as_of in batch.days]
    paths = tuple(path for batch in batches for path in files.get(batch.batch_id, ()))
    count = max(1, sum(batch.accepted for batch in batches) // PERSONS_PER_RANGE)
    size = files_size(paths) // count
    edges = [f"{256 * step // count:02x}" for step in range(count)] + ["g"]
    day, stem = to_date(as_of), f"leaf-{site.run_id}-{as_of}"
    return [
        RangeTask(site, day, paths, first, end, str(site.folder.scratch / f"{stem}-{first}.parquet"), size)
        for first, end in pairwise(edges)
    ]


def count_range(task: RangeTask) -> StockResult:
    """Residents of the range by block and group, written."""
    day = f"as_of = DATE '{task.as_of}' AND pid >= '{task.first_pid}' AND pid < '{task.end_pid}'"
    source = f"SELECT '{task.site.leaf}' AS leaf_level, leaf, DATE '{task.as_of}' AS as_of, category, n, k FROM leaf"
    span = {"first_pid": task.first_pid, "end_pid": task.end_pid, "as_of": task.as_of}
    with task.site.connect() as connection:
        files_view(connection, "core_person", list(task.files), day)
        connection.execute(f"CREATE TABLE leaf AS {sql.text('stock_person')}", span)
        write(connection, source, task.path)
        return StockResult(task.path, number(connection, "SELECT count(*) FROM core_person"))


def stand(task: StockTask) -> StockResult:
    """Stock cells of the dataset at every level, protected and written: alone in its stage, it takes all cores."""
    measures = [measure for measure in catalog.MEASURES if dataset_of(measure, task.site) == task.dataset]
    threads = usable_threads(task.site.settings.engine.threads)
    with task.site.connect(threads=threads) as connection:
        task.frame.show(connection, in_codes=False)
        connection.execute(f"CREATE TABLE leaf ({_LEAF})")
        if task.files:
            _fill(connection, task)
        connection.execute("CREATE TABLE published_day (as_of DATE, place INTEGER)")
        for place, day in enumerate(task.published):
            connection.execute("INSERT INTO published_day VALUES ($1, $2)", [day, place])
        connection.execute(f"CREATE TABLE counted AS {sql.text('rollup_stock')}")
        protect(connection, task.site, measures, task.frame)
        if task.frozen:
            files_view(connection, "before", list(task.frozen.files), f"start <= DATE '{task.frozen.last}'")
            connection.execute("INSERT INTO served BY NAME FROM before")
        rows = number(connection, "SELECT count(*) FROM served")
        if rows:
            write(connection, "FROM served ORDER BY measure, level, period, category, start, area", task.path)
    return StockResult(task.path if rows else "", rows)


def _fill(connection: duckdb.DuckDBPyConnection, task: StockTask) -> None:
    if task.dataset == "core.person":
        files_view(connection, "ranges", list(task.files))
        source = "SELECT leaf_level, leaf, as_of, category, sum(n) AS n, sum(k) AS k FROM ranges GROUP BY ALL"
        connection.execute(f"INSERT INTO leaf {source}")
        return
    if task.dataset == "core.area":
        area_table(connection, task.site, task.files)
    elif task.registry:
        task.registry.stand(connection, task.site)
    else:
        files_view(connection, catalog.contract(task.dataset).table, list(task.files))
    if task.dataset == "core.population_count":
        show_order(connection, task.site)
        task.site.keyring.lend(connection, "rkey")
    query = sql.text(f"stock_{task.dataset.split('.')[1]}")
    if "pad_rkey" in query:
        task.site.keyring.lend(connection, "rkey")
    known: dict[str, object] = {"leaf_level": task.site.leaf, "as_of": task.as_of}
    given = {name: value for name, value in known.items() if f"${name}" in query}
    connection.execute(f"INSERT INTO leaf BY NAME {query}", given)


def commit(lake: Lake, ledger: Ledger, dataset: str, recipe: str, result: StockResult | None = None) -> None:
    """Make the file the stock cells of the dataset, with the mark up to which delivery they are built.

    Without a result the cells stay, and are marked.
    """
    added = (result.path,) if result and result.path else ()
    replaced = frozenset(("stock",)) if result else frozenset()
    change = Change(added=added, replaced=replaced, marks=built_marks(ledger, dataset, recipe))
    lake.commit(table_of(dataset), SCHEMA, change)
