"""Week: cases of the subject by hour and weekday, over the months that the span touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import access, catalog
from kuai.errors import GateError

from dashboards import hours
from dashboards.desk.calendar import SIGNS, heat
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
    return {"figure": _figure(found, words), "said": _said(found, words)}


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


def _figure(found: Hours, words: Words) -> dict[str, Any]:
    signs = np.array([[SIGNS.get(one, "") for one in row] for row in found.state.tolist()], dtype=object)
    return heat(words, found.value, signs, found.answer.metric)


def _said(found: Hours, words: Words) -> str:
    """What is counted, over which months, and how many have no hour."""
    months = found.answer.columns["period"][0] if len(found.answer.columns["period"]) else ""
    share = found.unknown_share
    unknown = "" if share != share else words("desk.hours_unknown", share=words.share(share))  # noqa: PLR0124 -- NaN
    return words("desk.hours_of", what=hours.label(words.language), months=months) + unknown
