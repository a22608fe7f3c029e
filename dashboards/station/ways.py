"""Ways from the page of a unit to other pages, with the same choices: what it lies in, the desk, the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards.components.marks import HIDDEN, labelled
from dashboards.station.glance import SPAN, Chosen
from dashboards.station.units import address

if TYPE_CHECKING:
    from dashboards.atlas import Atlas
    from dashboards.filters import Filters
    from dashboards.station.glance import Glance
    from dashboards.words import Words

_DESK, _MAP = "/desk", "/"


def ways(words: Words, atlas: Atlas, found: Glance) -> list[Any]:
    """Units that the unit lies in, from the largest down, and the pages that show its parts."""
    steps: list[Any] = []
    for place, row in _around(atlas, found):
        steps += [
            dcc.Link(words.name(row), href=address(place, found.chosen.search)),
            html.Span("›", **HIDDEN),
        ]
    here = html.Span(found.name, className="here")
    trail = html.Nav([*steps, here], className="trail", **labelled(words("control.within")))
    return [trail, html.Span(_pages(words, atlas, found), className="pages")]


def _around(atlas: Atlas, found: Glance) -> list[Any]:
    from dashboards.atlas import Scope

    unit, day = found.unit, found.chosen.day
    areas = atlas.areas(unit.hierarchy, unit.place.level, day)
    return atlas.path(Scope(unit.hierarchy, unit.place.level, unit.place, areas), day)[:-1]


def _pages(words: Words, atlas: Atlas, found: Glance) -> list[Any]:
    from dashboards.turning import is_page

    known = [("to_desk", _DESK, to_desk(found)), ("to_map", _MAP, parts(atlas, found).search)]
    return [dcc.Link(words(f"station.{name}"), href=f"{page}{search}", className="way")
            for name, page, search in known if is_page(page)]  # fmt: skip


def to_desk(found: Glance) -> str:
    """Query part of the desk's address: what was chosen there, else the unit among its peers."""
    chosen, place = found.chosen, found.unit.place
    kept = dict(chosen.kept)
    filters = chosen.filters.but(period=kept.pop(SPAN, chosen.filters.period))
    if filters.level in ("", place.level):
        filters, kept = filters.but(level=place.level), kept | {"pick": place.code}
    return Chosen(filters, kept=tuple(kept.items())).search


def parts(atlas: Atlas, found: Glance) -> Filters:
    """Choices with which the map shows the unit: those that led here, else its parts."""
    filters, unit = found.chosen.filters, found.unit
    if filters.level:
        return filters
    below = next(iter(atlas.below(unit.hierarchy, unit.place.level)), "")
    return filters.but(level=below, area=unit.place) if below else filters.but(level=unit.place.level)
