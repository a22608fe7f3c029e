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


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a page tells beside its numbers: of what they are, how old, and where they come from.

    Parameters
    ----------
    filters : Filters
        Settled choices.
    words : Words
        The reader's language.
    metric : Metric
        What is shown.
    snapshot : dict
        The snapshot behind it.
    freshness : Freshness
        Age against budget.
    batches : list of dict
        Ingested files whose days touch the question's.
    notes : tuple of Note
        Periods that wait for their day, and those that were corrected.
    example : tuple of str
        Level and code of one of the areas shown; empty if there is none.
    """

    filters: Filters
    words: Words
    metric: Metric
    snapshot: Row
    freshness: Freshness
    batches: list[Row]
    notes: tuple[Note, ...] = ()
    example: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day in the period shown."""
        return self.filters.date or date.min


@dataclass(frozen=True, kw_only=True)
class View(Told):
    """All that the page of the map shows.

    Parameters
    ----------
    answer : Answer
        What the gate answered.
    rows : DataFrame
        One row per area of the scope: area, name_zh, name_en, level, value, state, coverage.
    scope : Scope
        Areas shown, with their outlines.
    discovered : tuple of str
        Categories of the metric that are found by the police's own work.
    kinds : dict
        Levels by name, if the map mixes them.
    """

    answer: Answer
    rows: pd.DataFrame
    scope: Scope
    discovered: tuple[str, ...] = ()
    kinds: dict[str, Row] = field(default_factory=dict)

    def code(self, row: Any) -> str:  # noqa: ANN401 -- a mapping or a row of a frame
        """Code of an area; where levels are mixed, behind the name of its level."""
        if not self.kinds:
            return str(row["area"])
        return f"{self.words.name(self.kinds[row['level']])} {row['area'].partition(':')[2]}"

    @property
    def rolled(self) -> Rolled | None:
        """How its shapes were chosen, if the map mixes levels."""
        return self.answer if isinstance(self.answer, Rolled) else None

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
    scope = atlas.scope(filters.level, filters.area, shown_on(filters))
    answer = _rolled(serving, filters, scope, day) if mixed else _asked(serving, filters, scope, day)
    rows = _named(scope, answer.rows)
    return View(
        filters=filters.but(area=scope.place),
        words=Words(filters.lang),
        metric=answer.metric,
        answer=answer,
        rows=rows,
        scope=scope,
        snapshot=serving.snapshot(),
        freshness=freshness(serving, answer.metric, answer.age_seconds),
        batches=answer.batches,
        notes=answer.notes,
        example=_example(rows, is_mixed=bool(mixed)),
        discovered=tuple(serving.discovered(answer.metric.id)),
        kinds={row["level"]: row for row in atlas.levels()} if mixed else {},
    )


def shown_on(filters: Filters) -> date:
    """Day as of which areas are drawn: the day itself, or the last of its period where levels are mixed."""
    day = filters.date or date.min
    return adaptive.span(filters.period, day)[1] if adaptive.hierarchy_of(filters.level) else day


def _example(rows: pd.DataFrame, *, is_mixed: bool) -> tuple[str, ...]:
    """Level and code of the first area, which is named by both where levels are mixed."""
    if rows.empty:
        return ()
    level, area = (str(rows[name].iloc[0]) for name in ("level", "area"))
    return level, area.removeprefix(f"{level}:") if is_mixed else area


def _asked(serving: Serving, filters: Filters, scope: Scope, day: date) -> Answer:
    about = (filters.metric, filters.level, filters.period, day, day)
    return serving.ask(Question(*about, category=filters.category, within=_within(scope)))


def _within(scope: Scope) -> access.Place | None:
    return access.Place(scope.place.level, scope.place.code) if scope.place else None


def _rolled(serving: Serving, filters: Filters, scope: Scope, day: date) -> Rolled:
    """Shapes of mixed level, down to the finest that is drawn and offered; each by its level and code."""
    period = adaptive.unit(filters.period)
    offered = {level for level, one in serving.offered(filters.metric) if one == period}
    levels = [str(one) for one in scope.areas["level"].unique() if one in offered]
    if not levels:
        raise GateError("no level of the map has this metric", "level", "choose another level")
    first, last = adaptive.span(filters.period, day)
    answer = serving.partition(
        Roll(filters.metric, levels[-1], period, first, last, None, filters.category, hierarchy=scope.hierarchy,
             within=_within(scope))
    )  # fmt: skip
    named = answer.rows["level"].astype(str) + ":" + answer.rows["area"].astype(str)
    return replace(answer, columns=answer.columns | {"area": named.to_numpy(object)})


def _named(scope: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Areas of the scope with their values, greatest first, those without one last."""
    names = scope.areas[["area", "name_zh", "name_en", "level"]]
    values = rows[["area", "value", "state", "coverage"]].astype({"area": "object", "state": "object"})
    found = names.merge(values, on="area", how="inner")
    return found.sort_values(["value", "area"], ascending=[False, True], na_position="last", ignore_index=True)
