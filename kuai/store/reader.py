"""Readers of the current serving file: opened read-only and locked, exchanged between requests, never during one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kuai.errors import LakeError
from kuai.settings import ServeSettings
from kuai.store import pointer
from kuai.store.facts import Facts

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

_TRIES = 5


class Opened:
    """One open serving file. Threads share it; each has a cursor of its own.

    Parameters
    ----------
    path : Path
        The serving file.
    at : Pointer
        The pointer that named it.
    settings : ServeSettings
        Threads and memory for queries.

    Raises
    ------
    LakeError
        If the file is missing or no serving file.
    """

    def __init__(self, path: Path, at: pointer.Pointer, settings: ServeSettings) -> None:
        self.path = path
        self.at = at
        self.readers = 0
        self._connection = connect(path, settings)
        self._local = threading.local()

    @cached_property
    def facts(self) -> Facts:
        """What the snapshot says about itself."""
        return Facts(self)

    def columns(self, statement: str, parameters: dict[str, Any] | None = None) -> dict[str, NDArray[Any]]:
        """Result of one statement as one array per column; the statement must not yield NULL."""
        found = self._cursor().execute(statement, parameters or {}).fetchnumpy()
        return {name: np.asarray(column) for name, column in found.items()}

    def rows(self, statement: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Result of one statement as one mapping per row; for small results."""
        done = self._cursor().execute(statement, parameters or {})
        names = [column[0] for column in done.description]
        return [dict(zip(names, row, strict=True)) for row in done.fetchall()]

    def close(self) -> None:
        """Let go of the file; no reader may be left."""
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        found: duckdb.DuckDBPyConnection = self._local.cursor
        return found


class Lender(Protocol):
    """Whatever lends a serving file for one question."""

    def lease(self) -> AbstractContextManager[Opened]:
        """Lend a file, which stays open until it is given back."""

    def close(self) -> None:
        """Let go of it."""


class Held:
    """One open file, lent to every question of an answer, so that all of it is of one snapshot.

    Parameters
    ----------
    opened : Opened
        A file that somebody else keeps open meanwhile.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def lease(self) -> AbstractContextManager[Opened]:
        """Lend the file."""
        return nullcontext(self._opened)

    def close(self) -> None:
        """Nothing: whoever keeps the file lets go of it."""


class Reader:
    """The current serving file of a store, whichever that is when a request begins.

    Parameters
    ----------
    store : Path
        The store's folder.
    settings : ServeSettings
        Threads and memory for queries.
    """

    def __init__(self, store: Path, settings: ServeSettings) -> None:
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._opened: Opened | None = None

    @contextmanager
    def lease(self) -> Iterator[Opened]:
        """Lend the current file for one request; it stays open until the request ends, even if a newer one comes.

        Raises
        ------
        LakeError
            If nothing has been published, or the file cannot be opened.
        """
        opened = self._take()
        try:
            yield opened
        finally:
            self._give_back(opened)

    def close(self) -> None:
        """Let go of the current file once its last request has ended."""
        with self._lock:
            self._retire(None)
            self._stamp = None

    def _take(self) -> Opened:
        with self._lock:
            stamp = pointer.stamp(self._store)
            opened = self._opened
            if opened is None or stamp != self._stamp:
                opened = self._newest()
                self._retire(opened)
                self._stamp = stamp
            opened.readers += 1
            return opened

    def _newest(self) -> Opened:
        for _ in range(_TRIES):
            found = pointer.read(self._store)
            if found is None:
                raise LakeError("nothing has been published", str(self._store), "run: kuai build")
            path = self._store / found.file
            try:
                return Opened(path, found, self._settings)
            except LakeError:
                if path.is_file():
                    raise
        raise LakeError("the file that the pointer names is gone", str(self._store), "publish again: kuai build")

    def _retire(self, successor: Opened | None) -> None:
        former, self._opened = self._opened, successor
        if former is not None and former.readers == 0:
            former.close()

    def _give_back(self, opened: Opened) -> None:
        with self._lock:
            opened.readers -= 1
            if opened.readers == 0 and opened is not self._opened:
                opened.close()


def connect(path: Path, settings: ServeSettings) -> duckdb.DuckDBPyConnection:
    """Read-only connection to a serving file, with no way to other files and its configuration locked.

    Raises
    ------
    LakeError
        If the file is no DuckDB file that can be read, or one that another version of Kuai built in another form.
    """
    import duckdb

    configuration: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.query_threads,
        "memory_limit": f"{settings.query_memory_mb}MB",
        "max_temp_directory_size": "0KB",
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "lock_configuration": "true",
    }
    try:
        connection = duckdb.connect(str(path), read_only=True, config=configuration)
    except duckdb.Error as error:
        what = f"the serving file cannot be opened: {str(error).splitlines()[0]}"
        raise LakeError(what, str(path), "publish again: kuai build") from None
    _require_form(connection, path)
    return connection


def schema() -> str:
    """Statements that make the empty tables of a serving file."""
    return (files("kuai.store") / "schema.sql").read_text("utf-8")


@cache
def form() -> int:
    """Form of the tables that this version writes and reads."""
    found = re.search(r"INSERT INTO form VALUES \((\d+)\)", schema())
    return int(found[1]) if found else 0


def _require_form(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let go of a file of another form, and say so: its tables are not those that the statements name."""
    import duckdb

    try:
        found = int(connection.execute("SELECT max(number) FROM form").fetchall()[0][0] or 0)
    except duckdb.Error:
        found = 0
    if found != form():
        connection.close()
        whose = "an older version" if found < form() else "a newer version"
        remedy = "build again: kuai build" if found < form() else "install that version, or build again: kuai build"
        raise LakeError(f"built by {whose} of Kuai: its tables have form {found}, not {form()}", str(path), remedy)
