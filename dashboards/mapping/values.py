"""Values of a map: one byte an area and frame, in the order of its shapes, and what the legend says of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import numpy as np

from kuai import access, periods
from kuai.errors import GateError
from kuai.serving import Question

from dashboards import adaptive, choices, layers
from dashboards.figures.classes import classify
from dashboards.figures.states import STATES
from dashboards.filters import Filters
from dashboards.mapping import layered
from dashboards.mapping.packing import framed
from dashboards.mapping.palette import colours
from dashboards.view import freshness, look, shown_on
from dashboards.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.question import Column
    from kuai.serving import Answer, Serving

    from dashboards.atlas import Scope
    from dashboards.mapping.cover import Cover
    from dashboards.mapping.mapping import Mapping

FIRST_STATE = 11
"""Number of the first state without a value; those of classes begin at 1, and 0 is an area that is not shown."""

MOST_FRAMES = 400
_LONGEST = 9
MOST_BROUGHT = 5_000
"""Areas whose values come with a page; those of more would hold up its other parts."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What an address asks for.

    Parameters
    ----------
    filters : Filters
        Settled choices.
    frames : int
        Periods up to that of the day.
    is_told : bool
        Whether the numbers are wanted beside their classes.
    named : str
        What the only period is called, where it is none of the calendar.
    """

    filters: Filters
    frames: int
    is_told: bool
    named: str = ""

    @property
    def day(self) -> date:
        """A day of the last period."""
        return self.filters.date or date.min


def answer(mapping: Mapping, query: str) -> bytes:
    """Head with classes, colours and frames, a byte for each area and frame, and the numbers if they are wanted.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    query : str
        As of the page, with ``frames`` and ``numbers``.

    Raises
    ------
    AccessError, GateError
        As the gate does; and if there are too many frames, or nothing has an outline.
    """
    gate = mapping.gate
    asked = _asked(mapping, gate, query)
    scope = mapping.shelf.scope(asked.filters.level, shown_on(asked.filters))
    found = _rolled(mapping, gate, asked) if adaptive.hierarchy_of(asked.filters.level) else _cells(gate, asked)
    if asked.filters.layer == layers.SMOOTHED:
        found = layered.smoothed(found, _cells(gate, asked, found.metric.denominator))
    return encoded(mapping, gate, asked, scope, found)


def _asked(mapping: Mapping, gate: Serving, query: str) -> Asked:
    given = dict(parse_qsl(query))
    filters = choices.settle(gate, mapping.atlas, Filters.parse(query), mapping.language)
    frames = given.get("frames", "1")
    if not (frames.isdecimal() and len(frames) < _LONGEST and 0 < int(frames) <= MOST_FRAMES):
        raise GateError(f"{frames[:_LONGEST]!r} is no number of frames", "frames", f"ask for 1 to {MOST_FRAMES}")
    return Asked(filters, int(frames), given.get("numbers") == "1")


def _cells(gate: Serving, asked: Asked, base: str = "") -> Answer:
    """Cells of the metric, or of what it is counted among."""
    filters, first = asked.filters, asked.day
    if base:
        filters = filters.but(metric=base, category="all")
    for _ in range(asked.frames - 1):
        first = periods.start(filters.period, first) - _ONE_DAY
    within = access.Place(filters.area.level, filters.area.code) if filters.area else None
    about = (filters.metric, filters.level, filters.period, first, asked.day)
    return gate.ask(Question(*about, category=filters.category, within=within))


def _rolled(mapping: Mapping, gate: Serving, asked: Asked) -> Answer:
    if asked.frames > 1:
        raise GateError("a map of mixed levels has one frame", "frames", "choose a level")
    found = look(gate, mapping.atlas, asked.filters, asked.filters.lang).rolled
    if found is None:
        raise GateError("no map of mixed levels", "level", "choose a level")
    return found


def brought(mapping: Mapping, gate: Serving, asked: Asked, scope: Scope, found: Answer) -> str | None:
    """The same as `encoded`, in base64, to come with the page that asked; None of more areas than may."""
    if len(found.columns["area"]) > MOST_BROUGHT:
        return None
    return base64.b64encode(encoded(mapping, gate, asked, scope, found)).decode()


def encoded(mapping: Mapping, gate: Serving, asked: Asked, scope: Scope, found: Answer) -> bytes:
    """Head, a byte for each area and frame, and the numbers if they are wanted, of an answer that is there.

    Parameters
    ----------
    mapping : Mapping
        Maps of the city.
    gate : Serving
        Gate that answered.
    asked : Asked
        What was asked for.
    scope : Scope
        Areas whose shapes are drawn.
    found : Answer
        One row per frame and area.
    """
    cover = mapping.shelf.covering(scope)
    at = _positions(found.columns["area"], cover)
    found, at = _only(found, at >= 0), at[at >= 0]
    rows = found.columns
    starts = np.unique(rows["start"])
    shape = len(starts), len(cover)
    place = np.searchsorted(starts, rows["start"]) * shape[1] + at
    classes, about = _classed(mapping, asked, cover, found)
    numbers = np.zeros(shape, np.uint8)
    numbers.ravel()[place] = numbered(rows["state"], classes)
    told = np.full(shape, np.nan, np.float32)
    told.ravel()[place] = rows["value"]
    head = _head(gate, asked, found) | about
    head |= {
        "shapes": mapping.address(scope), "digest": cover.digest, "count": shape[1],
        "frames": _frames(asked, starts), "told": asked.is_told,
    }  # fmt: skip
    return framed(head, [numbers, told] if asked.is_told else [numbers])


def _only(found: Answer, is_drawn: NDArray[np.bool_]) -> Answer:
    """The rows of areas that are drawn: classes are made of what is seen."""
    if is_drawn.all():
        return found
    return replace(found, columns={name: column[is_drawn] for name, column in found.columns.items()})


def _classed(mapping: Mapping, asked: Asked, cover: Cover, found: Answer) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Class of each row, from 1, and what the head says of the classes."""
    words, metric, layer = Words(asked.filters.lang), found.metric, asked.filters.layer
    if layer in layers.KINDS:
        return layered.spotted(layer, found, cover.areas, mapping.near(cover), words)
    values = np.asarray(found.columns["value"])
    classes = classify(metric, values)
    return classes.index(values) + 1, {
        "colours": colours(metric.good, classes), "names": [], "edges": list(classes.edges),
        "ranges": [[words.number(metric, end) for end in one] for one in classes.ranges],
        "bounds": [list(one) for one in classes.ranges],
        "note": words(f"layer.hint.{layer}") if layer else "",
    }  # fmt: skip


