"""The page of one unit: its population, cases, checkpoints, the quality of its data, and its place beside its peers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dash import Input, Output, State, dcc, html

from kuai.errors import KuaiError

from dashboards import standing
from dashboards.atlas import Atlas
from dashboards.caller import viewer
from dashboards.components import states
from dashboards.components.head import age, holder, other_language
from dashboards.station import chooser, glance, sections, ways
from dashboards.station.units import Directory, named
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from dash import Dash

    from kuai.access.witness import Record
    from kuai.serving import Serving

    from dashboards.station.glance import Chosen, Glance

_PULSE_MS = 30_000
_IN_LOBBY = 30
_SHOWN = ("head.children", "unit-controls.children", "unit-find.label", "unit-ways.children",
          "unit-body.children", "page.lang", "page.data-title", "page.className")  # fmt: skip
_SHARED = ("head", "page")


def layout(language: str, stand: str = "") -> html.Div:
    """Page without an answer yet, in the reader's language.

    Parameters
    ----------
    language : str
        `zh` or `en`.
    stand : str
        What the page stands on, as `dashboards.standing` tells it.
    """
    words = Words(language)
    return html.Div(
        [
            dcc.Location(id="unit-url", refresh=False),
            dcc.Interval(id="unit-pulse", interval=_PULSE_MS),
            dcc.Store(id="unit-stand", data=stand),
            html.A(words("station.skip"), href="#unit-body", className="skip"),
            html.Header(id="head"),
            html.Div(
                [html.Form(id="unit-controls", className="controls", role="search"), chooser.finder(words)],
                className="chooser",
            ),
            html.Main(
                [html.Div(id="unit-ways"), html.Div(states.state(words, "loading"), id="unit-body"), _failed(words)],
                className="unit",
            ),
        ],
        id="page",
        lang=language,
        className="page waiting",
    )


def register(app: Dash, serving: Serving, language: str, record: Record) -> UnitPage:
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
    page = UnitPage(serving, language, record)

    @app.callback(
        _outputs(), Input("unit-url", "pathname"), Input("unit-url", "search"), Input("unit-stand", "data"),
        prevent_initial_call="initial_duplicate",
    )  # fmt: skip
    def show_unit(path: str, search: str, _stand: str | None) -> tuple[Any, ...]:
        return page.show(path, search)

    @app.callback(
        Output("unit-found", "children"),
        Input("unit-find", "value"),
        State("unit-url", "search"),
        prevent_initial_call=True,
    )
    def find_units(text: str | None, search: str) -> Any:  # noqa: ANN401 -- a component
        return page.find(text, search)

    @app.callback(
        Output("unit-stand", "data"),
        Input("unit-pulse", "n_intervals"),
        State("unit-stand", "data"),
        prevent_initial_call=True,
    )
    def follow_stand(_beats: int, known: str | None) -> Any:  # noqa: ANN401 -- a text or no_update
        return standing.follow(serving, known)

    return page


def _outputs() -> list[Output]:
    parts = (one.split(".") for one in _SHOWN)
    return [Output(part, name, allow_duplicate=part in _SHARED) for part, name in parts]


def _failed(words: Words) -> html.Div:
    return html.Div(states.state(words, "failed"), className="when-failed")


class UnitPage:
    """What answers the page: a unit and choices from the address, questions to the gate, parts of the page.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    language : str
        Language until the reader chooses one.
    record : callable
        Keeps every question, before it is answered.
    """

    def __init__(self, serving: Serving, language: str, record: Record) -> None:
        self._serving, self._language, self._record = serving, language, record
        self.atlas = Atlas(serving)

    def show(self, path: str | None, search: str | None) -> tuple[Any, ...]:
        """All parts of the page for an address, in the order of the page's outputs."""
        words = Words(language_of(search, self._language))
        try:
            return self._parts(words, named(path), search)
        except KuaiError as error:
            body = [states.refused(words, error), dcc.Link(words("notice.restart"), href=f"?lang={words.language}")]
            return (*self._top(words, search, []), [], body, words.language, words("station.title"), "page refused")

    def find(self, text: str | None, search: str | None) -> Any:  # noqa: ANN401 -- a component
        """Units of the viewer's scope that a text is a part of; nothing for no text."""
        words = Words(language_of(search, self._language))
        if not (text or "").strip():
            return None
        try:
            chosen = self._settled(search, "")
            return chooser.found(words, self._directory(chosen.day).search(text or "", viewer().scope), chosen)
        except KuaiError as error:
            return states.refused(words, error)

    def _parts(self, words: Words, wanted: str, search: str | None) -> tuple[Any, ...]:
        chosen = self._settled(search, wanted.partition(":")[0])
        directory = self._directory(chosen.day)
        unit = directory.find(wanted)
        if unit is None:
            body, title = self._lobby(words, wanted, chosen, directory), words("station.title")
            return (*self._top(words, search, []), [], body, words.language, title, "page")
        found = glance.glance(self._serving.seen_by(viewer(), self._record), unit, chosen)
        return (
            *self._top(words, search, self._fields(words, chosen, unit.place.level), found),
            ways.ways(words, self.atlas, found),
            self._body(words, found),
            words.language,
            f"{found.name} · {words('page.brand')}",
            f"page {_aged(found)}".strip(),
        )

    def _body(self, words: Words, found: Glance) -> list[Any]:
        if not found.is_permitted:
            return [states.state(words, "not_permitted", words("station.outside", name=found.name))]
        return [html.Div(sections.sections(found), className="cards")]

    def _lobby(self, words: Words, wanted: str, chosen: Chosen, directory: Directory) -> list[Any]:
        """Where a unit is chosen: with those spelled like the one that there is not, or the first ones."""
        if wanted:
            units = directory.alike(wanted, viewer().scope)
            told = words("station.unknown", text=wanted), words("station.unknown_how")
        else:
            units = directory.search("", viewer().scope, _IN_LOBBY)
            told = words("station.choose"), words("station.choose_how")
        said = [html.Strong(told[0]), html.P(told[1]), chooser.links(words, units, chosen)]
        return [html.Div(said, className="part part-empty lobby", role="status")]

    def _top(self, words: Words, search: str | None, fields: list[Any], found: Glance | None = None) -> tuple[Any, ...]:
        return self._head(words, search, found), fields, words("station.find")

    def _fields(self, words: Words, chosen: Chosen, level: str) -> list[Any]:
        categories, found = self._serving.categories("incident_count"), self._serving.discovered("incident_count")
        return chooser.fields(words, chosen, glance.periods_of(self._serving, level), categories, found)

    def _head(self, words: Words, search: str | None, found: Glance | None = None) -> list[Any]:
        title: list[Any] = [html.Span(words("page.brand"), className="brand"), html.Span(words("nav.unit"))]
        if found is not None:
            code = html.Small(f"{words.name(found.unit.kind)} · {words('station.code', code=found.unit.place.code)}")
            title = [title[0], html.Span(found.name), code]
        parts: list[Any] = [html.H1(title)]
        if found is not None and found.freshness is not None:
            parts.append(age(words, found.freshness))
        if found is not None:
            parts.append(_stamp(words, found))
        return [*parts, other_language(words.language, search), *holder(words, viewer())]

    def _settled(self, search: str | None, level: str) -> Chosen:
        return glance.settle(self._serving, glance.Chosen.parse(search), level, self._language)

    def _directory(self, on: date) -> Directory:
        return Directory(self._serving, self.atlas, on)


def _aged(found: Glance) -> str:
    fresh = found.freshness
    return "stale" if fresh and fresh.is_overdue else ""


def _stamp(words: Words, found: Glance) -> html.Span:
    moment = words("page.published", moment=f"{found.snapshot['published_at']:%Y-%m-%d %H:%M} UTC")
    return html.Span(
        [words("page.snapshot"), " ", html.Code(found.snapshot["snapshot"])], className="snapshot", title=moment
    )
