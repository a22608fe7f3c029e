"""Watched: how far a long statement of DuckDB is, told while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_SECONDS = 1.0


@contextmanager
def watched(connection: duckdb.DuckDBPyConnection, tell: Callable[[float], None]) -> Iterator[None]:
    """Tell the share of the statement under way that is done, 0 to 1, once a second from a thread beside it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that runs the statement.
    tell : callable
        Called with the share; never while no statement runs.
    """
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    ended = threading.Event()
    beside = threading.Thread(target=_look, args=(connection, tell, ended), daemon=True)
    beside.start()
    try:
        yield
    finally:
        ended.set()
        beside.join()


def _look(connection: duckdb.DuckDBPyConnection, tell: Callable[[float], None], ended: threading.Event) -> None:
    while not ended.wait(_SECONDS):
        percent = connection.query_progress()
        if percent >= 0:
            tell(percent / 100)
