"""The alarms of the city: what stands, and for those whose role may, what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Input, Output, State, dcc, html, no_update

from kuai.access import Place
from kuai.alarms.attendant import DEED
from kuai.errors import AlarmError, KuaiError

from dashboards.caller import viewer
from dashboards.components import attending, shell, states
from dashboards.components.head import holder, other_language
from dashboards.words import Words, language_of, spoken

if TYPE_CHECKING:
    from dash import Dash

    from kuai.alarms.attendant import Attendant
    from kuai.alarms.entry import Entry

_PULSE_MS = 15_000
_LISTED = ("alarms-list.children", "alarms-mark.data", "page.className")
_SHOWN = (*_LISTED, "head.children", "alarms-shelf.children", "page.lang", "page.data-title")
_AFTER = (*_LISTED, "alarms-said.children", f"{shell.WAITING}.children")
_MOST_DIGITS = 12


def layout(language: str) -> html.Div:
    """Page without an answer yet, in the reader's language."""
    words = Words(language)
    waiting = html.P(words("page.waiting"), className="waiting-text", role="status")
    failed = html.Div(states.state(words, "failed"), className="when-failed", role="alert")
    named: dict[str, Any] = {"aria-labelledby": "alarms-shelf-title"}
    body = [html.Div(id="alarms-said", role="status"), html.Div(waiting, id="alarms-list"), failed]
    return html.Div(
        [
            dcc.Location(id="alarms-url", refresh=False),
            dcc.Interval(id="alarms-pulse", interval=_PULSE_MS),
            dcc.Store(id="alarms-deed"),
            dcc.Store(id="alarms-mark"),
            html.A(words("attending.skip"), href="#alarms-list", className="skip"),
            html.Header(id="head"),
            html.Main(body, className="alarms"),
            html.Dialog(id="alarms-shelf", **named),
        ],
        id="page",
        lang=language,
        className="page alarms waiting",
    )


