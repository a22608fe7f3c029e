"""Turning to a page: each is registered here by name, with its address, and made when that address is opened.

Dash's own pages are not used: they keep one list for all applications of a process, and bring an inline script along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dash import Input, Output, dcc, html

from dashboards.caller import viewer
from dashboards.filters import Filters

if TYPE_CHECKING:
    from dash import Dash

    from kuai.serving import Serving

    from dashboards.pages.map import Desk
    from dashboards.site import Site

MAP, AUDIT = "/", "/audit"
OTHERS = frozenset({AUDIT})
"""Addresses of pages beside the first, which Dash knows nothing of."""

Layout = Callable[[], html.Div]


def add_pages(app: Dash, serving: Serving, site: Site) -> Desk:
    """What answers the map, with the areas and outlines that it draws; the pages themselves are registered.

    Parameters
    ----------
    app : Dash
        Application that gets the pages.
    serving : Serving
        Gate of the city.
    site : Site
        How the pages are reached, and who may come in.
    """
    from dashboards.pages import audit
    from dashboards.pages import map as map_page

    desk = map_page.register(app, serving, site.language, site.record)
    layouts: dict[str, Layout] = {MAP: lambda: map_page.layout(Filters(lang=site.language))}
    if site.overseer is not None:
        audit.register(app, serving, site.overseer, site.language, site.locked)
        layouts[AUDIT] = lambda: audit.layout(site.language)
    _add(app, site, layouts)
    return desk


def _add(app: Dash, site: Site, layouts: dict[str, Layout]) -> None:
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="leaf")])

    @app.callback(Output("leaf", "children"), Input("address", "pathname"))
    def turn_to(path: str) -> html.Div:
        home = AUDIT if site.reads_only_the_audit(viewer()) else MAP
        return layouts[path if path in layouts and path != MAP else home]()
