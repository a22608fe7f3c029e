"""Devices: wall displays with an identity of their own, enrolled by a token that is told once."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kuai.access import records
from kuai.access.admission import SessionRequest, Statement, check_scope
from kuai.access.passwords import generated
from kuai.access.records import Records
from kuai.access.viewer import Place
from kuai.disclosure.policy import Policy
from kuai.disclosure.rolefile import WALL
from kuai.errors import AccessError
from kuai.web import AccessSettings

_HOUR = 3600
_KEY_BYTES = 32

_INSERT = """
    INSERT INTO device (name, scope, created, token_hash, token_until)
    VALUES (:name, :scope, :now, :token_hash, :token_until)
"""
_ROTATE = """
    UPDATE device
    SET token_hash = :token_hash, token_until = :token_until, key_hash = NULL, enrolled = NULL, is_revoked = 0
    WHERE name = :name
"""
_ENROL = """
    UPDATE device
    SET token_hash = NULL, token_until = NULL, key_hash = :key_hash, enrolled = :now, last_seen = :now
    WHERE token_hash = :token_hash AND token_until > :now AND is_revoked = 0
"""
_REVOKE = "UPDATE device SET is_revoked = 1, token_hash = NULL, token_until = NULL, key_hash = NULL WHERE name = :name"
_SEE = "UPDATE device SET last_seen = :now WHERE key_hash = :key_hash AND is_revoked = 0 RETURNING *"


@dataclass(frozen=True)
class Device:
    """A display.

    Parameters
    ----------
    name : str
        Name, such as its room.
    scope : tuple of Place
        Areas it shows.
    created : datetime
        When it was added.
    enrolled, last_seen : datetime, optional
        When its token was used, and when it last signed in.
    is_revoked : bool
        Whether it is kept out.
    """

    name: str
    scope: tuple[Place, ...]
    created: datetime
    enrolled: datetime | None
    last_seen: datetime | None
    is_revoked: bool

    @property
    def state(self) -> str:
        """``revoked``, ``active``, or ``awaited`` until it is enrolled."""
        if self.is_revoked:
            return "revoked"
        return "active" if self.enrolled else "awaited"

    def request(self, policy: Policy) -> SessionRequest:
        """Request for a session of the only role a display has, for the first purpose of that role."""
        statement = Statement(WALL, policy.purposes(WALL)[0].name)
        return SessionRequest(self.name, statement, self.scope, is_device=True)


class Devices:
    """Displays of a home; safe to share between threads and processes.

    Parameters
    ----------
    kept : Records
        File they are in.
    settings : AccessSettings
        How long an enrolment token is good.
    """

    def __init__(self, kept: Records, settings: AccessSettings) -> None:
        self._records = kept
        self._settings = settings

    def add(self, name: str, scope: tuple[Place, ...], policy: Policy) -> str:
        """Enrolment token of a new display, to be told once.

        Raises
        ------
        AccessError
            If the name is taken or no name, or the policy wants a scope and there is none.
        """
        wanted, token = records.checked_name(name), generated()
        check_scope(policy.role(WALL), scope, wanted)
        with self._records.writing() as connection:
            if _named(connection, wanted):
                raise AccessError(f"there is a device {wanted} already", remedy=f"kuai device rotate {wanted}")
            connection.execute(_INSERT, {"name": wanted, "scope": records.written(scope), **self._token(token)})
        return token

    def rotate(self, name: str) -> str:
        """New enrolment token of a display; its key and its sessions are good no longer."""
        token = generated()
        self._update(_ROTATE, name, **self._token(token))
        return token

    def revoke(self, name: str) -> Device:
        """Display that is kept out from now on; its sessions have ended."""
        self._update(_REVOKE, name)
        return self.get(name)

    def enrol(self, token: str) -> str:
        """Key of the display whose token this is, to be kept by the display itself; the token is used up.

        Raises
        ------
        AccessError
            If the token is unknown, used or too old.
        """
        key, now = secrets.token_urlsafe(_KEY_BYTES), self._records.now()
        hashes = {"token_hash": records.digest(token.strip().lower()), "key_hash": records.digest(key)}
        with self._records.writing() as connection:
            if connection.execute(_ENROL, {**hashes, "now": now}).rowcount != 1:
                raise AccessError("the token is not good, or no longer", remedy="get another: kuai device rotate NAME")
        return key

    def recognise(self, key: str) -> Device | None:
        """Display whose key this is; None if there is none or it was revoked."""
        wanted = {"key_hash": records.digest(key), "now": self._records.now()}
        with self._records.writing() as connection:
            row = connection.execute(_SEE, wanted).fetchone()
        return _device(row) if row else None

    def get(self, name: str) -> Device:
        """Return the display of that name.

        Raises
        ------
        AccessError
            If there is none; names the nearest.
        """
        return records.named(self.all(), name, "device")

    def all(self) -> list[Device]:
        """Return every display, in the order of their names."""
        with self._records.reading() as connection:
            return [_device(row) for row in connection.execute("SELECT * FROM device ORDER BY name")]

    def _token(self, token: str) -> dict[str, object]:
        now = self._records.now()
        until = now + self._settings.one_time_hours * _HOUR
        return {"token_hash": records.digest(token), "token_until": until, "now": now}

    def _update(self, statement: str, name: str, **values: object) -> None:
        wanted = self.get(name).name
        with self._records.writing() as connection:
            connection.execute(statement, {"name": wanted, **values})


def _named(connection: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute("SELECT * FROM device WHERE name = ?", (name,)).fetchone()
    return found


def _device(row: sqlite3.Row) -> Device:
    return Device(
        row["name"],
        records.scope(row["scope"]),
        records.known_moment(row["created"]),
        records.moment(row["enrolled"]),
        records.moment(row["last_seen"]),
        bool(row["is_revoked"]),
    )
