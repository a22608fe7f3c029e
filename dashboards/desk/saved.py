"""Saved views as a list: each a link, and a button that removes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from dashboards.components.marks import labelled

if TYPE_CHECKING:
    from kuai.access.views import SavedView

    from dashboards.words import Words


def listed(words: Words, views: Sequence[SavedView]) -> list[Any]:
    """Links to views, or that there are none."""
    if not views:
        return [html.P(words("desk.views.none"), className="soft")]
    return [html.Ul([_entry(words, one) for one in views])]


def _entry(words: Words, view: SavedView) -> html.Li:
    named: dict[str, Any] = {"data-remove": view.name, **labelled(words("desk.views.remove", name=view.name))}
    return html.Li([html.A(view.name, href=view.search, className="go"), html.Button("✕", type="button", **named)])
