"""Alarms as a list of cards: what stands, since when, who acts and how soon, and the buttons of those who may act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboards.components import states
from dashboards.components.marks import HIDDEN, signed

if TYPE_CHECKING:
    from kuai.alarms.declared import Alarm, Wall
    from kuai.alarms.entry import Entry

    from dashboards.words import Words

SIGNS = {"standing": "▲", "acknowledged": "●", "shelved": "■"}
"""Sign of each state of an alarm, so that none is told by colour alone."""

_LONGEST_REASON = 300
_DO = {"standing": ("acknowledge", "shelve"), "acknowledged": ("shelve",), "shelved": ("return",)}
_LENGTHS = (1, 2, 4, 8, 12, 24, 48, 72)


@dataclass(frozen=True)
class Told:
    """An alarm with what is told of it: its area by name, and the moment it is told at."""

    entry: Entry
    area: str
    now: datetime


def waiting(words: Words, alarms: Sequence[Entry], now: datetime) -> list[html.Span]:
    """How many alarms wait for somebody, for the bar: marked if one is past its time, nothing if there is none."""
    if not alarms:
        return []
    is_late = any(one.is_overdue(now) for one in alarms)
    sign = f"{SIGNS['standing']} {len(alarms)}" if is_late else str(len(alarms))
    return counted(sign, words("nav.overdue" if is_late else "nav.waiting", n=len(alarms)), is_late=is_late)


def counted(sign: str, said: str, *, is_late: bool = False) -> list[html.Span]:
    """A sign in the bar, and what it says."""
    return [html.Span(signed(sign, said), title=said, className="late" if is_late else "")]


def listed(words: Words, wall: Wall, alarms: Sequence[Told]) -> Any:  # noqa: ANN401 -- a component
    """Cards of alarms, those that wait for somebody first, or that there are none."""
    if not alarms:
        return states.state(words, "empty", words("attending.none"))
    order = list(SIGNS)
    ordered = sorted(alarms, key=lambda one: (order.index(one.entry.state), one.entry.raised))
    return html.Ul([_card(words, wall, one) for one in ordered], className="alarms-cards")


def shelf(words: Words, most_hours: int) -> list[Any]:
    """Fields of the dialog that an alarm is put aside in; which one, the browser fills in."""
    lengths = sorted({one for one in _LENGTHS if one < most_hours} | {most_hours})
    hours = html.Select([html.Option(words("wall.hours", n=one), value=str(one)) for one in lengths], id="alarms-hours")
    reason = dcc.Input(id="alarms-reason", type="text", maxLength=_LONGEST_REASON, required=True)
    buttons = [
        html.Button(words("attending.do.shelve"), type="submit", id="alarms-shelve"),
        html.Button(words("attending.leave"), type="button", id="alarms-leave"),
    ]
    fields = [
        html.Label([words("attending.hours"), hours], className="field"),
        html.Label([words("attending.reason"), reason], className="field"),
    ]
    titled = html.H2(words("attending.shelving"), id="alarms-shelf-title")
    about = html.P(id="alarms-shelf-about"), html.P(words("attending.comes_back"), className="soft")
    return [html.Form([titled, *about, *fields, html.Div(buttons, className="buttons")], id="alarms-form")]


def _card(words: Words, wall: Wall, told: Told) -> html.Li:
    entry, declared = told.entry, wall.alarms[told.entry.point.rule]
    name = f"{declared.name.to(words.language)} · {told.area}"
    head = html.H2(
        [
            html.Span(SIGNS[entry.state], className="sign", **HIDDEN),
            name,
            " ",
            html.Small(words(f"alarm.{entry.state}")),
        ],
        id=f"alarm-{entry.number}-name",
    )
    ways = [*_buttons(words, entry, name), *_look(words, declared, told)]
    body = [html.Dl(_facts(words, wall, declared, told)), html.Div(ways, className="buttons")]
    named: dict[str, Any] = {"aria-labelledby": f"alarm-{entry.number}-name"}
    return html.Li(
        html.Article([head, *body], id=f"alarm-{entry.number}", tabIndex="-1", **named),
        className=f"alarms-card alarms-{entry.state}", key=str(entry.number),
    )  # fmt: skip


def _facts(words: Words, wall: Wall, declared: Alarm, told: Told) -> list[Any]:
    entry, zone = told.entry, wall.city.time_zone
    facts = {
        "cause": declared.cause.to(words.language), "action": declared.action.to(words.language),
        "owner": wall.owner(declared).to(words.language), "period": entry.period,
        "raised": _moment(zone, entry.raised), "due": _due(words, zone, told),
    }  # fmt: skip
    if entry.acknowledged:
        facts["acknowledged"] = f"{_moment(zone, entry.acknowledged)} · {entry.acknowledged_by}"
    if entry.shelved_until:
        facts["shelved"] = _moment(zone, entry.shelved_until)
    known = [[html.Dt(words(f"attending.{name}")), html.Dd(value)] for name, value in facts.items() if value]
    return [one for pair in known for one in pair]


def _due(words: Words, zone: str, told: Told) -> Any:  # noqa: ANN401 -- a text or a component
    """By when somebody has to have acknowledged it; nothing once somebody has."""
    due = _moment(zone, told.entry.due)
    if told.entry.acknowledged:
        return ""
    if told.entry.is_overdue(told.now):
        return html.Strong(f"{due} · {words('wall.overdue')}", className="overdue")
    return due


def _buttons(words: Words, entry: Entry, name: str) -> list[html.Button]:
    """Buttons of what may be done in this state, each named with its alarm for those who do not see it."""
    return [_button(words, one, entry.number, name) for one in _DO[entry.state]]


def _look(words: Words, declared: Alarm, told: Told) -> list[html.A]:
    """Way to the number at the desk; an alarm on a feed has none."""
    rule = declared.rule
    if rule.feed:
        return []
    chosen = {"metric": rule.metric, "level": rule.level, "period": rule.period, "category": rule.category,
              "pick": told.entry.point.place.area, "lang": words.language}  # fmt: skip
    label: dict[str, Any] = {"aria-label": f"{words('nav.desk')}: {declared.name.to(words.language)} · {told.area}"}
    return [html.A(words("nav.desk"), href=f"/desk?{urlencode(chosen)}", **label)]


def _button(words: Words, do: str, number: int, name: str) -> html.Button:
    text = words(f"attending.do.{do}")
    told: dict[str, Any] = {
        "data-do": do, "data-number": str(number), "data-name": name, "aria-label": f"{text}: {name}",
    }  # fmt: skip
    return html.Button(text, type="button", id=f"alarm-{number}-{do}", **told)


def _moment(zone: str, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
