"""Coordinates brought to WGS 84: longitude and latitude in degrees."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from kuai.errors import PackError, SourceError

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84 = "EPSG:4326"


@lru_cache(maxsize=16)
def _transformer(crs: str) -> Transformer:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        return Transformer.from_crs(CRS.from_user_input(crs), WGS84, always_xy=True)
    except CRSError:
        remedy = "give an EPSG code, as in EPSG:4326 or EPSG:32650"
        raise PackError(f"no coordinate reference system {crs!r}", "crs", remedy) from None


def to_wgs84(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes in degrees, one per point; NaN where a coordinate cannot be brought over.

    Parameters
    ----------
    x, y : array of float64
        Easting and northing in the unit of `crs`, or longitude and latitude where it is geographic.
    crs : str
        Name of the reference system, such as ``EPSG:3435``.

    Raises
    ------
    PackError
        If there is no such reference system.
    """
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if crs == WGS84:
        return east, north
    longitude, latitude = _transformer(crs).transform(east, north)
    lost = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(lost, np.nan, longitude), np.where(lost, np.nan, latitude)


def outlines_to_wgs84(outlines: Sequence[str | bytes | None], crs: str, where: str = "") -> list[str | None]:
    """Outlines in degrees of longitude and latitude, WKB as hex; null stays null.

    Parameters
    ----------
    outlines : sequence of str, bytes or None
        WKB as hex or as bytes, in `crs`.
    crs : str
        Name of the reference system.
    where : str
        File that they are of, for the error.

    Raises
    ------
    PackError
        If there is no such reference system.
    SourceError
        If an outline is no WKB.
    """
    try:
        shapes = shapely.from_wkb(np.array(outlines, dtype=object))
    except (shapely.errors.GEOSException, TypeError, ValueError) as error:
        raise SourceError(f"an outline is not WKB: {error}", where, "give WKB as bytes or as hex") from None
    if crs != WGS84:
        change = _transformer(crs).transform
        shapes = shapely.transform(shapes, lambda points: np.column_stack(change(points[:, 0], points[:, 1])))
    return [None if outline is None else str(outline) for outline in shapely.to_wkb(shapes, hex=True)]
