"""Views: sheets of the wall, each for the areas that get a turn of it, as far as a viewer may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuai.access import Place
from kuai.access.records import place
from kuai.alarms.known import is_within

if TYPE_CHECKING:
    from kuai.access import Viewer
    from kuai.alarms.declared import Sheet, Wall
    from kuai.serving import Serving

MOST = 60
"""Turns that are shown at most; a wall says how many it leaves out."""


@dataclass(frozen=True)
class View:
    """A sheet about one area."""

    sheet: Sheet
    place: Place


def views(wall: Wall, serving: Serving, viewer: Viewer) -> list[View]:
    """All turns in their order, of which a wall shows the first `MOST`.

    Parameters
    ----------
    wall : Wall
        Declares the sheets.
    serving : Serving
        Knows the areas.
    viewer : Viewer
        Whoever looks: a sheet without areas is about his, or the whole city.
    """
    return [View(sheet, one) for sheet in wall.sheets for one in _places(wall, serving, viewer, sheet)]


def _places(wall: Wall, serving: Serving, viewer: Viewer, sheet: Sheet) -> Iterator[Place]:
    if sheet.each:
        codes = serving.areas(sheet.each)["area"]
        yield from (one for code in codes if is_within(serving, viewer, one := Place(sheet.each, str(code))))
    elif sheet.areas:
        yield from (one for one in map(place, sheet.areas) if is_within(serving, viewer, one))
    else:
        yield from viewer.scope or (Place(wall.city.root, wall.city.code),)
