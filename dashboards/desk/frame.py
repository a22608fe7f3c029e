"""Frame of the page: the places that answers come into, each with what it says until then and when it fails."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from kuai import texts

from dashboards.components import states
from dashboards.components.marks import labelled
from dashboards.mapping import vendor
from dashboards.mapping import wording as mapping

if TYPE_CHECKING:
    from dashboards.words import Words

Part = Any
KEYS = ("?", "m c l p v", "a b", "[ ]", "+ −", "g r t", "o e s", "w", "x", "← → ↑ ↓", "Esc")
"""Keys in the order of the help."""

SPOKEN = (
    *(f"desk.panel.{one}" for one in ("map", "ranking", "trend", "calendar", "table", "hours")),
    "desk.skip", "desk.figure_keys",
    *(f"desk.help.{one}" for one in ("title", "test", "off", "close", *(f"key{at}" for at in range(len(KEYS))))),
    *(f"desk.views.{one}" for one in ("title", "name", "save")),
)  # fmt: skip
"""Texts of the frame; the page begins in the language of the settings, and they follow the reader's."""


@cache
def spoken() -> tuple[str, ...]:
    """Texts that come with every answer: those of the frame, and what the table says of itself."""
    return (*SPOKEN, *(key for key in texts.registry() if key.startswith("desk.grid_says.")))


def frame(words: Words, pulse_ms: int) -> html.Div:
    """All places of the page."""
    return html.Div(
        [
            dcc.Interval(id="desk-pulse", interval=pulse_ms),
            *[dcc.Store(id=f"desk-{one}") for one in ("stand", "deed")],
            html.A(words("desk.skip"), href="#desk-ranking", className="skip", **_spoken("desk.skip")),
            html.Header(id="head"),
            html.Form(id="desk-fields", className="controls", role="search"),
            html.Main([_bar(words), html.Div(_loading(words), id="desk-finding"), _columns(words)], className="desk"),
            _help(words),
        ],
        id="page",
        lang=words.language,
        className="page desk waiting",
    )


def _bar(words: Words) -> html.Div:
    button = html.Button(_said(words, "desk.help.title"), id="desk-help-open", type="button", className="quiet")
    return html.Div([html.Nav(id="desk-trail", className="trail", **labelled(words("control.within"))), button],
                    className="desk-bar")  # fmt: skip


def _columns(words: Words) -> html.Div:
    left = [
        _panel(words, "map", _map(), "map"),
        _panel(words, "ranking", html.Div(_loading(words), id="desk-ranking", tabIndex="-1")),
    ]
    trend, days, hours = (_figure(name) for name in ("trend", "calendar", "hours"))
    keys = html.P(words("desk.figure_keys"), id="desk-figure-keys", hidden=True, **_spoken("desk.figure_keys"))
    right = [
        _panel(words, "trend", trend, "trend", html.Div(id="desk-subject", className="subject")),
        _panel(words, "calendar", days, "calendar"),
        _panel(words, "table", _grid(), "table"),
        html.Section([html.Div(id="desk-aside"), _views(words)], className="panel aside"),
    ]
    left.append(_panel(words, "hours", html.Div([hours, html.P(id="desk-hours-said", className="soft")]), "hours"))
    columns = [html.Div(one, className="column") for one in (left, right)]
    return html.Div([*columns, keys], className="desk-columns")


def _panel(words: Words, name: str, body: Part, note: str = "", beside: Part = None) -> html.Section:
    """Part of the page with its title; what stands in its place when there is nothing to draw is its note."""
    title = html.H2(words(f"desk.panel.{name}"), id=f"desk-{name}-title", **_spoken(f"desk.panel.{name}"))
    notes = [html.Div(id=f"desk-{note}-note", className="note")] if note else []
    failed = html.Div(states.state(words, "failed"), className="when-failed")
    named: dict[str, Part] = {"aria-labelledby": f"desk-{name}-title"}
    return html.Section(
        [html.Div([title, beside], className="panel-head"), *notes, body, failed], className=f"panel panel-{name}",
        id=f"desk-panel-{name}", **named,
    )  # fmt: skip


def _figure(name: str) -> html.Div:
    """Place that the browser draws into; keys lead from one point to the next, and its label says which."""
    named: dict[str, Part] = {"aria-labelledby": f"desk-{name}-title desk-figure-keys"}
    return html.Div(id=f"desk-{name}", className="plot", role="application", tabIndex="0", **named)


def _map() -> html.Div:
    begun: dict[str, Part] = {"data-map": json.dumps({"vendor": vendor.edition()})}
    drawn = html.Div(id="desk-map", className="block-map", **begun)
    keys = html.Ul(id="desk-legend", className="keys")
    return html.Div([html.Div(drawn, className="drawn"), html.Div(id="desk-play"), keys], className="mapped")


def _grid() -> Part:
    import dash_ag_grid as dag

    options = {"rowSelection": {"mode": "singleRow", "checkboxes": False}, "animateRows": False, "rowHeight": 28,
               "headerHeight": 32, "enableBrowserTooltips": True,
               "getLocaleText": {"function": "kuaiGridText(params)"}}  # fmt: skip
    usual = {"sortable": True, "resizable": True, "filter": True}
    return dag.AgGrid(id="desk-grid", rowData=[], columnDefs=[], defaultColDef=usual, dashGridOptions=options,
                      getRowId="params.data.area", className="ag-theme-quartz")  # fmt: skip


def _views(words: Words) -> html.Details:
    entry = dcc.Input(id="desk-view-name", type="text", maxLength=60)
    name = html.Label([_said(words, "desk.views.name"), entry], className="field")
    save = html.Button(_said(words, "desk.views.save"), id="desk-view-save", type="button")
    title, known = html.Summary(_said(words, "desk.views.title")), html.Div(id="desk-views")
    entered, said = html.Div([name, save], className="save"), html.Div(id="desk-said", role="status")
    return html.Details([title, known, entered, said], id="desk-saved", className="kept")


def _help(words: Words) -> html.Dialog:
    rows = [html.Tr([html.Th(html.Kbd(key), scope="row"), html.Td(_said(words, f"desk.help.key{at}"))])
            for at, key in enumerate(KEYS)]  # fmt: skip
    switch = html.Button(_said(words, "desk.help.off"), id="desk-keys", type="button")
    close = html.Button(_said(words, "desk.help.close"), id="desk-help-close", type="button")
    title = html.H2(words("desk.help.title"), id="desk-help-title", **_spoken("desk.help.title"))
    named: dict[str, Part] = {"aria-labelledby": "desk-help-title"}
    return html.Dialog([title, html.Table(html.Tbody(rows)), html.P(_said(words, "desk.help.test")), switch, close],
                       id="desk-help", **named)  # fmt: skip


def _said(words: Words, key: str) -> html.Span:
    return html.Span(words(key), **_spoken(key))


def _spoken(key: str) -> dict[str, Part]:
    """Attribute of what says a text of the registry, which the browser keeps in the reader's language."""
    return {"data-text": key}


def _loading(words: Words) -> html.Div:
    return states.state(words, "loading")


def wording(words: Words) -> dict[str, str]:
    """Words of the map."""
    return {**mapping.wording(words), "label": words("desk.panel.map"), "keys": words("desk.map_keys")}
