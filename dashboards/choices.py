"""What can be chosen, and what is chosen where the reader has not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.errors import GateError
from kuai.texts import LANGUAGES

from dashboards import adaptive, layers
from dashboards.filters import Filters, Place

if TYPE_CHECKING:
    from kuai.metrics import Metric
    from kuai.serving import Serving

    from dashboards.atlas import Atlas, Scope

_OPENING, _MOST_PLACES = 300, 60
_FIRST_METRIC, _FIRST_PERIOD, _WHOLE = "incident_count", "month", "all"


def metrics(serving: Serving) -> list[Metric]:
    """Metrics of a map that the city has cells of, in the order of the catalogue."""
    known = [one for one in catalog.METRICS if not _is_distribution(one)]
    return [one for one in known if serving.offered(one.id) and serving.categories(one.id)]


def settle(serving: Serving, atlas: Atlas, chosen: Filters, language: str) -> Filters:
    """Choices that make one question: gaps filled, and what the metric is not offered at replaced.

    Parameters
    ----------
    serving, atlas : Serving, Atlas
        Gate and areas of the city.
    chosen : Filters
        What the address says.
    language : str
        Language until the reader chooses one.

    Raises
    ------
    GateError
        If a name is unknown, the metric is none of a map, or nothing has been published.
    """
    metric = _of_a_map(catalog.metric(chosen.metric or _opening_metric(serving))).id
    day = chosen.date or serving.newest(metric) or datetime.now(UTC).date()
    level = _level(serving, atlas, chosen.but(metric=metric, date=day))
    period = _one_of(chosen.period, periods(serving, metric, level), _FIRST_PERIOD)
    known = layers.offered(catalog.metric(metric), level, has_checkpoints=serving.has_checkpoints())
    return Filters(
        metric=metric,
        level=level,
        period=period,
        date=chosen.date or adaptive.newest(period, day),
        category=_one_of(chosen.category, serving.categories(metric), _WHOLE),
        area=_place(atlas, level, chosen.area),
        layer=chosen.layer if chosen.layer in known else "",
        lang=_one_of(chosen.lang, list(LANGUAGES), language),
    )


def levels(serving: Serving, metric: str) -> list[str]:
    """Levels the metric is offered at.

    Raises
    ------
    GateError
        If it is offered at none.
    """
    found = list(dict.fromkeys(level for level, _ in serving.offered(metric)))
    if not found:
        raise GateError(f"{metric} is not served in this city", "metric", "leave it out")
    return found


def periods(serving: Serving, metric: str, level: str) -> list[str]:
    """Periods the metric is offered for at a level, or on a map of mixed levels."""
    mixed = adaptive.hierarchy_of(level)
    if mixed:
        return adaptive.offered(serving, metric).get(mixed, [])
    return [period for one, period in serving.offered(metric) if one == level]


def apart(categories: Sequence[str], discovered: Collection[str]) -> list[tuple[str, list[str]]]:
    """Categories in groups (`reported`, `discovered`), that of all in none; no groups where the city names none.

    Parameters
    ----------
    categories : sequence of str
        What there is to choose from, `all` first.
    discovered : collection of str
        Those that are found by checks.
    """
    if not discovered:
        return [("", list(categories))]
    groups: dict[str, list[str]] = {"": list(categories[:1]), "reported": [], "discovered": []}
    for one in categories[1:]:
        groups["discovered" if one in discovered else "reported"].append(one)
    return [(name, of) for name, of in groups.items() if of]


def places(atlas: Atlas, scope: Scope, on: date, language: str) -> Iterator[tuple[str, str]]:
    """Places one may look within, with names: those of the levels above, while they fit a list, and the one shown.

    Parameters
    ----------
    atlas : Atlas
        Areas of the city.
    scope : Scope
        What is shown.
    on : date
        Day they are valid on.
    language : str
        Language of the names.
    """
    names = {row["level"]: row[f"name_{language}"] for row in atlas.levels()}
    for level, hierarchy in atlas.above(scope.level):
        areas = atlas.areas(hierarchy, level, on)
        if len(areas) > _MOST_PLACES:
            here = scope.place.code if scope.place and scope.place.level == level else ""
            areas = areas[areas["area"] == here]
        for code, name in zip(areas["area"], areas[f"name_{language}"], strict=True):
            yield f"{level}:{code}", f"{names[level]} · {name}"


def _opening_metric(serving: Serving) -> str:
    known = [one.id for one in metrics(serving)]
    if not known:
        raise GateError("the snapshot has no metric", remedy="run: kuai build")
    return _one_of("", known, _FIRST_METRIC)


def _of_a_map(metric: Metric) -> Metric:
    if _is_distribution(metric):
        raise GateError(f"{metric.id} is looked at as a whole, not on a map", "metric", "choose another metric")
    return metric


def _is_distribution(metric: Metric) -> bool:
    return catalog.measure(metric.numerator).is_distribution


def _level(serving: Serving, atlas: Atlas, chosen: Filters) -> str:
    """Level chosen, if offered; else the finest that opens with few areas."""
    offered = levels(serving, chosen.metric)
    if adaptive.hierarchy_of(chosen.level) in adaptive.offered(serving, chosen.metric):
        return chosen.level
    known = [row for row in atlas.levels() if row["level"] in offered and row["has_geometry"]]
    if chosen.level in offered:
        return chosen.level
    day = chosen.date or date.min
    sizes = {row["level"]: len(atlas.areas(row["hierarchy"], row["level"], day)) for row in known}
    few = {level: size for level, size in sizes.items() if size <= _OPENING}
    return max(few, key=lambda level: few[level]) if few else offered[-1]


def _place(atlas: Atlas, level: str, place: Place | None) -> Place | None:
    return place if place and place.level in {one for one, _ in atlas.above(level)} else None


def _one_of(wanted: str, known: list[str], usual: str) -> str:
    if wanted in known:
        return wanted
    return usual if usual in known or not known else known[0]
