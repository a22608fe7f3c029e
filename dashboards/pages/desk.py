"""The desk: one question from all sides, told honestly; its state is its address and nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dash import ClientsideFunction, Input, Output, State, html, no_update

from kuai import refusals
from kuai.access.views import SavedView, Views
from kuai.errors import GateError, KuaiError, LakeError, SettingsError

from dashboards import standing
from dashboards.caller import viewer
from dashboards.components import states
from dashboards.components.head import holder, other_language
from dashboards.desk import fields as made
from dashboards.desk import parts, saved, week
from dashboards.desk.choice import Choice
from dashboards.desk.frame import frame
from dashboards.desk.study import study
from dashboards.desk.tree import plain
from dashboards.threads import aside
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from dash import Dash
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.serving import Serving

    from dashboards.mapping.mapping import Mapping
    from dashboards.site import Site

_PULSE_MS = 30_000
_NAME = "desk"
ANSWER, HOURS = "/desk/answer", "/desk/hours"
"""Where the page's own script asks: for all parts, with the choices and what the fields offer; and for the hours."""


def layout(language: str) -> html.Div:
    """Page without an answer yet, in the reader's language."""
    return frame(Words(language), _PULSE_MS)


def register(app: Dash, serving: Serving, site: Site) -> DeskPage:
    """The page's routes and callbacks, and what answers them.

    Parameters
    ----------
    app : Dash
        Application that gets them; its server knows the maps.
    serving : Serving
        Gate of the city.
    site : Site
        Language, where questions are put down, and where views are saved.
    """
    import dash_ag_grid  # noqa: F401 -- makes the grid's files known to the application

    page = DeskPage(serving, app.server.state.mapping, site)

    for path, answer in ((ANSWER, page.answer), (HOURS, page.answer_hours)):
        app.server.add_route(path, aside(answer, app.server.state.turns), methods=["GET"], include_in_schema=False)

    @app.callback(Output("desk-stand", "data"), Input("desk-pulse", "n_intervals"), State("desk-stand", "data"),
                  prevent_initial_call=True)  # fmt: skip
    def follow_stand(_beats: int, known: Any) -> Any:  # noqa: ANN401 -- a text or no_update
        return standing.follow(serving, known)

    @app.callback(Output("desk-views", "children"), Input("desk-deed", "data"))
    def keep_view(deed: Any) -> list[Any]:  # noqa: ANN401 -- what the browser sends
        return page.keep(deed)

    for name, part, of in (("beat", "desk-pulse", "n_intervals"), ("renew", "desk-stand", "data"),
                           ("cellClicked", "desk-grid", "cellClicked")):  # fmt: skip
        told = ClientsideFunction("desk", name), Output(part, "id", allow_duplicate=True), Input(part, of)
        app.clientside_callback(*told, prevent_initial_call="initial_duplicate")  # type: ignore[no-untyped-call]
    return page


def whole(fields: Any, data: dict[str, Any], language: str, title: str, look: str) -> dict[str, Any]:  # noqa: ANN401 -- components, or no_update
    """One answer of all parts.

    Parameters
    ----------
    fields : list of component or no_update
        Fields of the choices, if they are made anew.
    data : dict
        What the browser draws.
    language, title, look : str
        Language, title and classes of the page.
    """
    drawn = data["parts"] if fields is no_update else {**data["parts"], "desk-fields": fields}
    made = {place: plain(tree) for place, tree in drawn.items()}
    return {**data, "parts": made, "page": {"lang": language, "title": title, "look": look}}


