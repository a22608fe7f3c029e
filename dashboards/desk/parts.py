"""Parts of the page for one study: what Dash puts into its places, and the data that the browser draws by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html, no_update

from kuai.errors import GateError, KuaiError

from dashboards import choices, layers
from dashboards.caller import viewer
from dashboards.components import discovered, head, origin, states
from dashboards.desk import fields, finding, grid, ranking, values, week
from dashboards.desk.calendar import calendar
from dashboards.desk.choice import Choice
from dashboards.desk.frame import spoken, wording
from dashboards.desk.judged import judge
from dashboards.desk.playback import playback
from dashboards.desk.trend import trend
from dashboards.station import units
from dashboards.view import Told

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.desk.judged import Table
    from dashboards.desk.study import Study
    from dashboards.mapping.mapping import Mapping
    from dashboards.words import Words

Part = Any
_FORMATS = {"csv": "CSV", "parquet": "Parquet", "geojson": "GeoJSON"}


def parts(gate: Serving, mapping: Mapping, study: Study, offered: str | None) -> tuple[Part, ...]:
    """Every part of the page: fields, data, language, title and classes.

    Parameters
    ----------
    gate : Serving
        Gate of the viewer.
    mapping : Mapping
        Maps of the city.
    study : Study
        Answers that are shown.
    offered : str
        What the fields of the page offer.
    """
    rows, offer = judge(study), fields.key(study)
    return (
        no_update if offered == offer else fields.fields(gate, mapping.atlas, study),
        {**data(gate, mapping, study, rows, offer), "parts": drawn(gate, mapping, study, rows)},
        study.words.language,
        study.words("nav.desk"),
        f"page desk {'stale' if _is_stale(study) else ''}".strip(),
    )  # fmt: skip


def drawn(gate: Serving, mapping: Mapping, study: Study, rows: Table) -> dict[str, Part]:
    """Components by the place they come into, which the browser builds without Dash: that follows each of them.

    Parameters
    ----------
    gate : Serving
        Gate of the viewer.
    mapping : Mapping
        Maps of the city.
    study : Study
        Answers that are shown.
    rows : dict of array
        The judged areas.
    """
    view, language = told(study), head.other_language(study.words.language, study.choice.search)
    return {
        "head": [*head.head(view)[:-1], language, *head.holder(study.words, viewer())],
        "desk-trail": trail(mapping, study),
        "desk-finding": [finding.finding(study, rows), *_noted(gate, study)],
        "desk-ranking": [*_veil(study), ranking.ranking(study, rows)],
        "desk-subject": ranking.subject(study, _below(gate, mapping, study), _unit(gate, mapping, study)),
        "desk-aside": [*takeaway(gate, study), origin.origin(view)],
    }


def _noted(gate: Serving, study: Study) -> list[Part]:
    known = tuple(gate.discovered(study.metric.id))
    return list(discovered.noted(study.words, study.choice.filters.category, known))


def data(gate: Serving, mapping: Mapping, study: Study, rows: Table, offer: str) -> dict[str, Part]:
    """What the browser draws: figures, table, addresses of the map, and why a part has nothing to draw.

    Parameters
    ----------
    gate : Serving
        Gate of the viewer.
    mapping : Mapping
        Maps of the city.
    study : Study
        Answers that are shown.
    rows : dict of array
        The judged areas.
    offer : str
        What the fields offer.
    """
    choice, mapped = study.choice, _map(gate, mapping, study)
    return {
        "snapshot": study.snapshot["snapshot"], "search": choice.search, "offer": offer, "unit": choice.span.unit,
        "grain": study.grain,
        "count": choice.span.count, "fields": fields.values(study), "language": study.words.language,
        "steps": {name: choice.but(date=choice.span.back(way * choice.span.count).last).search
                  for name, way in (("earlier", 1), ("later", -1))},
        "trend": trend(study), "calendar": calendar(study), "rows": grid.rows(study, rows),
        "columns": grid.columns(study.words), "map": mapped, "picture": picture(study),
        "texts": {key: study.words(key) for key in spoken()}, "wording": wording(study.words),
        "hours": week.wanted(gate, study),
        "why": {"trend": _why(study, study.trend), "calendar": _why(study, study.days),
                "table": None if len(rows["area"]) else study.words("part.empty.detail"),
                "hours": study.words("desk.no_hours"),
                "map": None if mapped else study.words("notice.no_outlines.what")},
        "stale": study.words("part.stale.since", age=study.words.age(study.freshness.age_seconds))
        if _is_stale(study) else None,
    }  # fmt: skip


def picture(study: Study) -> dict[str, Part]:
    """What a picture of the page says of itself besides what it shows."""
    words = study.words
    return {
        "title": f"{finding.what(study)} · {finding.span(study, study.choice.span)}",
        "city": words.name(study.snapshot),
    }


def told(study: Study) -> Told:
    """The study as the parts that all pages share know it."""
    choice, areas = study.choice, study.last.columns["area"]
    example = choice.pick or str(next(iter(areas), ""))
    return Told(
        filters=choice.filters.but(period=choice.span.unit), words=study.words, metric=study.metric,
        snapshot=study.snapshot, freshness=study.freshness, batches=study.windows.batches, notes=study.windows.notes,
        example=(choice.filters.level, example) if example else (),
    )  # fmt: skip


def trail(mapping: Mapping, study: Study) -> list[Part]:
    """Way from the whole city down to the area shown, each step a link."""
    words, choice = study.words, study.choice.but(pick="", other="")
    steps: list[Part] = [_link(words.name(study.snapshot), choice.but(area=None))]
    for place, row in mapping.atlas.path(study.scope, choice.span.first):
        steps += [html.Span(" › ", **{"aria-hidden": "true"}), _link(words.name(row), choice.but(area=place))]  # type: ignore[arg-type]  # a wildcard
    return [html.Span(words("control.within"), className="label"), *steps]


def takeaway(gate: Serving, study: Study) -> list[Part]:
    """Ways to take away what is shown; none for a role that takes nothing away."""
    words, choice = study.words, study.choice
    if not gate.may("export"):
        return [html.P(words("desk.no_export"), className="soft")]
    span = choice.filters.but(period=choice.span.unit, date=choice.span.last)
    links = [html.A(name, href=f"/export{span.search}&first={choice.span.first}&format={one}")
             for one, name in _FORMATS.items()]  # fmt: skip
    button = html.Button("PNG", id="desk-png", type="button")
    said = html.Span(id="desk-png-said", role="status", **{"data-failed": words("part.failed.what")})  # type: ignore[arg-type]  # a wildcard
    return [html.P([html.Span(words("export.title")), *links, button, said], className="takeaway", id="takeaway")]


def plain_head(words: Words) -> list[Part]:
    """Head of a page that has no answer."""
    return [html.H1([html.Span(words("page.brand"), className="brand"), html.Span(words("nav.desk"))])]


def _link(name: str, choice: Choice) -> html.A:
    return html.A(name, href=choice.search, className="go")


def _is_stale(study: Study) -> bool:
    return study.freshness.is_overdue


def _veil(study: Study) -> list[Part]:
    return [states.veil(study.words, study.words.age(study.freshness.age_seconds))] if _is_stale(study) else []


def _why(study: Study, answer: Part) -> str | None:
    """Why a part has nothing to draw; None if it has."""
    return study.words("desk.not_offered") if isinstance(answer, KuaiError) else None


def _below(gate: Serving, mapping: Mapping, study: Study) -> str:
    offered = choices.levels(gate, study.metric.id)
    return next((one for one in mapping.atlas.below(study.scope.hierarchy, study.scope.level) if one in offered), "")


def _unit(gate: Serving, mapping: Mapping, study: Study) -> str:
    """Address of the page of the area picked; empty if there is none of its level."""
    if not study.choice.pick:
        return ""
    levels = units.Directory(gate, mapping.atlas, study.choice.span.last).levels()
    has_page = any(row["level"] == study.subject.place.level for row in levels)
    return units.address(study.subject.place, study.choice.search) if has_page else ""


def _above(mapping: Mapping, study: Study) -> list[Part]:
    """Layer of the checkpoints that operate at the end of the span, if they are wanted."""
    choice = study.choice
    if choice.filters.layer != layers.CHECKPOINT:
        return []
    return [{"url": mapping.checkpoints_url(choice.span.last, study.words.language), "width": 0}]


def _map(gate: Serving, mapping: Mapping, study: Study) -> dict[str, Part] | None:
    """Addresses of the map; None where the level has no outlines."""
    choice, day = study.choice, study.choice.span.first
    level = choice.filters.level
    try:
        shapes, bounds = mapping.shapes_url(level, day), mapping.bounds(level, day, choice.filters.area)
    except GateError:
        return None
    search = choice.but(pick="", other="", compare="").search
    return {
        "shapes": shapes, "values": f"{values.PATH}{search}&snapshot={study.snapshot['snapshot']}", "bounds": bounds,
        "brought": values.brought(mapping, gate, study),
        "playback": playback(gate, mapping, study),
        "outlines": [*mapping.borders(level, day), *_above(mapping, study)],
        "selected": choice.pick, "compared": choice.other,
    }  # fmt: skip
