"""Trend: the subject by period with its usual range, in plain values that the browser only has to draw."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.errors import KuaiError
from kuai.seasons import earlier_years
from kuai.statistics.usual import usual_range

from dashboards.desk.study import SHOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboards.desk.study import Study

    Floats = NDArray[np.float64]

Figure = dict[str, Any]
SYMBOLS = {"suppressed": "×", "missing": "○", "late": "△", "not_permitted": "⊘"}
"""Mark of each state without a value; it stands on the axis, where no value can be taken from it."""


def trend(study: Study) -> Figure | None:
    """Lines and range of the subject, and of the other area, by day; None if the subject has no answer by period."""
    if isinstance(study.trend, KuaiError):
        return None
    rows, shown = study.trend.columns, max(SHOWN[study.grain], study.choice.span.count)
    values, days = np.asarray(rows["value"][-shown:]), np.datetime_as_string(rows["start"][-shown:], unit="D").tolist()
    low, middle, high = usual(np.asarray(rows["value"]), len(days), study)
    name, span = study.words.name(vars(study.subject)), study.choice.span
    return {
        "days": days, "span": [str(span.first), str(span.last + timedelta(days=1))],
        "range": {"name": study.words("desk.usual_range"), "low": plain(low), "high": plain(high)},
        "lines": [
            _line(study.words("desk.usual_middle"), middle, "middle"),
            _line(name, values, "subject"),
            *_other(study, len(days)),
        ],
        "digits": study.metric.digits,
        "marks": _states(days, np.asarray(rows["state"][-shown:]), study),
    }  # fmt: skip


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
    back = np.array(earlier_years(study.grain))
    padded = np.concatenate([np.full(back.max() + count, np.nan), values])
    earlier = padded[np.arange(len(padded) - count, len(padded))[:, np.newaxis] - back]
    found = usual_range(earlier, is_count=not study.metric.is_ratio)
    return found.low, found.middle, found.high


def plain(values: Floats, digits: int = 2) -> list[float | None]:
    """Values as JSON has them, rounded; None for NaN."""
    return [None if one != one else round(one, digits) for one in values.tolist()]  # noqa: PLR0124 -- NaN is unlike itself


def _line(name: str, values: Floats, look: str) -> dict[str, Any]:
    return {"name": name, "values": plain(values), "look": look}


def _other(study: Study, count: int) -> list[dict[str, Any]]:
    if study.other is None or isinstance(study.other, KuaiError):
        return []
    values, areas = np.asarray(study.other.columns["value"][-count:]), study.areas
    found = areas[areas["area"] == study.choice.other]
    name = study.words.name(found.iloc[0]) if len(found) else study.choice.other
    return [_line(name, values, "other")]


def _states(days: list[str], states: NDArray[np.object_], study: Study) -> list[dict[str, Any]]:
    """Marks on the axis, of every state that occurs."""
    known = ((state, np.array(days)[states == state].tolist()) for state in SYMBOLS)
    return [{"name": study.words.state(state), "sign": SYMBOLS[state], "days": some} for state, some in known if some]
