"""What the commands on alarms print for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from kuai import console, texts

if TYPE_CHECKING:
    from datetime import datetime

    from kuai.alarms.burden import Burden
    from kuai.alarms.declared import Wall
    from kuai.alarms.entry import Act, Entry

_COLUMNS = ("number", "alarm", "area", "period", "raised", "state", "owner", "action")


def show_alarms(wall: Wall, found: Iterable[Entry], now: datetime) -> None:
    """Print alarms with whoever acts on them and what is to be done."""
    speech = console.language()
    rows = [_row(wall, one, now, speech) for one in found]
    console.print_table(texts.text("alarm.title", speech), _COLUMNS, rows, speech)


def show_acts(wall: Wall, found: Iterable[Act]) -> None:
    """Print acts on alarms."""
    speech = console.language()
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M} UTC", str(one.alarm), _name(wall, one.point.rule, speech), str(one.point.place),
         texts.text(f"alarm.{one.deed}", speech), one.actor, one.about)
        for one in found
    ]  # fmt: skip
    names = ("at", "number", "alarm", "area", "deed", "actor", "about")
    console.print_table(texts.text("alarm.log", speech), names, rows, speech)


def show_burden(wall: Wall, found: Burden) -> None:
    """Print a load beside what can be dealt with."""
    speech = console.language()
    told = asdict(found) | {
        "since": f"{found.since:%Y-%m-%d %H:%M} UTC", "operators": wall.duty.operators,
        "an_hour": f"{found.an_hour:.2f}", "operator_day": f"{found.operator_day:.1f}",
        "in_time": "–" if found.in_time is None else f"{found.in_time:.0%}",
        "minutes": "–" if found.minutes is None else f"{found.minutes:.0f}",
    }  # fmt: skip
    for key in ("load", "answered", "left"):
        console.print_line(f"alarm.burden.{key}", speech, **told)
    rows = [(_name(wall, rule, speech), str(count)) for rule, count in found.often]
    if rows:
        console.print_table("", ("alarm", "n"), rows, speech)


def _row(wall: Wall, entry: Entry, now: datetime, speech: str) -> tuple[str, ...]:
    declared = wall.alarms.get(entry.point.rule)
    since = console.age(int((now - entry.raised).total_seconds()), speech)
    state = texts.text(f"alarm.{entry.state}", speech)
    owner, action = (wall.owner(declared).to(speech), declared.action.to(speech)) if declared else ("–", "–")
    name, place = _name(wall, entry.point.rule, speech), str(entry.point.place)
    return str(entry.number), name, place, entry.period or "–", since, state, owner, action


def _name(wall: Wall, rule: str, speech: str) -> str:
    return wall.alarms[rule].name.to(speech) if rule in wall.alarms else rule
