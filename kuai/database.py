"""Databases in memory for one piece of work each: empty when they are lent, gone when they are given back.

The DuckDB instance behind them is kept and used again, for starting one costs more than many a task does.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

Options = dict[str, str | int | float | list[str]]

_idle: defaultdict[Budget, list[duckdb.DuckDBPyConnection]] = defaultdict(list)
_lock = threading.Lock()


@dataclass(frozen=True)
class Budget:
    """What a database may use. Instances are shared only by work of the same budget.

    Parameters
    ----------
    memory_mb : int
        Memory, in MB.
    threads : int
        Threads of a statement.
    scratch : str
        Folder that rows which do not fit may be put into; empty for none.
    frame : str
        DuckDB file that is attached as ``frame``, and stays so: reading its catalogue may cost more than a task.
    sees_files : bool
        Whether statements may read and write files.
    """

    memory_mb: int = 512
    threads: int = 1
    scratch: str = ""
    frame: str = ""
    sees_files: bool = True


@contextmanager
def lend(budget: Budget) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend an empty database; its tables, views and settings of the session go with it.

    Parameters
    ----------
    budget : Budget
        What it may use.
    """
    instance = _take(budget)
    try:
        instance.execute("ATTACH ':memory:' AS work")
        with instance.cursor() as connection:
            connection.execute("USE work")
            yield connection
        instance.execute("DETACH work")
    except BaseException:
        instance.close()
        raise
    with _lock:
        _idle[budget].append(instance)


def _take(budget: Budget) -> duckdb.DuckDBPyConnection:
    with _lock:
        if _idle[budget]:
            return _idle[budget].pop()
    own: Options = {
        "memory_limit": f"{budget.memory_mb}MB",
        "threads": budget.threads,
        "preserve_insertion_order": "false",
    }
    files: Options = {"temp_directory": budget.scratch} if budget.sees_files else {"enable_external_access": "false"}
    # To compare parts of a plan, this step writes out every name of an enumeration: of all areas, 30 ms a statement.
    planning: Options = {"disabled_optimizers": "common_subplan"} if budget.frame else {}
    instance = duckdb.connect(config={**own, **files, **planning})
    if budget.frame:
        path = budget.frame.replace("'", "''")
        instance.execute(f"ATTACH '{path}' AS frame (READ_ONLY)")
    return instance
