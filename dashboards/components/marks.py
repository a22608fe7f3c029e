"""Attributes that components take under names Python has no keyword for, and what is marked with them."""

from __future__ import annotations

from typing import Any

from dash import html

HIDDEN: dict[str, Any] = {"aria-hidden": "true"}
"""Attributes of what is only for the eye: its meaning stands beside it in words."""


def signed(sign: str, said: str) -> list[html.Span]:
    """A sign for the eye, and its name for everybody else."""
    return [html.Span(sign, **HIDDEN), html.Span(said, className="unseen")]


def labelled(text: str) -> dict[str, Any]:
    """Attributes of what has a name only for those who do not see it."""
    return {"aria-label": text}


def chosen(value: str) -> dict[str, Any]:
    """Attributes of a field that shows this value."""
    return {"data-chosen": value}
