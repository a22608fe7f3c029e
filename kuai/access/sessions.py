"""Sessions: kept by the server, named by a random token, ended by time, sign-out and every change of their holder."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass, field, replace

from kuai.access import records
from kuai.access.records import Records
from kuai.access.viewer import Place, Viewer
from kuai.errors import AccessError
from kuai.web import AccessSettings

_TOKEN_BYTES = 32
_NAME_DIGITS = 16
_MINUTE, _HOUR = 60, 3600

_INSERT = """
    INSERT INTO session (token_hash, holder, is_device, viewer, policy, started, seen)
    VALUES (:token_hash, :holder, :is_device, :viewer, :policy, :now, :now)
"""
_FIND = """
    SELECT viewer, seen
    FROM session
    WHERE token_hash = :token_hash AND policy = :policy AND started > :started AND seen > :seen
"""
_SEE = "UPDATE session SET seen = :now WHERE token_hash = :token_hash"
_CLOSE = "DELETE FROM session WHERE token_hash = ?"
_TIDY = "DELETE FROM session WHERE started <= :started OR seen <= :seen"
_ACCOUNT = "SELECT roles, scope FROM account WHERE name = ? AND is_disabled = 0 AND one_time_until IS NULL"
_DEVICE = """SELECT '["wall"]' AS roles, scope FROM device WHERE name = ? AND is_revoked = 0"""


@dataclass(frozen=True)
class Session:
    """A session that has begun.

    Parameters
    ----------
    token : str
        Secret of 256 bits that the browser shows with every request; it is kept nowhere else.
    viewer : Viewer
        Whom numbers are shown to, with the public name of the session.
    """

    token: str = field(repr=False)
    viewer: Viewer


class Sessions:
    """Sessions of a home under one policy; safe to share between threads and processes.

    Parameters
    ----------
    kept : Records
        File they are in, with the accounts and devices that hold them.
    settings : AccessSettings
        Minutes without a request and hours in all after which a session ends.
    policy : str
        Version of the policy in force; a session that began under another has ended.
    """

    def __init__(self, kept: Records, settings: AccessSettings, policy: str) -> None:
        self._records = kept
        self._idle = settings.idle_minutes * _MINUTE
        self._length = settings.session_hours * _HOUR
        self._policy = policy

    def begin(self, viewer: Viewer, replaced: str = "") -> Session:
        """New session of an admitted viewer, under a token nobody has seen before.

        Parameters
        ----------
        viewer : Viewer
            As `admit` gave it.
        replaced : str
            Token the browser came with; that session ends.

        Raises
        ------
        AccessError
            If the account or device was changed since the viewer was admitted.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        found = replace(viewer, session=_name(token))
        with self._records.writing() as connection:
            _require_holder(connection, viewer)
            connection.execute(_TIDY, self._limits())
            connection.execute(_CLOSE, (records.digest(replaced),))
            connection.execute(_INSERT, self._row(token, found))
        return Session(token, found)

    def find(self, token: str) -> Viewer | None:
        """Viewer of a session that lasts; None for any other token.

        Being looked for counts as a request. It is noted once in a twentieth of the idle time, so that a session may
        end that much earlier, and most requests write nothing.
        """
        wanted = {"token_hash": records.digest(token), "policy": self._policy, **self._limits()}
        with self._records.reading() as connection:
            row = connection.execute(_FIND, wanted).fetchone()
        if row is None:
            return None
        now = self._records.now()
        if now - row["seen"] >= self._idle // 20:
            self._write(_SEE, {"now": now, "token_hash": wanted["token_hash"]})
        return _viewer(row["viewer"])

    def end(self, token: str) -> None:
        """End a session, if there is one of that token."""
        self._write(_CLOSE, (records.digest(token),))

    def end_all(self, name: str, *, is_device: bool = False) -> int:
        """Number of sessions of an account or device that were there, and have ended."""
        return self._write("DELETE FROM session WHERE holder = ? AND is_device = ?", (name, is_device))

    def all(self) -> list[Viewer]:
        """Return the viewers of all sessions that last, in the order of their names."""
        wanted = {"policy": self._policy, **self._limits()}
        statement = f"SELECT viewer FROM session WHERE {_FIND.partition('AND')[2]} ORDER BY holder, started"
        with self._records.reading() as connection:
            return [_viewer(row["viewer"]) for row in connection.execute(statement, wanted)]

    def _limits(self) -> dict[str, object]:
        now = self._records.now()
        return {"started": now - self._length, "seen": now - self._idle}

    def _row(self, token: str, viewer: Viewer) -> dict[str, object]:
        return {
            "token_hash": records.digest(token), "holder": viewer.name, "is_device": viewer.is_device,
            "viewer": json.dumps(asdict(viewer), ensure_ascii=False), "policy": self._policy,
            "now": self._records.now(),
        }  # fmt: skip

    def _write(self, statement: str, values: dict[str, object] | tuple[object, ...]) -> int:
        with self._records.writing() as connection:
            return connection.execute(statement, values).rowcount


def _name(token: str) -> str:
    """Public name of a session, from which its token cannot be found."""
    return records.digest(token)[:_NAME_DIGITS]


def _require_holder(connection: sqlite3.Connection, viewer: Viewer) -> None:
    row = connection.execute(_DEVICE if viewer.is_device else _ACCOUNT, (viewer.name,)).fetchone()
    stands = row is not None and viewer.role in records.listed(row["roles"])
    if not stands or row["scope"] != records.written(viewer.scope):
        raise AccessError(f"{viewer.name} was changed in the meantime", remedy="sign in again")


def _viewer(kept: str) -> Viewer:
    spec = json.loads(kept)
    return Viewer(**{**spec, "scope": tuple(Place(**one) for one in spec["scope"])})
