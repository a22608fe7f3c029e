"""Strip of alarms: those a viewer may know of, what is to be done about each, and the sheet that shows where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kuai.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kuai.alarms.declared import Alarm, Wall
    from kuai.alarms.entry import Entry

    from dashboards.wall.numbers import Numbers
    from dashboards.wall.views import View
    from dashboards.words import Words

SHOWN = ("standing", "acknowledged")
"""States of alarms that the wall shows; what is shelved is only counted."""

Drawn = dict[str, Any]


def strip(numbers: Numbers, words: Words, wall: Wall, turns: Sequence[View], known: Sequence[Entry]) -> list[Drawn]:
    """Alarms as the page draws them, those that nobody has acknowledged first.

    Parameters
    ----------
    numbers : Numbers
        Numbers of the frame.
    words : Words
        The reader's language.
    wall : Wall
        Declares the alarms.
    turns : sequence of View
        Sheets in their order.
    known : sequence of Entry
        Alarms that the viewer may know of.
    """
    found = [
        _drawn(numbers, words, wall, one, _turn(numbers, turns, wall.alarms[one.point.rule], one))
        for one in known
        if one.state in SHOWN
    ]
    return sorted(found, key=lambda one: (one["state"] != "standing", one["raised"]))


def _drawn(numbers: Numbers, words: Words, wall: Wall, entry: Entry, turn: int) -> Drawn:
    language, declared = words.language, wall.alarms[entry.point.rule]
    place = entry.point.place
    return {
        "number": entry.number, "state": entry.state, "name": declared.name.to(language),
        "area": words.name(numbers.area(place.level, place.area)), "cause": declared.cause.to(language),
        "owner": wall.owner(declared).to(language), "action": declared.action.to(language),
        "respond": words("wall.respond", n=entry.respond_minutes), "raised": entry.raised.timestamp(),
        "due": entry.raised.timestamp() + 60 * entry.respond_minutes, "view": turn,
        "said": words(f"alarm.{entry.state}"),
    }  # fmt: skip


def _turn(numbers: Numbers, turns: Sequence[View], declared: Alarm, entry: Entry) -> int:
    """Sheet that shows most of what an alarm is about: its area, a ranking of its number, its number, its feed."""
    scores = [_score(numbers, one, declared, entry) for one in turns]
    return scores.index(max(scores)) if scores else 0


def _score(numbers: Numbers, view: View, declared: Alarm, entry: Entry) -> int:
    rule, tiles = declared.rule, view.sheet.tiles
    if rule.feed:
        return sum(rule.feed in _sources(numbers, one.metric) for one in tiles)
    shows = any(one.metric == rule.metric for one in tiles)
    ranks = any(one.metric == rule.metric and one.level == rule.level for one in tiles)
    return 4 * (view.place == entry.point.place) + 2 * ranks + shows


def _sources(numbers: Numbers, metric: str) -> set[str]:
    try:
        return {str(one["source"]) for one in numbers.gate.feeds(metric)}
    except AccessError:
        return set()
