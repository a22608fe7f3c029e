"""Calendar: the subject by day, a column a week and a row a weekday; every state has a sign of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.errors import KuaiError

from dashboards.desk.study import first_day
from dashboards.desk.trend import plain
from dashboards.figures.classes import RAMPS
from dashboards.mapping.palette import DARK_RAMPS

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from kuai.metrics import Metric

    from dashboards.desk.study import Study
    from dashboards.words import Words

    Floats = NDArray[np.float64]

SIGNS = {"suppressed": "×", "missing": "·", "late": "△", "not_permitted": "⊘"}
"""Sign of each state without a value, in the place of its colour."""

_WEEK = 7


def calendar(study: Study) -> dict[str, Any] | None:
    """Cells of the days, a column a week; None if the subject has no answer by day."""
    if isinstance(study.days, KuaiError):
        return None
    span = study.choice.span
    first, last = first_day(study.choice), span.last
    rows = study.days.columns
    days = np.asarray(rows["start"], "datetime64[D]")
    shown = slice(*np.searchsorted(days, [np.datetime64(first), np.datetime64(last) + 1]))
    at = (days[shown] - np.datetime64(first)).astype(int)
    weeks = (last - first).days // _WEEK + 1
    values, signs = np.full(weeks * _WEEK, np.nan), np.full(weeks * _WEEK, "", dtype=object)
    values[at] = rows["value"][shown]
    signs[at] = [SIGNS.get(one, "") for one in rows["state"][shown].tolist()]
    return {
        **heat(study.words, values.reshape(weeks, _WEEK).T, signs.reshape(weeks, _WEEK).T, study.metric),
        "first": str(first), "box": [_week(span.first, first), _week(span.last, first)],
    }  # fmt: skip


def heat(words: Words, values: Floats, signs: NDArray[np.object_], metric: Metric) -> dict[str, Any]:
    """Seven rows of cells with what stands in each: its value, or the sign of its state, and what each sign says.

    Parameters
    ----------
    words : Words
        The reader's language.
    values : array of float, one row a weekday
        Values; NaN without one.
    signs : array of str, of the same shape
        Sign of the state of each cell without a value; empty where there is one.
    metric : Metric
        What is shown: its digits, and its colours, by light.
    """
    return {
        "rows": words("date.weekdays").split(), "values": [plain(one) for one in values],
        "digits": metric.digits, "signs": signs.tolist() if signs.any() else None,
        "names": {sign: words.state(state) for state, sign in SIGNS.items()},
        "ramp": {"light": list(RAMPS[metric.good]), "dark": list(DARK_RAMPS[metric.good])},
    }  # fmt: skip


def _week(day: date, first: date) -> int:
    return (day - first).days // _WEEK
