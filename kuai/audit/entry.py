"""What the audit keeps of every question and every act: who, why, about which areas, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, get_args

from kuai.access import Place, Viewer
from kuai.errors import AuditError, nearest

Action = Literal[
    "ask", "explain", "export", "outlines", "audit", "sign-in", "refused-sign-in", "sign-out", "policy", "user",
    "device", "retention", "keys", "alarm",
]  # fmt: skip
Outcome = Literal["answered", "refused", "not-permitted"]
ACTIONS: tuple[str, ...] = get_args(Action)
OUTCOMES: tuple[str, ...] = get_args(Outcome)
SHOWING = ("ask", "explain", "export")
"""Actions whose answers show numbers of areas."""

COLUMNS = {
    "n": "BIGINT", "at": "TIMESTAMP", "viewer": "VARCHAR", "device": "BOOLEAN", "role": "VARCHAR",
    "purpose": "VARCHAR", "reason": "VARCHAR", "session": "VARCHAR", "action": "VARCHAR", "outcome": "VARCHAR",
    "city": "VARCHAR", "metric": "VARCHAR", "level": "VARCHAR", "areas": "VARCHAR[]", "scope": "VARCHAR[]",
    "period": "VARCHAR", "first": "DATE", "last": "DATE", "category": "VARCHAR", "policy": "VARCHAR",
    "snapshot": "VARCHAR", "rows": "BIGINT", "about": "VARCHAR",
}  # fmt: skip
"""Fields of a line with their DuckDB types, in the order they are written; those that are empty are left out."""

STORED = {name: kind.removesuffix("[]") for name, kind in COLUMNS.items()}
"""Columns of a sealed line: lists have become one text with a place a row."""

_LONGEST = 500


@dataclass(frozen=True)
class Entry:
    """One question or act, as it is kept. Never a value, and never a person that data are about.

    Parameters
    ----------
    at : datetime
        Moment, with its time zone.
    viewer : Viewer
        Who, in which role, within which scope, for what purpose and reason, in which session.
    action : str
        One of `ACTIONS`.
    outcome : str
        One of `OUTCOMES`.
    city, metric, level, period, category : str
        What was asked; empty where it does not apply. An answer of mixed levels has them all, with a + between.
    areas : tuple of Place
        Areas the question named: of its level, or above it if all areas within them were asked for; empty for all
        areas of the level within the scope.
    first, last : date, optional
        Days asked for, both inclusive.
    policy, snapshot : str
        Version of the policy and id of the snapshot that answered.
    rows : int
        Rows returned.
    about : str
        What an act was about that is no question: an account, a version of the policy, what was done about an alarm.
    """

    at: datetime
    viewer: Viewer
    action: Action
    outcome: Outcome = "answered"
    city: str = ""
    metric: str = ""
    level: str = ""
    areas: tuple[Place, ...] = ()
    period: str = ""
    first: date | None = None
    last: date | None = None
    category: str = ""
    policy: str = ""
    snapshot: str = ""
    rows: int = 0
    about: str = ""

    def __post_init__(self) -> None:
        for name, known in ((self.action, ACTIONS), (self.outcome, OUTCOMES)):
            if name not in known:
                raise AuditError(f"the audit knows no {name!r}", remedy=nearest(name, known))
        if self.at.tzinfo is None:
            raise AuditError("a moment in the audit needs its time zone", remedy="datetime.now(UTC)")


def encode(entry: Entry, number: int) -> bytes:
    """JSON of an entry as the line of that number, without its closing brace."""
    viewer = entry.viewer
    fields = {
        "n": number,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "viewer": _plain(viewer.name),
        "device": viewer.is_device,
        **{name: _plain(getattr(viewer, name)) for name in ("role", "purpose", "reason", "session")},
        **{name: getattr(entry, name) for name in ("action", "outcome")},
        **{name: _plain(getattr(entry, name)) for name in ("city", "metric", "level")},
        "areas": [_plain(str(one)) for one in entry.areas],
        "scope": [_plain(str(one)) for one in viewer.scope],
        "period": _plain(entry.period),
        **{name: day and day.isoformat() for name, day in (("first", entry.first), ("last", entry.last))},
        **{name: _plain(getattr(entry, name)) for name in ("category", "policy", "snapshot")},
        "rows": entry.rows,
        "about": _plain(entry.about),
    }
    written = {name: value for name, value in fields.items() if value}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()[:-1]


def _plain(text: str) -> str:
    """Text that every reader of JSON takes: names in refused sign-ins may hold anything, of any length."""
    cut = text[:_LONGEST]
    return cut if cut.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in cut)
