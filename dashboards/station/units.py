"""Units that have a page of their own: which there are, which a viewer may see, and how one is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from dashboards.filters import Place

if TYPE_CHECKING:
    import pandas as pd

    from kuai.access import Place as ScopePlace
    from kuai.serving import Serving

    from dashboards.atlas import Atlas

ROOM = "/unit/"
"""Beginning of the addresses of units: what follows is level:code."""

"""Address where a unit is chosen."""

MOST_FOUND = 12
"""Units that a search shows at most."""

_FOLLOWED, _COUNTED, _STAFFED = "closed_count", "incident_count", "unit_count"
_ALIKE = 0.5


@dataclass(frozen=True)
class Unit:
    """One area that has a page: a police station, a district.

    Parameters
    ----------
    place : Place
        Level and code.
    row : dict
        Names of the area (``name_zh``, ``name_en``) and the code of its parent.
    kind : dict
        Names of its level.
    hierarchy : str
        Hierarchy its peers belong to.
    """

    place: Place
    row: dict[str, Any]
    kind: dict[str, Any]
    hierarchy: str


def address(place: Place, search: str = "") -> str:
    """Address of the page of a unit, with the choices of another page."""
    return f"{ROOM}{quote(str(place), safe=':')}{search}"


def named(path: str | None) -> str:
    """What an address says behind its beginning; empty where a unit is still to be chosen."""
    return unquote((path or "").removeprefix(ROOM)) if (path or "").startswith(ROOM) else ""


class Directory:
    """Units of the current snapshot on a day.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    atlas : Atlas
        Areas of the city.
    on : date
        Day the units must be valid on.
    """

    def __init__(self, serving: Serving, atlas: Atlas, on: date) -> None:
        self._serving, self._atlas, self._on = serving, atlas, on

    def levels(self) -> list[dict[str, Any]]:
        """Levels whose areas have a page: those at which cases are followed, or at least counted, below the root.

        Those of a hierarchy that has police units come first.
        """
        followed, home = self._offered(_FOLLOWED) or self._offered(_COUNTED), self._offered(_STAFFED)
        known = [row for row in self._atlas.levels() if row["level"] in followed]
        homes = {row["hierarchy"] for row in known if row["level"] in home}
        return sorted(known, key=lambda row: row["hierarchy"] not in homes)

    def find(self, text: str) -> Unit | None:
        """Unit by its written form level:code; None if there is none."""
        level, _, code = text.partition(":")
        kind = next((row for row in self.levels() if row["level"] == level), None)
        if kind is None or not code:
            return None
        areas = self._areas(kind)
        found = areas[areas["area"] == code].to_dict("records")
        return self._unit(kind, found[0]) if found else None

    def search(self, text: str, scope: Sequence[ScopePlace], most: int = MOST_FOUND) -> list[Unit]:
        """Units within a scope whose name or code holds a text, those that begin with it first.

        Parameters
        ----------
        text : str
            What is looked for; with nothing, the first units of the highest level.
        scope : sequence of Place
            Areas that a viewer is concerned with; empty for the whole city.
        most : int
            Units that are given at most.
        """
        wanted = text.strip().casefold()
        found = [unit for unit in self._within(scope) if any(wanted in one for one in _spellings(unit))]
        found.sort(key=lambda unit: not any(one.startswith(wanted) for one in _spellings(unit)))
        return found[:most]

    def alike(self, text: str, scope: Sequence[ScopePlace]) -> list[Unit]:
        """Units within a scope whose name or code is spelled most like a text."""
        level, _, wanted = text.casefold().rpartition(":")
        known = {one: unit for unit in self._within(scope) for one in _spellings(unit)}
        close = get_close_matches(wanted, known, n=len(known) or 1, cutoff=_ALIKE)
        close.sort(key=lambda one: (known[one].place.level != level, -_shared(one, wanted)))
        return list({known[one].place: known[one] for one in close}.values())[: MOST_FOUND // 2]

    def _within(self, scope: Sequence[ScopePlace]) -> Iterator[Unit]:
        for kind in self.levels():
            areas = self._areas(kind)
            kept = areas[areas["area"].isin(self._reach(kind, scope))] if scope else areas
            yield from (self._unit(kind, row) for row in kept.to_dict("records"))

    def _reach(self, kind: dict[str, Any], scope: Sequence[ScopePlace]) -> set[str]:
        """Codes of the areas of a level that lie in a scope."""
        inside: set[str] = set()
        for row in self._serving.levels():
            if row["hierarchy"] != kind["hierarchy"] or row["rank"] > kind["rank"]:
                continue
            areas = self._atlas.areas(row["hierarchy"], row["level"], self._on)
            named = {one.area for one in scope if one.level == row["level"]}
            inside = set(areas["area"][areas["parent"].isin(inside) | areas["area"].isin(named)])
        return inside

    def _areas(self, kind: dict[str, Any]) -> pd.DataFrame:
        areas = self._atlas.areas(kind["hierarchy"], kind["level"], self._on)
        return areas[["area", "parent", "name_zh", "name_en"]]

    def _unit(self, kind: dict[str, Any], row: Any) -> Unit:  # noqa: ANN401 -- a record of a frame
        return Unit(Place(kind["level"], str(row["area"])), row, kind, kind["hierarchy"])

    def _offered(self, metric: str) -> set[str]:
        ranks = {row["level"] for row in self._serving.levels() if row["rank"] > 0}
        return {level for level, _ in self._serving.offered(metric)} & ranks


def _shared(one: str, other: str) -> int:
    """Letters from the beginning that two texts have in common."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(one))


def _spellings(unit: Unit) -> tuple[str, ...]:
    return tuple(str(unit.row[one]).casefold() for one in ("area", "name_zh", "name_en"))
