"""The map: one metric by area of a level, in one period, with its state, its age and its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Input, Output, State, dcc, html, no_update

from kuai.errors import KuaiError

from dashboards import adaptive, choices, standing
from dashboards.caller import viewer
from dashboards.components import controls, head, legend, notice, origin, ranking, takeaway
from dashboards.figures.classes import Classes, classify
from dashboards.filters import Filters
from dashboards.mapping import values
from dashboards.mapping.component import BlockMap
from dashboards.mapping.wording import wording
from dashboards.view import View, look, shown_on
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from dash import Dash

    from kuai.serving import Serving

    from dashboards.atlas import Scope
    from dashboards.mapping.mapping import Mapping

_PULSE_MS = 30_000
_DRAWN = ("shapesUrl", "valuesUrl", "brought", "bounds", "outlines", "language", "words")
SHOWN = ("head.children", "controls.children", "trail.children", "notice.children", "panel.children", "page.lang",
         "page.className", *(f"map.{name}" for name in _DRAWN))  # fmt: skip
"""What an answer is made of, in its order."""

_KEPT = (no_update,) * 3
_UNDRAWN = (no_update,) * len(_DRAWN)


def layout(filters: Filters, stand: str = "") -> html.Div:
    """Page without an answer yet, in the reader's language.

    Parameters
    ----------
    filters : Filters
        The reader's language.
    stand : str
        What the page stands on, as `dashboards.standing` tells it.
    """
    words = Words(filters.lang)
    drawn = BlockMap("map", language=filters.lang, words=wording(words), outlines=[])
    stage = [
        html.Div(id="trail"),
        html.Div([drawn, html.Div(id="notice"), _failed(words)], id="canvas", className="canvas"),
    ]
    return html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Interval(id="pulse", interval=_PULSE_MS),
            dcc.Store(id="stand", data=stand),
            html.A(words("page.skip"), href="#ranking", className="skip"),
            html.Header(id="head"),
            html.Form(id="controls", className="controls", role="search"),
            html.Main([html.Section(stage, className="stage"), html.Aside(_waiting(words), id="panel")]),
        ],
        id="page",
        lang=filters.lang,
        className="page waiting",
    )


def register(app: Dash, mapping: Mapping) -> MapPage:
    """The page's callbacks, and what answers them.

    Parameters
    ----------
    app : Dash
        Application that gets the callbacks.
    mapping : Mapping
        Maps of the city.
    """
    page = MapPage(mapping)

    @app.callback(_outputs(), Input("url", "search"), Input("stand", "data"))
    def show_map(search: str, _stand: str | None) -> tuple[Any, ...]:
        return page.show(search)

    @app.callback(Output("url", "search"), Input("map", "clickData"), State("url", "search"), prevent_initial_call=True)
    def enter_area(click: dict[str, Any] | None, search: str) -> Any:  # noqa: ANN401 -- a text or no_update
        return page.enter(click, search)

    @app.callback(
        Output("stand", "data"), Input("pulse", "n_intervals"), State("stand", "data"), prevent_initial_call=True
    )
    def follow_stand(_beats: int, known: str | None) -> Any:  # noqa: ANN401 -- a text or no_update
        return standing.follow(mapping.gate, known)

    return page


def _outputs() -> list[Output]:
    return [Output(part, name) for part, name in (one.split(".") for one in SHOWN)]


def _waiting(words: Words) -> html.P:
    return html.P(words("page.waiting"), className="waiting-text", role="status")


class MapPage:
    """What answers the page: filters from the address, a question to the gate, parts of the page.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def show(self, search: str | None) -> tuple[Any, ...]:
        """All parts of the page for an address, in the order of `SHOWN`."""
        language = language_of(search, self._mapping.language)
        try:
            with self._mapping.gate.together() as gate:
                return self._parts(gate, self._look(gate, search))
        except KuaiError as error:
            refusal = notice.refusal(Words(language), error)
            return (*self._opening(language), refusal, [], language, "page refused", *_UNDRAWN)

    def enter(self, click: dict[str, Any] | None, search: str | None) -> Any:  # noqa: ANN401 -- a text or no_update
        """Address of what lies within the area that was clicked; none where nothing finer is offered."""
        mapping, code = self._mapping, (click or {}).get("area")
        try:
            filters = choices.settle(mapping.gate, mapping.atlas, Filters.parse(search), mapping.language)
            scope = mapping.atlas.scope(filters.level, filters.area, shown_on(filters))
        except KuaiError:
            return no_update
        below = self._below(mapping.gate, filters.metric, scope)
        return ranking.lower(filters, below, code).search if below and code else no_update

    def _opening(self, language: str) -> tuple[Any, Any, Any]:
        """Head, controls and trail as the page opens; what stands there already if not even that can be had."""
        gate = self._mapping.gate
        try:
            view = self._look(gate, f"?lang={language}")
        except KuaiError:
            return _KEPT
        return self._frame(gate, view)

    def _frame(self, gate: Serving, view: View) -> tuple[Any, Any, Any]:
        atlas = self._mapping.atlas
        return self._head(view), controls.controls(gate, atlas, view), controls.trail(atlas, view)

    def _head(self, view: View) -> list[Any]:
        return [*head.head(view), *head.holder(view.words, viewer())]

    def _look(self, gate: Serving, search: str | None) -> View:
        chosen = Filters.parse(search).but(layer="")
        return look(gate, self._mapping.atlas, chosen, self._mapping.language)

    def _parts(self, gate: Serving, view: View) -> tuple[Any, ...]:
        classes = classify(view.metric, view.rows["value"].to_numpy(float))
        problem = _problem(view)
        stale = "stale" if view.freshness.is_overdue else ""
        return (
            *self._frame(gate, view),
            [notice.nothing(view.words, problem)] if problem else [],
            self._panel(gate, view, classes),
            view.filters.lang,
            f"page {'unmapped' if problem else ''} {stale}".strip(),
            *(_UNDRAWN if problem else self._drawn(gate, view)),
        )

    def _panel(self, gate: Serving, view: View, classes: Classes) -> list[Any]:
        table = ranking.ranking(view, classes, self._below(gate, view.metric.id, view.scope))
        return [legend.legend(view, classes), table, *takeaway.takeaway(gate, view), origin.origin(view)]

    def _drawn(self, gate: Serving, view: View) -> tuple[Any, ...]:
        """Properties of the map, in the order of `_DRAWN`."""
        mapping, filters, day = self._mapping, view.filters, shown_on(view.filters)
        scope = mapping.shelf.scope(filters.level, day)
        asked = values.Asked(filters, 1, is_told=True)
        return (
            mapping.address(scope),
            mapping.values_url(filters),
            values.brought(mapping, gate, asked, scope, view.answer),
            mapping.bounds(filters.level, day, filters.area),
            mapping.borders(filters.level, day),
            filters.lang,
            wording(view.words),
        )

    def _below(self, gate: Serving, metric: str, scope: Scope) -> str:
        """Level that a click on an area leads down to; empty if there is none, as where levels are mixed."""
        if adaptive.hierarchy_of(scope.level):
            return ""
        offered = choices.levels(gate, metric)
        return next((one for one in self._mapping.atlas.below(scope.hierarchy, scope.level) if one in offered), "")


def _failed(words: Words) -> html.Div:
    return html.Div(notice.nothing(words, "notice.failed"), className="when-failed", role="alert")


def _problem(view: View) -> str:
    """Key of the text that says why there is no map; empty if there is one."""
    if view.rows.empty:
        return "notice.no_areas"
    return "" if view.scope.has_outlines else "notice.no_outlines"
