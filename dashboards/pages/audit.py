"""The audit, for oversight: whether it is whole, who saw an area, how much was asked, and what was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dash import Input, Output, State, dcc, html, no_update

from kuai.errors import AccessError, GateError

from dashboards import inspection
from dashboards.caller import viewer
from dashboards.components import asking, notice, standing
from dashboards.components.head import holder, other_language
from dashboards.sheet import Sheet
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from dash import Dash

    from kuai.audit.overseer import Overseer
    from kuai.serving import Serving

_PULSE_MS = 1000
_SHOWN = ("head.children", "audit-views.children", "audit-controls.children", "audit-body.children",
          "audit-panel.children", "page.lang", "page.data-title", "page.className")  # fmt: skip
_SHARED = ("head", "page")


def layout(language: str) -> html.Div:
    """Page without an answer yet, in the reader's language."""
    words = Words(language)
    body = [
        html.Div(id="audit-views"),
        html.Div(html.P(words("page.waiting"), className="waiting-text", role="status"), id="audit-body"),
        html.Div(notice.nothing(words, "notice.failed"), className="when-failed", role="alert"),
    ]
    aside = [html.Div(id="audit-panel"), html.Div(id="audit-progress", role="status")]
    return html.Div(
        [
            dcc.Location(id="audit-url", refresh=False),
            dcc.Interval(id="audit-pulse", interval=_PULSE_MS, disabled=True),
            dcc.Store(id="audit-checked"),
            html.A(words("audit_page.skip"), href="#audit-body", className="skip"),
            html.Header(id="head"),
            html.Form(id="audit-controls", className="controls", role="search"),
            html.Main([html.Section(body, className="sheet"), html.Aside(aside)], className="audit"),
        ],
        id="page",
        lang=language,
        className="page waiting",
    )


def register(
    app: Dash, serving: Serving, overseer: Overseer, language: str, locked: Callable[[], list[str]]
) -> AuditPage:
    """The page's callbacks, and what answers them.

    Parameters
    ----------
    app : Dash
        Application that gets the callbacks.
    serving : Serving
        Knows the areas of the city.
    overseer : Overseer
        Gate to the audit.
    language : str
        Language until the reader chooses one.
    locked : callable
        Names of the accounts that are locked at the moment.
    """
    page = AuditPage(serving, overseer, language, locked)

    @app.callback(
        _outputs(),
        Input("audit-url", "search"),
        Input("audit-checked", "data"),
        prevent_initial_call="initial_duplicate",
    )
    def show_audit(search: str, _checked: float | None) -> tuple[Any, ...]:
        return page.show(search)

    @app.callback(
        Output("audit-progress", "children"), Output("audit-pulse", "disabled"), Input("audit-verify", "n_clicks"),
        State("audit-url", "search"), prevent_initial_call=True,
    )  # fmt: skip
    def begin_check(clicks: int | None, search: str) -> tuple[Any, Any]:
        return page.check(search) if clicks else (no_update, no_update)

    @app.callback(
        Output("audit-progress", "children", allow_duplicate=True),
        Output("audit-pulse", "disabled", allow_duplicate=True), Output("audit-checked", "data"),
        Input("audit-pulse", "n_intervals"), State("audit-url", "search"), prevent_initial_call=True,
    )  # fmt: skip
    def follow_check(beats: int | None, search: str) -> tuple[Any, Any, Any]:
        return page.follow(search, beats)

    return page


def _outputs() -> list[Output]:
    named = (one.split(".") for one in _SHOWN)
    return [Output(part, name, allow_duplicate=part in _SHARED) for part, name in named]


class AuditPage:
    """What answers the page: choices from the address, a question to the overseer, parts of the page.

    Parameters
    ----------
    serving : Serving
        Knows the areas of the city.
    overseer : Overseer
        Gate to the audit.
    language : str
        Language until the reader chooses one.
    locked : callable
        Names of the accounts that are locked at the moment.
    """

    def __init__(self, serving: Serving, overseer: Overseer, language: str, locked: Callable[[], list[str]]) -> None:
        self._serving, self._overseer, self._language, self._locked = serving, overseer, language, locked

    def show(self, search: str | None) -> tuple[Any, ...]:
        """All parts of the page for an address, in the order of the page's outputs."""
        words = self._words(search)
        try:
            sheet = self._sheet(words, search, datetime.now(UTC))
        except AccessError:
            sheet = ([], [], self._not_permitted(words), [])
        return (self._head(words, search), *sheet, words.language, words("audit_page.title"), "page")

    def check(self, search: str | None) -> tuple[Any, bool]:
        """Progress of a verification of the whole that has begun now, and that it is to be followed."""
        self._overseer.check(viewer())
        return standing.progress(self._words(search), self._overseer.checking.progress), False

    def follow(self, search: str | None, beat: int | None) -> tuple[Any, bool, Any]:
        """Progress of the verification; when it has ended, the page is to be made anew."""
        at = self._overseer.checking.progress if self._overseer.admits(viewer()) else None
        return standing.progress(self._words(search), at), at is None, beat if at is None else no_update

    def _sheet(self, words: Words, search: str | None, now: datetime) -> tuple[Any, Any, Any, Any]:
        told = self._overseer.standing(viewer())
        look, wrong = inspection.looked(search, self._language, now.date())
        sheet = Sheet(self._serving, self._overseer, words, look)
        panel = [standing.standing(words, told, now), standing.locked(words, self._locked())]
        return asking.views(words, sheet.look), sheet.fields, self._body(sheet, words, wrong), panel

    def _body(self, sheet: Sheet, words: Words, wrong: GateError | None) -> Any:  # noqa: ANN401 -- components
        try:
            return notice.refusal(words, wrong) if wrong else sheet.body
        except GateError as error:
            return notice.refusal(words, error)

    def _head(self, words: Words, search: str | None) -> list[Any]:
        city = words.name(self._serving.snapshot())
        title = html.H1(
            [html.Span(words("page.brand"), className="brand"), html.Span(f"{city} · {words('audit_page.title')}")]
        )
        return [title, other_language(words.language, search), *holder(words, viewer())]

    def _not_permitted(self, words: Words) -> html.Div:
        roles = self._overseer.policy.roles.values()
        may = words("gate.field.comma").join(one.label.to(words.language) for one in roles if "audit" in one.may)
        mine = self._overseer.policy.role(viewer().role).label.to(words.language)
        said = words("audit_page.not_permitted", may=may, role=mine)
        link = html.A(words("audit_page.other_role"), href=f"/account?lang={words.language}")
        return html.Div([html.Strong(words.state("not_permitted")), html.P(said), link], className="state-page")

    def _words(self, search: str | None) -> Words:
        return Words(language_of(search, self._language))
