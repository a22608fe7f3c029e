"""Routes of maps: shapes, outlines, names and the area at a place, values, and the files of MapLibre."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from kuai.errors import GateError, KuaiError

from dashboards import refused
from dashboards.filters import Filters, Place
from dashboards.mapping import borders, values, vendor
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from dashboards.mapping.cover import Cover
    from dashboards.mapping.mapping import Mapping

_FOREVER = "private, max-age=31536000, immutable"
PATIENCE_S = 2.0
"""Seconds that whoever asks for a pack waits for it to be made; then he is told that it is being prepared."""
_AT = "/shapes/{snapshot}/{hierarchy}/{level}/{on}"
_BINARY, _JSON = "application/octet-stream", "application/json"

Answer = Callable[..., "Response"]


def add_routes(server: FastAPI, mapping: Mapping) -> None:
    """Add all routes of maps to a server."""
    shapes = Shapes(mapping)
    for path, answer in (
        (_AT + "/{part}.bin", shapes.part), (_AT + "/outlines.json", shapes.outlines),
        (_AT + "/names.json", shapes.names), (_AT + "/at.json", shapes.at), (_AT + "/area.json", shapes.area),
        (_AT + "/polygons.json", shapes.polygons),
        ("/values", answered(mapping, values.answer)), ("/checkpoints.json", answered(mapping, _checkpoints, _JSON)),
        ("/vendor/{edition}/{name}", _vendor),
    ):  # fmt: skip
        server.add_route(path, answer, methods=["GET"], include_in_schema=False)


class Shapes:
    """What answers for shapes: places, never numbers.

    Parameters
    ----------
    mapping : Mapping
        Covers of the city.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def part(self, request: Request) -> Response:
        """Pack of a part of a cover."""
        return self._of(request, lambda cover: cover.part(request.path_params["part"], PATIENCE_S), _BINARY)

    def outlines(self, request: Request) -> Response:
        """Outlines and names of all areas, as GeoJSON."""
        return self._of(request, lambda cover: cover.document("outlines", PATIENCE_S))

    def polygons(self, request: Request) -> Response:
        """Simplified polygons by position, as GeoJSON: of all areas, or of those within a place."""
        return self._of(request, lambda cover: self._polygons(cover, request))

    def _polygons(self, cover: Cover, request: Request) -> bytes | None:
        only, all_of_them = self._within(request), cover.document("polygons", PATIENCE_S)
        return all_of_them if only is None else _zipped(borders.within(cover, gzip.decompress(all_of_them), only))

    def _within(self, request: Request) -> set[str] | None:
        """Codes of the areas within the place that an address names; None for all.

        Raises
        ------
        GateError
            If there is no such place.
        """
        given, place = request.path_params, Place.parse(request.query_params.get("area", ""))
        if place is None:
            return None
        return set(self._mapping.atlas.scope(given["level"], place, date.fromisoformat(given["on"])).areas["area"])

    def area(self, request: Request) -> Response:
        """Outline of one area as it is, as GeoJSON."""
        return self._of(request, lambda cover: _zipped(borders.one(cover, request.query_params.get("area", ""))))

    def names(self, request: Request) -> Response:
        """Codes and names of the areas, in the order of the shapes."""
        return self._of(request, lambda cover: _zipped(borders.names(cover)))

    def at(self, request: Request) -> Response:
        """Positions of the areas at a place, by their outlines as they are."""
        return self._of(request, lambda cover: _zipped(_found(cover, request.query_params)))

    def _of(self, request: Request, made: Callable[[Cover], bytes | None], kind: str = _JSON) -> Response:
        given = request.path_params
        try:
            cover = self._mapping.shelf.of(given["level"], date.fromisoformat(given["on"]))
            found = made(cover)
        except (KuaiError, ValueError):
            found = None
        except TimeoutError:
            return _later()
        is_current = given["snapshot"] == self._mapping.shelf.snapshot
        return _sent(request, found, kind, _FOREVER if is_current else "no-store")


def _later() -> Response:
    from starlette.responses import Response

    return Response(status_code=202, headers={"cache-control": "no-store", "retry-after": "1"})


def _found(cover: Cover, given: Any) -> bytes:  # noqa: ANN401 -- a mapping of starlette
    return json.dumps({"positions": cover.at(float(given.get("lon", "")), float(given.get("lat", "")))}).encode()


def _zipped(document: bytes | None) -> bytes | None:
    return None if document is None else gzip.compress(document, 4, mtime=0)


def _sent(request: Request, found: bytes | None, kind: str, kept: str) -> Response:
    """Answer of compressed bytes, to whoever does not take them so uncompressed; not found for None."""
    from starlette.responses import Response

    from dashboards.app import plain

    if found is None:
        return plain(404)
    headers = {"cache-control": kept, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found, media_type=kind, headers=headers | {"content-encoding": "gzip"})
    return Response(gzip.decompress(found), media_type=kind, headers=headers)


def answered(mapping: Mapping, values_of: Callable[[Mapping, str], bytes], kind: str = _BINARY) -> Answer:
    """Route of values, which says with its status whether a question was refused.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    values_of : callable
        Encodes the values that the query part of an address asks for.
    kind : str
        Media type of what it makes.
    """

    def answer(request: Request) -> Response:
        from starlette.responses import Response

        try:
            return Response(values_of(mapping, request.url.query), media_type=kind)
        except KuaiError as error:
            return refused.answer(error, language_of(request.url.query, mapping.language))

    return answer


def _checkpoints(mapping: Mapping, query: str) -> bytes:
    """GeoJSON of the checkpoints that operate on a day."""
    given = Filters.parse(query)
    if given.date is None:
        raise GateError("no day was chosen", "date", "choose one")
    return borders.checkpoints(mapping.gate.checkpoints(given.date), Words(language_of(query, mapping.language)))


def _vendor(request: Request) -> Response:
    given = request.path_params
    kind = vendor.FILES.get(given["name"])
    is_known = kind is not None and given["edition"] == vendor.edition()
    return _sent(request, vendor.compressed(given["name"]) if is_known else None, kind or "", _FOREVER)
