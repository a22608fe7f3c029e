"""States of a part of a page that are no answer: nothing there, on its way, failed, not permitted, too old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dash import html

from kuai import refusals

from dashboards.components.marks import HIDDEN

if TYPE_CHECKING:
    from kuai.errors import KuaiError

    from dashboards.words import Words

Kind = Literal["empty", "loading", "failed", "not_permitted", "stale"]

SIGNS: dict[Kind, str] = {"empty": "○", "loading": "…", "failed": "✕", "not_permitted": "⊘", "stale": "▲"}
"""Sign of each state, so that none is told by colour alone."""


def state(words: Words, kind: Kind, detail: str = "", remedy: str = "") -> html.Div:
    """A part of a page in one of these states: its sign, what it is, and what to do.

    Parameters
    ----------
    words : Words
        The reader's language.
    kind : str
        One of `SIGNS`.
    detail, remedy : str
        What is told beside it; the usual sentences of the state if empty.
    """
    said = [html.Strong(words(f"part.{kind}.what")), html.P(detail or words(f"part.{kind}.detail"))]
    told: list[Any] = [html.Span(SIGNS[kind], className="sign", **HIDDEN), *said]
    if remedy:
        told.append(html.P(remedy, className="remedy"))
    urgent = "alert" if kind == "failed" else "status"
    return html.Div(told, className=f"part part-{kind}", role=urgent)


def refused(words: Words, error: KuaiError) -> html.Div:
    """A part of a page whose question was refused: as not permitted if it was for that, else as failed."""
    from kuai.errors import AccessError

    kind: Kind = "not_permitted" if isinstance(error, AccessError) else "failed"
    return state(words, kind, *refusals.in_language(error, words.language))


def veil(words: Words, age: str) -> html.Div:
    """Band over a part whose number is older than it may be: it no longer looks as it does when it is current."""
    told = words("part.stale.since", age=age)
    return html.Div([html.Span(SIGNS["stale"], **HIDDEN), " ", told], className="veil", role="status")
