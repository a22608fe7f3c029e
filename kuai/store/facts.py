"""What a snapshot says about itself: levels, releases, categories, coverage and feeds, read once per serving file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kuai import catalog, periods, sql
from kuai.disclosure.release import STOCK, Release
from kuai.errors import GateError, LakeError, nearest
from kuai.metrics import Measure, Metric
from kuai.periods import PERIODS
from kuai.store import histories, places, scope, sheets

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.store.spans import Stretches

Row = dict[str, Any]
_EPOCH = date(1970, 1, 1)
_FEEDS_TOO = {"resident_count": ("core.population_count",)}


class Tables(Protocol):
    """A serving file that answers statements."""

    def rows(self, statement: str, parameters: Row | None = None) -> list[Row]:
        """One mapping per row."""

    def columns(self, statement: str, parameters: Row | None = None) -> dict[str, NDArray[Any]]:
        """One array per column."""


class Facts:
    """Facts of one snapshot; immutable, because the serving file is.

    Parameters
    ----------
    tables : Tables
        The open serving file.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables, self.histories, self.sheets = tables, histories.Histories(tables), sheets.Sheets()
        self.areas: dict[tuple[str, str, date], pd.DataFrame] = {}
        self.places = lru_cache(maxsize=None)(self._places)
        self.codes = lru_cache(maxsize=None)(self._codes)
        self.stock_days = lru_cache(maxsize=None)(self._stock_days)
        self.newest_of = lru_cache(maxsize=None)(self._newest_of)
        self.batches = lru_cache(maxsize=2048)(self._batches)
        self.within = lru_cache(maxsize=256)(self._within)
        self.territory = lru_cache(maxsize=256)(self._territory)
        self.holders = lru_cache(maxsize=None)(self._holders)
        self.offered = lru_cache(maxsize=None)(self._offered)
        self.turns = lru_cache(maxsize=None)(partial(scope.turns, tables))
        self.above = lru_cache(maxsize=4096)(partial(scope.above, tables))

    @cached_property
    def snapshot(self) -> Row:
        """Id, city, names, moment (UTC), run, policy and time zone of the snapshot.

        Raises
        ------
        LakeError
            If the file does not describe exactly one snapshot.
        """
        found = self._tables.rows(sql.text("facts_snapshot"))
        if len(found) != 1:
            raise LakeError(f"the serving file describes {len(found)} snapshots", remedy="publish again: kuai build")
        return found[0]

    @cached_property
    def levels(self) -> list[Row]:
        """Levels of every hierarchy from the root down."""
        return self._tables.rows(sql.text("facts_levels"))

    @cached_property
    def feeds(self) -> list[Row]:
        """Sources with what was expected of them and what came."""
        return self._tables.rows(sql.text("facts_feeds"))

    @cached_property
    def released(self) -> dict[str, dict[str, set[str]]]:
        """Periods by measure and level; a stock, asked at any day, is offered at every period."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in self._releases:
            found[row["measure"]][row["level"]].update(PERIODS if row["period"] == "stock" else (row["period"],))
        return found

    @cached_property
    def summed_from(self) -> dict[tuple[str, str, str], str]:
        """Shorter period whose cells are added up, by measure, level and period; absent where a period has its own."""
        summed = [one for one in self._releases if one["summed_from"]]
        return {(one["measure"], one["level"], one["period"]): one["summed_from"] for one in summed}

    @cached_property
    def _releases(self) -> list[Row]:
        return self._tables.rows(sql.text("facts_released"))

    @cached_property
    def categories(self) -> dict[str, list[str]]:
        """Categories by measure, in alphabetical order."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._tables.rows(sql.text("facts_categories")):
            found[row["measure"]].append(row["category"])
        return found

    @cached_property
    def discovered(self) -> frozenset[str]:
        """Categories of cases that are found by the police's own work."""
        return frozenset(row["category"] for row in self._tables.rows(sql.text("facts_discovered")))

    @cached_property
    def coverage(self) -> dict[str, list[tuple[int, int]]]:
        """Observed ranges by measure, both ends inclusive, in days since 1970-01-01."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in self._tables.rows(sql.text("facts_coverage")):
            found[row["measure"]].append((day_number(row["first"]), day_number(row["last"])))
        return found

    @cached_property
    def calendars(self) -> dict[str, Release]:
        """When periods of a measure are released, by measure; absent where they are shown as they come."""
        rows = self._tables.rows(sql.text("facts_calendar"))
        lags: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows:
            lags[row["measure"]][row["period"]] = row["lag_days"]
        return {row["measure"]: Release(lags[row["measure"]], row["revise"], row["revisions"]) for row in rows}

    @cached_property
    def editions(self) -> dict[tuple[str, str, date], Row]:
        """What was released, by measure, period and the first day that a period of the edition may begin on."""
        rows = self._tables.rows(sql.text("facts_editions"))
        return {(row["measure"], row["period"], row["first"]): row for row in rows}

    def _offered(self, metric: Metric) -> list[tuple[str, str]]:
        """Level and period of every question on the metric that has an answer, root and shortest period first."""
        combined = set.intersection(*map(self._combinations, metric.measures))
        order = {row["level"]: rank for rank, row in reversed(list(enumerate(self.levels)))}
        return sorted(combined, key=lambda pair: (order.get(pair[0], 0), PERIODS.index(pair[1])))

    def hierarchy_of(self, level: str) -> str:
        """First hierarchy that has the level.

        Raises
        ------
        GateError
            If none has it; names the nearest.
        """
        for row in self.levels:
            if row["level"] == level:
                return str(row["hierarchy"])
        raise GateError(f"unknown level {level!r}", remedy=nearest(level, (row["level"] for row in self.levels)))

    def newest_day(self, metric: Metric) -> date | None:
        """Newest observed day behind the metric; of a ratio, of its older flow.

        A stock below a ratio does not count: it is carried forward by design.
        """
        kept = [one for one in metric.measures if catalog.measure(one).kind != "stock"] or list(metric.measures)
        known = [day for day in map(self.newest_of, kept) if day is not None]
        return min(known) if known else None

    def _combinations(self, measure: str) -> set[tuple[str, str]]:
        return {(level, period) for level, periods in self.released.get(measure, {}).items() for period in periods}

    def _newest_of(self, measure: str) -> date | None:
        if measure in self.coverage:
            observed = numbered_day(max(last for _, last in self.coverage[measure]))
            return self._newest_released(measure, observed) if measure in self.calendars else observed
        found: date | None = self._tables.rows(sql.text("query_newest"), {"measure": measure})[0]["day"]
        return found

    def _newest_released(self, measure: str, observed: date) -> date | None:
        ends = [_end(one) for one in self.editions.values() if one["measure"] == measure]
        return min(max(ends), observed) if ends else None

    def _places(self, level: str) -> places.Places:
        wanted = {"hierarchy": self.hierarchy_of(level), "level": level}
        return places.index(self._tables.columns(sql.text("query_places"), wanted))

    def _territory(self, within: tuple[Place, ...], level: str) -> Stretches:
        return scope.territory(self.places(level), [self.within(place, level) for place in within])

    def _within(self, place: Place, level: str) -> NDArray[np.int64]:
        """Spans in which areas of a level lie in a place, of the first hierarchy that has both; none if none has."""
        homes = [{one["hierarchy"] for one in self.levels if one["level"] == name} for name in (place.level, level)]
        shared = [one["hierarchy"] for one in self.levels if one["hierarchy"] in homes[0] & homes[1]]
        if not shared:
            return np.zeros((3, 0), dtype=np.int64)
        wanted = {"hierarchy": shared[0], "within": place.level, "area": place.area, "level": level}
        return scope.spans(self.places(level), self._tables.columns(sql.text("query_within"), wanted))

    def _holders(self, hierarchy: str, level: str) -> NDArray[np.int64]:
        """Position of an area of a level, position of what holds it, first and last day, one column per span."""
        names = [row["level"] for row in self.levels if row["hierarchy"] == hierarchy]
        rank = names.index(level)
        if rank == 0:
            return np.zeros((4, 0), dtype=np.int64)
        columns = self._tables.columns(sql.text("query_parents"), {"hierarchy": hierarchy, "level": level})
        parent = self.places(names[rank - 1]).find(columns["parent"].astype(np.uint64))
        position, valid_from, valid_to = scope.spans(self.places(level), columns)
        return np.stack([position, parent, valid_from, valid_to])[:, position >= 0]

    def _codes(self, level: str) -> pd.CategoricalDtype[str]:
        import pandas as pd

        return pd.CategoricalDtype(pd.Index(self.places(level).codes))

    def _stock_days(self, measure: str, level: str, category: str) -> NDArray[np.int64]:
        wanted = {"measure": measure, "level": level, "category": category}
        return self._tables.columns(sql.text("query_stock_days"), wanted)["day"].astype(np.int64)

    def _batches(self, datasets: tuple[str, ...], first: date, last: date) -> list[Row]:
        wanted = {"datasets": list(datasets), "first": first, "last": last}
        return self._tables.rows(sql.text("explain_batches"), wanted)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def numbered_day(number: int) -> date:
    """Day from its number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def datasets_of_measure(measure: Measure) -> set[str]:
    """Datasets a measure is made of, those that are collapsed into its own at ingest included."""
    also = _FEEDS_TOO.get(measure.id, ())
    return {one.name for one in catalog.CONTRACTS if measure.dataset in (one.name, one.stored_as)}.union(also)


@lru_cache(maxsize=64)
def classes_of(dataset: str) -> frozenset[str]:
    """Classes of the measures that are made of a dataset."""
    return frozenset(one.klass for one in catalog.MEASURES if dataset in datasets_of_measure(one))


def _end(edition: Row) -> date:
    last: date = edition["last"]
    return last if edition["period"] == STOCK else periods.end(edition["period"], last)
