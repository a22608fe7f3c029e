"""Where a picture of the desk comes from: told by the gate to whoever may take it away, and put down as an export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kuai import access
from kuai.errors import KuaiError
from kuai.export.formats import FORMATS
from kuai.export.origin import origin
from kuai.serving import Question

from dashboards import refused
from dashboards.caller import viewer
from dashboards.desk.choice import Choice, settle
from dashboards.words import Words, language_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.question import Export
    from kuai.serving import Serving

    from dashboards.atlas import Atlas
    from dashboards.site import Site

PATH = "/desk/origin"
"""Where it is told: with the choices of the page."""

_TOLD = ("metric", "level", "period", "first", "last", "category", "city", "snapshot", "published_at", "policy_version",
         "exported_by", "role", "purpose", "reason", "exported_at")  # fmt: skip


class Provenance:
    """What answers a browser that is about to make a picture.

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

    def answer(self, request: Request) -> Response:
        """JSON with the texts that go into the file, the lines below the picture, and a name for it."""
        from starlette.responses import JSONResponse

        try:
            return JSONResponse(self.told(request.url.query))
        except KuaiError as error:
            return refused.answer(error, language_of(request.url.query, self._site.language))

    def told(self, query: str) -> dict[str, Any]:
        """Texts by keyword, lines, and name of the file.

        Raises
        ------
        AccessError, GateError
            As an export does.
        """
        gate, words = self._serving.seen_by(viewer(), self._site.record), Words(language_of(query, self._site.language))
        choice = settle(gate, self._atlas, Choice.parse(query), words.language)
        export = gate.export(question(choice), self._site.http.export_rows)
        return {**_lines(export, words, choice), "file": FORMATS["csv"].file_name(export).removesuffix("csv") + "png"}


def question(choice: Choice) -> Question:
    """Cells behind the values of the span: what is taken away with a picture of their sums."""
    filters, span = choice.filters, choice.span
    within = access.Place(filters.area.level, filters.area.code) if filters.area else None
    return Question(
        filters.metric, filters.level, span.unit, span.first, span.last, category=filters.category, within=within
    )


def _lines(export: Export, words: Words, choice: Choice) -> dict[str, Any]:
    told = origin(export, words.language)
    source = " · ".join(f"{name}: {told[name]}" for name in _TOLD if told[name])
    texts = {
        "Title": told["label"], "Author": told["exported_by"], "Creation Time": told["exported_at"], "Software": "Kuai",
        "Source": f"/desk{choice.search}", "kuai": json.dumps(told, ensure_ascii=False),
    }  # fmt: skip
    return {"texts": texts, "lines": [source, *told["notes"], f"/desk{choice.search}"]}
