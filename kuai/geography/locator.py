"""Points located in areas: the one call that jobs make."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.geography import indexfile
from kuai.geography.index import assemble
from kuai.geography.kernel import Index, Points, locate_points
from kuai.geography.order import locate_tiled
from kuai.geography.pieces import read_pieces

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import ArrayLike, NDArray

_MANY, _MOST = 1 << 14, 1 << 22
COLUMNS = ("area", "valid_from", "valid_to", "geometry")


@dataclass(frozen=True, slots=True)
class Locator:
    """Areas of one level, ready to locate points in; safe to share between threads.

    Attributes
    ----------
    index : Index
    codes : list of str
        Area codes in ascending order; what `locate` answers are positions here.
    fingerprint : str
        Of the area table it was built from.
    repaired, without : int
        Rows whose polygon was invalid and was repaired; rows without a polygon.
    """

    index: Index
    codes: list[str]
    fingerprint: str
    repaired: int
    without: int

    @classmethod
    def build(cls, areas: pa.Table) -> Locator:
        """Locator for `areas`, a table with the columns area, valid_from, valid_to, geometry.

        Parameters
        ----------
        areas : pyarrow.Table
            See `read_pieces`; further columns are left alone.

        Raises
        ------
        PackError
            For a geometry that is no polygon; it names the area.
        """
        found = read_pieces(areas)
        index = assemble(found.pieces) if found.pieces else _nowhere()
        return cls(_frozen(index), found.codes, fingerprint(areas), found.repaired, found.without)

    def locate(
        self, longitude: ArrayLike, latitude: ArrayLike, day: ArrayLike | None = None, *, threads: int = 1
    ) -> NDArray[np.int32]:
        """Position in `codes` of the area each point is in on its day; -1 where there is none.

        Parameters
        ----------
        longitude, latitude : array of float64
            In degrees (or whatever unit the areas are in); NaN and infinity are in no area.
        day : array of int32, optional
            Days since 1970-01-01, one per point or one for all; absent: the last day any area is valid on.
        threads : int
            Of this process.
        """
        x, y = _view(longitude, np.float64), _view(latitude, np.float64)
        days = _view([self.index.extent[3]] if day is None else np.atleast_1d(np.asarray(day)), np.int32)
        points = Points(x, y, days, np.empty(len(x), np.int32))
        if threads <= 1 or len(x) < _MANY:
            _locate_part(self.index, points)
            return points.area
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(partial(_locate_part, self.index), _parts(points, threads)))
        return points.area

    def turns(self) -> list[int]:
        """Days, in order, that the area of some point may be another on than the day before."""
        first, last = (self.index.pieces[:, column].astype(np.int64) for column in (1, 2))
        return [int(day) for day in np.unique(np.concatenate([first, last + 1]))]

    def save(self, path: Path) -> None:
        """Write the locator to one file, at once or not at all."""
        about = {
            "fingerprint": self.fingerprint,
            "codes": self.codes,
            "repaired": self.repaired,
            "without": self.without,
        }
        indexfile.write(path, about, self.index._asdict())

    @classmethod
    def load(cls, path: Path, fingerprint: str | None = None) -> Locator | None:
        """Locator in the file at `path`; None where it is absent, damaged, of another format or of other areas.

        Parameters
        ----------
        path : Path
            A file that `save` wrote. It is mapped into memory, so that processes share it.
        fingerprint : str, optional
            What the areas must be, as `fingerprint(areas)` gives it.
        """
        found = indexfile.read(path)
        if found is None or fingerprint not in (None, found[0]["fingerprint"]):
            return None
        return cls(index=Index(**found[1]), **found[0])


def fingerprint(areas: pa.Table) -> str:
    """SHA-256 (hex) of the rows of an area table, whatever their order and whether WKB is bytes or hex."""
    rows = zip(*(areas[name].to_pylist() for name in COLUMNS), strict=True)
    return hashlib.sha256(b"".join(sorted(map(_row_digest, rows)))).hexdigest()


def _row_digest(row: tuple[Any, ...]) -> bytes:
    *labels, geometry = row
    shape = bytes.fromhex(geometry) if isinstance(geometry, str) else geometry
    return hashlib.sha256(repr(labels).encode() + b"\0" + (shape or b"")).digest()


def _view(values: ArrayLike, kind: type[np.generic]) -> NDArray[Any]:
    """Array of one type that cannot be written to: so the kernel is compiled once and not per caller."""
    view = np.ascontiguousarray(values, dtype=kind).view()
    view.flags.writeable = False
    return view


def _frozen(index: Index) -> Index:
    return Index(*(_view(array, array.dtype.type) for array in index))


def _parts(points: Points, threads: int) -> list[Points]:
    """Points in as many parts as threads, sharing memory with the whole."""
    size = -(-len(points.x) // threads)
    return [_part(points, slice(start, start + size)) for start in range(0, len(points.x), size)]


def _part(points: Points, part: slice) -> Points:
    day = points.day[part] if len(points.day) == len(points.x) else points.day
    return Points(points.x[part], points.y[part], day, points.area[part])


def _locate_part(index: Index, points: Points) -> None:
    for start in range(0, len(points.x), _MOST):
        part = _part(points, slice(start, start + _MOST))
        if len(part.x) < _MANY:
            locate_points(index, part)
        else:
            locate_tiled(index, part)


def _nowhere() -> Index:
    """Index that no point is in."""
    frame, extent = np.array([0.0, 0.0, -1.0, -1.0, 0.0, 0.0]), np.array([0, 0, 0, -1, 0], np.int64)
    none, starts = np.empty(0, np.int32), np.zeros(1, np.int32)
    triples = np.empty((0, 3), np.int32)
    return Index(
        frame, extent, none, np.empty((0, 2), np.int64), none, starts, triples, none, np.empty((0, 2)), triples
    )
