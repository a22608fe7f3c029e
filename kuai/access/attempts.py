"""Attempts to come in: each is counted as failed before it is looked at, and too many in a row lock the account."""

from __future__ import annotations

import sqlite3

from kuai.access.records import Records
from kuai.errors import AccessError
from kuai.web import AccessSettings

_MINUTE = 60
_COUNT = "UPDATE account SET failures = :failures, locked_until = :locked_until WHERE name = :name"


class Attempts:
    """Attempts of a home; safe to share between threads and processes.

    Parameters
    ----------
    kept : Records
        File the accounts are in.
    settings : AccessSettings
        Lockout.
    """

    def __init__(self, kept: Records, settings: AccessSettings) -> None:
        self._records = kept
        self._settings = settings

    def begin(self, name: str) -> sqlite3.Row | None:
        """Row of an account that may try, as it stood before; the attempt is counted. None for one that may not."""
        with self._records.writing() as connection:
            row, now = account_row(connection, name), self._records.now()
            if row is None or _is_kept_out(row, now):
                connection.execute("UPDATE refused SET attempts = attempts + 1")
                return None
            failures = row["failures"] + 1
            locked_until = self._locked_until(failures, now)
            connection.execute(_COUNT, {"failures": failures, "locked_until": locked_until, "name": name})
            return row

    def _locked_until(self, failures: int, now: int) -> int | None:
        beyond = failures - self._settings.failures
        if beyond < 0:
            return None
        minutes = self._settings.lockout_minutes << min(beyond, 30)
        return now + _MINUTE * min(minutes, self._settings.lockout_most_minutes)


def account_row(connection: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """Row of the account of that name; None if there is none."""
    found: sqlite3.Row | None = connection.execute("SELECT * FROM account WHERE name = ?", (name,)).fetchone()
    return found


def refusal() -> AccessError:
    """Error of every attempt that failed, whatever the reason."""
    remedy = "check both; after several failures an account is locked for minutes, and whoever keeps accounts can help"
    return AccessError("the name or the password is not right, or the account is locked", remedy=remedy)


def _is_kept_out(row: sqlite3.Row, now: int) -> bool:
    is_locked = row["locked_until"] is not None and now < row["locked_until"]
    has_expired = row["one_time_until"] is not None and now >= row["one_time_until"]
    return bool(is_locked or has_expired or row["is_disabled"] or not row["hash"])
