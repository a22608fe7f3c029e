"""Borders of areas as ordinary layers take them: GeoJSON of lines, each with a point for its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.mapping.cover import Cover
    from dashboards.words import Words

_FINENESS, _COARSENESS = 12_000, 1500
_DIGITS = 6
_HEAD, _BETWEEN, _TAIL = '{"type":"FeatureCollection","features":[', ",\n", "]}"


def document(cover: Cover) -> bytes:
    """Lines and a named point of each area of a cover."""
    import shapely

    shapes = _simple(cover, _FINENESS)
    names = cover.areas[["area", "name_zh", "name_en"]].to_dict("records")
    lines = _features(shapely.boundary(shapes), names, "line")
    points = _features(shapely.point_on_surface(shapes), names, "name")
    return _collection(lines + points)


def polygons(cover: Cover) -> bytes:
    """Simplified polygons by position, for what draws them without triangles."""
    drawn = enumerate(_drawn(_simple(cover, _COARSENESS)))
    return _collection([f'{{"type":"Feature","id":{at},"properties":{{}},"geometry":{one}}}' for at, one in drawn])


DOCUMENTS: dict[str, Callable[[Cover], bytes]] = {"outlines": document, "polygons": polygons}
"""What takes long to make of all areas, by name."""


def within(cover: Cover, collection: bytes, only: set[str]) -> bytes:
    """The polygons of some areas, out of those of all.

    Parameters
    ----------
    cover : Cover
        Areas of the map.
    collection : bytes
        As `polygons` makes it.
    only : set of str
        Codes of those wanted.
    """
    features = collection.decode().split(_BETWEEN)
    features[0], features[-1] = features[0].removeprefix(_HEAD), features[-1].removesuffix(_TAIL)
    drawn = zip(cover.codes, features, strict=True)
    return _collection([one for code, one in drawn if code in only])


def one(cover: Cover, code: str) -> bytes | None:
    """Outline of one area as it is; None if there is no such area."""
    at = cover.positions.get(code)
    if at is None:
        return None
    return _collection(_features(cover.shapes[[at]], [{"area": code}], "area"))


def checkpoints(found: pd.DataFrame, words: Words) -> bytes:
    """A point for each checkpoint with its name and kind.

    Parameters
    ----------
    found : DataFrame
        Checkpoint, kind, name, longitude and latitude.
    words : Words
        The reader's language.
    """
    import shapely

    known = found.fillna({"kind": "", "name": ""})
    rows = zip(known["name"], known["kind"], known["checkpoint"], strict=True)
    parts = ((name or code, kind and words.category(kind)) for name, kind, code in rows)
    said = [{"name": " · ".join(filter(None, one))} for one in parts]
    return _collection(
        _features(shapely.points(known["longitude"].to_numpy(float), known["latitude"].to_numpy(float)), said, "place")
    )


def names(cover: Cover) -> bytes:
    """Codes and names, in the order of the shapes."""
    found = {"area": cover.codes.tolist()} | {
        language: cover.areas[f"name_{language}"].tolist() for language in ("zh", "en")
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _simple(cover: Cover, fineness: int) -> Any:  # noqa: ANN401 -- an array of geometries
    import shapely

    west, south, east, north = cover.extent
    simple = shapely.coverage_simplify(cover.shapes, max(east - west, north - south) / fineness)
    return np.where(shapely.is_empty(simple) | ~shapely.is_valid(simple), cover.shapes, simple)


def _drawn(shapes: Any) -> Any:  # noqa: ANN401 -- an array of geometries, and one of texts
    import shapely

    return shapely.to_geojson(shapely.transform(shapes, lambda points: points.round(_DIGITS)))


def _features(shapes: Any, names: list[Any], kind: str) -> list[str]:  # noqa: ANN401 -- an array of geometries
    return [
        f'{{"type":"Feature","properties":{json.dumps({**name, "kind": kind}, ensure_ascii=False)},"geometry":{shape}}}'
        for name, shape in zip(names, _drawn(shapes), strict=True)
    ]


def _collection(features: list[str]) -> bytes:
    return f"{_HEAD}{_BETWEEN.join(features)}{_TAIL}".encode()
