"""Wording of a map: what it is called, which keys lead through it, and what it says of its own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.words import Words

_SAID = ("label", "keys", "table_keys", "loading", "preparing", "failed", "not_permitted", "lost", "fallback", "table")


def wording(words: Words) -> dict[str, str]:
    """Texts of the property `words` of a map, in the reader's language."""
    said = {name: words(f"mapping.{name}") for name in _SAID}
    return said | {"more": words.template("mapping.more"), "area": words("column.area"), "value": words("column.value")}
