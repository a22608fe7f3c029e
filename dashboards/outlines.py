"""Outlines of the areas of a scope: simplified once, kept, and sent once per level."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from dashboards.figures.patterns import Line, pattern
from dashboards.filters import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboards.atlas import Atlas, Scope

_FINENESS = 1500
_DIGITS = 5
_KEPT = 64


@dataclass(frozen=True)
class Outlines:
    """Simplified outlines of a scope.

    Parameters
    ----------
    codes : array of str
        Area codes.
    shapes : array of geometry
        Outline of each, in degrees.
    """

    codes: NDArray[np.object_]
    shapes: NDArray[np.object_]

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north, in degrees."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north

    @cached_property
    def document(self) -> bytes:
        """GeoJSON with the area codes as ids of the features."""
        import shapely

        shapes = shapely.to_geojson(shapely.transform(self.shapes, lambda points: points.round(_DIGITS)))
        features = (_FEATURE % (json.dumps(code), shape) for code, shape in zip(self.codes, shapes, strict=True))
        return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()

    def only(self, codes: set[str]) -> Outlines:
        """Outlines of some of the areas: what a picture of these alone extends over."""
        chosen = np.isin(self.codes.astype(str), sorted(codes))
        return Outlines(self.codes[chosen], self.shapes[chosen])

    def pattern(self, state: str, codes: set[str]) -> Line:
        """Pattern of a state over the areas in it."""
        return pattern(state, self.only(codes).shapes, self.extent)


_FEATURE = '{"type":"Feature","id":%s,"properties":{},"geometry":%s}'


class OutlineShelf:
    """Outlines by scope, kept while they are asked for.

    Parameters
    ----------
    atlas : Atlas
        Areas of the city.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._kept = lru_cache(maxsize=_KEPT)(self._make)

    def of(self, snapshot: str, level: str, place: str, on: date) -> Outlines:
        """Outlines of the areas of a level within a place (all if empty) as of a day.

        Raises
        ------
        GateError
            If there is no such level or place.
        """
        find = self._kept if self.is_current(snapshot) else self._make
        return find(snapshot, level, place, on)

    def is_current(self, snapshot: str) -> bool:
        """Whether that is the snapshot outlines are made of: those asked for as another's are made, but never kept."""
        return snapshot == self._atlas.snapshot

    def _make(self, _snapshot: str, level: str, place: str, on: date) -> Outlines:
        return outlines(self._atlas.scope(level, Place.parse(place), on))


def outlines(scope: Scope) -> Outlines:
    """Outlines of a scope, simplified together, level by level, so that neighbours keep one border."""
    import shapely

    areas = scope.areas[scope.areas["geometry"].notna()]
    given, levels = shapely.from_wkb(areas["geometry"].map(bytes).to_numpy()), areas["level"].to_numpy(object)
    # areas of the last level all lie within the place looked at; larger ones may reach beyond it
    west, south, east, north = shapely.total_bounds(given[levels == levels[-1]])
    simple = np.empty_like(given)
    for level in dict.fromkeys(levels):
        chosen = levels == level
        simple[chosen] = shapely.coverage_simplify(given[chosen], max(east - west, north - south) / _FINENESS)
    is_lost = shapely.is_empty(simple) | ~shapely.is_valid(simple)
    return Outlines(areas["area"].to_numpy(object), np.where(is_lost, given, simple))


def address(prefix: str, snapshot: str, scope: Scope) -> str:
    """Address on this host of a scope's outlines; another snapshot or vintage has another."""
    place = str(scope.place) if scope.place else ""
    return f"{prefix}outlines/{quote(snapshot)}/{quote(scope.level)}/{scope.since}.json?area={quote(place)}"
