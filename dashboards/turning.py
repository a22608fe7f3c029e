"""Turning to a page: each is registered here by name, with its address, and made when that address is opened.

Dash's own pages are not used: they keep one list for all applications of a process, and bring an inline script along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboards import standing, theme
from dashboards.caller import viewer
from dashboards.filters import Filters
from dashboards.words import Words, language_of, spoken

if TYPE_CHECKING:
    from dash import Dash, html

    from kuai.access import Viewer
    from kuai.serving import Serving

    from dashboards.site import Site

MAP, DESK, ALARMS, WALL, AUDIT, UNIT = "/", "/desk", "/alarms", "/wall", "/audit", "/unit"
ADDRESSES = frozenset({MAP, DESK, ALARMS, WALL, AUDIT, UNIT})
"""Addresses of pages."""

ROOMS: tuple[str, ...] = (f"{UNIT}/",)
"""Beginnings of addresses of pages of which there is one for each of many things: its name is what follows."""


@dataclass(frozen=True)
class Page:
    """One page, or one for each of many things.

    Parameters
    ----------
    address : str
        One of `ADDRESSES`, or of `ROOMS`.
    name : str
        Name of the page in the registry of texts: `nav.<name>`.
    layout : callable
        Page without an answer yet, in a language.
    may : str
        What a role must be allowed to do for the page to be of use.
    """

    address: str
    name: str
    layout: Callable[[str], html.Div]
    may: str = "ask"


def is_page(path: str) -> bool:
    """Whether a page has that address; all begin as the same document."""
    return path in ADDRESSES or any(path.startswith(room) and "/" not in path[len(room) :] for room in ROOMS)


def add_pages(app: Dash, serving: Serving, site: Site) -> None:
    """Register the pages.

    Parameters
    ----------
    app : Dash
        Application that gets the pages.
    serving : Serving
        Gate of the city.
    site : Site
        How the pages are reached, and who may come in.
    """
    from dashboards.pages import audit, station
    from dashboards.pages import desk as desk_page
    from dashboards.pages import map as map_page

    map_page.register(app, app.server.state.mapping)
    desk_page.register(app, serving, site)
    station.register(app, serving, site.language, site.record)
    pages = [
        Page(MAP, "map", lambda language: map_page.layout(Filters(lang=language), standing.stand(serving))),
        Page(DESK, "desk", desk_page.layout),
    ]
    pages += [
        Page(one, "unit", lambda language: station.layout(language, standing.stand(serving))) for one in (UNIT, *ROOMS)
    ]
    pages += _of_alarms(app, serving, site)
    if site.overseer is not None:
        audit.register(app, serving, site.overseer, site.language, site.locked)
        pages.append(Page(AUDIT, "audit", audit.layout, "audit"))
    _add(app, site, pages)


def _of_alarms(app: Dash, serving: Serving, site: Site) -> list[Page]:
    """Pages of a city that declares a wall, and with it its alarms."""
    from kuai.alarms.attendant import DEED, Attendant

    from dashboards.pages import alarms, wall

    if (hung := site.wall) is None or site.book is None:
        return []
    wall.register(app)
    alarms.register(app, Attendant(serving, hung, site.book, site.signin.policy, site.record), site.language)
    return [
        Page(ALARMS, "alarms", alarms.layout, DEED),
        Page(WALL, "wall", lambda language: wall.layout(hung, language)),
    ]


def _add(app: Dash, site: Site, pages: list[Page]) -> None:
    from dash import ClientsideFunction, Input, Output, State, dcc, html

    from dashboards.components import shell

    app.layout = theme.provided(
        dcc.Location(id="address", refresh=False), dcc.Store(id="tongue"), shell.place(), html.Div(id="leaf")
    )

    @app.callback(Output("leaf", "children"), Input("address", "pathname"), State("address", "search"))
    def turn_to(path: str, search: str | None) -> html.Div:
        return _found(pages, path, site, viewer()).layout(language_of(search, site.language))

    @app.callback(Output("shell", "children"), Input("address", "pathname"), Input("tongue", "data"))
    def name_pages(path: str, language: str | None) -> Any:  # noqa: ANN401 -- a component
        words, known = Words(spoken(language, site.language)), _offered(pages, site, viewer())
        here = _found(pages, path, site, viewer())
        return shell.bar(words, [(one.name, one.address) for one in known], here.name)

    app.clientside_callback(ClientsideFunction("kuai", "tongue"), Output("tongue", "data"), Input("address", "search"))  # type: ignore[no-untyped-call]


def _found(pages: list[Page], path: str, site: Site, who: Viewer) -> Page:
    """The page of an address; where there is none, or it is the root, the first of those a viewer has a use for."""
    named = [one for one in pages if path == one.address or (one.address in ROOMS and path.startswith(one.address))]
    known = _offered(pages, site, who) or pages
    usual = next((one for one in known if one.address == WALL and who.is_device), known[0])
    return usual if path == MAP else (named or [usual])[0]


def _offered(pages: list[Page], site: Site, who: Viewer) -> list[Page]:
    """Pages that lead from one to another, in their order."""
    deeds = site.deeds(who)
    return [one for one in pages if one.may in deeds and one.address not in ROOMS]
