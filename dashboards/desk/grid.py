"""Table: every area with all that is known of it, for the grid of the browser, which sorts and filters it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dashboards.desk import ranking

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.desk.study import Study
    from dashboards.words import Words

Row = dict[str, Any]
COLUMNS = ("name", "value", "usual", "change", "p", "verdict", "state", "area")
"""Columns in their order."""

_LEAST = 0.0001
_ORDER = {"more": 0, "fewer": 1, "within": 2, "untested": 3}


def rows(study: Study, judged: pd.DataFrame) -> list[Row]:
    """Rows of the grid: numbers to sort by, and beside them how they are written."""
    states = {state: study.words.state(state) for state in set(judged["state"])}
    verdicts = {one: study.words(f"desk.verdict.{one}") for one in _ORDER}
    return [_row(study, row, states, verdicts) for row in ranking.records(judged)]


def columns(words: Words) -> list[Row]:
    """Columns of the grid; one that is sorted by a number shows how it is written."""
    wide = {"name": 130, "area": 90, "value": 84, "state": 110, "usual": 122, "change": 168, "p": 84, "verdict": 160}
    found = [{"field": one, "headerName": words(f"desk.grid.{one}"), "width": wide[one]} for one in COLUMNS]
    for column in found:
        if column["field"] in ("value", "change", "p", "usual"):
            column |= {"type": "rightAligned", "filter": "agNumberColumnFilter"}
            column["valueFormatter"] = {"function": f"params.data.{column['field']}_text"}
        if column["field"] == "verdict":
            column["valueFormatter"] = {"function": "params.data.verdict_text"}
    return found


def _row(study: Study, row: dict[Any, Any], states: dict[str, str], verdicts: dict[str, str]) -> Row:
    p = row["p"]
    return {
        "area": row["area"], "name": study.words.name(row), "state": states[row["state"]], "state_code": row["state"],
        "value": _known(row["value"]), "value_text": ranking.value(study, row) if row["state"] == "value" else "–",
        "usual": _known(row["then"]), "usual_text": ranking.then(study, row),
        "change": _known(row["ratio"]) if row["is_shown"] else None, "change_text": ranking.change(row),
        "p": _known(p), "p_text": "" if math.isnan(p) else f"{p:.4f}" if p >= _LEAST else "< 0.0001",
        "verdict": _ORDER[row["verdict"]], "verdict_text": verdicts[row["verdict"]],
    }  # fmt: skip


def _known(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else round(value, 6)
