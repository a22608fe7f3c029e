"""Cover: the areas of one level that were valid on a day, in the order in which they are drawn and valued."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboards.mapping import borders
from dashboards.mapping.kept import Kept
from dashboards.mapping.mesh import Grid, Mesh, mercator, mesh
from dashboards.mapping.order import ordered
from dashboards.mapping.packing import pack
from dashboards.mapping.packs import Packs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shapes = NDArray[np.object_]

_IN_CHUNK, _POINTS_IN_CHUNK, _CHUNKS_IN_PART = 512, 60_000, 32
_FINENESS, _FINEST = 1500, 2.0**-31
_SHORT = 65_535
_EFFORT = 5
_CURVED = 8
LOW = "lo"
"""Name of the part with all areas, simplified; the others are numbered and hold some of them as they are."""


class Cover:
    """Areas with outlines, near ones near each other, and their packs, which are kept once made.

    Parameters
    ----------
    areas : DataFrame
        Area, name_zh, name_en and geometry (WKB, EPSG:4326), at least one of which is there.
    kept : Kept, optional
        Keeps the packs for other processes.
    """

    def __init__(self, areas: pd.DataFrame, kept: Kept | None = None) -> None:
        import shapely

        drawn = areas[areas["geometry"].notna()]
        shapes = shapely.from_wkb(drawn["geometry"].map(bytes).to_numpy())
        self.order = ordered(shapes)
        self.areas = drawn.iloc[self.order].reset_index(drop=True)
        self.shapes: Shapes = shapes[self.order]
        self._packs = Packs(self, kept or Kept())

    def __len__(self) -> int:
        return len(self.shapes)

    @cached_property
    def codes(self) -> NDArray[np.object_]:
        """Codes in the order of drawing."""
        return self.areas["area"].to_numpy(object)

    @cached_property
    def index(self) -> pd.Index[Any]:
        """Codes, from which positions are found."""
        import pandas as pd

        return pd.Index(self.codes)

    @cached_property
    def digest(self) -> str:
        """Name of exactly these areas with these names and outlines."""
        known = sha256()
        for *said, shape in self.areas[["area", "name_zh", "name_en", "geometry"]].itertuples(index=False):
            known.update("\0".join(map(str, (*said, ""))).encode() + bytes(shape))
        return known.hexdigest()[:16]

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north, in degrees."""
        import shapely

        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north

    def part(self, name: str, patience: float | None = None) -> bytes | None:
        """Pack of a part, compressed by gzip; None if there is no such part.

        Raises
        ------
        TimeoutError
            If it is still being made after so many seconds.
        """
        return self._packs.of(name, patience) if name == LOW or name in self.names else None

    def document(self, name: str, patience: float | None = None) -> bytes:
        """One of `borders.DOCUMENTS`, compressed by gzip; it is made and kept as a pack is.

        Raises
        ------
        TimeoutError
            If it is still being made after so many seconds.
        """
        return self._packs.of(name, patience)

    @property
    def names(self) -> list[str]:
        """Names of all parts."""
        return [LOW, *map(str, range(self.parts))]

    @property
    def parts(self) -> int:
        """How many numbered parts there are."""
        return -(-len(self.chunks) // _CHUNKS_IN_PART)

    def at(self, longitude: float, latitude: float) -> list[int]:
        """Positions of the areas at a place by their outlines as they are, by code."""
        import shapely

        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return sorted(found.tolist(), key=lambda one: str(self.codes[one]))

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each code."""
        return {code: at for at, code in enumerate(self.codes.tolist())}

    @cached_property
    def _tree(self) -> Any:  # noqa: ANN401 -- shapely has no types
        import shapely

        return shapely.STRtree(self.shapes)

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Areas that are drawn together, one after the other."""
        import shapely

        ends = _cut(shapely.get_num_coordinates(self.shapes))
        bounds = shapely.bounds(self._flat)
        return [_chunk(bounds, first, stop) for first, stop in zip([0, *ends], ends, strict=False)]

    @cached_property
    def grid(self) -> Grid:
        """Grid of all packs, as fine as the largest chunk lets it be."""
        west, north = np.min([one.box[:2] for one in self.chunks], axis=0)
        size = max(max(one.box[2] - one.box[0], one.box[3] - one.box[1]) for one in self.chunks)
        return Grid(float(west), float(north), max(size / (_SHORT - 2), _FINEST))

    @cached_property
    def _flat(self) -> Shapes:
        import shapely

        return np.asarray(shapely.transform(self.shapes, mercator))

    def packed(self, name: str) -> bytes:
        """Pack of a part or document that there is, made now."""
        if drawn := borders.DOCUMENTS.get(name):
            made = drawn(self)
        else:
            made = self._low() if name == LOW else self._whole(int(name))
        return gzip.compress(made, _EFFORT, mtime=0)

    def _low(self) -> bytes:
        import shapely

        simple, tolerance = simplified(self._flat)
        head = {
            "count": len(self), "parts": self.parts, "part": _CHUNKS_IN_PART, "extent": self.extent,
            "tolerance": tolerance, "step": self.grid.step, "origin": [self.grid.west, self.grid.north],
            "unsure": self._unsure, "digest": self.digest, "around": shapely.total_bounds(self._flat).tolist(),
            "chunks": [[one.first, one.stop, *self._place(one).tolist(), *one.box] for one in self.chunks],
        }  # fmt: skip
        return pack(head, self._meshes(mesh(simple, self.grid), self.chunks), [self._anchors()])

    def _whole(self, number: int) -> bytes:
        chunks = self.chunks[number * _CHUNKS_IN_PART : (number + 1) * _CHUNKS_IN_PART]
        first, stop = chunks[0].first, chunks[-1].stop
        found = mesh(self._flat[first:stop], self.grid, first)
        return pack({"first": number * _CHUNKS_IN_PART}, self._meshes(found, chunks))

    def _meshes(self, found: Mesh, chunks: list[Chunk]) -> list[tuple[Mesh, Numbers]]:
        return [(found.of(one.first, one.stop), self._place(one)) for one in chunks]

    def _place(self, chunk: Chunk) -> Numbers:
        return np.asarray(self.grid.whole(np.array([chunk.box[:2]]))[0] - 1)

    def _anchors(self) -> NDArray[np.uint16]:
        """A place in the middle of each area, on a coarse grid over all of them."""
        import shapely

        places = shapely.get_coordinates(shapely.centroid(self._flat))
        west, north, east, south = shapely.total_bounds(self._flat)
        share = (places - (west, north)) / np.maximum((east - west, south - north), 1e-12)
        return np.asarray((share * _SHORT).round(), np.uint16)

    @cached_property
    def _unsure(self) -> float:
        """Distance from an outline, in the Mercator square, within which the numbered parts do not settle a place.

        Points were moved by up to 0.71 steps of the grid; and an edge that is straight in degrees is bent in the
        projection, by no more than its height squared times the curvature there.
        """
        import shapely

        ends, ring = shapely.get_coordinates(self.shapes, return_index=True)
        rise = np.abs(np.diff(ends[:, 1])) * (ring[1:] == ring[:-1])
        steepest = np.radians(np.abs(ends[:, 1]).max())
        bent = np.radians(rise.max(initial=0)) ** 2 / _CURVED * np.tan(steepest) / np.cos(steepest) / (2 * np.pi)
        return float(self.grid.step + bent)


@dataclass(frozen=True)
class Chunk:
    """Areas at positions from the first up to where to stop, and the box around them in the Mercator square."""

    first: int
    stop: int
    box: tuple[float, float, float, float]


def simplified(shapes: Shapes) -> tuple[Shapes, float]:
    """Areas with fewer points, neighbours still with one border; and how large the details are that went."""
    import shapely

    west, north, east, south = shapely.total_bounds(shapes)
    tolerance = float(max(east - west, south - north)) / _FINENESS
    simple = shapely.coverage_simplify(shapes, tolerance)
    is_lost = shapely.is_empty(simple) | ~shapely.is_valid(simple)
    return np.where(is_lost, shapes, simple), tolerance


def _cut(sizes: Numbers) -> list[int]:
    """Where chunks end."""
    ends, begin, points = [], 0, 0
    for at, size in enumerate(sizes.tolist()):
        if at > begin and (at - begin >= _IN_CHUNK or points + size > _POINTS_IN_CHUNK):
            ends.append(at)
            begin, points = at, 0
        points += size
    return [*ends, len(sizes)]


def _chunk(bounds: NDArray[np.float64], first: int, stop: int) -> Chunk:
    own = bounds[first:stop]
    west, north = own[:, :2].min(axis=0).tolist()
    east, south = own[:, 2:].max(axis=0).tolist()
    return Chunk(first, stop, (west, north, east, south))
