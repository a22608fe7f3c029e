"""Export as GeoJSON: one feature per row, in EPSG:4326, with the origin in the foreign member `kuai` (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from kuai.export.origin import origin
from kuai.export.table import columns, vintage

if TYPE_CHECKING:
    from kuai.question import Export

_DIGITS = 7
"""Decimals of a degree: a centimetre."""


def write(export: Export, language: str, file: BinaryIO) -> None:
    """Write an export; an area without an outline has the geometry null."""
    file.write(f'{{"type":"FeatureCollection","kuai":{_json(origin(export, language))},"features":['.encode())
    between = ""
    for feature in _features(export, language):
        file.write(f"{between}\n{feature}".encode())
        between = ","
    file.write(b"\n]}\n")


def _features(export: Export, language: str) -> Iterator[str]:
    table, shapes = columns(export, language), _shapes(export)
    for at, row in zip(vintage(export).tolist(), zip(*table.values(), strict=True), strict=True):
        told = _json(dict(zip(table, row, strict=True)))
        yield f'{{"type":"Feature","properties":{told},"geometry":{shapes[at]}}}'


def _shapes(export: Export) -> list[str]:
    """GeoJSON of the outline of every span of validity, outer rings counter-clockwise, `null` where there is none."""
    import shapely

    raw = [None if one is None else bytes(one) for one in export.areas["geometry"]]
    whole = shapely.orient_polygons(shapely.from_wkb(np.array([*raw, None], dtype=object)))
    rounded = shapely.transform(whole, lambda points: points.round(_DIGITS))
    return [one or "null" for one in shapely.to_geojson(rounded)]


def _json(value: Any) -> str:  # noqa: ANN401 -- whatever a row or an origin holds
    return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False, separators=(",", ":"))
