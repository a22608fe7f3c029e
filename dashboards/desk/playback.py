"""Playback: the periods up to the end of the span, which the map shows one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import choices
from dashboards.desk.fields import span_name
from dashboards.desk.span import Span, newest

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.desk.study import Study
    from dashboards.mapping.mapping import Mapping

FRAMES = {"week": 52, "month": 24, "quarter": 12, "year": 6}
"""Periods played, by what one of them is; of those offered the first is taken."""

MOST_TOLD = 2_000_000
"""Numbers that come along to be told where the map is pointed at; of more cells only their classes come."""


def playback(gate: Serving, mapping: Mapping, study: Study) -> dict[str, str] | None:
    """Address of the frames, the last of them over by the end of the span, and what the button says.

    Parameters
    ----------
    gate : Serving
        Gate of the viewer.
    mapping : Mapping
        Maps of the city.
    study : Study
        What is shown; None where none of the periods is offered.
    """
    filters, words = study.choice.filters, study.words
    offered = choices.periods(gate, filters.metric, filters.level)
    unit = next((one for one in FRAMES if one in offered), None)
    if unit is None:
        return None
    count, last = FRAMES[unit], newest(unit, study.choice.span.last).last
    is_told = count * len(study.areas) <= MOST_TOLD
    return {
        "url": mapping.values_url(filters.but(period=unit, date=last), count, is_told=is_told),
        "play": words("desk.play.go", length=span_name(words, Span(unit, count, last))),
        **{name: words(f"desk.play.{name}") for name in ("pause", "back", "at")},
    }
