"""Legend: the metric, its unit and classes, and every state with the pattern it is drawn in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from kuai import announced

from dashboards.components import discovered
from dashboards.components.marks import HIDDEN
from dashboards.figures.states import STATES
from dashboards.mapping.palette import shades

if TYPE_CHECKING:
    from dashboards.figures.classes import Classes
    from dashboards.view import View


def legend(view: View, classes: Classes) -> html.Section:
    """What each colour and each pattern of the map means, and how many areas have it."""
    return html.Section(
        [
            html.H2([view.metric.label.to(view.filters.lang), _unit(view)]),
            html.P(_about(view), className="about"),
            *[html.P(announced.sentence(one, view.filters.lang), className="noted") for one in view.notes],
            *_partial(view),
            *discovered.noted(view.words, view.filters.category, view.discovered),
            *_mixed(view),
            html.Ul(_classes(view, classes), className="classes"),
            html.Ul(_states(view), className="states"),
        ],
        className="legend",
    )


def _unit(view: View) -> html.Small:
    return html.Small(view.words("legend.unit", unit=view.metric.unit.to(view.filters.lang)))


def _about(view: View) -> str:
    words, filters = view.words, view.filters
    parts = [words.period(filters.period, view.day)]
    if filters.category != "all":
        parts.append(words.category(filters.category))
    return " · ".join([*parts, words("legend.areas", n=f"{len(view.rows):,}")])


def _partial(view: View) -> list[Any]:
    """Warning where only a part of the period was observed."""
    if not 0 < view.coverage < 1:
        return []
    said = view.words("legend.partial", share=view.words.share(view.coverage))
    return [html.P([html.Span("◐", **HIDDEN), " ", said], className="partial")]


def _mixed(view: View) -> list[Any]:
    """What a map of mixed levels shows: shapes of each level, the part of residents they hold, and since when."""
    if view.rolled is None:
        return []
    counts = view.rows["level"].value_counts()
    levels = " · ".join(f"{view.words.name(row)} {counts[one]:,}" for one, row in view.kinds.items() if one in counts)
    first, last = map(view.words.day, view.rolled.reference)
    weighed, share = f"legend.by_{view.rolled.weighed_by}", view.words.share(view.rolled.shown)
    said = view.words("legend.adaptive", weighed=view.words(weighed, share=share), first=first, last=last)
    uneven = "" if view.metric.is_ratio else " " + view.words("legend.uneven")
    return [html.P(levels, className="about"), html.P(said + uneven, className="mixed")]


def _classes(view: View, classes: Classes) -> list[html.Li]:
    found = zip(shades(view.metric.good, classes), classes.ranges, classes.counts, strict=True)
    return [_entry(shade, _range(view, *span), count) for shade, span, count in reversed(list(found))]


def _range(view: View, least: float, most: float) -> str:
    first, last = view.words.number(view.metric, least), view.words.number(view.metric, most)
    return first if first == last else f"{first} – {last}"


def _states(view: View) -> list[html.Li]:
    counts = view.rows["state"].value_counts()
    return [_state(view, state, int(counts.get(state, 0))) for state in STATES]


def _state(view: View, state: str, count: int) -> html.Li:
    return _entry({}, view.words.state(state), count, f"swatch-{state}", view.words(f"state_meaning.{state}"))


def _entry(style: dict[str, str], text: str, count: int, name: str = "", title: str = "") -> html.Li:
    swatch = html.Span(className=f"swatch {name}".strip(), style=style, **HIDDEN)
    parts = [swatch, html.Span(text, title=title), html.Span(f"{count:,}", className="count")]
    return html.Li(parts, className="" if count else "none")