def _positions(areas: Column, cover: Cover) -> NDArray[np.int64]:
    """Position of the area of each row among the shapes, -1 where it has no outline."""
    if isinstance(areas, np.ndarray):
        return np.array([cover.positions.get(code, -1) for code in areas.tolist()], dtype=np.int64)
    return np.asarray(cover.index.get_indexer(areas.categories)[areas.codes])


def numbered(states: Column, classes: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Number of each row: of its class, or of its state."""
    import pandas as pd

    coded = pd.Categorical(states) if isinstance(states, np.ndarray) else states
    of_state = [0 if one == "value" else FIRST_STATE + STATES.index(one) for one in coded.categories]
    state = np.array(of_state, np.uint8)[coded.codes]
    return np.where(state == 0, classes, state).astype(np.uint8)


def _head(gate: Serving, asked: Asked, found: Answer) -> dict[str, Any]:
    words, metric, layer = Words(asked.filters.lang), found.metric, asked.filters.layer
    label = metric.label.to(words.language)
    age = freshness(gate, metric, found.age_seconds)
    return {
        "snapshot": found.snapshot, "metric": metric.id, "layer": layer, "digits": metric.digits,
        "label": f"{label} · {words(f'layer.{layer}')}" if layer in layers.DRAWN else label,
        "unit": metric.unit.to(words.language),
        "age": {"seconds": age.age_seconds, "is_stale": age.is_overdue},
        "level": asked.filters.level, "period": asked.filters.period,
        "states": {one: words.state(one) for one in STATES},
    }  # fmt: skip


def _frames(asked: Asked, starts: Sequence[Any] | NDArray[Any]) -> list[dict[str, str]]:
    words = Words(asked.filters.lang)
    days = [date.fromisoformat(str(np.datetime64(one, "D"))) for one in starts]
    return [{"start": str(day), "label": asked.named or words.period(asked.filters.period, day)} for day in days]
