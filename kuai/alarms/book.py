"""Book of alarms of a city: which stand, since when, who has acknowledged or shelved them, and every act."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from kuai.access.records import Records, known_moment, moment
from kuai.access.viewer import Place
from kuai.alarms.entry import Act, Entry, Finding, Point
from kuai.errors import AlarmError, nearest

RULES = "kuai"
"""Actor of what rules do."""

_HOUR = 3600
_LONGEST_REASON = 300
_ALARMS = """
    SELECT alarm.*, shelf.until FROM alarm
    LEFT JOIN shelf ON alarm.cleared IS NULL AND shelf.until > :now
        AND (shelf.rule, shelf.level, shelf.area) = (alarm.rule, alarm.level, alarm.area)
"""
_RAISE = """
    INSERT INTO alarm (rule, level, area, period, respond_minutes, raised)
    VALUES (:rule, :level, :area, :period, :respond_minutes, :now) ON CONFLICT DO NOTHING RETURNING number
"""
_CLEAR = "UPDATE alarm SET cleared = :now WHERE number = :number"
_ACKNOWLEDGE = """
    UPDATE alarm SET acknowledged = :now, acknowledged_by = :actor
    WHERE number = :number AND acknowledged IS NULL AND cleared IS NULL
"""
_SHELVE = "INSERT OR REPLACE INTO shelf SELECT rule, level, area, :until FROM alarm WHERE number = :number"
_EXPIRED = """
    SELECT shelf.*, (SELECT max(number) FROM alarm
                     WHERE (rule, level, area) = (shelf.rule, shelf.level, shelf.area)) AS number
    FROM shelf WHERE until <= :now
"""
_UNSHELVE = """
    DELETE FROM shelf WHERE (rule, level, area) = (SELECT rule, level, area FROM alarm WHERE number = :number)