def register(app: Dash, attendant: Attendant, language: str) -> AlarmsPage:
    """The page's callbacks, and what answers them.

    Parameters
    ----------
    app : Dash
        Application that gets the callbacks.
    attendant : Attendant
        Gate to the alarms.
    language : str
        Language until the reader chooses one.
    """
    page = AlarmsPage(attendant, language)

    @app.callback(_outputs(_SHOWN), Input("alarms-url", "search"), prevent_initial_call="initial_duplicate")
    def show_alarms(search: str) -> tuple[Any, ...]:
        return page.show(search)

    @app.callback(_outputs(_LISTED), Input("alarms-pulse", "n_intervals"), State("alarms-url", "search"),
                  State("alarms-mark", "data"), prevent_initial_call=True)  # fmt: skip
    def follow_alarms(_beats: int, search: str, known: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- a text
        return page.follow(search, known)

    @app.callback(_outputs(_AFTER), Input("alarms-deed", "data"), State("alarms-url", "search"),
                  prevent_initial_call=True)  # fmt: skip
    def attend(deed: Any, search: str) -> tuple[Any, ...]:  # noqa: ANN401 -- what the browser sends
        return page.attend(deed, search)

    @app.callback(Output(shell.WAITING, "children"), Input(shell.PULSE, "n_intervals"), Input("tongue", "data"))
    def count_waiting(_beats: int, language: str | None) -> list[Any]:
        return page.waiting(language)

    return page


def _outputs(fields: tuple[str, ...]) -> list[Output]:
    named = (one.split(".") for one in fields)
    return [Output(part, name, allow_duplicate=True) for part, name in named]


class AlarmsPage:
    """What answers the page: the list of alarms as one viewer may see it, and acts on them.

    Parameters
    ----------
    attendant : Attendant
        Gate to the alarms.
    language : str
        Language until the reader chooses one.
    """

    def __init__(self, attendant: Attendant, language: str) -> None:
        self._attendant, self._language = attendant, language

    def show(self, search: str | None) -> tuple[Any, ...]:
        """All parts of the page for an address, in the order of the page's outputs."""
        words = self._words(search)
        shelf = attending.shelf(words, self._attendant.wall.duty.shelve_most_hours)
        return *self._listed(words), self._head(words, search), shelf, words.language, words("nav.alarms")

    def follow(self, search: str | None, known: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- what the browser sends
        """The list, its mark and the look of the page, if the list is another than the one that is known."""
        is_same = self._attendant.mark(viewer()) == (known or "")
        return (no_update,) * len(_LISTED) if is_same else self._listed(self._words(search))

    def waiting(self, language: str | None) -> list[Any]:
        """What the bar says of alarms that wait for somebody, or that they cannot be counted."""
        words = Words(spoken(language, self._language))
        try:
            return attending.waiting(words, self._attendant.waiting(viewer()), self._attendant.serving.now())
        except KuaiError:
            return attending.counted("?", words("nav.uncounted"))

    def attend(self, deed: Any, search: str | None) -> tuple[Any, ...]:  # noqa: ANN401 -- what the browser sends
        """The list after an act, its mark, the look of the page, what came of the act, and what waits still."""
        words = self._words(search)
        try:
            said = self._done(words, deed)
        except KuaiError as error:
            said = states.refused(words, error)
        return *self._listed(words), said, self.waiting(words.language)

    def _listed(self, words: Words) -> tuple[Any, ...]:
        """The alarms that have not cleared, or why there is no list; its mark, and the look of the page."""
        may = self._attendant.admits(viewer())
        try:
            found = self._attendant.open(viewer())
            return self._cards(words, found), self._attendant.marked(found), "page alarms"
        except KuaiError as error:
            why = states.refused(words, error) if may else self._not_permitted(words)
            return why, "", "page alarms"

    def _cards(self, words: Words, found: list[Entry]) -> Any:  # noqa: ANN401 -- a component
        now, names = self._attendant.serving.now(), self._names(words, {one.point.place.level for one in found})
        told = [attending.Told(one, names.get(one.point.place, one.point.place.area), now) for one in found]
        return attending.listed(words, self._attendant.wall, told)

    def _done(self, words: Words, deed: Any) -> Any:  # noqa: ANN401 -- what the browser sends, and a component
        given = deed if isinstance(deed, dict) else {}
        number, who, attendant = _number(given.get("number")), viewer(), self._attendant
        match given.get("do"):
            case "acknowledge":
                found = attendant.acknowledge(who, number)
            case "shelve":
                found = attendant.shelve(who, number, _hours(given.get("hours")), str(given.get("reason") or ""))
            case "return":
                found = attendant.take_back(who, number)
            case _:
                return ""
        return words("attending.done", name=self._name(words, found), state=words(f"alarm.{found.state}"))

    def _name(self, words: Words, entry: Entry) -> str:
        declared, place = self._attendant.wall.alarms[entry.point.rule], entry.point.place
        return f"{declared.name.to(words.language)} · {self._names(words, {place.level}).get(place, place.area)}"

    def _names(self, words: Words, levels: set[str]) -> dict[Place, str]:
        """Names of the areas of some levels; one that is not there any more has none."""
        known = {level: self._attendant.serving.areas(level).to_dict("records") for level in levels}
        return {Place(level, str(row["area"])): words.name(row) for level, rows in known.items() for row in rows}

    def _head(self, words: Words, search: str | None) -> list[Any]:
        city = words.name(self._attendant.serving.snapshot())
        named = html.Span(f"{city} · {words('nav.alarms')}")
        title = html.H1([html.Span(words("page.brand"), className="brand"), named])
        return [title, other_language(words.language, search), *holder(words, viewer())]

    def _not_permitted(self, words: Words) -> html.Div:
        policy = self._attendant.policy
        may = [one.label.to(words.language) for one in policy.roles.values() if DEED in one.may]
        mine = policy.role(viewer().role).label.to(words.language)
        said = words("attending.not_permitted", may=words("gate.field.comma").join(may), role=mine)
        return states.state(words, "not_permitted", said)

    def _words(self, search: str | None) -> Words:
        return Words(language_of(search, self._language))


def _number(given: object) -> int:
    """Number of an alarm.

    Raises
    ------
    AlarmError
        If it is none.
    """
    text = str(given)
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise AlarmError("no such alarm stands", remedy="it may have cleared")
    return int(text)


def _hours(given: object) -> float:
    """Hours that were given; none at all, which no alarm is put aside for, if they are no number."""
    try:
        return float(str(given))
    except ValueError:
        return 0.0
