"""What is to be said where cases are found by checks, which rise and fall with the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dash import html

if TYPE_CHECKING:
    from dashboards.words import Words


def noted(words: Words, category: str, known: Sequence[str]) -> list[html.P]:
    """Sentence on a category found by checks, or on a total that holds such; none beside any other.

    Parameters
    ----------
    words : Words
        The reader's language.
    category : str
        Category that is shown; `all` for their total.
    known : sequence of str
        Categories of the metric that are found by checks.
    """
    if not known or category not in {"all", *known}:
        return []
    if category != "all":
        return [html.P(words("legend.discovered"), className="noted")]
    names = words("legend.and").join(map(words.category, known))
    return [html.P(words("legend.some_discovered", names=names), className="noted")]
