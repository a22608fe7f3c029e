"""Controls: native fields whose names are those in the address; `assets/address.js` carries a change there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards import adaptive, choices
from dashboards.components.marks import HIDDEN, chosen, labelled
from dashboards.components.stepping import steps
from dashboards.filters import Filters, Place

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.atlas import Atlas
    from dashboards.view import View
    from dashboards.words import Words

Option = tuple[str, str]


def controls(serving: Serving, atlas: Atlas, view: View) -> list[Any]:
    """Fields of every choice, filled with what is shown."""
    filters, words = view.filters, view.words
    return [
        _select(view, "metric", [(one.id, one.label.to(filters.lang)) for one in choices.metrics(serving)]),
        _category(serving, view),
        _levels(serving, atlas, view),
        _select(
            view, "area", list(choices.places(atlas, view.scope, view.day, filters.lang)), words("control.everywhere")
        ),
        _select(view, "period", [(one, words(f"period.{one}")) for one in _periods(serving, view)]),
        _date(view),
        _hidden("lang", filters.lang),
    ]


def trail(atlas: Atlas, view: View) -> list[Any]:
    """Way from the whole city down to the area shown, each step a link."""
    words = view.words
    steps: list[Any] = [html.Span(words("control.within"), className="label")]
    steps.append(dcc.Link(words.name(view.snapshot), href=_up(view, "").search))
    for place, row in atlas.path(view.scope, view.day):
        steps += [
            html.Span("›", **HIDDEN),
            dcc.Link(words.name(row), href=_up(view, str(place)).search),
        ]
    return [html.Nav(steps, className="trail", **labelled(words("control.within")))]


def _up(view: View, place: str) -> Filters:
    return view.filters.but(area=Place.parse(place))


def _category(serving: Serving, view: View) -> Any:  # noqa: ANN401 -- a component
    """Categories; what is reported and what is found by checks stand apart, where the city says which is which."""
    known, words = serving.categories(view.metric.id), view.words
    field = _select(view, "category", [(one, words.category(one)) for one in known])
    option = {one.value: one for one in field.children[1].children}
    apart = choices.apart(list(option), serving.discovered(view.metric.id))
    field.children[1].children = [
        part for name, of in apart for part in _group(words, name, [option[one] for one in of])
    ]
    return field


def _group(words: Words, name: str, options: list[Any]) -> list[Any]:
    return [html.Optgroup(options, label=words(f"control.{name}"))] if name else options


def _levels(serving: Serving, atlas: Atlas, view: View) -> Any:  # noqa: ANN401 -- a component
    offered = choices.levels(serving, view.metric.id)
    known = [(row["level"], view.words.name(row)) for row in atlas.levels() if row["level"] in offered]
    return _select(view, "level", [*known, *_mixed(serving, view)])


def _mixed(serving: Serving, view: View) -> Iterable[Option]:
    """Maps of mixed levels, named by the largest and the smallest level under the root that they draw."""
    known = choices.levels(serving, view.metric.id)
    drawn = [row for row in serving.levels() if row["has_geometry"] and row["rank"] and row["level"] in known]
    for hierarchy in adaptive.offered(serving, view.metric.id):
        names = [view.words.name(row) for row in drawn if row["hierarchy"] == hierarchy]
        levels = " – ".join(dict.fromkeys((names[0], names[-1])))
        yield adaptive.named(hierarchy), view.words("control.adaptive", levels=levels)


def _periods(serving: Serving, view: View) -> list[str]:
    return choices.periods(serving, view.metric.id, view.filters.level)


def _select(view: View, name: str, options: list[Option], nothing: str = "") -> html.Label:
    """Labelled native select; `nothing` names the choice of none."""
    value = str(getattr(view.filters, name) or "")
    known = ([("", nothing)] if nothing else []) + options
    if value not in dict(known):
        known.append((value, value.partition(":")[2] or value))
    fields = [html.Option(text, value=one, selected=one == value) for one, text in known]
    field = html.Select(fields, id=f"field-{name}", name=name, **chosen(value))
    return html.Label([html.Span(view.words(f"control.{name}")), field], className=f"field field-{name}")


def _date(view: View) -> html.Div:
    words, day = view.words, view.day
    native: Any = "date"  # the browser's own; not among the declared types
    entry = dcc.Input(id="field-date", type=native, value=day.isoformat(), name="date", debounce=True, required=True)
    back, on = (view.filters.but(date=adaptive.step(view.filters.period, day, way)).search for way in (-1, 1))
    label = html.Label([html.Span(words("control.date")), entry], className="field")
    return html.Div([label, *steps(words, back, on)], className="dated")


def _hidden(name: str, value: str) -> dcc.Input:
    return dcc.Input(type="hidden", name=name, value=value)
