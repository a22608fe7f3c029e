"""Table: every area with all that is known of it, for the grid of the browser, which sorts and filters it."""

from __future__ import annotations

import math
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboards.desk import ranking

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboards.desk.judged import Table
    from dashboards.desk.study import Study
    from dashboards.words import Words

Columns = dict[str, list[Any]]
COLUMNS = ("name", "value", "usual", "change", "p", "verdict", "state", "area")
"""Columns in their order."""

_LEAST = 0.0001
_ORDER = {"more": 0, "fewer": 1, "within": 2, "untested": 3}


def rows(study: Study, judged: Table) -> Columns:
    """Rows of the grid, by column: numbers to sort by, and beside them how they are written."""
    words, form = study.words, f",.{study.metric.digits}f"
    given = {name: column.tolist() for name, column in judged.items()}
    states, verdicts = given["state"], given["verdict"]
    ratio = np.where(judged["is_shown"], judged["ratio"], np.nan)
    return {
        "area": given["area"], "name": given[f"name_{words.language}"],
        "state": _said(states, {one: words.state(one) for one in set(states)}), "state_code": states,
        "value": _numbers(judged["value"]),
        "value_text": [format(one, form) if state == "value" else "–"
                       for one, state in zip(given["value"], states, strict=True)],
        "usual": _numbers(judged["then"]),
        "usual_text": list(map(ranking.compared, repeat(form), given["low"], given["high"], given["then"])),
        "change": _numbers(ratio),
        "change_text": list(map(ranking.changed, ratio.tolist(), given["ratio_low"], given["ratio_high"])),
        "p": _numbers(judged["p"]), "p_text": [_chance(one) for one in given["p"]],
        "verdict": _said(verdicts, _ORDER),
        "verdict_text": _said(verdicts, {one: words(f"desk.verdict.{one}") for one in _ORDER}),
    }  # fmt: skip


def columns(words: Words) -> list[dict[str, Any]]:
    """Columns of the grid; one that is sorted by a number shows how it is written."""
    wide = {"name": 112, "area": 90, "value": 82, "state": 110, "usual": 122, "change": 154, "p": 78, "verdict": 150}
    found = [{"field": one, "headerName": words(f"desk.grid.{one}"), "width": wide[one]} for one in COLUMNS]
    for column in found:
        if column["field"] == "name":
            column |= {"flex": 1, "minWidth": column.pop("width"), "tooltipField": "name"}
        if column["field"] in ("value", "change", "p", "usual"):
            column |= {"type": "rightAligned", "filter": "agNumberColumnFilter"}
            column["valueFormatter"] = {"function": f"params.data.{column['field']}_text"}
        if column["field"] == "verdict":
            column["valueFormatter"] = {"function": "params.data.verdict_text"}
    return found


def _said(given: list[str], known: dict[str, Any]) -> list[Any]:
    return [known[one] for one in given]


def _chance(p: float) -> str:
    return "" if math.isnan(p) else f"{p:.4f}" if p >= _LEAST else "< 0.0001"


def _numbers(given: NDArray[np.float64]) -> list[float | None]:
    """Values as JSON has them, rounded; None for what is no number."""
    known = np.isfinite(given).tolist()
    return [one if is_known else None for one, is_known in zip(given.round(6).tolist(), known, strict=True)]
