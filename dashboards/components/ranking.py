"""The same values as a table, so that the page is useful where no map can be drawn."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards.filters import Filters, Place
from dashboards.mapping.palette import shades

if TYPE_CHECKING:
    from dashboards.figures.classes import Classes
    from dashboards.view import View

_MOST = 50
"""Rows of the table: each costs the browser as much as ten areas of the map."""


def ranking(view: View, classes: Classes, below: str) -> html.Section:
    """Areas by value, greatest first; those without one follow with their state.

    Parameters
    ----------
    view : View
        What is shown.
    classes : Classes
        Colours of the map, repeated as bars.
    below : str
        Level that a click on an area leads down to; empty if there is none.
    """
    words, shown = view.words, view.rows.head(_MOST)
    heads = (words("column.area"), words("column.value"))
    rows = [_row(view, classes, below, row) for row in shown.to_dict("records")]
    caption = words("ranking.caption", shown=f"{len(shown):,}", total=f"{len(view.rows):,}")
    table = html.Table(
        [html.Caption(caption), html.Thead(html.Tr([html.Th(one, scope="col") for one in heads])), html.Tbody(rows)]
    )
    return html.Section(table, className="ranking", id="ranking")


def lower(filters: Filters, below: str, code: str) -> Filters:
    """Choices that lead into an area."""
    return filters.but(level=below, area=Place(filters.level, code))


def _row(view: View, classes: Classes, below: str, row: dict[Hashable, Any]) -> html.Tr:
    name = view.words.name(row)
    link = dcc.Link(name, href=lower(view.filters, below, row["area"]).search) if below else name
    return html.Tr([html.Th([link, " ", html.Small(view.code(row))], scope="row"), _value(view, classes, row)])


def _value(view: View, classes: Classes, row: dict[Hashable, Any]) -> html.Td:
    if row["state"] != "value":
        return html.Td(view.words.state(row["state"]), className=f"state state-{row['state']}")
    share = max(row["value"], 0) / max(view.rows["value"].max(), 1e-9)
    bar = {"--share": f"{share:.3f}", **shades(view.metric.good, classes)[int(classes.index(row["value"]))]}
    return html.Td(view.words.number(view.metric, row["value"]), className="measured", style=bar)
