"""The work split into files, each written by itself from the plan and the territory alone."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa

from kuai.errors import EngineError
from kuai.generator import area_files
from kuai.generator.case_files import write_cases
from kuai.generator.checkpoints import write_registry
from kuai.generator.cohorts import event_months
from kuai.generator.context import Context, context
from kuai.generator.done import Done
from kuai.generator.events import write_events
from kuai.generator.passages import write_passages
from kuai.generator.plan import Plan, deliveries
from kuai.generator.register import write_register
from kuai.generator.territory import Territory

Kind = Literal["areas", "units", "checkpoints", "persons", "population_events", "cases", "passages"]


Outcomes = Generator[tuple[int, "Task", Done], None, None]


class Task(NamedTuple):
    """One file or small group of files: what, and which county, month or delivery."""

    kind: Kind
    number: int


def tasks(plan: Plan) -> list[Task]:
    """Every task of a plan, those that take longest first."""
    parts: list[tuple[Kind, int]] = [
        ("areas", 1),
        ("persons", plan.sizes.counties),
        ("population_events", len(event_months(plan))),
        ("cases", len(deliveries(plan))),
        ("passages", len(deliveries(plan))),
        ("checkpoints", 1),
        ("units", 1),
    ]
    return [Task(kind, index) for kind, count in parts for index in range(count)]


def perform(world: Context, task: Task, folder: Path) -> Done:
    """Files of one task, written below the folder, with their truth."""
    return _WRITERS[task.kind](world, task.number, folder)


def perform_all(plan: Plan, territory: Territory, folder: Path, processes: int) -> Outcomes:
    """Position, task and outcome of every task as it gets done, in this process or in several.

    Raises
    ------
    EngineError
        If a worker process dies.
    """
    listed = tasks(plan)
    if processes == 1:
        world = context(plan, territory)
        for position, task in enumerate(listed):
            yield position, task, perform(world, task, folder)
        return
    yield from _shared_out(plan, territory, folder, min(processes, len(listed)))


def _shared_out(plan: Plan, territory: Territory, folder: Path, processes: int) -> Outcomes:
    scratch = folder / "scratch"
    scratch.mkdir()
    territory.save(scratch)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (plan, scratch))
    try:
        listed = tasks(plan)
        waiting: dict[Future[Done], int] = {pool.submit(_work, task, folder): k for k, task in enumerate(listed)}
        for future in as_completed(waiting):
            position = waiting[future]
            yield position, listed[position], future.result()
    except BrokenProcessPool:
        raise EngineError("a worker process of the generator died", remedy="try fewer processes") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_world: dict[str, Context] = {}


def _begin(plan: Plan, scratch: Path) -> None:
    """Make a worker ready; an interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
    _world["world"] = context(plan, Territory.load(scratch))


def _work(task: Task, folder: Path) -> Done:
    return perform(_world["world"], task, folder)


def _areas(world: Context, _: int, folder: Path) -> Done:
    return Done(area_files.write_areas(world.plan, world.territory, folder))


def _units(world: Context, _: int, folder: Path) -> Done:
    return Done(area_files.write_units(world.plan, world.territory, folder))


def _registry(world: Context, _: int, folder: Path) -> Done:
    return Done(write_registry(world, folder))


def _cases(world: Context, index: int, folder: Path) -> Done:
    return write_cases(world, deliveries(world.plan)[index], folder)


def _passages(world: Context, index: int, folder: Path) -> Done:
    return write_passages(world, deliveries(world.plan)[index], folder)


_WRITERS: dict[Kind, Callable[[Context, int, Path], Done]] = {
    "areas": _areas,
    "units": _units,
    "checkpoints": _registry,
    "persons": write_register,
    "population_events": write_events,
    "cases": _cases,
    "passages": _passages,
}
