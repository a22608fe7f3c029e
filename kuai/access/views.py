"""Saved views: addresses that an account keeps by name. They hold choices and no number; who opens one asks anew."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.errors import LakeError, SettingsError

if TYPE_CHECKING:
    from kuai.access.records import Clock

MOST = 50
"""Views one account may keep of a page."""

LONGEST_NAME, LONGEST_SEARCH = 60, 1000
_FILE, _WAIT_SECONDS = "views.sqlite", 10


@dataclass(frozen=True)
class SavedView:
    """One saved view.

    Parameters
    ----------
    name : str
        What its owner calls it.
    search : str
        Query part of the address of the page.
    """

    name: str
    search: str


class Views:
    """Saved views of a home, each seen by its account alone.

    Parameters
    ----------
    folder : Path
        Folder of the file, which is made with mode 0600 if it is not there.
    clock : callable, optional
        Gives the present moment in UTC.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._path = folder / _FILE
        self._clock = clock or (lambda: datetime.now(UTC))

    def of(self, account: str, page: str) -> list[SavedView]:
        """Views of an account, by name.

        Raises
        ------
        LakeError
            If the file cannot be used.
        """
        with self._using() as connection:
            found = connection.execute(
                "SELECT name, search FROM view WHERE account = ? AND page = ? ORDER BY name", (account, page)
            )
            return [SavedView(*row) for row in found]

    def save(self, account: str, page: str, view: SavedView) -> None:
        """Keep a view, in the place of one of the same name.

        Raises
        ------
        SettingsError
            If it has no name or too long a one, or there are too many.
        LakeError
            If the file cannot be used.
        """
        name = " ".join(view.name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable() or len(view.search) > LONGEST_SEARCH:
            raise SettingsError("the view cannot be saved", "name", f"give it a name of 1 to {LONGEST_NAME} characters")
        with self._using() as connection:
            others = "SELECT count(*) FROM view WHERE account = ? AND page = ? AND name <> ?"
            if connection.execute(others, (account, page, name)).fetchone()[0] >= MOST:
                raise SettingsError(f"{MOST} views are saved", "name", "remove one first")
            kept = (account, page, name, view.search, int(self._clock().timestamp()))
            connection.execute("INSERT OR REPLACE INTO view VALUES (?, ?, ?, ?, ?)", kept)

    def remove(self, account: str, page: str, name: str) -> None:
        """Forget a view; nothing, if there is none of that name.

        Raises
        ------
        LakeError
            If the file cannot be used.
        """
        with self._using() as connection:
            connection.execute("DELETE FROM view WHERE account = ? AND page = ? AND name = ?", (account, page, name))

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """Connection that alone may write; all it did is kept at the end, or nothing if there was an error."""
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_schema())
                yield connection
                connection.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            remedy = "try again; if it stays so, restore it from a backup"
            raise LakeError(f"cannot be used: {error}", str(self._path), remedy) from None


def _schema() -> str:
    return Path(__file__).with_name("views.sql").read_text("utf-8")
