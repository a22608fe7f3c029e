"""Trend: the subject by period with its usual range, as a figure of plain values that the browser only has to draw."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.errors import KuaiError
from kuai.statistics.usual import usual_range

from dashboards.desk.study import SHOWN, past
from dashboards.theme import FONTS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from dashboards.desk.study import Study

    Floats = NDArray[np.float64]

Figure = dict[str, Any]
SYMBOLS = {
    "suppressed": "x-thin-open",
    "missing": "circle-open",
    "late": "triangle-up-open",
    "not_permitted": "square-x-open",
}
"""Mark of each state without a value; it stands on the axis, where no value can be taken from it."""

INK = {
    "line": "var(--accent)",
    "other": "var(--warn)",
    "band": "var(--edge)",
    "text": "var(--ink)",
    "grid": "var(--line)",
}
"""Colours by their names in the style sheet; the browser puts in what they are in its light."""

MONTHS = "%Y-%m"
"""How months stand at an axis: the same in every language."""


def trend(study: Study) -> Figure | None:
    """Lines and range of the subject, and of the other area; None if the subject has no answer by period."""
    if isinstance(study.trend, KuaiError):
        return None
    rows = study.trend.rows
    last = rows.tail(max(SHOWN[study.grain], study.choice.span.count))
    low, middle, high = usual(rows["value"].to_numpy(float), len(last), study)
    name, days = study.words.name(vars(study.subject)), _days(last)
    traces = [
        _edge(days, low), {**_edge(days, high), "fill": "tonexty", "name": study.words("desk.usual_range"),
                           "showlegend": True},
        _line(days, middle, study.words("desk.usual_middle"), {"color": INK["band"], "dash": "dot", "width": 1.5}),
        _line(days, last["value"].to_numpy(float), name, {"color": INK["line"], "width": 2.2}),
        *_other(study, len(last)),
        *_states(days, last["state"].to_numpy(object), study),
    ]  # fmt: skip
    return {"data": traces, "layout": _layout(study)}


def usual(values: Floats, count: int, study: Study) -> tuple[Floats, Floats, Floats]:
    """Usual range and median of the last periods, each from the same season of earlier years.

    Parameters
    ----------
    values : array of float
        Values of consecutive periods, the last of which are shown; NaN without one.
    count : int
        How many are shown.
    study : Study
        Says which period, and whether the values are counts.
    """
    back = np.array(past(study.grain))
    padded = np.concatenate([np.full(back.max() + count, np.nan), values])
    earlier = padded[np.arange(len(padded) - count, len(padded))[:, np.newaxis] - back]
    found = usual_range(earlier, is_count=not study.metric.is_ratio)
    return found.low, found.middle, found.high


def _days(rows: pd.DataFrame) -> list[str]:
    return np.datetime_as_string(rows["start"].to_numpy("datetime64[D]"), unit="D").tolist()  # type: ignore[no-any-return]


def plain(values: Floats, digits: int = 2) -> list[float | None]:
    """Values as JSON has them, rounded; None for NaN."""
    return [None if one != one else round(one, digits) for one in values.tolist()]  # noqa: PLR0124 -- NaN is unlike itself


def _line(days: list[str], values: Floats, name: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": days, "y": plain(values), "name": name, "line": line,
        "hovertemplate": "%{y:,.4~r}", "connectgaps": False,
    }  # fmt: skip


def _edge(days: list[str], values: Floats) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": days, "y": plain(values), "line": {"width": 0}, "hoverinfo": "skip",
        "fillcolor": "var(--band)", "showlegend": False,
    }  # fmt: skip


def _other(study: Study, count: int) -> list[dict[str, Any]]:
    if study.other is None or isinstance(study.other, KuaiError):
        return []
    rows, areas = study.other.rows.tail(count), study.areas
    found = areas[areas["area"] == study.choice.other]
    name = study.words.name(found.iloc[0]) if len(found) else study.choice.other
    line = {"color": INK["other"], "width": 2, "dash": "dash"}
    return [_line(_days(rows), rows["value"].to_numpy(float), name, line)]


def _states(days: list[str], states: NDArray[np.object_], study: Study) -> list[dict[str, Any]]:
    """Marks on the axis, of every state that occurs."""
    known = ((state, np.array(days)[states == state].tolist()) for state in SYMBOLS)
    return [
        {
            "type": "scatter", "mode": "markers", "x": some, "y": [0] * len(some),
            "name": study.words.state(state),
            "marker": {"symbol": SYMBOLS[state], "size": 8, "color": "var(--soft)", "line": {"width": 1.4}},
            "hovertemplate": study.words.state(state) + "<extra></extra>", "cliponaxis": False,
        }
        for state, some in known if some
    ]  # fmt: skip


def _layout(study: Study) -> dict[str, Any]:
    span = study.choice.span
    bar = {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": str(span.first),
        "x1": str(span.last + timedelta(days=1)), "fillcolor": "var(--focus)", "opacity": 0.22, "line": {"width": 0},
        "layer": "below",
    }  # fmt: skip
    return {
        **base(), "shapes": [bar], "dragmode": "select", "selectdirection": "h", "hovermode": "x unified",
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
        "xaxis": {
            "type": "date", "tickformat": MONTHS, "showgrid": False, "fixedrange": True, "linecolor": INK["grid"],
            "ticklabeloverflow": "allow",
        },
        "yaxis": {
            "rangemode": "tozero", "gridcolor": INK["grid"], "fixedrange": True, "zeroline": False,
            "ticklabeloverflow": "allow",
        },
    }  # fmt: skip


def base() -> dict[str, Any]:
    """Layout of every figure of the desk."""
    return {
        "autosize": True, "margin": {"l": 44, "r": 28, "t": 22, "b": 38}, "template": {},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12, "color": INK["text"], "family": FONTS},
        "hoverlabel": {"font": {"size": 12}}, "transition": {"duration": 0},
    }  # fmt: skip
