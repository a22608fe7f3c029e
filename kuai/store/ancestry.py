"""What lies above an area: the areas of every hierarchy that ever held it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai import sql
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
    rows = opened.rows(sql.text("query_areas_above"), {"level": place.level, "area": place.area})
    return tuple(Place(row["level"], row["area"]) for row in rows)