"""
_NOTE = "INSERT INTO act (at, alarm, deed, actor, about) VALUES (:now, :number, :deed, :actor, :about)"


class Book(Records):
    """The file with the alarms of a city; safe to share between threads and processes.

    Parameters
    ----------
    folder : Path
        Folder of the file; both are made readable by their owner only.
    clock : callable, optional
        Gives the present moment in UTC.
    """

    file: ClassVar[str] = "alarms.sqlite"
    scripts: ClassVar[tuple[Path, ...]] = (Path(__file__).with_name("schema.sql"),)

    def renew(self, found: Mapping[Point, Finding]) -> None:
        """Raise what fires and does not stand, clear what stands and does not fire, take back what was shelved.

        Parameters
        ----------
        found : mapping of Point to Finding
            What was looked at; a point that could not be looked at is left out, and its alarm stands as it stood.
        """
        now = self.now()
        with self.writing() as connection:
            for row in connection.execute(_EXPIRED, {"now": now}).fetchall():
                _take_back(connection, row["number"], now, RULES, "")
            for point, finding in found.items():
                _apply(connection, point, finding, now)

    def acknowledge(self, number: int, actor: str) -> Entry:
        """Alarm that is acknowledged by somebody; the first to do so is kept.

        Raises
        ------
        AlarmError
            If there is no such alarm, or it has cleared.
        """
        wanted, now = self._open(number), self.now()
        with self.writing() as connection:
            done = connection.execute(_ACKNOWLEDGE, {"now": now, "actor": actor, "number": wanted.number})
            if done.rowcount:
                _note(connection, wanted.number, now, "acknowledged", actor)
        return self.get(number)

    def shelve(self, number: int, actor: str, hours: float, reason: str, most_hours: float) -> Entry:
        """Alarm that is put aside for some hours, which it comes back after if its rule has not cleared.

        Raises
        ------
        AlarmError
            If there is no such alarm, it has cleared, the hours are too many, or there is no reason.
        """
        wanted, said = self._open(number), " ".join(reason.split())[:_LONGEST_REASON]
        if not 0 < hours <= most_hours:
            raise AlarmError(f"an alarm is not shelved for {hours:g} hours", "--hours", f"at most {most_hours:g}")
        if not said:
            raise AlarmError("shelving needs a reason", "--reason", "say in a sentence why")
        now, until = self.now(), self.now() + int(hours * _HOUR)
        with self.writing() as connection:
            connection.execute(_SHELVE, {"number": wanted.number, "until": until})
            _note(connection, wanted.number, now, "shelved", actor, f"{known_moment(until):%Y-%m-%dT%H:%MZ} {said}")
        return self.get(number)

    def take_back(self, number: int, actor: str) -> Entry:
        """Alarm that is shelved no longer.

        Raises
        ------
        AlarmError
            If there is no such alarm, or it has cleared.
        """
        wanted = self._open(number)
        with self.writing() as connection:
            _take_back(connection, wanted.number, self.now(), actor, "")
        return self.get(number)

    def get(self, number: int) -> Entry:
        """Alarm of a number.

        Raises
        ------
        AlarmError
            If there is none; names the nearest.
        """
        known = {one.number: one for one in self.all()}
        if number not in known:
            remedy = nearest(str(number), map(str, known)) if known else "there has been none"
            raise AlarmError(f"no alarm {number}", remedy=remedy)
        return known[number]

    def open(self) -> list[Entry]:
        """Alarms whose rule has not cleared, the oldest first, shelved ones included."""
        return self._entries(f"{_ALARMS} WHERE cleared IS NULL ORDER BY number", {})

    def all(self) -> list[Entry]:
        """Every alarm there ever was, the oldest first."""
        return self._entries(f"{_ALARMS} ORDER BY number", {})

    def acts(self, since: datetime | None = None) -> list[Act]:
        """Every act from a moment on, the oldest first."""
        first = int(since.timestamp()) if since else 0
        statement = (
            "SELECT act.*, rule, level, area FROM act JOIN alarm ON alarm.number = act.alarm WHERE at >= ? ORDER BY 1"
        )
        with self.reading() as connection:
            return [_act(row) for row in connection.execute(statement, (first,))]

    def mark(self) -> tuple[int, int]:
        """What changes whenever an alarm does: number of the newest act, and how many are shelved by now."""
        statement = "SELECT (SELECT coalesce(max(number), 0) FROM act), (SELECT count(*) FROM shelf WHERE until > ?)"
        with self.reading() as connection:
            found = connection.execute(statement, (self.now(),)).fetchone()
        return int(found[0]), int(found[1])

    def _open(self, number: int) -> Entry:
        found = self.get(number)
        if found.cleared:
            raise AlarmError(f"alarm {number} has cleared", remedy="kuai alarm list")
        return found

    def _entries(self, statement: str, values: dict[str, object]) -> list[Entry]:
        with self.reading() as connection:
            return [_entry(row) for row in connection.execute(statement, {"now": self.now(), **values})]


def _apply(connection: sqlite3.Connection, point: Point, finding: Finding, now: int) -> None:
    key = {"rule": point.rule, "level": point.place.level, "area": point.place.area}
    if finding.fires:
        values = {**key, "period": finding.period, "respond_minutes": finding.respond_minutes, "now": now}
        for row in connection.execute(_RAISE, values).fetchall():
            _note(connection, row["number"], now, "raised", RULES, finding.period)
        return
    standing = "SELECT number FROM alarm WHERE (rule, level, area) = (:rule, :level, :area) AND cleared IS NULL"
    for row in connection.execute(standing, key).fetchall():
        connection.execute(_CLEAR, {"now": now, "number": row["number"]})
        _note(connection, row["number"], now, "cleared", RULES, finding.period)


def _take_back(connection: sqlite3.Connection, number: int, now: int, actor: str, about: str) -> None:
    if connection.execute(_UNSHELVE, {"number": number}).rowcount:
        _note(connection, number, now, "returned", actor, about)


def _note(connection: sqlite3.Connection, number: int, now: int, *told: str) -> None:
    deed, actor, about = (*told, "")[:3]
    connection.execute(_NOTE, {"now": now, "number": number, "deed": deed, "actor": actor, "about": about})


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["number"],
        _point(row),
        row["period"],
        row["respond_minutes"],
        known_moment(row["raised"]),
        moment(row["acknowledged"]),
        row["acknowledged_by"] or "",
        moment(row["cleared"]),
        moment(row["until"]),
    )


def _act(row: sqlite3.Row) -> Act:
    return Act(known_moment(row["at"]), row["alarm"], _point(row), row["deed"], row["actor"], row["about"])


def _point(row: sqlite3.Row) -> Point:
    return Point(row["rule"], Place(row["level"], row["area"]))
