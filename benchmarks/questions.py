"""A realistic mix of questions to the gate, each with the bare SQL a reader of the file would write for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from kuai import periods
from kuai.serving import Question

_ONE_MONTH = """
    SELECT area, value FROM cell
    WHERE measure = $measure AND level = $level AND period = 'month' AND category = $category AND start = $first
    ORDER BY value DESC
"""
_ONE_AREA = """
    SELECT start, value FROM cell
    WHERE measure = $measure AND level = $level AND period = $period AND category = 'all' AND area = $area
        AND start BETWEEN $first AND $last
    ORDER BY start
"""
_MONTHS = """
    SELECT area, start, value FROM cell
    WHERE measure = $measure AND level = $level AND period = 'month' AND category = $category
        AND start BETWEEN $first AND $last
    ORDER BY area, start
"""
_STOCK = """
    SELECT area, value FROM cell
    WHERE measure = $measure AND level = $level AND period = 'stock' AND category = $category AND start = (
        SELECT max(start) FROM cell
        WHERE measure = $measure AND level = $level AND period = 'stock' AND start <= $last
    )
    ORDER BY area
"""
_RATE = f"""
    SELECT area, 1000 * cases.value / residents.value AS value
    FROM ({_ONE_MONTH}) AS cases
    JOIN (
        SELECT area, value FROM cell
        WHERE measure = 'resident_count' AND level = $level AND period = 'stock' AND category = 'all' AND start = (
            SELECT max(start) FROM cell
            WHERE measure = 'resident_count' AND level = $level AND period = 'stock' AND start <= $last
        )
    ) AS residents USING (area)
    ORDER BY value DESC
"""


@dataclass(frozen=True)
class Asked:
    """One question in both forms.

    Parameters
    ----------
    kind : str
        What an analyst would call it.
    question : Question
        What the gate is asked.
    statement : str
        Bare SQL on the table ``cell``.
    parameters : mapping
        Its parameters.
    """

    kind: str
    question: Question
    statement: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """What may be asked about.

    Parameters
    ----------
    first, last : date
        First and last day of cases and passages.
    stations : list of str
        Codes of areas of the level station.
    categories : list of str
        Categories of cases.
    """

    first: date
    last: date
    stations: list[str]
    categories: list[str]

    def month(self, chance: Random) -> date:
        """First day of any month observed."""
        return chance.choice(list(periods.starts("month", self.first, self.last)))


def draw(span: Span, chance: Random) -> Asked:
    """One question of the mix, as often as pages and analysts ask it."""
    kind = chance.choices(list(_MIX), list(_MIX.values()))[0]
    return kind(span, chance)


def _ranking(span: Span, chance: Random) -> Asked:
    measure = chance.choice(["incident_count", "closed_count", "passage_count"])
    return _month("ranking of stations", Question(measure, "station", "month", *_ends(span.month(chance))), _ONE_MONTH)


def _map(span: Span, chance: Random) -> Asked:
    ends = _ends(span.month(chance))
    return _month("map of blocks", Question("incident_count", "block", "month", *ends), _ONE_MONTH)


def _category(span: Span, chance: Random) -> Asked:
    first = periods.start("month", max(span.first, span.last - timedelta(days=365)))
    question = Question("incident_count", "county", "month", first, span.last, category=chance.choice(span.categories))
    return _month("category over a year", question, _MONTHS)


def _rate(span: Span, chance: Random) -> Asked:
    level = chance.choice(["station", "county"])
    question = Question("incident_rate", level, "month", *_ends(periods.start("month", span.last)))
    found = _month("rate", question, _RATE)
    return Asked(found.kind, question, _RATE, {**found.parameters, "measure": "incident_count", "last": span.last})


def _trend(span: Span, chance: Random) -> Asked:
    first, area = max(span.first, span.last - timedelta(days=364)), chance.choice(span.stations)
    question = Question(chance.choice(["incident_count", "passage_count"]), "station", "day", first, span.last, area)
    given = {"measure": question.metric, "level": "station", "period": "day", "area": area, "first": first}
    return Asked("trend of a station by day", question, _ONE_AREA, {**given, "last": span.last})


def _stock(span: Span, chance: Random) -> Asked:
    group = chance.choice(["all", "female", "age_60_plus"])
    question = Question("resident_count", "station", "month", *_ends(periods.start("month", span.last)), category=group)
    given = {"measure": "resident_count", "level": "station", "category": group, "last": question.last}
    return Asked("stock of residents", question, _STOCK, given)


def _month(kind: str, question: Question, statement: str) -> Asked:
    given = {
        "measure": question.metric,
        "level": question.level,
        "category": question.category,
        "first": question.first,
    }
    return Asked(kind, question, statement, given | ({"last": question.last} if "$last" in statement else {}))


def _ends(first: date) -> tuple[date, date]:
    return first, periods.end("month", first)


_MIX: dict[Callable[[Span, Random], Asked], int] = {
    _ranking: 30, _trend: 25, _rate: 15, _category: 10, _stock: 10, _map: 10,
}  # fmt: skip
