"""How much the alarms ask of whoever is there: how many an hour and a day of one operator, and how fast they answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kuai.alarms.entry import Entry

_HOUR, _DAY, _MINUTE = 3600, 86_400, 60


@dataclass(frozen=True)
class Burden:
    """Load of a span of time.

    Parameters
    ----------
    since, until : datetime
        The span.
    raised : int
        Alarms raised in it.
    an_hour, busiest_hour : float, int
        Alarms in an hour on average, and in the hour that had most.
    operator_day : float
        Alarms a day for each operator.
    in_time : float, optional
        Part of those due by now that were acknowledged, or cleared, within their time, 0 to 1; None if none was due.
    minutes : float, optional
        Median minutes from being raised to being acknowledged; None if none was.
    standing, shelved : int
        Alarms at the end of the span whose rule has not cleared, and those of them put aside.
    often : tuple of (str, int)
        Rules by how many alarms they raised, the most first.
    """

    since: datetime
    until: datetime
    raised: int
    an_hour: float
    busiest_hour: int
    operator_day: float
    in_time: float | None
    minutes: float | None
    standing: int
    shelved: int
    often: tuple[tuple[str, int], ...]


def burden(entries: Sequence[Entry], operators: int, since: datetime, until: datetime) -> Burden:
    """Load of the alarms that were raised within a span.

    Parameters
    ----------
    entries : sequence of Entry
        All alarms.
    operators : int
        Operators at a time.
    since, until : datetime
        The span; where no alarm is as old as it, it begins with the first of them.

    Notes
    -----
    Counted as in ISA-18.2 and EEMUA 191, by which 6 an hour and 150 a day of one operator are about what can be dealt
    with.
    """
    begin = max(since, min((one.raised for one in entries), default=since))
    within = [one for one in entries if begin <= one.raised <= until]
    seconds = max((until - begin).total_seconds(), _HOUR)
    hours = Counter(int(one.raised.timestamp()) // _HOUR for one in within)
    waited = [(one.acknowledged - one.raised).total_seconds() / _MINUTE for one in within if one.acknowledged]
    open_now = [one.state for one in entries if one.state != "cleared"]
    return Burden(
        begin, until, len(within), len(within) / (seconds / _HOUR), max(hours.values(), default=0),
        len(within) / max(seconds / _DAY, 1) / operators, _in_time(within, until), median(waited) if waited else None,
        len(open_now), open_now.count("shelved"), tuple(Counter(one.point.rule for one in within).most_common()),
    )  # fmt: skip


def _in_time(entries: Sequence[Entry], now: datetime) -> float | None:
    due = [(one, one.raised + timedelta(minutes=one.respond_minutes)) for one in entries]
    judged = [(_answered(one), until) for one, until in due if _answered(one) or until <= now]
    return sum(at is not None and at <= until for at, until in judged) / len(judged) if judged else None


def _answered(entry: Entry) -> datetime | None:
    return min((at for at in (entry.acknowledged, entry.cleared) if at), default=None)
