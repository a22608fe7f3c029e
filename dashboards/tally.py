"""Tally: questions by day and by role or purpose, counted together for a chart and its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Tally:
    """Questions of a span of days.

    Parameters
    ----------
    days : tuple of date
        Every day from the first with a question to the last.
    counts : dict
        Questions on each day, by the name of the role or purpose; the most asked first.
    totals : tuple
        Name, questions, those refused, and questions on the busiest day, in the same order.
    """

    days: tuple[date, ...]
    counts: dict[str, list[int]]
    totals: tuple[tuple[str, int, int, int], ...]


def tally(rows: Sequence[Row], group: str, name: Callable[[str, str], str]) -> Tally:
    """Questions counted by day and group.

    Parameters
    ----------
    rows : sequence of dict
        At least one row with day, role, purpose, questions and refused.
    group : str
        ``role`` or ``purpose``.
    name : callable
        Name of a group and code.
    """
    asked, refused = Counter[tuple[str, date]](), Counter[str]()
    for row in rows:
        code = name(group, row[group])
        asked[code, row["day"]] += row["questions"]
        refused[code] += row["refused"]
    first, last = min(row["day"] for row in rows), max(row["day"] for row in rows)
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    counts = {code: [asked[code, day] for day in days] for code in refused}
    counts = dict(sorted(counts.items(), key=lambda one: -sum(one[1])))
    return Tally(days, counts, tuple((code, sum(one), refused[code], max(one)) for code, one in counts.items()))
