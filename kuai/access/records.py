"""Records of the room: one SQLite file of its owner's with accounts, devices and sessions, safe for many processes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from kuai.access.viewer import Place
from kuai.errors import AccessError, nearest

Clock = Callable[[], datetime]
"""Gives the present moment in UTC."""

_HERE = Path(__file__).parent
_WAIT_SECONDS = 10
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")
_PLACE = re.compile(r"([a-z][a-z0-9_]*):(\S{1,64})")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Held = TypeVar("Held", bound=_Named)


class Records:
    """The file with accounts, devices and sessions of a home; a class below it keeps another file in the same way.

    Every use opens the file anew and closes it, so that threads and processes need to agree on nothing.

    Parameters
    ----------
    folder : Path
        Folder of the file; both are made with modes 0700 and 0600 if they are not there.
    clock : callable, optional
        Gives the present moment in UTC.

    Raises
    ------
    AccessError
        If the file is open to other users, damaged, or of a newer version.
    """

    file: ClassVar[str] = "access.sqlite"
    """Name of the file."""

    scripts: ClassVar[tuple[Path, ...]] = (_HERE / "schema.sql", _HERE / "second_factor.sql")
    """What makes the tables; then, for each older version from the first on, what those of it lack."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._path = folder / self.file
        self._clock = clock or (lambda: datetime.now(UTC))
        self._prepare()

    def now(self) -> int:
        """Present moment in seconds since 1970-01-01 UTC."""
        return int(self._clock().timestamp())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Connection that sees one state of the file from its first statement to its last."""
        with self._explained(), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Connection that alone may write; all it did is kept at the end, or nothing if there was an error."""
        with self._explained(), closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=_WAIT_SECONDS, isolation_level=None, uri=True)
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            remedy = "try again; if it stays so, restore it from a backup"
            raise AccessError(f"cannot be used: {error}", str(self._path), remedy) from None

    def _prepare(self) -> None:
        with self._explained():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            _require_private(self._path.parent, "700")
            _require_private(self._path, "600")
            self._make_tables()

    def _make_tables(self) -> None:
        with closing(self._connect()) as connection:
            found, newest = _version(connection), len(self.scripts)
            if found > newest:
                raise AccessError(f"was written by a newer Kuai (version {found} of the file)", str(self._path))
            if found < newest:
                self._create(connection)

    def _create(self, connection: sqlite3.Connection) -> None:
        """Make the tables, or what those of an older Kuai lack, unless another process was first."""
        connection.execute("BEGIN IMMEDIATE")
        for script in self.scripts[_version(connection) :][:1]:
            for statement in _statements(script.read_text("utf-8")):
                connection.execute(statement)
        connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Statements of a script, one by one: `executescript` would end the transaction first."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _require_private(path: Path, mode: str) -> None:
    if path.stat().st_mode & 0o077:
        raise AccessError("is open to other users", str(path), f"chmod {mode} {path}")


def known_moment(seconds: int) -> datetime:
    """Moment in UTC from seconds since 1970-01-01."""
    return datetime.fromtimestamp(seconds, UTC)


def moment(seconds: int | None) -> datetime | None:
    """Moment in UTC from seconds since 1970-01-01; None for None."""
    return None if seconds is None else known_moment(seconds)


def digest(secret: str) -> str:
    """SHA-256 of a random token or key, 64 hex digits: they have too many bits to be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def checked_name(name: str) -> str:
    """Name of an account or device, in lower case.

    Raises
    ------
    AccessError
        If it has other characters than letters, digits, `.`, `_`, `@` and `-`.
    """
    found = name.strip().lower()
    if not _NAME.fullmatch(found):
        raise AccessError(f"{name!r} is no name", remedy="use up to 63 letters, digits, . _ @ and -")
    return found


def place(text: str, option: str = "--scope") -> Place:
    """Area written as `level:code`, in the option of that name.

    Raises
    ------
    AccessError
        If it is not.
    """
    found = _PLACE.fullmatch(text)
    if not found:
        raise AccessError(f"{text!r} names no area", option, "write level:code, such as station:680102001")
    return Place(*found.groups())


def named(found: Iterable[Held], name: str, kind: str) -> Held:
    """Account or display of that name, however it is written.

    Raises
    ------
    AccessError
        If there is none; names the nearest.
    """
    known = {one.name: one for one in found}
    wanted = name.strip().lower()
    if wanted not in known:
        remedy = nearest(wanted, known) if known else "add the first: kuai user add, kuai device add"
        raise AccessError(f"no {kind} {name!r}", remedy=remedy)
    return known[wanted]


def written(values: Iterable[object]) -> str:
    """Values as they are kept: a JSON list of their texts, each once, in order."""
    return json.dumps(sorted({str(one) for one in values}), ensure_ascii=False)


def listed(kept: str) -> list[str]:
    """Values from the form they are kept in."""
    return list(json.loads(kept))


def scope(kept: str) -> tuple[Place, ...]:
    """Scope from the form it is kept in."""
    return tuple(place(one) for one in listed(kept))
