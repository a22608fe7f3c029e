"""What a question about the town must be answered with, worked out row by row beside the gate and without its code.

It reads the serving file's table of cells, the policy's own file, the areas, and the rows of the lake; of Kuai it takes
the catalogue's declarations alone.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from kuai import catalog
from kuai.access import Place, Viewer
from kuai.metrics import Measure, Metric
from kuai.serving import Question

RESOLUTION = {
    "city": "upper", "prefecture": "upper", "county": "middle", "station": "middle", "street": "middle",
    "community": "leaf", "block": "leaf",
}  # fmt: skip
ORDER = ("value", "suppressed", "late", "missing", "not_permitted")
UNSEEN = ("missing", "late")
POLICY: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "conf" / "privacy.toml").read_text("utf-8"))
FOREVER = date(9999, 12, 30)
TOWN_TIME = ZoneInfo("Asia/Shanghai")
Shown = tuple[str, float | None]
Cells = dict[tuple[date, str], float | None]


@dataclass(frozen=True)
class Area:
    """An area of a hierarchy from one day to another, and what it lies in."""

    hierarchy: str
    level: str
    code: str
    parent: str
    first: date
    last: date


@dataclass
class Truth:
    """A serving file, read as whoever holds it could.

    Parameters
    ----------
    file : Path
        The serving file.
    """

    file: Path
    cells: dict[tuple[str, str, str, str], Cells] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            every = connection.execute("SELECT measure, level, period, category, start, area, value FROM cell")
            for *key, start, area, value in every.fetchall():
                self.cells[tuple(key)][start, area] = value  # type: ignore[index]
            areas = "SELECT hierarchy, level, area, parent, valid_from, coalesce(valid_to, ?) FROM area"
            self.areas = [Area(*row) for row in connection.execute(areas, [FOREVER]).fetchall()]
            self.released = connection.execute("SELECT measure, level, period, summed_from FROM released").fetchall()
            self.seen = connection.execute("SELECT measure, first, last FROM coverage").fetchall()
            self.categories = set(connection.execute("SELECT measure, category FROM category").fetchall())
            ranks = connection.execute("SELECT hierarchy, level FROM level ORDER BY rank, hierarchy").fetchall()
        self.levels: dict[str, list[str]] = defaultdict(list)
        self.order: dict[str, list[str]] = defaultdict(list)
        for hierarchy, level in ranks:
            self.levels[level].append(hierarchy)
            self.order[hierarchy].append(level)
        self.area_state = lru_cache(maxsize=None)(self._area_state)
        self.above = lru_cache(maxsize=None)(self._above)

    @cached_property
    def offered(self) -> set[tuple[str, str, str]]:
        """Measure, level and period that there are cells for, or of which cells are summed."""
        return {
            (measure, level, one)
            for measure, level, period, _ in self.released
            for one in (("day", "week", "month", "quarter", "year") if period == "stock" else (period,))
        }

    @cached_property
    def summed(self) -> dict[tuple[str, str, str], str]:
        """Shorter period that is added up."""
        return {(measure, level, period): shorter for measure, level, period, shorter in self.released if shorter}

    @cached_property
    def days(self) -> list[date]:
        """First days on which some area is another than the day before."""
        return sorted({one.first for one in self.areas} | {one.last + timedelta(days=1) for one in self.areas})

    def codes(self, level: str) -> list[str]:
        """Codes of a level, of any time."""
        return sorted({one.code for one in self.areas if one.level == level and one.hierarchy == self.levels[level][0]})

    def is_allowed(self, question: Question, viewer: Viewer) -> bool:
        """Whether the question has an answer at all for whoever asks."""
        role = POLICY["role"].get(viewer.role)
        metric = next((one for one in catalog.METRICS if one.id == question.metric), None)
        if role is None or role["audience"] == "none" or "ask" not in role["may"] or metric is None:
            return False
        return (
            all((one, question.level, question.period) in self.offered for one in metric.measures)
            and self._has(metric, question.category)
            and (question.area is None or question.area in self.codes_of(question.level))
            and question.first <= question.last
            and question.last.year < date.max.year
        )

    def codes_of(self, level: str) -> set[str]:
        """Codes of a level, to look one up."""
        return self._known[level]

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        return {level: set(self.codes(level)) for level in self.levels}

    def _has(self, metric: Metric, category: str) -> bool:
        known = {one for measure, one in self.categories if measure == metric.numerator}
        return category in (known or {"all"})

    def answer(self, question: Question, viewer: Viewer) -> dict[tuple[date, str], Shown]:
        """State and value of every row that the answer must have."""
        codes = [question.area] if question.area else self.codes(question.level)
        metric = catalog.metric(question.metric)
        found = {}
        for start, end in spans(question):
            for code in codes:
                is_there, is_within = self.area_state(question.level, code, start, end, viewer.scope)
                if is_there:
                    cell = self._shown(metric, question, viewer, (start, end, code))
                    found[start, code] = cell if is_within else ("not_permitted", None)
        return found

    def _shown(self, metric: Metric, question: Question, viewer: Viewer, at: tuple[date, date, str]) -> Shown:
        audience = POLICY["role"][viewer.role]["audience"]
        top = self.cell(catalog.measure(metric.numerator), question, audience, (*at, question.category))
        if not metric.is_ratio:
            return top
        measure = catalog.measure(metric.denominator)
        below = self.cell(measure, question, audience, (*at, "all"))
        worse = max(top, below, key=lambda one: ORDER.index(one[0]))
        if worse[0] != "value":
            return worse[0], None
        least = POLICY["ratio"]["min_denominator"] if measure.klass == "person" else 0
        if not below[1]:
            return "missing", None
        return ("suppressed", None) if below[1] < least else ("value", metric.scale * (top[1] or 0) / below[1])

    def cell(self, measure: Measure, question: Question, audience: str, at: tuple[date, date, str, str]) -> Shown:
        """State and value of one cell: of first and last day, area and category."""
        rule = POLICY["class"][measure.klass]["audience"][audience]
        if rule == "not_permitted" or (isinstance(rule, int) and rule > 1 and measure.kind == "direct"):
            return "not_permitted", None
        state, value = self._stored(measure, question.level, question.period, at)
        if state == "value" and isinstance(rule, int) and 0 < (value or 0) < rule:
            return "suppressed", None
        return state, value

    def _stored(self, measure: Measure, level: str, period: str, at: tuple[date, date, str, str]) -> Shown:
        start, end, code, category = at
        day: date | None = start
        if measure.kind == "stock":
            day = max((one for one in self._stock_days[measure.id, level] if one <= end), default=None)
            cells, days = self.cells.get((measure.id, level, "stock", category), {}), [day]
        else:
            shorter = self.summed.get((measure.id, level, period))
            cells = self.cells.get((measure.id, level, shorter or period, category), {})
            days = list(_starts(shorter, start, end)) if shorter else [start]
            if not self._is_observed(measure.id, start, end) or _waits(measure, period, end):
                day = None
        if day is None:
            return "missing", None
        found = [cells[one, code] for one in days if (one, code) in cells]
        return _told(measure, found)

    @cached_property
    def _stock_days(self) -> dict[tuple[str, str], set[date]]:
        found = defaultdict(set)
        for (measure, level, period, _), cells in self.cells.items():
            if period == "stock":
                found[measure, level].update(day for day, _ in cells)
        return found

    def _is_observed(self, measure: str, start: date, end: date) -> bool:
        return any(one == measure and first <= end and start <= last for one, first, last in self.seen)

    def _area_state(self, level: str, code: str, start: date, end: date, scope: tuple[Place, ...]) -> tuple[bool, bool]:
        """Whether an area is there on a day of a period; and whether one place of a scope has it on all of its days."""
        found = [self.above(level, code, day) for day in {start, *(one for one in self.days if start < one <= end)}]
        there = [one for one in found if one is not None]
        within = not scope or any(all((place.level, place.area) in one for one in there) for place in scope)
        return bool(there), within

    def _above(self, level: str, code: str, day: date) -> frozenset[tuple[str, str]] | None:
        """An area with all it lies in on a day; None if it is not there."""
        if not any(True for _ in self._at(self.levels[level][0], level, code, day)):
            return None
        found = {(level, code)}
        for hierarchy in self.levels[level]:
            todo = list(self._at(hierarchy, level, code, day))
            while todo:
                one = todo.pop()
                rank = self.order[hierarchy].index(one.level)
                parents = list(self._at(hierarchy, self.order[hierarchy][rank - 1], one.parent, day)) if rank else []
                found |= {(parent.level, parent.code) for parent in parents}
                todo += parents
        return frozenset(found)

    def _at(self, hierarchy: str, level: str, code: str, day: date) -> Iterator[Area]:
        for one in self._by_code.get((hierarchy, level, code), ()):
            if one.first <= day <= one.last:
                yield one

    @cached_property
    def _by_code(self) -> dict[tuple[str, str, str], list[Area]]:
        found = defaultdict(list)
        for one in self.areas:
            found[one.hierarchy, one.level, one.code].append(one)
        return found


def spans(question: Question) -> Iterator[tuple[date, date]]:
    """First and last day of each calendar period that holds a day of the question."""
    day = question.first
    while day <= question.last:
        start, end = _around(question.period, day)
        yield start, end
        day = end + timedelta(days=1)


@lru_cache(maxsize=100_000)
def _around(period: str, day: date) -> tuple[date, date]:
    if period == "day":
        return day, day
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "year": 12}[period]
    month = (day.month - 1) // length * length
    after = date(day.year + (month + length) // 12, (month + length) % 12 + 1, 1)
    return date(day.year, month + 1, 1), after - timedelta(days=1)


def _waits(measure: Measure, period: str, end: date) -> bool:
    """Whether the period waits for a day to come by the policy's calendar; the town is built today."""
    days = POLICY["class"][measure.klass].get("release", {}).get(period, 0)
    return end + timedelta(days=days) > datetime.now(TOWN_TIME).date() if days else False


def _starts(period: str, start: date, end: date) -> Iterator[date]:
    day = _around(period, start)[0]
    while day <= end:
        if day >= start:
            yield day
        day = _around(period, day)[1] + timedelta(days=1)


def _told(measure: Measure, found: list[float | None]) -> Shown:
    """What cells that were observed come to; without one, nobody counted is hidden and nothing counted is 0."""
    if not found:
        return (
            ("suppressed", None)
            if measure.klass == "person"
            else ("missing", None)
            if measure.kind == "direct"
            else ("value", 0.0)
        )
    if any(one is None for one in found):
        return "suppressed", None
    return "value", float(sum(one for one in found if one is not None))
