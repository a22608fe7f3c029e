"""One look at the city: the answer to the question that the address asks, with all that is told beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kuai import access
from kuai.errors import GateError
from kuai.freshness import Freshness, freshness
from kuai.serving import Question, Roll, Rolled

from dashboards import adaptive, choices
from dashboards.atlas import Atlas, Scope
from dashboards.filters import Filters
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from kuai.metrics import Metric
    from kuai.serving import Answer, Note, Serving

__all__ = ["Freshness", "Row", "View", "freshness", "look"]

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """All that the page of the map shows.

    Parameters
    ----------
    filters : Filters
        Settled choices.
    words : Words
        The reader's language.
    metric : Metric
        What is shown.
    rows : DataFrame
        One row per area of the scope: area, name_zh, name_en, level, value, state, coverage.
    scope : Scope
        Areas shown, with their outlines.
    snapshot : dict
        The snapshot behind it.
    freshness : Freshness
        Age against budget.
    batches : list of dict
        Ingested files whose days touch the question's.
    notes : tuple of Note
        Periods that wait for their day, and those that were corrected.
    discovered : tuple of str
        Categories of the metric that are found by the police's own work.
    rolled : Rolled, optional
        How its shapes were chosen, if the map mixes levels.
    kinds : dict
        Levels by name, if the map mixes them.
    """

    filters: Filters
    words: Words
    metric: Metric
    rows: pd.DataFrame
    scope: Scope
    snapshot: Row
    freshness: Freshness
    batches: list[Row]
    notes: tuple[Note, ...] = ()
    discovered: tuple[str, ...] = ()
    rolled: Rolled | None = None
    kinds: dict[str, Row] = field(default_factory=dict)

    def code(self, row: Any) -> str:  # noqa: ANN401 -- a mapping or a row of a frame
        """Code of an area; where levels are mixed, behind the name of its level."""
        if not self.kinds:
            return str(row["area"])
        return f"{self.words.name(self.kinds[row['level']])} {row['area'].partition(':')[2]}"

    @property
    def day(self) -> date:
        """The day in the period shown."""
        return self.filters.date or date.min

    @property
    def coverage(self) -> float:
        """Observed part of the period, 0 to 1."""
        return float(self.rows["coverage"].max()) if len(self.rows) else 0.0


def look(serving: Serving, atlas: Atlas, chosen: Filters, language: str) -> View:
    """View of what the reader has chosen.

    Raises
    ------
    GateError
        If the question has no answer; says what does.
    """
    filters = choices.settle(serving, atlas, chosen, language)
    day = filters.date or date.min
    mixed = adaptive.hierarchy_of(filters.level)
    scope = atlas.scope(filters.level, filters.area, adaptive.span(filters.period, day)[1] if mixed else day)
    answer = _rolled(serving, filters, scope, day) if mixed else _asked(serving, filters, day)
    return View(
        filters.but(area=scope.place),
        Words(filters.lang),
        answer.metric,
        _named(scope, answer.rows),
        scope,
        serving.snapshot(),
        freshness(serving, answer.metric, answer.age_seconds),
        answer.batches,
        answer.notes,
        tuple(serving.discovered(answer.metric.id)),
        answer if isinstance(answer, Rolled) else None,
        {row["level"]: row for row in atlas.levels()} if mixed else {},
    )


def _asked(serving: Serving, filters: Filters, day: date) -> Answer:
    return serving.ask(Question(filters.metric, filters.level, filters.period, day, day, category=filters.category))


def _rolled(serving: Serving, filters: Filters, scope: Scope, day: date) -> Rolled:
    """Shapes of mixed level, down to the finest that is drawn and offered; each by its level and code."""
    period = adaptive.unit(filters.period)
    offered = {level for level, one in serving.offered(filters.metric) if one == period}
    levels = [str(one) for one in scope.areas["level"].unique() if one in offered]
    if not levels:
        raise GateError("no level of the map has this metric", "level", "choose another level")
    within = access.Place(scope.place.level, scope.place.code) if scope.place else None
    first, last = adaptive.span(filters.period, day)
    answer = serving.partition(
        Roll(filters.metric, levels[-1], period, first, last, None, filters.category, hierarchy=scope.hierarchy,
             within=within)
    )  # fmt: skip
    named = answer.rows["level"].astype(str) + ":" + answer.rows["area"].astype(str)
    return replace(answer, rows=answer.rows.assign(area=named))


def _named(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Areas of the scope with their values, greatest first, those without one last."""
    names = scope.areas[["area", "name_zh", "name_en", "level"]]
    values = rows[["area", "value", "state", "coverage"]].astype({"area": "object", "state": "object"})
    found = names.merge(values, on="area", how="inner")
    return found.sort_values(["value", "area"], ascending=[False, True], na_position="last", ignore_index=True)
