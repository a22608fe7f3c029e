"""Attributes that components take under names Python has no keyword for."""

from __future__ import annotations

from typing import Any

HIDDEN: dict[str, Any] = {"aria-hidden": "true"}
"""Attributes of what is only for the eye: its meaning stands beside it in words."""


def labelled(text: str) -> dict[str, Any]:
    """Attributes of what has a name only for those who do not see it."""
    return {"aria-label": text}


def chosen(value: str) -> dict[str, Any]:
    """Attributes of a field that shows this value."""
    return {"data-chosen": value}
