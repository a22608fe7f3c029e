"""Week: cases of the subject by hour and weekday, over the months that the span touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import access, catalog
from kuai.errors import GateError

from dashboards import hours
from dashboards.desk.calendar import SIGNS, signed
from dashboards.desk.trend import INK, base, plain
from dashboards.figures.classes import RAMPS
from dashboards.filters import Place

if TYPE_CHECKING:
    from datetime import date

    from kuai.serving import Serving

    from dashboards.desk.study import Study
    from dashboards.hours import Hours
    from dashboards.words import Words

_PERIOD = "month"
_KLASS = "incident"
Asked = dict[str, str]


def wanted(serving: Serving, study: Study) -> Asked | None:
    """What the hours are asked by, apart from the rest of the page; None where there are none of this metric.

    Parameters
    ----------
    serving : Serving
        Gate of the viewer.
    study : Study
        What is shown.
    """
    place, span = study.subject.place, study.choice.span
    is_counted = catalog.measure(study.metric.numerator).klass == _KLASS
    if not is_counted or (place.level, _PERIOD) not in hours.offered(serving):
        return None
    return {"place": str(place), "first": str(span.first), "last": str(span.last), "lang": study.words.language}


def week(serving: Serving, words: Words, place: Place, span: tuple[date, date]) -> dict[str, Any]:
    """Heat map of 24 hours by 7 weekdays, and a sentence on what it is of.

    Raises
    ------
    AccessError, GateError
        As the gate does.
    """
    found = hours.hours_of(serving, access.Place(place.level, place.code), span, _PERIOD)
    return {"figure": {"data": [_trace(found, words)], "layout": _layout()}, "said": _said(found, words)}


def place_of(text: str) -> Place:
    """Place of its written form.

    Raises
    ------
    GateError
        If it is none.
    """
    found = Place.parse(text)
    if found is None:
        raise GateError(f"{text!r} is no area", "area", "write it as level:code")
    return found


def _trace(found: Hours, words: Words) -> dict[str, Any]:
    ramp = RAMPS[found.answer.metric.good]
    return {
        "type": "heatmap", "x": list(range(24)), "y": words("date.weekdays").split(), "xgap": 1, "ygap": 1,
        "z": [plain(one) for one in found.value], "hoverongaps": False,
        **signed(np.array([[SIGNS.get(one, "") for one in row] for row in found.state.tolist()], dtype=object)),
        "hovertemplate": "%{y} %{x}:00: %{z:,.4~r}<extra></extra>",
        "colorscale": [[at / (len(ramp) - 1), colour] for at, colour in enumerate(ramp)],
        "colorbar": {"thickness": 9, "outlinewidth": 0, "len": 1},
    }  # fmt: skip


def _layout() -> dict[str, Any]:
    return {
        **base(), "margin": {"l": 44, "r": 0, "t": 6, "b": 30},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "type": "category"},
        "xaxis": {"fixedrange": True, "showgrid": False, "dtick": 3, "linecolor": INK["grid"]},
    }  # fmt: skip


def _said(found: Hours, words: Words) -> str:
    """What is counted, over which months, and how many have no hour."""
    months = found.answer.rows["period"].iloc[0] if len(found.answer.rows) else ""
    share = found.unknown_share
    unknown = "" if share != share else words("desk.hours_unknown", share=words.share(share))  # noqa: PLR0124 -- NaN
    return words("desk.hours_of", what=hours.label(words.language), months=months) + unknown
