"""Tiles of the wall as the page draws them: texts, states, drawings, and what their age is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import catalog
from kuai.alarms.series import Wanted
from kuai.errors import AccessError, GateError

from dashboards.figures.classes import classify
from dashboards.filters import Filters, Place
from dashboards.wall.palette import RAMP
from dashboards.wall.spark import spark

if TYPE_CHECKING:
    from kuai.alarms.declared import Tile
    from kuai.alarms.series import Series

    from dashboards.figures.classes import Classes
    from dashboards.wall.numbers import Numbers
    from dashboards.wall.views import View
    from dashboards.words import Words

ROWS = 10
"""Areas that a ranking names."""

_DRAWN = 42
_SIGNS = {"above": "▲", "below": "▼", "within": "", "unknown": ""}

Drawn = dict[str, Any]


def tile(numbers: Numbers, words: Words, view: View, declared: Tile) -> Drawn:
    """One tile; where its question has no answer, why.

    Parameters
    ----------
    numbers : Numbers
        Numbers of the frame.
    words : Words
        The reader's language.
    view : View
        Sheet and area.
    declared : Tile
        What is shown.
    """
    level = declared.level or view.place.level
    drawn = {"kind": declared.kind, **_named(numbers, words, declared), "state": "missing"}
    try:
        found = numbers.of(Wanted(declared.metric, level, declared.period, declared.category))
    except AccessError:
        return {**drawn, "state": "not_permitted", "said": words.state("not_permitted")}
    except GateError:
        return {**drawn, "state": "refused", "said": words("wall.refused")}
    if found is None:
        return {**drawn, "said": words("wall.never")}
    drawn |= numbers.age(declared.metric) | {"period": words.period(declared.period, found.starts[-1])}
    if declared.kind == "kpi":
        return drawn | _kpi(words, found, view.place.area)
    drawn |= _ranking(numbers, words, found, _inside(numbers, view, found))
    return drawn | _map(numbers, words, view, found) if declared.kind == "map" else drawn


def _named(numbers: Numbers, words: Words, declared: Tile) -> Drawn:
    """Name and unit; a category that is found by checks is said to be, for it rises with the work."""
    metric, language = catalog.metric(declared.metric), words.language
    parts = [metric.label.to(language), *([words.category(declared.category)] if declared.category != "all" else [])]
    if declared.category in numbers.gate.discovered(declared.metric):
        parts.append(words("control.discovered"))
    return {"name": " · ".join(parts), "unit": metric.unit.to(language)}


def _kpi(words: Words, found: Series, area: str) -> Drawn:
    at = found.at(area)
    if at is None:
        return {"state": "missing", "said": words.state("missing")}
    metric, value, state = found.answer.metric, found.values[at, -1], str(found.states[at, -1])
    low, high = (float(one[at]) for one in (found.usual.low, found.usual.high))
    mark = _mark(value, low, high)
    drawn: Drawn = {"state": state, "mark": mark, "sign": _SIGNS[mark], "word": words(f"wall.{mark}")}
    drawn["said"] = words.number(metric, value) if state == "value" else words.state(state)
    drawn["spark"] = spark(found.values[at, -_DRAWN:], low, high)
    if not np.isnan(low):
        drawn["usual"] = f"{words('wall.usual')} {words.number(metric, low)}–{words.number(metric, high)}"
    return drawn


def _mark(value: float, low: float, high: float) -> str:
    """Where a value stands to its usual range."""
    if np.isnan(value) or np.isnan(low):
        return "unknown"
    return "above" if value > high else "below" if value < low else "within"


def _inside(numbers: Numbers, view: View, found: Series) -> list[int]:
    """Positions of the areas of a series that lie in the area of the view."""
    level, place = found.wanted.level, view.place
    if level == place.level:
        return [at for at in [found.at(place.area)] if at is not None]
    if _is_root(numbers, place.level):
        return list(range(len(found.areas)))
    try:
        scope = numbers.mapping.atlas.scope(level, Place(place.level, place.area), found.starts[-1])
    except GateError:
        return []
    known = set(scope.areas["area"])
    return [at for at, code in enumerate(found.areas) if code in known]


def _ranking(numbers: Numbers, words: Words, found: Series, inside: list[int]) -> Drawn:
    values = found.values[inside, -1]
    classes = classify(found.answer.metric, values)
    order = sorted(range(len(inside)), key=lambda one: (np.isnan(values[one]), -np.nan_to_num(values[one])))
    most = np.nanmax(values) if not np.isnan(values).all() else 0
    bars = [_bar(float(one), float(most), classes) for one in values]
    rows = [_row(numbers, words, found, inside[one]) | bars[one] for one in order[:ROWS]]
    drawn: Drawn = {"state": "value", "rows": rows, "said": words("wall.areas_more", n=f"{len(inside):,}")}
    return drawn | {"classes": _classes(words, found, classes)}


def _bar(value: float, most: float, classes: Classes) -> Drawn:
    """Length of a bar as a part of the longest, and its colour."""
    if np.isnan(value) or most <= 0:
        return {"share": 0, "colour": RAMP[0]}
    rank = int(classes.index(np.array([value]))[0])
    return {"share": round(value / most, 3), "colour": _colours(len(classes.colours))[rank]}


def _colours(count: int) -> list[str]:
    """As many colours of the ramp as there are classes, from least to most."""
    return [RAMP[round(one * (len(RAMP) - 1) / (count - 1))] if count > 1 else RAMP[2] for one in range(count)]


def _classes(words: Words, found: Series, classes: Classes) -> list[Drawn]:
    """Colour and range of each class, from least to most."""
    said = [[words.number(found.answer.metric, one) for one in span] for span in classes.ranges]
    return [
        {"colour": colour, "said": first if first == last else f"{first}–{last}"}
        for colour, (first, last) in zip(_colours(len(said)), said, strict=True)
    ]


def _map(numbers: Numbers, words: Words, view: View, found: Series) -> Drawn:
    """Addresses of the map; none where nothing has an outline, so that the ranking stands in its place."""
    wanted, start = found.wanted, found.starts[-1]
    place = None if _is_root(numbers, view.place.level) else Place(view.place.level, view.place.area)
    filters = Filters(wanted.metric, wanted.level, wanted.period, start, wanted.category, place, words.language)
    try:
        drawn = {"shapes": numbers.mapping.shapes_url(wanted.level, start),
                 "bounds": numbers.mapping.bounds(wanted.level, start, place)}  # fmt: skip
    except GateError:
        return {"kind": "ranking"}
    values = numbers.mapping.values_url(filters, is_told=False)
    return {"map": {**drawn, "values": values}}


def _is_root(numbers: Numbers, level: str) -> bool:
    return any(row["level"] == level and row["rank"] == 0 for row in numbers.gate.levels())


def _row(numbers: Numbers, words: Words, found: Series, at: int) -> Drawn:
    value, state = found.values[at, -1], str(found.states[at, -1])
    mark = _mark(value, float(found.usual.low[at]), float(found.usual.high[at]))
    said = words.number(found.answer.metric, value) if state == "value" else words.state(state)
    name = words.name(numbers.area(found.wanted.level, str(found.areas[at])))
    return {"name": name, "said": said, "state": state, "sign": _SIGNS[mark], "mark": mark}
