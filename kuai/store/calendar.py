"""Numbers of the periods of a question, kept for the next one: pages and analysts ask for the same periods again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from kuai import periods
from kuai.store.facts import day_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]

T = TypeVar("T")
MOST_DAYS = 4_000
"""Days of the longest span whose periods are kept; about eleven years."""


def starts(period: str, first: date, last: date) -> tuple[date, ...]:
    """First days of every period that holds a day of [first, last], in order."""
    return _chosen(_starts, (last - first).days)(period, first, last)


def edges(period: str, firsts: tuple[date, ...]) -> tuple[Days, Days]:
    """First and last day of each period, in days since 1970-01-01; not to be written to."""
    return _chosen(_edges, len(firsts))(period, firsts)


def labels(period: str, firsts: tuple[date, ...]) -> tuple[str, ...]:
    """Written form of each period."""
    return _chosen(_labels, len(firsts))(period, firsts)


def _chosen(kept: Callable[..., T], days: int) -> Callable[..., T]:
    """The function that keeps its results, or itself without keeping what is too long."""
    return kept if days <= MOST_DAYS else kept.__wrapped__  # type: ignore[attr-defined]


@lru_cache(maxsize=512)
def _starts(period: str, first: date, last: date) -> tuple[date, ...]:
    return tuple(periods.starts(period, first, last))


@lru_cache(maxsize=512)
def _edges(period: str, firsts: tuple[date, ...]) -> tuple[Days, Days]:
    first = np.array([day_number(start) for start in firsts], dtype=np.int64)
    last = np.array([day_number(periods.end(period, start)) for start in firsts], dtype=np.int64)
    for days in (first, last):
        days.flags.writeable = False
    return first, last


@lru_cache(maxsize=512)
def _labels(period: str, firsts: tuple[date, ...]) -> tuple[str, ...]:
    return tuple(periods.label(period, start) for start in firsts)
