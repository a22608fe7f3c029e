"""Areas of a city as pages need them: which there are on a day, and which lie within which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from kuai.errors import GateError, nearest

from dashboards import adaptive
from dashboards.filters import Place

if TYPE_CHECKING:
    import pandas as pd

    from kuai.serving import Serving

_KEPT = 24
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """Areas of one level that are shown together.

    Parameters
    ----------
    hierarchy, level : str
        Where they belong.
    place : Place, optional
        What they lie within; None for the whole city.
    areas : DataFrame
        Area, parent, names, valid_from and geometry, by code.
    """

    hierarchy: str
    level: str
    place: Place | None
    areas: pd.DataFrame

    @property
    def has_outlines(self) -> bool:
        """Whether there is something to draw."""
        return bool(self.areas["geometry"].notna().any())

    @cached_property
    def since(self) -> date:
        """First day on which these areas were valid together."""
        return date.fromisoformat(str(max(self.areas["valid_from"]))[:10])


class Atlas:
    """Areas of the current snapshot, kept while it is the current one.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    """

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._areas = lru_cache(maxsize=_KEPT)(self._load)
        self._whole = lru_cache(maxsize=_KEPT)(self._drawn)

    def areas(self, hierarchy: str, level: str, on: date) -> pd.DataFrame:
        """Areas of a level valid on a day, by code."""
        return self._areas(self.snapshot, hierarchy, level, self._serving.alike_since(level, on, hierarchy))

    @property
    def snapshot(self) -> str:
        """Id of the current snapshot."""
        return str(self._serving.snapshot()["snapshot"])

    def levels(self) -> list[Row]:
        """Every level once, from the root of the longest hierarchy down, then those that only others have."""
        found = self._serving.levels()
        length = Counter(row["hierarchy"] for row in found)
        once: dict[str, Row] = {}
        for row in sorted(found, key=lambda row: (-length[row["hierarchy"]], row["hierarchy"], row["rank"])):
            once.setdefault(row["level"], row)
        return list(once.values())

    def scope(self, level: str, place: Place | None, on: date) -> Scope:
        """Areas of a level within a place.

        Raises
        ------
        GateError
            If there is no such level, or the place does not contain it.
        """
        whole = place is None or self._is_root(place)
        if mixed := adaptive.hierarchy_of(level):
            return self._mixed(mixed, None if whole else place, on)
        if place is None or whole:
            return self._all(level, on)
        hierarchy = self._above(level, place)
        return self._within(hierarchy, level, place, on)

    def path(self, scope: Scope, on: date) -> list[tuple[Place, Row]]:
        """Places from the one under the root down to the one the scope lies within."""
        if scope.place is None:
            return []
        found: list[tuple[Place, Row]] = []
        code = scope.place.code
        for level in reversed(self._between(scope.hierarchy, None, scope.place.level)):
            row = _row(self.areas(scope.hierarchy, level, on), code)
            found.append((Place(level, code), row))
            code = str(row["parent"])
        return found[::-1]

    def below(self, hierarchy: str, level: str) -> Iterator[str]:
        """Levels of a hierarchy under one of its levels, nearest first."""
        yield from self._between(hierarchy, level, None)

    def above(self, level: str) -> list[tuple[str, str]]:
        """Levels that areas of a level can be shown within, each with its hierarchy, coarsest first."""
        if mixed := adaptive.hierarchy_of(level):
            return [(one, mixed) for one in self._between(mixed, None, None)[:-1]]
        homes = dict.fromkeys(row["hierarchy"] for row in self.levels() + self._serving.levels())
        at = {(row["hierarchy"], row["level"]) for row in self._serving.levels()}
        return [(one, home) for home in homes if (home, level) in at for one in self._between(home, None, level)[:-1]]

    def _load(self, _snapshot: str, hierarchy: str, level: str, on: date) -> pd.DataFrame:
        return self._serving.areas(level, on, hierarchy)

    def _all(self, level: str, on: date) -> Scope:
        known = {row["level"]: row["hierarchy"] for row in self.levels()}
        if level not in known:
            raise GateError(f"unknown level {level!r}", remedy=nearest(level, known))
        return self._whole(self.snapshot, known[level], level, self._serving.alike_since(level, on, known[level]))

    def _drawn(self, _snapshot: str, hierarchy: str, level: str, on: date) -> Scope:
        return Scope(hierarchy, level, None, self.areas(hierarchy, level, on))

    def _mixed(self, hierarchy: str, place: Place | None, on: date) -> Scope:
        """Areas of all levels of a hierarchy, each by its level and code."""
        import pandas as pd

        names = [row["level"] for row in self._serving.levels() if row["hierarchy"] == hierarchy]
        if not names:
            raise GateError(f"no hierarchy {hierarchy!r}", "level", "leave it out")
        found = {level: self._near(hierarchy, level, place, on) for level in names}
        drawn = [areas.assign(area=f"{level}:" + areas["area"].astype(str)) for level, areas in found.items()]
        return Scope(hierarchy, adaptive.named(hierarchy), place, pd.concat(drawn, ignore_index=True))

    def _near(self, hierarchy: str, level: str, place: Place | None, on: date) -> pd.DataFrame:
        """Areas of a level that lie in a place, or the one that it lies in."""
        areas = self.areas(hierarchy, level, on)
        if place is None:
            return areas
        if level in self._between(hierarchy, place.level, None):
            return self._within(hierarchy, level, place, on).areas
        codes = {one.code for one, _ in self.path(Scope(hierarchy, "", place, areas), on)}
        return areas[areas["area"].isin(codes)]

    def _within(self, hierarchy: str, level: str, place: Place, on: date) -> Scope:
        codes = {place.code}
        for below in self._between(hierarchy, place.level, level):
            areas = self.areas(hierarchy, below, on)
            areas = areas[areas["parent"].isin(codes)]
            codes = set(areas["area"])
        if areas.empty:
            raise GateError(f"nothing of level {level} lies within {place}", "area", "leave the area out")
        return Scope(hierarchy, level, place, areas.reset_index(drop=True))

    def _above(self, level: str, place: Place) -> str:
        ranks = {(row["hierarchy"], row["level"]): row["rank"] for row in self._serving.levels()}
        for hierarchy in dict.fromkeys(one for one, _ in ranks):
            upper, lower = ranks.get((hierarchy, place.level)), ranks.get((hierarchy, level))
            if upper is not None and lower is not None and upper < lower:
                return str(hierarchy)
        raise GateError(f"level {level} does not lie within level {place.level}", "area", "leave the area out")

    def _between(self, hierarchy: str, above: str | None, last: str | None) -> list[str]:
        """Levels of a hierarchy below `above` (the root if None) down to `last`, which is included."""
        names = [row["level"] for row in self._serving.levels() if row["hierarchy"] == hierarchy]
        begin = names.index(above) + 1 if above else 1
        return names[begin : names.index(last) + 1 if last else None]

    def _is_root(self, place: Place) -> bool:
        return any(row["level"] == place.level and row["rank"] == 0 for row in self._serving.levels())


def _row(areas: pd.DataFrame, code: str) -> Row:
    found = areas[areas["area"] == code]
    if found.empty:
        raise GateError(f"no area {code!r}", "area", "leave it out")
    return {str(name): found[name].iloc[0] for name in ("area", "parent", "name_zh", "name_en")}
