"""Values of the desk's map: one byte an area for the span that is looked at, added up by the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kuai import access
from kuai.serving import Window

from dashboards import layers
from dashboards.desk import finding
from dashboards.desk.choice import Choice, settle
from dashboards.mapping import layered, values
from dashboards.words import Words

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.desk.span import Span
    from dashboards.desk.study import Study
    from dashboards.filters import Filters
    from dashboards.mapping.mapping import Mapping

PATH = "/desk/values"
"""Where they are had: with the choices of the page."""


def brought(mapping: Mapping, gate: Serving, study: Study) -> str | None:
    """The same as `answer`, in base64, of what the page has asked already; None if it has not asked for all of it.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    gate : Serving
        Gate that answered.
    study : Study
        Answers that are shown: those in the span are sums of the same cells.
    """
    filters, span = study.choice.filters, study.choice.span
    if filters.layer not in ("", layers.CHECKPOINT):
        return None
    asked = _asked(filters, span)
    scope = mapping.shelf.scope(filters.level, span.first)
    return values.brought(mapping, gate, asked, scope, study.last)


def answer(mapping: Mapping, query: str) -> bytes:
    """Classes of the areas in the span that the choices of the page name, as `dashboards.mapping` has them.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    query : str
        As of the page.

    Raises
    ------
    AccessError, GateError
        As the gate does.
    """
    gate = mapping.gate
    choice = settle(gate, mapping.atlas, Choice.parse(query), mapping.language)
    filters, span = choice.filters, choice.span
    within = access.Place(filters.area.level, filters.area.code) if filters.area else None
    window = Window(filters.metric, filters.level, span.unit, *span.days, category=filters.category, within=within)
    found = gate.total(window)
    if filters.layer == layers.SMOOTHED:
        base = gate.total(replace(window, metric=found.metric.denominator, category="all"))
        found = layered.smoothed(found, base)
    asked = _asked(filters, span)
    return values.encoded(mapping, gate, asked, mapping.shelf.scope(filters.level, span.first), found)


def _asked(filters: Filters, span: Span) -> values.Asked:
    named = finding.called(Words(filters.lang), span)
    return values.Asked(filters.but(period=span.unit), 1, is_told=True, named=named)
