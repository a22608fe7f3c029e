"""Question: what is asked of the gate, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kuai.metrics import Metric


@dataclass(frozen=True)
class Question:
    """A metric over every area of a level, or one, in every period that holds a day of [first, last].

    Parameters
    ----------
    metric, level, period : str
        Names as in the catalogue, the city pack and `kuai.periods.PERIODS`.
    first, last : date
        Days of the city's calendar, both inclusive.
    area : str, optional
        Code of one area of the level.
    category : str
        Category of the metric's numerator.
    audience : str
        Audience whose rules of disclosure apply.
    """

    metric: str
    level: str
    period: str
    first: date
    last: date
    area: str | None = None
    category: str = "all"
    audience: str = "analyst"


@dataclass(frozen=True)
class Answer:
    """What may be shown to a question, and where it comes from.

    Parameters
    ----------
    rows : DataFrame
        One row per period and area: area, level, period (label), start, category, value (NaN unless the state is
        `value`), state and coverage (observed part of the period, 0 to 1).
    metric : Metric
        What the values are, with label, unit and scale.
    snapshot : str
        Id of the snapshot they come from.
    age_seconds : int
        Time since the newest observed day behind the metric ended; 0 if it has not.
    batches : list of dict
        Ingested files whose days touch the question's.
    """

    rows: pd.DataFrame
    metric: Metric
    snapshot: str
    age_seconds: int
    batches: list[dict[str, Any]] = field(repr=False)
