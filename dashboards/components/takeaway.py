"""Ways to take away what the page shows: one link per format, with the choices of the address in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from kuai.export.formats import FORMATS

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.view import View

_NAMES = {"csv": "CSV", "parquet": "Parquet", "geojson": "GeoJSON"}


def takeaway(serving: Serving, view: View) -> list[Any]:
    """Links to exports; none for a role that takes nothing away, nor of a map of mixed levels, which is no table."""
    if view.kinds or not serving.may("export"):
        return []
    links = [html.A(_NAMES[one], href=f"/export{view.filters.search}&format={one}") for one in FORMATS]
    return [html.P([html.Span(view.words("export.title")), *links], className="takeaway", id="takeaway")]
