"""Fields of the desk: native ones whose names are those in the address; made anew only when what they offer changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import choices, layers
from dashboards.components.marks import chosen, labelled
from dashboards.desk.choice import CHOSEN, COMPARED, spans
from dashboards.desk.span import Span
from dashboards.desk.study import Study
from dashboards.desk.tree import Tag, tag

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.atlas import Atlas
    from dashboards.words import Words

Option = tuple[str, str]


def key(study: Study) -> str:
    """What the choices offered depend on."""
    filters, span = study.choice.filters, study.choice.span
    parts = (study.snapshot["snapshot"], filters.lang, filters.metric, filters.level, filters.area, study.scope.since,
             span, study.choice.compare if study.choice.compare not in COMPARED else "")  # fmt: skip
    return "|".join(str(one.unit if isinstance(one, Span) and one.count == 1 else one) for one in parts)


def fields(serving: Serving, atlas: Atlas, study: Study) -> list[Any]:
    """Fields of every choice, filled with what is shown."""
    words, filters = study.words, study.choice.filters
    within = choices.places(atlas, study.scope, study.choice.span.first, words.language)
    metrics = [(one.id, one.label.to(filters.lang)) for one in choices.metrics(serving)]
    return [
        _select(words, "metric", filters.metric, metrics),
        _category(serving, study),
        _select(words, "level", filters.level, _levels(serving, atlas, study)),
        _select(words, "area", str(filters.area or ""), [("", words("control.everywhere")), *within]),
        _select(words, "period", filters.period, _spans(serving, study)),
        _dated(words, study),
        _select(words, "compare", study.choice.compare, _compared(study)),
        *_then(study),
        *_areas(words, study),
        *_layer(serving, study),
        _entry("lang", filters.lang, type="hidden"),
    ]


def values(study: Study) -> dict[str, str]:
    """Value of each field, by its name in the address."""
    filters, choice = study.choice.filters, study.choice
    return {
        "metric": filters.metric, "category": filters.category, "level": filters.level, "area": str(filters.area or ""),
        "period": filters.period, "date": choice.day.isoformat(), "compare": choice.compare, "pick": choice.pick,
        "other": choice.other, "lang": filters.lang, "layer": filters.layer,
    }  # fmt: skip


def _category(serving: Serving, study: Study) -> Tag:
    """Categories; what is reported and what is found by checks stand apart, where the city says which is which."""
    words, filters = study.words, study.choice.filters
    shown: list[Tag] = []
    for name, some in choices.apart(serving.categories(filters.metric), serving.discovered(filters.metric)):
        options = _options(filters.category, [(one, words.category(one)) for one in some])
        shown += [tag("Optgroup", options, label=words(f"control.{name}"))] if name else options
    return _named(words, "category", filters.category, shown)


def _layer(serving: Serving, study: Study) -> list[Any]:
    """What the map shows besides values, if the metric has something."""
    words, filters = study.words, study.choice.filters
    known = ["raw", *layers.offered(study.metric, filters.level, has_checkpoints=serving.has_checkpoints())]
    return [
        _select(words, "layer", filters.layer, [("" if one == "raw" else one, words(f"layer.{one}")) for one in known])
    ]


def _levels(serving: Serving, atlas: Atlas, study: Study) -> list[Option]:
    offered = choices.levels(serving, study.metric.id)
    return [(row["level"], study.words.name(row)) for row in atlas.levels() if row["level"] in offered]


def _spans(serving: Serving, study: Study) -> list[Option]:
    words = study.words
    known = [(one, span_name(words, Span.parse(one, study.choice.day))) for one in spans(serving, study.choice.filters)]
    own = study.choice.filters.period
    return known if own in dict(known) else [*known, (own, span_name(words, study.choice.span))]


def span_name(words: Words, span: Span) -> str:
    """Name of a length of time: Month, 28 days."""
    if span.count == 1:
        return words(f"period.{span.unit}")
    return words("desk.length", n=span.count, unit=words(f"desk.unit.{span.unit}"))


def _compared(study: Study) -> list[Option]:
    words, own = study.words, study.choice.compare
    known = [(one, words(f"desk.compare.{one}")) for one in COMPARED]
    if own in COMPARED:
        return [*known, (CHOSEN, words("desk.compare.other"))]
    return [*known, (own, words("desk.compare.day", day=own))]


def _then(study: Study) -> list[Any]:
    """Last day of the span compared with, where it is one of the reader's own; the page's script follows it."""
    own, label = study.choice.compare, study.words("desk.compare.until")
    if own in COMPARED:
        return []
    entry = tag("Input", id="field-then", value=own, type="date", required=True)
    return [tag("Label", [tag("Span", label), entry], className="field field-then")]


def _areas(words: Words, study: Study) -> list[Any]:
    """Fields of the area looked at and of the one beside it, with the codes and names they offer."""
    named = zip(study.areas["area"], study.areas[f"name_{words.language}"], strict=True)
    offered = tag("Datalist", [tag("Option", name, value=code) for code, name in named], id="desk-areas")
    return [_code(words, study, "pick"), _code(words, study, "other"), offered]


def _code(words: Words, study: Study, name: str) -> Tag:
    entry = _entry(name, getattr(study.choice, name), type="text", list="desk-areas", placeholder=words("desk.code"))
    return tag("Label", [tag("Span", words(f"desk.{name}")), entry], className=f"field field-{name}")


def _entry(name: str, value: str, **more: Any) -> Tag:
    """The browser's own field, as Dash would write it: what is typed into it stays there until it is left."""
    return tag("Input", id=f"field-{name}", name=name, value=value, **more)


def _select(words: Words, name: str, value: str, options: list[Option]) -> Tag:
    return _named(words, name, value, _options(value, options))


def _options(value: str, options: list[Option]) -> list[Tag]:
    return [tag("Option", text, value=one, selected=one == value) for one, text in options]


def _named(words: Words, name: str, value: str, shown: list[Tag]) -> Tag:
    label = words("desk.compared" if name == "compare" else f"control.{name}")
    field = tag("Select", shown, id=f"field-{name}", name=name, **chosen(value))
    return tag("Label", [tag("Span", label), field], className=f"field field-{name}")


def _dated(words: Words, study: Study) -> Tag:
    day = study.choice.day.isoformat()
    entry = _entry("date", day, type="date", required=True)
    steps = [
        tag("Button", sign, id=name, type="button", className="step", title=words(f"control.{name}"),
            **labelled(words(f"control.{name}")))
        for sign, name in (("‹", "earlier"), ("›", "later"))
    ]  # fmt: skip
    return tag("Div", [tag("Label", [tag("Span", words("desk.until")), entry], className="field"), *steps],
               className="dated")  # fmt: skip
