"""Which areas touch each other: known from outlines alone, so it may be kept as long as these stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from kuai.statistics.arrays import Flags, Floats

    Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """Pairs of areas that are neighbours, each pair both ways round, by place from 0.

    Parameters
    ----------
    areas : int
        How many areas there are.
    of, other : array of int, shape (pairs,)
        An area, and one of its neighbours.
    rule : str
        What makes two areas neighbours, for the legend: `touch`, or `within <distance>`.
    """

    areas: int
    of: Integers
    other: Integers
    rule: str = "touch"

    @property
    def counts(self) -> Integers:
        """Neighbours of each area."""
        return np.bincount(self.of, minlength=self.areas)

    def sums(self, values: Floats) -> Floats:
        """Sum of the values of each area's neighbours; 0 of none."""
        found: Floats = np.bincount(self.of, weights=values[self.other], minlength=self.areas).astype(np.float64)
        return found

    def among(self, known: Flags) -> Neighbours:
        """The same of some areas only, which are numbered anew."""
        place = np.cumsum(known) - 1
        both = known[self.of] & known[self.other]
        return Neighbours(int(known.sum()), place[self.of[both]], place[self.other[both]], self.rule)


def neighbours(outlines: Iterable[object], gap: float = 0.0) -> Neighbours:
    """Areas that touch in a line or a point; areas without an outline have no neighbours.

    Parameters
    ----------
    outlines : iterable of bytes or of shapely geometries
        Outlines as WKB or as geometries, in one system of coordinates; anything else, as None or NaN, is none.
    gap : float
        Distance up to which areas still count as touching, in units of the coordinates.

    Notes
    -----
    Queen contiguity, as ``libpysal.weights.fuzzy_contiguity`` finds it: by where outlines meet, not by shared vertices.
    """
    import shapely

    shapes = _shapes(outlines)
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    tree = shapely.STRtree(shapes[present])
    how = {"predicate": "dwithin", "distance": gap} if gap > 0 else {"predicate": "intersects"}
    of, other = present[tree.query(shapes[present], **how)]
    apart = of != other
    return Neighbours(len(shapes), of[apart], other[apart], f"within {gap:g}" if gap > 0 else "touch")


def _shapes(outlines: Iterable[object]) -> NDArray[np.object_]:
    import shapely

    given = [shapely.from_wkb(bytes(one)) if isinstance(one, bytes | bytearray) else one for one in outlines]
    shapes = np.array([None] * len(given), dtype=np.object_)
    shapes[:] = [one if isinstance(one, shapely.Geometry) else None for one in given]
    return shapes
