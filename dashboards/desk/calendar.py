"""Calendar: the subject by day, a column a week and a row a weekday; every state has a sign of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import periods
from kuai.errors import KuaiError

from dashboards.desk.study import first_day
from dashboards.desk.trend import INK, MONTHS, base, plain
from dashboards.figures.classes import RAMPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboards.desk.study import Study

SIGNS = {"suppressed": "×", "missing": "·", "late": "△", "not_permitted": "⊘"}
"""Sign of each state without a value, in the place of its colour."""

_WEEK = 7


def calendar(study: Study) -> dict[str, Any] | None:
    """Heat map of days; None if the subject has no answer by day."""
    if isinstance(study.days, KuaiError):
        return None
    first, last = first_day(study.choice), study.choice.span.last
    days = study.days.rows["start"].to_numpy("datetime64[D]")
    rows = study.days.rows[(days >= np.datetime64(first)) & (days <= np.datetime64(last))]
    at = (rows["start"].to_numpy("datetime64[D]") - np.datetime64(first)).astype(int)
    weeks = (last - first).days // _WEEK + 1
    values, signs = np.full(weeks * _WEEK, np.nan), np.full(weeks * _WEEK, "", dtype=object)
    values[at] = rows["value"].to_numpy(float)
    signs[at] = [SIGNS.get(one, "") for one in rows["state"]]
    mondays = [str(first + timedelta(days=_WEEK * week)) for week in range(weeks)]
    trace = {
        "type": "heatmap", "x": mondays, "y": study.words("date.weekdays").split(), "xgap": 1, "ygap": 1,
        "z": [plain(one) for one in values.reshape(weeks, _WEEK).T], **signed(signs.reshape(weeks, _WEEK).T),
        "hoverongaps": False,
        "customdata": _named(study, weeks), "hovertemplate": "%{customdata}: %{z:,.4~r}<extra></extra>",
        "colorscale": _scale(study), "colorbar": {"thickness": 9, "outlinewidth": 0, "len": 1},
    }  # fmt: skip
    return {"data": [trace], "layout": _layout(study)}


def signed(signs: NDArray[np.object_]) -> dict[str, Any]:
    """Signs of the cells of a heat map, as plotly writes them; nothing where there are none, which costs it as much."""
    if not signs.any():
        return {}
    return {"text": signs.tolist(), "texttemplate": "%{text}", "textfont": {"color": "var(--soft)", "size": 11}}


def _named(study: Study, weeks: int) -> list[list[str]]:
    days = np.datetime64(first_day(study.choice)) + np.arange(weeks * _WEEK)
    return np.datetime_as_string(days, unit="D").reshape(weeks, _WEEK).T.tolist()


def _scale(study: Study) -> list[list[Any]]:
    ramp = RAMPS[study.metric.good]
    return [[at / (len(ramp) - 1), colour] for at, colour in enumerate(ramp)]


def _layout(study: Study) -> dict[str, Any]:
    span = study.choice.span
    box = {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": "var(--focus)", "width": 2},
        "x0": str(periods.start("week", span.first) - timedelta(days=3)),
        "x1": str(periods.start("week", span.last) + timedelta(days=4)),
    }  # fmt: skip
    return {
        **base(), "shapes": [box], "margin": {"l": 44, "r": 0, "t": 6, "b": 38},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "type": "category", "ticklabeloverflow": "allow"},
        "xaxis": {
            "type": "date", "tickformat": MONTHS, "fixedrange": True, "showgrid": False, "linecolor": INK["grid"],
            "ticklabeloverflow": "allow",
        },
    }  # fmt: skip
