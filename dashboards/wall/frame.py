"""Frame of the wall: all that it shows until the next, with the moments that the page judges ages by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kuai.alarms.known import permitted

from dashboards.wall.numbers import Numbers
from dashboards.wall.strip import strip
from dashboards.wall.tiles import tile
from dashboards.wall.views import MOST, View, views

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kuai.access import Viewer
    from kuai.access.witness import Record
    from kuai.alarms.book import Book
    from kuai.alarms.declared import Wall
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving

    from dashboards.mapping.mapping import Mapping
    from dashboards.words import Words

_HOUR = 3600
_SPOKEN = (
    "lost", "lost_since", "failed", "snapshot", "published", "position", "beyond", "pinned", "stale", "fresh",
    "complete", "never", "age", "age_only", "alarms", "no_alarm", "more_alarms", "shelved", "overdue", "since", "feeds",
    "minutes", "hours", "days", "years",
)  # fmt: skip

Drawn = dict[str, Any]


@dataclass(frozen=True)
class Hanging:
    """A wall as it hangs: the gate it asks, what it shows, and the book of its alarms."""

    serving: Serving
    wall: Wall
    book: Book


class Frames:
    """Frames of one wall, each made for one viewer and thrown away.

    Parameters
    ----------
    hanging : Hanging
        Gate of the city, what is shown of it, and its alarms.
    policy : Policy
        Policy in force.
    mapping : Mapping
        Knows the addresses of maps.
    record : callable
        Keeps every question, before it is answered.
    """

    def __init__(self, hanging: Hanging, policy: Policy, mapping: Mapping, record: Record) -> None:
        self.serving, self.wall, self.book = hanging.serving, hanging.wall, hanging.book
        self.policy, self.mapping, self.record = policy, mapping, record

    def draw(self, viewer: Viewer, words: Words) -> Drawn:
        """All sheets, alarms and feeds as a viewer may see them now.

        Parameters
        ----------
        viewer : Viewer
            Whoever looks.
        words : Words
            His language.

        Raises
        ------
        AccessError, AuditError, GateError
            If nothing can be shown at all; a tile that cannot be shown says so itself.
        """
        gate = self.serving.seen_by(viewer, self.record)
        numbers, found = Numbers(gate, self.mapping), views(self.wall, gate, viewer)
        turns = found[:MOST]
        mine = list(permitted(gate, self.wall, self.policy, viewer, self.book.open()))
        return {
            **_about(numbers, words), "dwell": self.wall.rotation.dwell_seconds,
            "pinned_by": self.wall.rotation.pinned_by,
            "views": [_view(numbers, words, one) for one in turns], "beyond": len(found) - len(turns),
            "alarms": strip(numbers, words, self.wall, turns, mine),
            "shelved": sum(one.state == "shelved" for one in mine), "feeds": feeds(numbers, words),
        }  # fmt: skip


def _about(numbers: Numbers, words: Words) -> Drawn:
    """City, snapshot and moment, and the texts that the page fills in itself."""
    return {
        "language": words.language, "city": words.name(numbers.snapshot), "zone": numbers.snapshot["time_zone"],
        "snapshot": numbers.snapshot["snapshot"], "published": numbers.snapshot["published_at"].timestamp(),
        "now": numbers.gate.now().timestamp(), "words": spoken(words, _SPOKEN),
    }  # fmt: skip


def spoken(words: Words, names: Iterable[str]) -> dict[str, str]:
    """Texts of the wall by name, for the page to fill in."""
    return {name: words.template(f"wall.{name}") for name in names}


def feeds(numbers: Numbers, words: Words) -> list[Drawn]:
    """Feeds that have a budget or days, with the end of their newest day and their budget in seconds."""
    found: dict[str, Drawn] = {}
    for one in numbers.gate.status()["feeds"]:
        if one["covered_until"] or one["state"] in ("late", "awaited"):
            found[one["source"]] = {
                "name": words.feed(one["dataset"]),
                "until": numbers.ended(one["covered_until"]) if one["covered_until"] else None,
                "budget": one["budget_hours"] and one["budget_hours"] * _HOUR, "complete": one["state"] == "complete",
            }  # fmt: skip
    return list(found.values())


def _view(numbers: Numbers, words: Words, view: View) -> Drawn:
    area = words.name(numbers.area(view.place.level, view.place.area))
    tiles = [tile(numbers, words, view, one) for one in view.sheet.tiles]
    return {"name": view.sheet.name.to(words.language), "area": area, "tiles": tiles, "place": str(view.place)}
