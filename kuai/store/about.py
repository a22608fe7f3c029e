"""About: what the current snapshot of a city says of itself, none of it a number of anything counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kuai import catalog
from kuai.store import ancestry, lateness, lineage, releases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    import pandas as pd

    from kuai.access import Place
    from kuai.store.reader import Lender


class About:
    """Areas, levels, metrics, feeds and age of the current snapshot.

    Parameters
    ----------
    reader : Reader, or what stands for it
        Lends the city's serving file.
    clock : callable
        Gives the present moment in UTC.
    """

    def __init__(self, reader: Lender, clock: Callable[[], datetime]) -> None:
        self._reader = reader
        self._clock = clock

    def now(self) -> datetime:
        """Present moment in UTC, by the clock that ages are told by."""
        return self._clock()

    def areas(self, level: str, on: date | None = None, hierarchy: str | None = None) -> pd.DataFrame:
        """Areas of a level valid on a day (now if None), by code: names, parent and geometry (WKB, EPSG:4326, or None).

        Parameters
        ----------
        level : str
            Level of the areas.
        on : date, optional
            Day they must be valid on.
        hierarchy : str, optional
            Hierarchy whose parents are meant, where several share the level; the first if None.

        Raises
        ------
        GateError
            If there is no such level.
        """
        with self._reader.lease() as opened:
            return lineage.areas(opened, level, on or self._clock().date(), hierarchy)

    def alike_since(self, level: str, on: date, hierarchy: str) -> date:
        """First day from which on the areas of a level of a hierarchy were those of the day, all of them."""
        with self._reader.lease() as opened:
            return lineage.alike_since(opened.facts, level, on, hierarchy)

    def forget(self) -> None:
        """Read cells anew that are kept in memory: for whoever measures what reading them takes."""
        with self._reader.lease() as opened:
            opened.facts.histories.forget()
            opened.facts.sheets.forget()

    def levels(self) -> list[dict[str, Any]]:
        """Levels of every hierarchy from the root down: hierarchy, level, rank, name_zh, name_en, has_geometry."""
        with self._reader.lease() as opened:
            return opened.facts.levels

    def level_of(self, area: str) -> str:
        """Level of the area with that code.

        Raises
        ------
        GateError
            If there is none, or areas of several levels have the code.
        """
        with self._reader.lease() as opened:
            return lineage.level_of(opened, area)

    def above(self, place: Place) -> tuple[Place, ...]:
        """Areas that held an area at any time, of every hierarchy, by level and code.

        Raises
        ------
        GateError
            If there is no such level or area.
        """
        with self._reader.lease() as opened:
            return ancestry.above(opened, place)

    def offered(self, metric: str) -> list[tuple[str, str]]:
        """Level and period of every question on the metric that is answered."""
        with self._reader.lease() as opened:
            return list(opened.facts.offered(catalog.metric(metric)))

    def categories(self, metric: str) -> list[str]:
        """Categories a metric is broken down by, `all` first."""
        with self._reader.lease() as opened:
            found = opened.facts.categories.get(catalog.metric(metric).numerator, [])
            return sorted(found, key=lambda one: (one != "all", one))

    def discovered(self, metric: str) -> list[str]:
        """Categories of a metric that are found by the police's own work: more work, more of them; none for others."""
        with self._reader.lease() as opened:
            return [one for one in self.categories(metric) if one in opened.facts.discovered]

    def has_checkpoints(self) -> bool:
        """Whether the city delivers a registry of checkpoints."""
        with self._reader.lease() as opened:
            return any(row["dataset"] == "core.checkpoint" for row in opened.facts.feeds)

    def feeds(self, metric: str) -> list[dict[str, Any]]:
        """Feeds a metric is made of, each with its age in seconds, its budget in hours, and its state."""
        with self._reader.lease() as opened:
            return lineage.feeds(opened.facts, catalog.metric(metric), self._clock())

    def newest(self, metric: str) -> date | None:
        """Newest observed day behind a metric, which its age counts from; None if nothing was observed."""
        with self._reader.lease() as opened:
            return opened.facts.newest_day(catalog.metric(metric))

    def age_seconds(self, metric: str) -> int:
        """Seconds since the newest observed day behind a metric ended; 0 if it has not, or nothing was observed."""
        with self._reader.lease() as opened:
            newest = opened.facts.newest_day(catalog.metric(metric))
            return lateness.age_seconds(newest, self._clock(), opened.facts.snapshot["time_zone"])

    def oldest(self, metric: str) -> date | None:
        """First observed day behind a metric; None if none is told, as of what stands at dates."""
        with self._reader.lease() as opened:
            return lineage.oldest(opened.facts, catalog.metric(metric))

    def calendar(self) -> list[dict[str, Any]]:
        """What is released next: measure, class, period, lag, newest and next period with its day, next revision."""
        with self._reader.lease() as opened:
            return releases.coming(opened.facts, self._clock())

    def snapshot(self) -> dict[str, Any]:
        """The current snapshot: id, city, names, moment of publishing (UTC), run, version of the policy, time zone."""
        with self._reader.lease() as opened:
            return lineage.snapshot(opened.facts)
