"""Accounts of persons: sign-in with lockout, passwords, roles and scopes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kuai.access import records
from kuai.access.account import Account, Profile, account
from kuai.access.attempts import Attempts, account_row, refusal
from kuai.access.passwords import Passwords, generated
from kuai.access.records import Records
from kuai.access.viewer import Place
from kuai.errors import AccessError
from kuai.web import AccessSettings

_HOUR = 3600

_INSERT = """
    INSERT INTO account (name, display_name, hash, roles, scope, created, changed)
    VALUES (:name, :display_name, '', :roles, :scope, :now, :now)
"""
_SUCCEED = """
    UPDATE account
    SET
        failures = iif(otp_secret IS NULL, 0, max(failures - 1, 0)),
        locked_until = iif(otp_secret IS NULL OR failures - 1 <= :failures, :locked_until, locked_until),
        last_sign_in = iif(otp_secret IS NULL, :now, last_sign_in),
        hash = :new_hash
    WHERE name = :name AND hash = :hash AND is_disabled = 0
"""
_RENEW = """
    UPDATE account
    SET hash = :hash, one_time_until = :until, failures = 0, locked_until = NULL, changed = :now
    WHERE name = :name
"""
_CHANGE = """
    UPDATE account
    SET hash = :hash, one_time_until = NULL, changed = :now
    WHERE name = :name
"""
_ENABLE = """
    UPDATE account
    SET is_disabled = :is_disabled, failures = 0, locked_until = NULL, changed = :now
    WHERE name = :name
"""
_ROLES = "UPDATE account SET roles = :roles, changed = :now WHERE name = :name"
_SCOPE = "UPDATE account SET scope = :scope, changed = :now WHERE name = :name"


class Accounts:
    """Accounts of a home; safe to share between threads and processes.

    Parameters
    ----------
    kept : Records
        File they are in.
    settings : AccessSettings
        Lockout, one-time passwords and the cost of a hash.
    breached : Path, optional
        List of leaked passwords, one a line.
    """

    def __init__(self, kept: Records, settings: AccessSettings, breached: Path | None = None) -> None:
        self._records = kept
        self._settings = settings
        self._passwords = Passwords(settings, breached)
        self._attempts = Attempts(kept, settings)

    @property
    def one_time_hours(self) -> int:
        """Hours within which a one-time password must be changed."""
        return self._settings.one_time_hours

    def check_password(self, password: str, name: str) -> None:
        """Refuse a password that can be guessed, before it is an account's.

        Raises
        ------
        AccessError
            As `set_password` does.
        """
        self._passwords.check(password, name)

    def add(self, profile: Profile) -> Account:
        """Return the new account, which has no password yet.

        Raises
        ------
        AccessError
            If the name is taken or no name.
        """
        name = records.checked_name(profile.name)
        lists = {"roles": records.written(profile.roles), "scope": records.written(profile.scope)}
        display = profile.display_name.strip() or name
        with self._records.writing() as connection:
            if account_row(connection, name):
                raise AccessError(f"there is an account {name} already", remedy="change it: kuai user --help")
            connection.execute(_INSERT, {"name": name, "display_name": display, "now": self._records.now(), **lists})
        return self.get(name)

    def get(self, name: str) -> Account:
        """Return the account of that name.

        Raises
        ------
        AccessError
            If there is none; names the nearest.
        """
        return records.named(self.all(), name, "account")

    def all(self) -> list[Account]:
        """Return every account, in the order of their names."""
        with self._records.reading() as connection:
            return [account(row) for row in connection.execute("SELECT * FROM account ORDER BY name")]

    def sign_in(self, name: str, password: str) -> Account:
        """Account whose name and password these are, as it stood before this attempt.

        The attempt is counted as failed before the password is looked at, so that many at once cannot exceed the
        limit; unknown, locked and disabled names take the same steps as a wrong password, and are told the same.
        Where the account has a second factor, this is but the first: `Factors.confirm` is to follow.

        Raises
        ------
        AccessError
            In every other case, with the same text.
        """
        row = self._attempts.begin(name.strip().lower())
        kept = str(row["hash"]) if row else ""
        if not self._passwords.verify(kept, password) or row is None or not self._succeed(row, password):
            raise refusal()
        return account(row)

    def vouched(self, name: str) -> Account:
        """Account of a person that another system has identified; the sign-in is noted.

        Raises
        ------
        AccessError
            If there is no such account or it is disabled, with the text of every refusal.
        """
        with self._records.writing() as connection:
            row = account_row(connection, name.strip().lower())
            if row is None or row["is_disabled"]:
                raise refusal()
            wanted = {"name": row["name"], "now": self._records.now()}
            connection.execute("UPDATE account SET last_sign_in = :now WHERE name = :name", wanted)
        return account(row)

    def change_password(self, name: str, new: str) -> Account:
        """Account with a password that its owner, recognised by all factors, has chosen; all its sessions have ended.

        Failures to give a second factor stay counted: who knows the password alone gains no more guesses.

        Raises
        ------
        AccessError
            If there is no such account, or the password can be guessed.
        """
        found = self.get(name)
        self._passwords.check(new, found.name)
        return self._set(_CHANGE, found.name, hash=self._passwords.hash(new))

    def set_password(self, name: str, password: str) -> Account:
        """Account with a password that was entered for it; its lockout and all its sessions have ended.

        Raises
        ------
        AccessError
            If there is no such account, or the password can be guessed.
        """
        found = self.get(name)
        self._passwords.check(password, found.name)
        return self._set(_RENEW, found.name, hash=self._passwords.hash(password), until=None)

    def one_time_password(self, name: str) -> str:
        """New password of an account, to be told once and good for nothing but choosing another.

        Raises
        ------
        AccessError
            If there is no such account.
        """
        found, password = self.get(name), generated()
        until = self._records.now() + self._settings.one_time_hours * _HOUR
        self._set(_RENEW, found.name, hash=self._passwords.hash(password), until=until)
        return password

    def disable(self, name: str) -> Account:
        """Account that is kept out from now on; all its sessions have ended."""
        return self._set(_ENABLE, self.get(name).name, is_disabled=1)

    def enable(self, name: str) -> Account:
        """Account that is let in again; its lockout has ended."""
        return self._set(_ENABLE, self.get(name).name, is_disabled=0)

    def set_roles(self, name: str, roles: tuple[str, ...]) -> Account:
        """Account with other roles; all its sessions have ended."""
        return self._set(_ROLES, self.get(name).name, roles=records.written(roles))

    def set_scope(self, name: str, scope: tuple[Place, ...]) -> Account:
        """Account with another scope; all its sessions have ended."""
        return self._set(_SCOPE, self.get(name).name, scope=records.written(scope))

    def _succeed(self, row: sqlite3.Row, password: str) -> bool:
        """Whether the account is still the one that was read; its failures are forgotten then.

        Where a second factor is still to come, no more is forgotten than this attempt, and its lock if nobody else has
        failed meanwhile.
        """
        is_outdated = self._passwords.is_outdated(row["hash"])
        new_hash = self._passwords.hash(password) if is_outdated else row["hash"]
        values = {
            "name": row["name"], "hash": row["hash"], "new_hash": new_hash, "now": self._records.now(),
            "failures": row["failures"], "locked_until": row["locked_until"] if row["otp_secret"] else None,
        }  # fmt: skip
        with self._records.writing() as connection:
            return connection.execute(_SUCCEED, values).rowcount == 1

    def _set(self, statement: str, name: str, **values: object) -> Account:
        with self._records.writing() as connection:
            connection.execute(statement, {"name": name, "now": self._records.now(), **values})
        return self.get(name)
