"""Engines: where tasks run. A job hands over a function and its tasks, and never knows which engine it is."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import duckdb

from kuai.errors import EngineError, KuaiError, SourceError
from kuai.landing.faults import told
from kuai.settings import Settings

from jobs.site import usable_threads

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOOK_SECONDS = 0.3
_TRIES = 4


@dataclass(frozen=True)
class Failed:
    """A task that ended in an error a user can act on."""

    task: object
    error: KuaiError


class Sized(Protocol):
    """A task that knows how much it reads."""

    @property
    def size(self) -> int:
        """Bytes to read."""


class Counted(Protocol):
    """A result that knows how many rows it went through."""

    @property
    def rows(self) -> int:
        """Rows read."""


Task = TypeVar("Task", bound=Sized)
Result = TypeVar("Result", bound=Counted)
Tick = Callable[[int, int, int], None]
"""Called while tasks run with the tasks, bytes and rows that are done so far."""


class Engine(Protocol):
    """Runs one function over many tasks."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task], tick: Tick) -> list[Result | Failed]:
        """Results in any order; a task that fails gives `Failed`, the others go on."""

    def close(self) -> None:
        """Give back what the engine holds."""


class ProcessEngine:
    """Runs tasks in this process, on threads: DuckDB and the kernels work outside the interpreter's lock.

    Parameters
    ----------
    threads : int
        Tasks at once; 0 for one per core.
    """

    def __init__(self, threads: int) -> None:
        self._threads = usable_threads(threads)

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task], tick: Tick) -> list[Result | Failed]:
        """Results in the order they are finished."""
        results: list[Result | Failed] = []
        done = [0, 0, 0]
        with ThreadPoolExecutor(self._threads) as pool:
            running = {pool.submit(attempt, function, task): task for task in tasks}
            try:
                for future in as_completed(running):
                    results.append(future.result())
                    done = [a + b for a, b in zip(done, _weight(running[future], results[-1]), strict=True)]
                    tick(*done)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        return results

    def close(self) -> None:
        """Nothing is held."""


class SparkEngine:
    """Runs each task as a Spark task: Spark distributes, retries and survives the loss of a worker.

    Parameters
    ----------
    settings : Settings
        Master of the session, which starts with the first task.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: SparkSession | None = None

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task], tick: Tick) -> list[Result | Failed]:
        """Results in the order of the tasks; what is done meanwhile is counted by accumulators."""
        if not tasks:
            return []
        context = self._started().sparkContext
        counters = [context.accumulator(0) for _ in range(3)]

        def run(task: Task) -> Result | Failed:
            result = attempt(function, task)
            for counter, amount in zip(counters, _weight(task, result), strict=True):
                counter.add(amount)
            _settle(function)
            return result

        job = context.parallelize(list(tasks), len(tasks)).map(run)
        try:
            return _awaited(job.collect, lambda: tick(*(counter.value for counter in counters)), context.cancelAllJobs)
        except KuaiError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever Spark or its gateway raises becomes one error
            raise EngineError(_first_line(error), self._settings.engine.master, _REMEDY) from None

    def close(self) -> None:
        """Stop the session, and with it whatever still runs; if Java is gone, there is nothing left to stop."""
        if self._session is not None:
            with suppress(Exception):
                self._session.stop()
            self._session = None

    def _started(self) -> SparkSession:
        from kuai.spark.session import session

        if self._session is None:
            self._session = session(forgiving(self._settings.engine.master), {})
        return self._session


def _awaited(
    work: Callable[[], list[Result | Failed]], look: Callable[[], None], stop: Callable[[], None]
) -> list[Result | Failed]:
    """Result of the work, looked at meanwhile and stopped if this thread is interrupted."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            while not wait([future], timeout=_LOOK_SECONDS).done:
                look()
        except BaseException:
            stop()
            raise
        look()
        return future.result()


@cache
def _settle(_: object) -> None:
    """Keep what the first task of a stage imported out of the collections of garbage: Spark asks for one after each."""
    gc.collect()
    gc.freeze()


def forgiving(master: str) -> str:
    """Master under which a task that lost its worker is tried again; a cluster does so by itself."""
    found = re.fullmatch(r"local(?:\[([^,\]]+)\])?", master)
    return f"local[{found[1] or 1},{_TRIES}]" if found else master


def _weight(task: Sized, result: Counted | Failed) -> tuple[int, int, int]:
    return 1, task.size, 0 if isinstance(result, Failed) else result.rows


class AdaptiveEngine:
    """Runs a stage on Spark if its input is worth the start of Spark and of its workers, else in this process.

    Parameters
    ----------
    settings : Settings
        ``engine.spark_from_mb`` is the input of a stage from which Spark is used.
    """

    def __init__(self, settings: Settings) -> None:
        self._from = settings.engine.spark_from_mb * 1_000_000
        self._near, self._far = ProcessEngine(settings.engine.threads), SparkEngine(settings)

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task], tick: Tick) -> list[Result | Failed]:
        """Results of the engine that fits the stage."""
        engine: Engine = self._far if sum(task.size for task in tasks) >= self._from else self._near
        return engine.map(function, tasks, tick)

    def close(self) -> None:
        """Close both engines."""
        self._near.close()
        self._far.close()


def choose(settings: Settings, *, is_explicit: bool) -> Engine:
    """Engine for a build: Spark for every stage when the user named a master, else for the stages it pays for."""
    return SparkEngine(settings) if is_explicit else AdaptiveEngine(settings)


def attempt(function: Callable[[Task], Result], task: Task) -> Result | Failed:
    """Result of the task, or the error that ended it as a value, so that one bad file harms no other.

    What DuckDB says may quote a row, and Spark would write it into its logs: only the kind of fault leaves the task,
    unless KUAI_DEBUG is set.
    """
    try:
        return function(task)
    except KuaiError as error:
        return Failed(task, error)
    except OSError as error:
        return Failed(task, SourceError(f"a file cannot be read: {error.strerror or error}", _where(task)))
    except duckdb.Error as error:
        if os.environ.get("KUAI_DEBUG"):
            raise
        return Failed(task, EngineError(f"a statement failed: {told(error)}", _where(task), _MEMORY))


def _where(task: Task) -> str:
    """The file a task is about, else what it is."""
    delivery = getattr(task, "delivery", None)
    return str(delivery.path) if delivery else type(task).__name__


_MEMORY = "if it ran out of memory, raise engine.task_memory_mb or deliver smaller files"
_REMEDY = "see the log of the driver and the workers; the lake is as it was, run the build again"


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:300] or type(error).__name__
