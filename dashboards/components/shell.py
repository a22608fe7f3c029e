"""Bar above every page: the way from one to another, and the switch of light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from kuai.texts import LANGUAGES, template

from dashboards.components.marks import HIDDEN, labelled

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboards.words import Words


WAITING, PULSE = "alarms-waiting", "alarms-count"
"""Ids of the place for the number of alarms that wait for somebody, and of what has it counted anew."""

_PULSE_MS = 15_000
_SAID = ("lost", "undone", "ended", "anew")


def place() -> html.Div:
    """Where the bar comes, with what scripts say in either language once there is no connection, or no session."""
    said: dict[str, Any] = {f"data-{name}-{one}": template(f"link.{name}", one) for name in _SAID for one in LANGUAGES}
    return html.Div(id="shell", **said)


def bar(words: Words, pages: Sequence[tuple[str, str]], here: str) -> html.Nav:
    """Links to pages, the one that is open marked, and the switch.

    Parameters
    ----------
    words : Words
        The reader's language.
    pages : sequence of (str, str)
        Names and addresses.
    here : str
        Name of the page that is open.
    """
    links = [_link(words, name, address, here) for name, address in pages]
    parts = [html.Div(links, className="places"), scheme(words)]
    if "alarms" in dict(pages):
        parts.append(dcc.Interval(id=PULSE, interval=_PULSE_MS))
    return html.Nav(parts, className="shell", **labelled(words("nav.all")))


def _link(words: Words, name: str, address: str, here: str) -> dcc.Link:
    current: dict[str, Any] = {"title": words("nav.here")} if name == here else {}
    href = f"{address}?lang={words.language}"
    said: list[str | Component] = [words(f"nav.{name}"), *([html.Span(id=WAITING)] if name == "alarms" else [])]
    return dcc.Link(said, href=href, className="here" if name == here else "", **current)


def scheme(words: Words) -> Any:  # noqa: ANN401 -- a component
    """Switch between light and dark, which the browser remembers."""
    import dash_mantine_components as dmc

    return dmc.ColorSchemeToggle(
        lightIcon=html.Span("☀", **HIDDEN), darkIcon=html.Span("☾", **HIDDEN), variant="subtle", size="md",
        id="scheme", className="scheme", **labelled(words("nav.scheme")),
    )  # fmt: skip
