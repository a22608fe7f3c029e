"""The map: one metric by area of a level, in one period, with its state, its age and its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from kuai.errors import KuaiError

from dashboards import choices, outlines
from dashboards.atlas import MOST_DRAWN, Atlas
from dashboards.caller import viewer
from dashboards.components import controls, head, legend, notice, origin, ranking, takeaway
from dashboards.figures.choropleth import Ground, choropleth, empty
from dashboards.figures.classes import Classes, classify
from dashboards.figures.patterns import STATES
from dashboards.filters import Filters
from dashboards.view import View, look
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from dash import Dash

    from kuai.access.witness import Record
    from kuai.serving import Serving

_PULSE_MS = 30_000
_SMALL = (700, 520)
_SHOWN = ("head.children", "controls.children", "trail.children", "map.figure", "notice.children", "panel.children",
          "page.lang", "page.className")  # fmt: skip
_KEPT = (no_update,) * 3


def layout(filters: Filters) -> html.Div:
    """Page without an answer yet, in the reader's language."""
    words = Words(filters.lang)
    drawn = dcc.Graph(id="map", figure={}, config={"displayModeBar": False, "scrollZoom": True}, responsive=True)
    stage = [
        html.Div(id="trail"),
        html.Div([drawn, html.Div(id="notice"), _failed(words)], id="canvas", className="canvas"),
    ]
    return html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Interval(id="pulse", interval=_PULSE_MS),
            dcc.Store(id="size"),
            dcc.Store(id="snapshot"),
            html.A(words("page.skip"), href="#ranking", className="skip"),
            html.Header(id="head"),
            html.Form(id="controls", className="controls", role="search"),
            html.Main([html.Section(stage, className="stage"), html.Aside(_waiting(words), id="panel")]),
        ],
        id="page",
        lang=filters.lang,
        className="page waiting",
    )


