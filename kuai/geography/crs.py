"""Reference systems: coordinates of a source become WGS 84."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import CRSError

from kuai.errors import PackError

WGS84 = "EPSG:4326"


def to_wgs84(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude in degrees of points given in another reference system.

    Parameters
    ----------
    x, y : array of float64
        Easting and northing (or longitude and latitude) in the system's unit; NaN stays NaN.
    crs : str
        Name that PROJ knows, such as ``EPSG:3435``.

    Raises
    ------
    PackError
        If PROJ does not know the system.
    """
    easting, northing = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if crs == WGS84:
        return easting, northing
    longitude, latitude = _transformer(crs).transform(easting, northing, errcheck=False)
    finite = np.isfinite(longitude) & np.isfinite(latitude)
    return np.where(finite, longitude, np.nan), np.where(finite, latitude, np.nan)


def outlines_to_wgs84(outlines: Sequence[str | None], crs: str) -> list[str | None]:
    """Outlines as hexadecimal WKB in WGS 84, in the order given; absent ones stay absent.

    Raises
    ------
    PackError
        If PROJ does not know the system, or an outline is no WKB.
    """
    try:
        shapes = shapely.from_wkb(np.array(outlines, dtype=object))
    except shapely.errors.GEOSException as error:
        raise PackError(f"an outline is no WKB: {error}", remedy="the SELECT must give hex(ST_AsWKB(geometry))") from None
    moved = shapely.transform(shapes, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], crs)))
    return [None if shape is None else shapely.to_wkb(shape, hex=True) for shape in moved]


@lru_cache(maxsize=16)
def _transformer(crs: str) -> Transformer:
    try:
        return Transformer.from_crs(crs, WGS84, always_xy=True)
    except CRSError:
        raise PackError(f"no reference system {crs!r}", remedy="name it as PROJ does, such as EPSG:4490") from None