class DeskPage:
    """What answers the page: choices from the address, questions to the gate, parts of the page.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    mapping : Mapping
        Its maps.
    site : Site
        Language, where questions are put down, and where views are saved.
    """

    def __init__(self, serving: Serving, mapping: Mapping, site: Site) -> None:
        self._serving, self._mapping, self._site = serving, mapping, site

    def show(self, search: str | None, offered: str | None) -> tuple[Any, ...]:
        """All parts of the page for an address: fields, data, language, title and classes.

        Parameters
        ----------
        search : str
            Query part of the address.
        offered : str
            What the fields of the page offer; if it is still that, they are not made anew.
        """
        words = Words(language_of(search, self._site.language))
        try:
            with self._gate.together() as gate:
                found = study(gate, self._mapping.atlas, Choice.parse(search), self._site.language)
                return parts.parts(gate, self._mapping, found, offered)
        except KuaiError as error:
            way = html.A(words("notice.restart"), href=f"?lang={words.language}", className="go")
            head = [*parts.plain_head(words), other_language(words.language, search), *holder(words, viewer())]
            nothing = states.state(words, "empty", words("notice.refused"))
            drawn = {"head": head, "desk-finding": [states.refused(words, error), way], "desk-ranking": nothing,
                     "desk-subject": [], "desk-aside": []}  # fmt: skip
            data = {"refused": words("notice.refused"), "parts": drawn}
            fields = no_update if offered else self._opening(words.language)
            return fields, data, words.language, words("nav.desk"), "page desk refused"

    def _opening(self, language: str) -> Any:  # noqa: ANN401 -- components, or no_update
        """Fields as the page opens, for one that has none yet."""
        try:
            with self._gate.together() as gate:
                found = study(gate, self._mapping.atlas, Choice.parse(f"?lang={language}"), self._site.language)
                return made.fields(gate, self._mapping.atlas, found)
        except KuaiError:
            return no_update

    def answer(self, request: Request) -> Response:
        """JSON of all parts of the page for an address."""
        search, _, offered = request.url.query.partition("&offer=")
        return _json(whole(*self.show(f"?{search}", unquote(offered))))

    def answer_hours(self, request: Request) -> Response:
        """JSON of the cases by hour of the week that an address names."""
        return _json(self.hours(dict(request.query_params)))

    def hours(self, asked: Any) -> dict[str, Any] | None:  # noqa: ANN401 -- what the browser sends
        """Cases by hour of the week, for what a page asks beside the rest; None for nothing."""
        try:
            given = {name: str(asked[name]) for name in ("place", "first", "last", "lang")}
            span = date.fromisoformat(given["first"]), date.fromisoformat(given["last"])
        except (TypeError, KeyError, ValueError):
            return None
        words = Words(language_of(f"?lang={given['lang']}", self._site.language))
        try:
            return week.week(self._gate, words, week.place_of(given["place"]), span)
        except KuaiError as error:
            return {"refused": refusals.in_language(error, words.language)[0]}

    def keep(self, deed: Any) -> list[Any]:  # noqa: ANN401 -- what the browser sends
        """Views of the account, after one was saved or removed, if that is what was done."""
        search = str(deed.get("search", "")) if isinstance(deed, dict) else ""
        words, who = Words(language_of(search, self._site.language)), viewer()
        if self._site.views is None or who.is_device:
            return []
        try:
            refused = _refused(self._site.views, who.name, deed, search)
            told = [states.refused(words, refused)] if refused else []
            return [*told, *saved.listed(words, self._site.views.of(who.name, _NAME))]
        except LakeError as error:
            return [states.refused(words, error)]

    @property
    def _gate(self) -> Serving:
        """Gate for the viewer of the request."""
        return self._serving.seen_by(viewer(), self._site.record)


def _json(found: Any) -> Response:  # noqa: ANN401 -- what JSON can say
    import orjson
    from starlette.responses import Response

    return Response(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


def _refused(views: Views, account: str, deed: Any, search: str) -> KuaiError | None:  # noqa: ANN401 -- what the browser sends
    """Why a deed was not done; None if it was, or there is none."""
    name = str(deed.get("name", "")) if isinstance(deed, dict) else ""
    try:
        if isinstance(deed, dict) and deed.get("do") == "save":
            views.save(account, _NAME, SavedView(name, Choice.parse(search).search))
        elif isinstance(deed, dict) and deed.get("do") == "remove":
            views.remove(account, _NAME, name)
    except (GateError, SettingsError) as error:
        return error
    return None
