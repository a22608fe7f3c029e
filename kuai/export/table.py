"""Table: the rows of an export with the names of their areas, and the span of validity each stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kuai import periods
from kuai.store.frames import plain

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from kuai.question import Export

COLUMNS = ("area", "name_zh", "name_en", "level", "period", "start", "category", "value", "state", "unit", "coverage")
"""Columns of every export, in this order; value is None unless the state is `value`, coverage goes from 0 to 1."""


def columns(export: Export, language: str) -> dict[str, list[Any]]:
    """Columns of the table by name: one row per period and area, values in the metric's unit.

    Parameters
    ----------
    export : Export
        What is taken away.
    language : str
        Language of the unit, `zh` or `en`.
    """
    rows, at = export.answer.rows, vintage(export)
    found = {name: rows[name].tolist() for name in ("area", "level", "period", "category", "state", "coverage")}
    found |= {name: _named(export.areas[name], at) for name in ("name_zh", "name_en")}
    found["start"] = rows["start"].dt.date.tolist()
    found["value"] = plain(export.answer.metric, rows["value"])
    found["unit"] = [export.answer.metric.unit.to(language)] * len(rows)
    return {name: found[name] for name in COLUMNS}


def vintage(export: Export) -> NDArray[np.int64]:
    """Row of `areas` that stands for each row: the area as it is at the end of the period; -1 if there is none."""
    rows, areas = export.answer.rows, export.areas
    left = pd.DataFrame({"area": rows["area"].astype("object"), "day": _ends(export)})
    right = pd.DataFrame({"area": areas["area"].astype("object"), "day": _numbers(areas["valid_from"].tolist())})
    right["at"] = np.arange(len(right), dtype=np.int64)
    found = pd.merge_asof(left, right, on="day", by="area")["at"]
    return found.fillna(-1).to_numpy(np.int64)


def is_whole(export: Export) -> bool:
    """Whether its values are whole numbers."""
    metric = export.answer.metric
    return not metric.is_ratio and metric.digits == 0


def _ends(export: Export) -> NDArray[np.int64]:
    """Last day of the period of each row, in days since 1970-01-01, ascending as the rows are."""
    starts, at = np.unique(export.answer.rows["start"].to_numpy("datetime64[D]"), return_inverse=True)
    return _numbers([periods.end(export.question.period, one) for one in starts.tolist()])[at]


def _numbers(days: list[date]) -> NDArray[np.int64]:
    return np.array(days, dtype="datetime64[D]").astype(np.int64)


def _named(names: pd.Series[Any], at: NDArray[np.int64]) -> list[str | None]:
    known: list[str | None] = [*names.tolist(), None]
    return [known[one] for one in at.tolist()]
