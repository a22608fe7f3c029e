"""BlockMap: the map as a component of Dash, drawn by the scripts in `assets/mapping`."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from dashboards.mapping import vendor

PAINTERS = ("texture", "feature-state", "plotly", "table")
"""What draws the areas, best first; the browser takes the first that it is able to."""

_IN = ("shapesUrl", "valuesUrl", "brought", "frame", "playing", "pace", "palette", "theme", "outlines", "selected",
       "compared", "bounds", "interactive", "language", "painter", "words", "vendor", "className",
       "style")  # fmt: skip
_OUT = ("clickData", "hoverData", "viewport", "painted", "status", "legend")


class BlockMap(Component):
    """Map of all areas of a level, coloured by class.

    Parameters
    ----------
    id : str or dict
        As of every component.
    shapesUrl, valuesUrl : str
        Addresses made by `Mapping`; where the values are of other shapes than those named, they say of which.
    brought : str
        What stands at the address of the values, in base64, if it came along; then it is not asked for.
    frame : int
        Which of the frames of the values is shown; the last if it is left out.
    playing : bool
        Whether the frames follow one another; none is left out, and `frame` tells which is shown.
    pace : int
        Milliseconds a frame stays at least (default 250).
    palette : dict
        Fills by class number (1 to 5) or state, in place of those of the values.
    theme : str
        ``light`` or ``dark``; as the page is if it is left out.
    outlines : list of dict
        Layers above: ``url`` of their GeoJSON, ``label`` (whether names are shown), ``width`` (pixels).
    selected, compared : str
        Codes of areas that are outlined.
    bounds : list of float
        West, south, east and north in degrees that are moved to; all areas if left out.
    interactive : bool
        Whether it may be moved, pointed at and clicked (default true).
    language : str
        ``zh`` or ``en``.
    painter : str
        One of `PAINTERS` that is taken in any case; also by `?painter=` in the address of the page.
    words : dict
        Texts in the reader's language: see `dashboards.mapping.wording`.
    clickData, hoverData : dict
        ``area`` clicked or pointed at (None where there is none); set by the browser, as are all that follow.
    viewport : dict
        ``bounds`` and ``zoom``.
    painted : dict
        ``stamp``, ``ms`` and ``frame`` of the last painting of all areas.
    status : str
        ``loading``, ``preparing`` (shapes are being made), ``ready``, ``lost``, ``fallback:<painter>`` or
        ``failed:<HTTP status>``.
    legend : dict
        Head of the values: metric, classes, colours, frames, counts of states, age.
    """

    _children_props: list[str] = []  # noqa: RUF012 -- Dash reads it so
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "kuai_mapping"
    _type = "BlockMap"

    def __init__(self, id: str | dict[str, Any], **given: Any) -> None:  # noqa: A002 -- Dash's own word
        self._prop_names = ["id", *_IN, *_OUT]
        self._valid_wildcard_attributes = ["data-", "aria-"]
        self.available_properties = self._prop_names
        self.available_wildcard_properties = self._valid_wildcard_attributes
        super().__init__(id=id, **{"vendor": vendor.edition(), **given})  # type: ignore[no-untyped-call]
