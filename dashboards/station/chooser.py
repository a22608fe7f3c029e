"""Choices on the page of a unit: native fields with the names of the address, and the search for another unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards import adaptive, choices
from dashboards.components.marks import chosen as shown
from dashboards.components.marks import labelled
from dashboards.components.stepping import steps
from dashboards.station.units import address

if TYPE_CHECKING:
    from dashboards.station.glance import Chosen
    from dashboards.station.units import Unit
    from dashboards.words import Words

_KEPT = ("metric", "level", "area", "lang")


def fields(
    words: Words, chosen: Chosen, periods: Sequence[str], categories: Sequence[str], discovered: Sequence[str]
) -> list[Any]:
    """Fields of period, day and category; what other pages have chosen goes along unseen.

    Parameters
    ----------
    words : Words
        The reader's language.
    chosen : Chosen
        Settled choices.
    periods, categories : sequence of str
        What there is to choose from, `all` first.
    discovered : sequence of str
        Those of the categories that are found by checks; they stand apart from what is reported.
    """
    kept = {one: str(getattr(chosen.filters, one) or "") for one in _KEPT} | dict(chosen.kept)
    kept["against"] = chosen.against
    return [
        _select(
            words, "period", [_option(one, words(f"period.{one}"), chosen.filters.period) for one in periods], chosen
        ),
        _date(words, chosen),
        _select(words, "category", _grouped(words, chosen, categories, discovered), chosen),
        *(dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items() if value),
    ]


def finder(words: Words) -> html.Div:
    """Field to search for a unit; what it finds stands below."""
    import dash_mantine_components as dmc

    entry = dmc.TextInput(id="unit-find", label=words("station.find"), debounce=250, autoComplete="off")
    return html.Div([entry, html.Div(id="unit-found")], className="finder")


def found(words: Words, units: Sequence[Unit], chosen: Chosen) -> Any:  # noqa: ANN401 -- a component
    """Units that a search found, as links that keep the choices."""
    if not units:
        return html.P(words("station.none_found"), className="none", role="status")
    return html.Nav(links(words, units, chosen), **labelled(words("station.found")))


def links(words: Words, units: Iterable[Unit], chosen: Chosen) -> html.Ul:
    """Links to units: kind, name, code."""
    return html.Ul([html.Li(_link(words, one, chosen)) for one in units], className="units")


def _link(words: Words, unit: Unit, chosen: Chosen) -> dcc.Link:
    parts: list[Any] = [
        html.Span(words.name(unit.row)),
        " ",
        html.Small(f"{words.name(unit.kind)} {unit.place.code}"),
    ]
    return dcc.Link(parts, href=address(unit.place, chosen.search))


def _select(words: Words, name: str, options: list[Any], chosen: Chosen) -> html.Label:
    field = html.Select(options, id=f"field-{name}", name=name, **shown(getattr(chosen.filters, name)))
    return html.Label([html.Span(words(f"control.{name}")), field], className=f"field field-{name}")


def _grouped(words: Words, chosen: Chosen, categories: Sequence[str], discovered: Sequence[str]) -> list[Any]:
    """Categories; where the city says which are found by checks, in two groups below that of all."""
    found: list[Any] = []
    for name, some in choices.apart(categories, discovered):
        known = [_option(one, words.category(one), chosen.filters.category) for one in some]
        found += [html.Optgroup(known, label=words(f"control.{name}"))] if name else known
    return found


def _option(value: str, text: str, chosen: str) -> html.Option:
    return html.Option(text, value=value, selected=value == chosen)


def _date(words: Words, chosen: Chosen) -> html.Div:
    day = chosen.day
    kind: Any = "date"  # the browser's own; not among the declared types
    entry = dcc.Input(id="field-date", type=kind, value=day.isoformat(), name="date", debounce=True, required=True)
    back, on = (chosen.but(date=adaptive.step(chosen.filters.period, day, way)).search for way in (-1, 1))
    label = html.Label([html.Span(words("control.date")), entry], className="field")
    return html.Div([label, *steps(words, back, on)], className="dated")
