"""Bounds of settings: what a field of a section may hold beside its type."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def between(least: int, most: int | None = None) -> Any:  # noqa: ANN401 -- a dataclass field stands for any type
    """Field for a whole number of at least the first, and of at most the second."""
    return field(metadata={"least": least, "most": most})


def none_or(least: int) -> Any:  # noqa: ANN401 -- a dataclass field stands for any type
    """Field for 0, or a whole number of at least this."""
    return field(metadata={"least": 0, "unless_none": least})


def one_of(*names: str) -> Any:  # noqa: ANN401 -- a dataclass field stands for any type
    """Field for one of these names."""
    return field(metadata={"names": names})


def day() -> Any:  # noqa: ANN401 -- a dataclass field stands for any type
    """Field for a day such as 2026-06-30."""
    return field(metadata={"is_date": True})
