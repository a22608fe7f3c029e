"""Mapping: what pages ask for the addresses of a map, and what answers its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboards import adaptive, layers
from dashboards.caller import viewer
from dashboards.mapping.shelf import Shelf

if TYPE_CHECKING:
    from datetime import date

    from kuai.access.witness import Record
    from kuai.serving import Serving
    from kuai.statistics.neighbours import Neighbours

    from dashboards.atlas import Atlas, Scope
    from dashboards.filters import Filters, Place
    from dashboards.mapping.cover import Cover
    from dashboards.mapping.kept import Kept

_KEPT = 8
_MOST_BORDERED, _WIDTH = 100, 2


class Mapping:
    """Maps of the city.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    record : callable
        Keeps every question, before it is answered.
    language : str
        Language until the reader chooses one.
    prefix : str
        Path the pages are served under.
    kept : Kept, optional
        Keeps the packs of shapes for other processes.
    """

    def __init__(
        self, serving: Serving, record: Record, language: str, prefix: str = "/", kept: Kept | None = None
    ) -> None:
        self._serving, self._record, self.language, self._prefix = serving, record, language, prefix
        self.shelf = Shelf(serving, kept)
        self._near: dict[str, Neighbours] = {}

    @property
    def atlas(self) -> Atlas:
        """Areas of the city, as many as there are."""
        return self.shelf.atlas

    @property
    def gate(self) -> Serving:
        """Gate as whoever asks sees it, which puts down every question."""
        return self._serving.seen_by(viewer(), self._record)

    def shapes_url(self, level: str, on: date) -> str:
        """Address of the shapes of a level, or of a map of mixed levels, as of a day.

        Raises
        ------
        GateError
            If there is no such level, or nothing of it has an outline.
        """
        return self.address(self.shelf.scope(level, on))

    def address(self, scope: Scope) -> str:
        """Address of the shapes of a scope."""
        return self.shelf.address(self._prefix, scope)

    def outlines_url(self, level: str, on: date) -> str:
        """Address of the outlines and names of a level: a layer above the map."""
        return self.shelf.address(self._prefix, self.shelf.scope(level, on), "outlines.json")

    def borders(self, level: str, on: date) -> list[dict[str, object]]:
        """Layer of borders above a map, if any: of the smallest level above of which there are few enough.

        Where levels are mixed it is the largest. A level of one area has no borders but the city's.
        """
        drawn = {row["level"] for row in self.atlas.levels() if row["has_geometry"]}
        sizes = {one: len(self.atlas.areas(home, one, on)) for one, home in self.atlas.above(level) if one in drawn}
        some = [one for one, size in sizes.items() if 1 < size <= _MOST_BORDERED]
        chosen = some[:1] if adaptive.hierarchy_of(level) else some[-1:]
        return [{"url": self.outlines_url(one, on), "width": _WIDTH, "label": True} for one in chosen]

    def checkpoints_url(self, on: date, language: str) -> str:
        """Address of the checkpoints that operate on a day, as who asks may see them: a layer above the map."""
        return f"{self._prefix}checkpoints.json?date={on}&lang={language}&snapshot={quote(self.shelf.snapshot)}"

    def values_url(self, filters: Filters, frames: int = 1, *, is_told: bool = True) -> str:
        """Address of the values that filters ask for, which have been settled.

        Parameters
        ----------
        filters : Filters
            As in the address of the page; an area in them leaves only what lies within it.
        frames : int
            Periods up to the one of the day, oldest first.
        is_told : bool
            Whether the numbers come along, so that the browser can tell them where it is pointed at.
        """
        more = f"&snapshot={quote(self.shelf.snapshot)}" + (f"&frames={frames}" if frames > 1 else "")
        return f"{self._prefix}values{filters.search}{more}" + ("&numbers=1" if is_told else "")

    def near(self, cover: Cover) -> Neighbours:
        """Which areas of a cover touch; found once, for it holds no number."""
        if cover.digest not in self._near:
            for oldest in list(self._near)[: 1 - _KEPT]:
                self._near.pop(oldest, None)
            self._near[cover.digest] = layers.near(cover.areas)
        return self._near[cover.digest]

    def bounds(self, level: str, on: date, place: Place | None = None) -> list[float]:
        """West, south, east and north of a place, or of all areas of a level, in degrees."""
        import shapely

        drawn = {row["level"] for row in self.atlas.levels() if row["has_geometry"]}
        if place is None or place.level not in drawn:
            return list(self.shelf.of(level, on).extent)
        cover = self.shelf.of(place.level, on)
        at = cover.positions.get(place.code)
        return list(cover.extent) if at is None else shapely.bounds(cover.shapes[at]).tolist()
