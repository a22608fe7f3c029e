"""Exports: what the page shows as a file, for those whose role may take it away; for others a page that says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from kuai.access import Place
from kuai.errors import GateError, KuaiError
from kuai.export import formats
from kuai.serving import Question

from dashboards import choices, refused
from dashboards.caller import viewer
from dashboards.filters import Filters, day
from dashboards.gatehouse.pages import Page, tell
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.export.formats import Format
    from kuai.serving import Serving

    from dashboards.atlas import Atlas
    from dashboards.site import Site

PATH = "/export"
"""Where exports are had: the address of the page with `format` added."""

_LOG = logging.getLogger(__name__)
_MB = 1_000_000
_PATIENCE = 10
_REFUSALS = {403: "not_permitted", 400: "no_answer", 503: "unavailable"}


class Exports:
    """What answers requests for exports.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    atlas : Atlas
        Its areas.
    site : Site
        Limits, language, and where questions are put down.
    """

    def __init__(self, serving: Serving, atlas: Atlas, site: Site) -> None:
        self._serving, self._atlas, self._site = serving, atlas, site
        self._turns = BoundedSemaphore(site.http.exports_at_once)

    def answer(self, request: Request) -> Response:
        """File with what the address asks for; a page that says why not, and leads back, if there is none."""
        query = request.url.query
        words = Words(language_of(query, self._site.language))
        try:
            return self._file(query, formats.named(request.query_params.get("format", "csv")), words)
        except KuaiError as error:
            return _refusal(words, error)

    def _file(self, query: str, kind: Format, words: Words) -> Response:
        from starlette.responses import Response

        gate, http = self._serving.seen_by(viewer(), self._site.record), self._site.http
        first = day(dict(parse_qsl(query)).get("first", ""), "first")
        asked = question(choices.settle(gate, self._atlas, Filters.parse(query), words.language), first)
        file = Bounded(http.export_mb * _MB)
        with self._turn():
            found = gate.export(asked, http.export_rows, outlines=kind.has_outlines)
            kind.write(found, words.language, file)
        named = f'attachment; filename="{kind.file_name(found)}"'
        return Response(file.getvalue(), headers={"content-type": kind.media_type, "content-disposition": named})

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_PATIENCE):
            raise KuaiError("too many exports are being made")
        try:
            yield
        finally:
            self._turns.release()


class Bounded(BytesIO):
    """File in memory that takes so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any, /) -> int:  # noqa: ANN401 -- any buffer
        """Take some bytes.

        Raises
        ------
        GateError
            If they are too many.
        """
        if self.tell() + len(data) > self._most:
            raise GateError("the export is too large", remedy="ask for fewer periods or areas")
        return super().write(data)


def question(filters: Filters, first: date | None = None) -> Question:
    """Question that choices, once settled, ask: the areas of a level within a place, in the period of a day.

    Parameters
    ----------
    filters : Filters
        The choices.
    first : date, optional
        A day of the first of several periods up to that one.
    """
    place = Place(filters.area.level, filters.area.code) if filters.area else None
    if (last := filters.date) is None:
        raise GateError("no day was chosen", "date", "choose one")
    about = (filters.metric, filters.level, filters.period, first or last, last)
    return Question(*about, category=filters.category, within=place)


def _refusal(words: Words, error: KuaiError) -> Response:
    status = refused.status(error)
    if status >= refused.FAILED:
        _LOG.error("an export failed: %s", error)
    links = ((f"/?lang={words.language}", words("gate.account.back")),)
    return tell(Page("export", notice=words(f"gate.export.{_REFUSALS[status]}"), links=links, status=status), words)
