"""Notices in place of a map: nothing there, cannot be drawn, went wrong."""

from __future__ import annotations

from dash import dcc, html

from kuai import refusals
from kuai.errors import KuaiError

from dashboards.words import Words


def nothing(words: Words, key: str) -> html.Div:
    """Why no map is drawn, by the key of the text."""
    return html.Div([html.Strong(words(f"{key}.what")), html.P(words(f"{key}.remedy"))], className="notice")


def refusal(words: Words, error: KuaiError) -> html.Div:
    """What the gate refuses and what to do, with the way back to where the page opens."""
    what, remedy = refusals.in_language(error, words.language)
    said = [html.Strong(words("notice.refused")), html.P(what)]
    if remedy:
        said.append(html.P(remedy, className="remedy"))
    return html.Div(
        [*said, dcc.Link(words("notice.restart"), href=f"?lang={words.language}")], className="notice error"
    )
