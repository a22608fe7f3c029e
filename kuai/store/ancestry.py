"""What lies above an area: the areas of every hierarchy that ever held it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai.access import Place
from kuai.store.gate import require_area

if TYPE_CHECKING:
    from kuai.store.reader import Opened


def above(opened: Opened, place: Place) -> tuple[Place, ...]:
    """Areas that held an area at any time, of every hierarchy, by level and code.

    Raises
    ------
    GateError
        If there is no such level or area.
    """
    require_area(opened.facts, place.level, place.area)
    return tuple(Place(level, area) for level, area in opened.facts.above(place.level, place.area))
