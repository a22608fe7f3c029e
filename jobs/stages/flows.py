"""Flows: day marts and cells of everything that adds up over days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import astray, cells, days
from jobs.carry import carry
from jobs.cells import Changes
from jobs.days import DayResult
from jobs.dirty import is_behind
from jobs.discover import digest
from jobs.frame import Frame, frame_of
from jobs.order import write_order
from jobs.standing import PASSAGES

if TYPE_CHECKING:
    from jobs.job import Run


def build_flows(run: Run, areas: str) -> list[Frame]:
    """Frames of the datasets of flows, after their marts hold what was delivered."""
    write_order(run.site, run.ledger)
    datasets = [dataset for dataset in days.FLOWS if run.ledger.of(dataset)]
    added_up = [one for one in datasets if any(measure.kind == "flow" for measure in cells.measures_of(one))]
    in_step, results = _build_days(run, added_up, areas)
    frames = [_frame(run, dataset, areas) for dataset in datasets]
    for frame in frames:
        run.warnings += astray.warnings(run.site, frame, [one.path for one in _of(results, frame.dataset) if one.path])
    _build_cells(run, frames, {one: _changes(_of(results, one)) for one in in_step})
    return frames


def _build_days(run: Run, datasets: list[str], areas: str) -> tuple[list[str], list[DayResult]]:
    """Datasets whose cells have the state before, and the months and patches of the day marts that were written."""
    levels = run.site.leaf, *run.site.city.located
    recipes = {one: digest(days.method(one), _registry(run, one, areas), *levels) for one in datasets}
    in_step = [one for one in datasets if days.in_step(run.lake, one, recipes[one], cells.table_of(one))]
    tasks = [task for one in datasets for task in days.plan(run.site, run.lake, run.ledger, one, recipes[one])]
    results = run.all("days", days.count, tasks) if tasks else []
    for dataset in datasets:
        own = _of(results, dataset)
        if own or is_behind(run.lake, run.ledger, days.table_of(dataset), dataset, recipes[dataset]):
            days.commit(run.lake, run.ledger, dataset, recipes[dataset], own)
    return in_step, results


def _of(results: list[DayResult], dataset: str) -> list[DayResult]:
    return [result for result in results if result.dataset == dataset]


def _changes(results: list[DayResult]) -> Changes:
    counts = {result.month: [result.change] for result in results if result.change}
    is_known = all(result.touched for result in results)
    return Changes(counts, {result.month: [result.touched] for result in results} if is_known else {})


def _build_cells(run: Run, frames: list[Frame], changes: dict[str, Changes]) -> None:
    planned = [cells.plan(run.site, run.lake, run.ledger, frame, changes.get(frame.dataset)) for frame in frames]
    tasks = [task for one in planned for task in one]
    results = run.all("cells", carry, tasks) if tasks else []
    for frame in frames:
        own = [result for result in results if result.dataset == frame.dataset]
        if own or is_behind(run.lake, run.ledger, cells.table_of(frame.dataset), frame.dataset, frame.recipe):
            cells.commit(run.lake, run.ledger, frame.dataset, frame.recipe, own)


def _frame(run: Run, dataset: str, areas: str) -> Frame:
    leaves = [run.site.leaf] if dataset == "core.population_event" else list(run.site.city.located)
    return frame_of(run, dataset, leaves, digest(areas, _registry(run, dataset, areas)))


def _registry(run: Run, dataset: str, areas: str) -> str:
    """State of the registry of checkpoints and of the boundaries, on which the area of a passage depends."""
    return digest(str(run.lake.sequence("core_checkpoint")), areas) if dataset == PASSAGES else ""
