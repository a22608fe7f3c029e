"""Flows: day marts and cells of everything that adds up over days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai import sql

from jobs import cells, days
from jobs.carry import carry
from jobs.cells import Changes
from jobs.discover import digest
from jobs.frame import Frame, frame_of

if TYPE_CHECKING:
    from jobs.job import Run


def build_flows(run: Run, areas: str) -> list[Frame]:
    """Frames of the datasets of flows, after their marts hold what was delivered."""
    datasets = [dataset for dataset in days.FLOWS if run.ledger.of(dataset)]
    changes = {dataset: _build_days(run, dataset) for dataset in datasets}
    return [_build_cells(run, dataset, areas, changes[dataset]) for dataset in datasets]


def _build_days(run: Run, dataset: str) -> Changes | None:
    """Files of what changed in the day mart by month; None if the cells do not have its last state."""
    recipe = digest(sql.text(f"leaf_{dataset.split('.')[1]}"), _registry(run, dataset))
    in_step = days.in_step(run.lake, dataset, recipe, cells.table_of(dataset))
    results = run.all("days", days.count, days.plan(run.site, run.lake, run.ledger, dataset, recipe))
    if results:
        days.commit(run.lake, run.ledger, dataset, recipe, results)
    return {result.month: [result.change] for result in results if result.change} if in_step else None


def _build_cells(run: Run, dataset: str, areas: str, changes: Changes | None) -> Frame:
    leaves = [run.site.leaf] if dataset == "core.population_event" else list(run.site.city.located)
    recipe = digest(areas, _registry(run, dataset))
    frame = frame_of(run, dataset, leaves, recipe)
    results = run.all("cells", carry, cells.plan(run.site, run.lake, run.ledger, frame, changes))
    if results:
        cells.commit(run.lake, run.ledger, dataset, frame.recipe, results)
    return frame


def _registry(run: Run, dataset: str) -> str:
    """State of the registry of checkpoints, on which the place of a passage depends."""
    return str(run.lake.sequence("core_checkpoint")) if dataset == "core.checkpoint_hour" else ""
