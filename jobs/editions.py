"""Editions: the record of which periods of a dataset were published, when, and how often they were corrected since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kuai import catalog, periods
from kuai.disclosure.klasses import KlassPolicy
from kuai.disclosure.policy import Policy
from kuai.disclosure.release import STOCK, Release
from kuai.lake import Ledger
from kuai.store.facts import datasets_of_measure

from jobs.dirty import to_date
from jobs.facts import merged
from jobs.frame import Frame

_SHORT = ("day", "week")


@dataclass(frozen=True)
class Part:
    """Cells of a dataset that are published together: one long period, the short ones of a month, or a stock's day."""

    period: str
    first: date

    @property
    def last(self) -> date:
        """Last day that a period of the part may begin on."""
        return periods.end("month", self.first) if self.period in _SHORT else self.first

    @property
    def unit(self) -> str:
        """Name of the part in its table."""
        return f"{self.period}-{self.first}"

    @classmethod
    def named(cls, unit: str) -> Part:
        """Part of that name."""
        period, _, first = unit.partition("-")
        return cls(period, date.fromisoformat(first))

    @classmethod
    def of(cls, period: str, day: date) -> Part:
        """Part that the period of a day belongs to."""
        if period == STOCK:
            return cls(period, day)
        return cls(period, periods.start("month" if period in _SHORT else period, day))


@dataclass(frozen=True)
class Edition:
    """One part as it was published last.

    Parameters
    ----------
    part : Part
        What it holds.
    revision : int
        1 as first published.
    released_on : date
        Day of the build that published it first.
    revised_on : date, optional
        Date of the last correction.
    policy, epoch : str, int
        Hash of the rules of release that its cells follow, and epoch of the keys that they were made with.
    """

    part: Part
    revision: int
    released_on: date
    revised_on: date | None
    policy: str
    epoch: int

    def corrected(self, on: date, policy: Policy) -> Edition:
        """The next edition of the part."""
        return replace(self, revision=self.revision + 1, revised_on=on, policy=policy.release, epoch=policy.epoch)


Record = dict[str, Edition]


def to_text(record: Record) -> str:
    """Record as text, in the order of publication."""
    rows = [
        (unit, one.revision, str(one.released_on), str(one.revised_on or ""), one.policy, one.epoch)
        for unit, one in record.items()
    ]
    return json.dumps(rows, separators=(",", ":"))


def from_text(text: str) -> Record:
    """Record from its text; none from an empty one."""
    return {row[0]: _edition(*row) for row in json.loads(text or "[]")}


def _edition(unit: str, revision: int, released_on: str, revised_on: str, *made: str | int) -> Edition:
    corrected = date.fromisoformat(revised_on) if revised_on else None
    return Edition(Part.named(unit), revision, date.fromisoformat(released_on), corrected, str(made[0]), int(made[1]))


def klass_of(policy: Policy, dataset: str) -> KlassPolicy | None:
    """Class that the cells of a dataset are published by the calendar of; None if they are served as they come."""
    names = {measure.klass for measure in catalog.MEASURES if dataset in datasets_of_measure(measure)}
    return next((klass for name in sorted(names) if (klass := policy.klass(name)).calendar), None)


def due(frame: Frame, calendar: Release, ledger: Ledger, today: date) -> list[Part]:
    """Parts of which something was delivered, and which may be shown on a day; in the order of their days."""
    found = {part for part in _delivered(frame, ledger) if calendar.due(part.period, part.last) <= today}
    return sorted(found, key=lambda part: (part.first, part.period))


def _delivered(frame: Frame, ledger: Ledger) -> Iterator[Part]:
    batches = ledger.of(frame.dataset)
    days = [to_date(number) for number in sorted({number for batch in batches for number in batch.days})]
    covered = merged(batch.covers for batch in batches if batch.covers)
    for period in frame.stored_periods:
        yield from (Part.of(period, day) for day in days)
        if period != STOCK:
            yield from _of_spans(period, covered)


def _of_spans(period: str, spans: Iterable[tuple[date, date]]) -> Iterator[Part]:
    step = "month" if period in _SHORT else period
    return (Part(period, start) for first, last in spans for start in periods.starts(step, first, last))


def order(record: Mapping[str, Edition]) -> list[date]:
    """Days of the stocks that were published, in the order they were."""
    return [one.part.first for one in record.values() if one.part.period == STOCK]
