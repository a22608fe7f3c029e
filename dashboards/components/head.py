"""Head of the page: city, freshness against its budget, snapshot, language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from dash import dcc, html

from dashboards.components.marks import HIDDEN
from dashboards.words import OTHER

if TYPE_CHECKING:
    from kuai.access import Viewer

    from dashboards.view import Freshness, Told
    from dashboards.words import Words


def head(view: Told) -> list[Any]:
    """City, age, snapshot and the way to the other language."""
    words = view.words
    return [
        html.H1([html.Span(words("page.brand"), className="brand"), html.Span(words.name(view.snapshot))]),
        age(words, view.freshness),
        html.Span(
            [words("page.snapshot"), " ", html.Code(view.snapshot["snapshot"])],
            className="snapshot",
            title=_moment(view),
        ),
        other_language(view.filters.lang, view.filters.search),
    ]


def holder(words: Words, viewer: Viewer) -> list[Any]:
    """Who has signed in, and the way to the account; nothing on a display, which nobody signs out of."""
    if viewer.is_device:
        return []
    link = html.A(viewer.name, href=f"/account?lang={words.language}", className="holder",
                  title=words("gate.holder", name=viewer.name))  # fmt: skip
    return [link]


def other_language(language: str, search: str | None) -> dcc.Link:
    """Way to the other language, with the rest of the address as it is."""
    code, name = OTHER[language]
    given = dict(parse_qsl((search or "").lstrip("?"))) | {"lang": code}
    return dcc.Link(name, href=f"?{urlencode(given, safe=':')}", className="language")


def age(words: Words, freshness: Freshness) -> html.Span:
    """Age of the newest day against its budget; over it, the badge changes shape, word and colour."""
    name, icon = _kind(freshness)
    until = words.day(freshness.until) if freshness.until else "–"
    parts = [
        html.Span(icon, **HIDDEN),
        html.Strong(words(f"age_badge.{name}")),
        html.Span(words("age_badge.until", day=until)),
        html.Span(
            words("age_badge.age", age=words.age(freshness.age_seconds), budget=words.age(freshness.budget_seconds))
        ),
    ]
    return html.Span(parts, className=f"age age-{name}", role="status")


def _kind(freshness: Freshness) -> tuple[str, str]:
    if not freshness.is_stale:
        return "fresh", "●"
    return ("complete", "■") if freshness.is_complete else ("stale", "▲")


def _moment(view: Told) -> str:
    return view.words("page.published", moment=f"{view.snapshot['published_at']:%Y-%m-%d %H:%M} UTC")
