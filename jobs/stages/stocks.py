"""Stocks: cells of everything that stands at a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog

from jobs import stocks
from jobs.cells import table_of
from jobs.dirty import is_behind, to_date
from jobs.editions import order
from jobs.frame import Frame, frame_of
from jobs.release import record_of
from jobs.site import files_view
from jobs.standing import registry
from jobs.stocks import StockTask

if TYPE_CHECKING:
    from jobs.job import Run


def build_stocks(run: Run, areas: str) -> list[Frame]:
    """Frames of the datasets of stocks, after their cells hold what was delivered."""
    return [_build(run, dataset, areas) for dataset in stocks.STOCKS if run.ledger.of(dataset)]


def _build(run: Run, dataset: str, areas: str) -> Frame:
    frame = frame_of(run, dataset, _leaf_levels(run, dataset), areas)
    if stocks.is_dirty(run.lake, run.ledger, dataset, frame.recipe):
        files = _leaf_files(run) if dataset == "core.person" else run.lake.paths(catalog.contract(dataset).table)
        path = run.lake.new_path(table_of(dataset), "stock")
        published, frozen = tuple(order(record_of(run.lake, dataset))), stocks.frozen(run.lake, dataset)
        listed = registry(run.site, run.lake, run.ledger) if dataset == "core.checkpoint" else None
        task = StockTask(run.site, dataset, frame, tuple(files), path, _newest_boundary(run), frozen, published, listed)
        for result in run.all("stocks", stocks.stand, [task]):
            stocks.commit(run.lake, run.ledger, dataset, frame.recipe, result)
    elif is_behind(run.lake, run.ledger, table_of(dataset), dataset, frame.recipe):
        stocks.commit(run.lake, run.ledger, dataset, frame.recipe)
    return frame


def _leaf_files(run: Run) -> list[str]:
    """Files with the residents of every block, counted range by range of pseudonyms."""
    tasks = stocks.ranges(run.site, run.lake, run.ledger)
    return sorted(result.path for result in run.all("residents", stocks.count_range, tasks))


def _newest_boundary(run: Run) -> date:
    return max((to_date(number) for batch in run.ledger.of("core.area") for number in batch.days), default=to_date(0))


def _leaf_levels(run: Run, dataset: str) -> list[str]:
    if dataset == "core.checkpoint":
        return list(run.site.city.located)
    if dataset in ("core.person", "core.area"):
        return [run.site.leaf]
    with run.site.connect() as connection:
        files = run.lake.paths(catalog.contract(dataset).table)
        if not files:
            return []
        files_view(connection, "delivered", files)
        return [str(row[0]) for row in connection.execute("SELECT DISTINCT level FROM delivered ORDER BY 1").fetchall()]