def register(app: Dash, serving: Serving, language: str, record: Record) -> Desk:
    """The page's callbacks, and what answers them.

    Parameters
    ----------
    app : Dash
        Application that gets the callbacks.
    serving : Serving
        Gate of the city.
    language : str
        Language until the reader chooses one.
    record : callable
        Keeps every question, before it is answered.
    """
    desk = Desk(serving, language, app.config.requests_pathname_prefix, record)

    @app.callback(_outputs(), Input("url", "search"), Input("size", "data"), Input("snapshot", "data"))
    def show_map(search: str, size: list[float] | None, _snapshot: str | None) -> tuple[Any, ...]:
        return desk.show(search, size)

    @app.callback(Output("url", "search"), Input("map", "clickData"), State("url", "search"), prevent_initial_call=True)
    def enter_area(click: dict[str, Any] | None, search: str) -> Any:  # noqa: ANN401 -- a text or no_update
        return desk.enter(click, search)

    @app.callback(
        Output("head", "children", allow_duplicate=True), Output("snapshot", "data"), Input("pulse", "n_intervals"),
        State("url", "search"), State("snapshot", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def follow_snapshot(_beats: int, search: str, known: str | None) -> tuple[Any, Any]:
        return desk.follow(search, known)

    app.clientside_callback(ClientsideFunction("kuai", "size"), Output("size", "data"), Input("url", "pathname"))  # type: ignore[no-untyped-call]
    return desk


def _outputs() -> list[Output]:
    return [Output(part, name) for part, name in (one.split(".") for one in _SHOWN)]


def _waiting(words: Words) -> html.P:
    return html.P(words("page.waiting"), className="waiting-text", role="status")


class Desk:
    """What answers the page: filters from the address, a question to the gate, parts of the page.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    language : str
        Language until the reader chooses one.
    prefix : str
        Path the pages are served under.
    record : callable
        Keeps every question, before it is answered.
    """

    def __init__(self, serving: Serving, language: str, prefix: str, record: Record) -> None:
        self._serving, self._language, self._prefix, self._record = serving, language, prefix, record
        self.atlas = Atlas(serving)
        self.shelf = outlines.OutlineShelf(self.atlas)

    def show(self, search: str | None, size: list[float] | None) -> tuple[Any, ...]:
        """All parts of the page for an address, in the order of the page's outputs."""
        language = language_of(search, self._language)
        try:
            return self._parts(self._look(search), size or _SMALL)
        except KuaiError as error:
            refusal = notice.refusal(Words(language), error)
            return (*self._opening(language), empty(), refusal, [], language, "page refused")

    def enter(self, click: dict[str, Any] | None, search: str | None) -> Any:  # noqa: ANN401 -- a text or no_update
        """Address of what lies within the area that was clicked; none where nothing finer is offered."""
        points = (click or {}).get("points") or [{}]
        try:
            view = self._look(search)
        except KuaiError:
            return no_update
        below = self._below(view)
        code = points[0].get("location")
        return ranking.lower(view, below, code).search if below and code else no_update

    def follow(self, search: str | None, known: str | None) -> tuple[Any, Any]:
        """Head of the page as of now; and the snapshot, if it is another than the one known."""
        try:
            view = self._look(search)
        except KuaiError:
            return no_update, no_update
        current = view.snapshot["snapshot"]
        return self._head(view), no_update if current == known else current

    @property
    def _gate(self) -> Serving:
        """Gate for the viewer of the request."""
        return self._serving.seen_by(viewer(), self._record)

    def _opening(self, language: str) -> tuple[Any, Any, Any]:
        """Head, controls and trail as the page opens; what stands there already if not even that can be had."""
        try:
            view = self._look(f"?lang={language}")
        except KuaiError:
            return _KEPT
        return self._frame(view)

    def _frame(self, view: View) -> tuple[Any, Any, Any]:
        return (
            self._head(view),
            controls.controls(self._gate, self.atlas, view),
            controls.trail(self.atlas, view),
        )

    def _head(self, view: View) -> list[Any]:
        return [*head.head(view), *head.holder(view.words, viewer())]

    def _look(self, search: str | None) -> View:
        return look(self._gate, self.atlas, Filters.parse(search), self._language)

    def _parts(self, view: View, size: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- width and height
        classes = classify(view.metric, view.rows["value"].to_numpy(float))
        problem = _problem(view)
        stale = "stale" if view.freshness.is_stale and not view.freshness.is_complete else ""
        return (
            *self._frame(view),
            empty() if problem else self._figure(view, classes, size),
            _notices(view, problem),
            self._panel(view, classes),
            view.filters.lang,
            f"page {'unmapped' if problem else ''} {stale}".strip(),
        )

    def _panel(self, view: View, classes: Classes) -> list[Any]:
        table = ranking.ranking(view, classes, self._below(view))
        return [legend.legend(view, classes), table, *takeaway.takeaway(self._gate, view), origin.origin(view)]

    def _figure(self, view: View, classes: Classes, size: Any) -> go.Figure:  # noqa: ANN401 -- width and height
        place = str(view.scope.place or "")
        drawn = self.shelf.of(view.snapshot["snapshot"], view.scope.level, place, view.scope.since)
        drawn = drawn.only(set(view.rows["area"])) if view.kinds else drawn
        codes = {state: set(view.rows["area"][view.rows["state"] == state]) for state in STATES}
        patterns = {state: drawn.pattern(state, found) for state, found in codes.items() if found}
        url = outlines.address(self._prefix, view.snapshot["snapshot"], view.scope)
        return choropleth(view.rows.assign(text=_texts(view)), classes, Ground(url, drawn.extent, patterns, size))

    def _below(self, view: View) -> str:
        if view.kinds:
            return ""
        offered = choices.levels(self._gate, view.metric.id)
        return next((one for one in self.atlas.below(view.scope.hierarchy, view.scope.level) if one in offered), "")


def _failed(words: Words) -> html.Div:
    return html.Div(notice.nothing(words, "notice.failed"), className="when-failed", role="alert")


def _notices(view: View, problem: str) -> list[html.Div]:
    """What stands over the map: the problem, if any; and what the browser shows if it cannot draw."""
    without = html.Div(notice.nothing(view.words, "notice.no_webgl"), className="when-no-webgl")
    return [without, *([notice.nothing(view.words, problem)] if problem else [])]


def _problem(view: View) -> str:
    """Key of the text that says why there is no map; empty if there is one."""
    if view.rows.empty:
        return "notice.no_areas"
    if not view.scope.has_outlines:
        return "notice.no_outlines"
    return "notice.too_many" if len(view.scope.areas) > MOST_DRAWN else ""


def _texts(view: View) -> list[str]:
    """What is shown when an area is pointed at."""
    unit = view.metric.unit.to(view.filters.lang)
    return [
        f"<b>{view.words.name(row)}</b> {view.code(row)}<br>"
        + (f"{view.words.number(view.metric, row['value'])} {unit}" if row["state"] == "value" else
           view.words.state(row["state"]))
        for row in view.rows.to_dict("records")
    ]  # fmt: skip
