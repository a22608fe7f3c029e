"""Place: points are located in the areas that were in force on their day."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kuai.errors import LakeError
from kuai.geography.crs import WGS84, outlines_to_wgs84, to_wgs84
from kuai.geography.locator import Locator

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray


_FIRST, _LAST = -719_162, 2_932_896
"""1 January 1 and 31 December 9999, in days since 1970-01-01."""

_lock = threading.Lock()


@dataclass(frozen=True)
class Places:
    """Files of the raster indexes by level."""

    files: tuple[tuple[str, str], ...] = ()


def place(connection: duckdb.DuckDBPyConnection, places: Places, crs: str) -> int:
    """Rows of the table ``dated`` that lie in no area of some level; all get a column ``area_<level>`` per level.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows ``dated``.
    places : Places
        Raster indexes.
    crs : str
        Reference system of the coordinates; they become WGS 84.
    """
    rows = connection.sql("FROM dated").to_arrow_table()
    longitude, latitude = to_wgs84(_numbers(rows, "longitude"), _numbers(rows, "latitude"), crs)
    day = rows["day"].cast(pa.int32()).to_numpy()
    for name, values in (("longitude", longitude), ("latitude", latitude)):
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values, from_pandas=True))
    outside = np.zeros(rows.num_rows, dtype=bool)
    for level, path in places.files:
        index = _sound(path)
        found = index.locate(longitude, latitude, day)
        outside |= found < 0
        rows = rows.append_column(f"area_{level}", _codes(index, found))
    connection.register("located", rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE dated AS FROM located")
    connection.unregister("located")
    return int(outside.sum())


def spans(points: pa.Table, places: Places) -> pa.Table:
    """Areas that points lie in as time goes by: longitude, latitude, level, area, valid_from, valid_to.

    The spans of one point and level hold every day once; the area is null where there is none.

    Parameters
    ----------
    points : pyarrow.Table
        Longitude and latitude in WGS 84, each place once; without both it lies in no area.
    places : Places
        Raster indexes.
    """
    return pa.concat_tables([_spans(points, level, _sound(path)) for level, path in places.files])


def _spans(points: pa.Table, level: str, index: Locator) -> pa.Table:
    turns = np.append(_FIRST, [day for day in index.turns() if _FIRST < day <= _LAST]).astype(np.int64)
    longitude, latitude = _numbers(points, "longitude"), _numbers(points, "latitude")
    found = np.column_stack([index.locate(longitude, latitude, day) for day in turns])
    point, turn = np.nonzero(np.diff(found, axis=1, prepend=-2))
    first, is_last = turns[turn], np.append(np.diff(point) > 0, True)
    last = np.where(is_last, _LAST, np.roll(first, -1) - 1)
    rows = points.select(["longitude", "latitude"]).take(pa.array(point))
    rows = rows.append_column("level", pa.array([level] * len(point), pa.string()))
    rows = rows.append_column("area", _codes(index, found[point, turn]))
    for name, days in (("valid_from", first), ("valid_to", last)):
        rows = rows.append_column(name, pa.array(days, pa.int32()).cast(pa.date32()))
    return rows


def project(connection: duckdb.DuckDBPyConnection, crs: str, where: str) -> None:
    """Bring the outlines of the table ``taken``, which are of a file, to WGS 84.

    Raises
    ------
    SourceError
        If one is no outline.
    """
    rows = connection.sql("FROM taken").to_arrow_table()
    shapes = pa.array(outlines_to_wgs84(rows["geometry"].to_pylist(), crs, where), pa.string())
    if crs == WGS84:
        return
    rows = rows.set_column(rows.schema.get_field_index("geometry"), "geometry", shapes)
    connection.register("projected", rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE taken AS FROM projected")
    connection.unregister("projected")


def locator(path: str) -> Locator | None:
    """Raster index in a file, read once in a process; None where it is absent or damaged."""
    try:
        state = Path(path).stat()
    except OSError:
        return None
    with _lock:
        return _loaded(path, state.st_ino, state.st_mtime_ns)


@lru_cache(maxsize=8)
def _loaded(path: str, number: int, modified: int) -> Locator | None:
    """Raster index in one state of a file."""
    del number, modified
    return Locator.load(Path(path))


def _sound(path: str) -> Locator:
    found = locator(path)
    if found is None:
        raise LakeError("the raster index is missing or damaged", path, "run the build again: it is made anew")
    return found


def _numbers(rows: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=np.float64)


def _codes(locator: Locator, found: NDArray[np.int32]) -> pa.Array:
    positions = pa.array(found, mask=found < 0)
    return pa.DictionaryArray.from_arrays(positions, pa.array(locator.codes, pa.string())).cast(pa.string())
