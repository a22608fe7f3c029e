"""Section of the peers: the funnel, and a sentence on where the unit stands. No list, no order, no other name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards.components import states
from dashboards.components.marks import HIDDEN, labelled
from dashboards.station import funnel
from dashboards.station.peers import FEWEST

if TYPE_CHECKING:
    from dashboards.station.glance import Glance
    from dashboards.station.peers import Standing

_LEAST_EXPECTED = 10


def peers(found: Glance) -> html.Section:
    """The unit beside the units of its level that the viewer may see."""
    words, standing = found.words, found.standing
    head = html.Div([html.H2(words("station.section.peers"), id="unit-peers"), _ways(found)], className="card-head")
    if standing is None:
        body: list[Any] = [states.state(words, "empty", words("station.no_peers"))]
    else:
        body = _body(found, standing)
    return html.Section([head, *body], className="card card-peers")


def _ways(found: Glance) -> html.Nav:
    """Ways to compare, as links; the one that is shown is marked in words too."""
    words = found.words
    here = found.standing.comparison.name if found.standing else ""
    links = [_way(found, one, is_here=one == here) for one in found.comparisons]
    return html.Nav(links, className="ways", **labelled(words("station.ways")))


def _way(found: Glance, name: str, *, is_here: bool) -> dcc.Link:
    words = found.words
    current: dict[str, Any] = {"title": words("station.here")} if is_here else {}
    href = found.chosen.but(against=name).search
    return dcc.Link(words(f"station.against.{name}"), href=href, className="here" if is_here else "", **current)


def _body(found: Glance, standing: Standing) -> list[Any]:
    words = found.words
    if standing.at < 0:
        swatch = html.Span(className=f"swatch swatch-{standing.now.state}", **HIDDEN)
        said: list[Any] = [swatch, " ", words("station.no_standing", state=words.state(standing.now.state))]
        return [html.P(said, className=f"state state-{standing.now.state}")]
    if standing.funnel is None:
        return [states.state(words, "empty", words("station.few_peers", n=len(standing.now.areas), least=FEWEST))]
    told = verdict(found, standing)
    return [
        _sentence(standing, told),
        funnel.drawn(words, standing, told),
        _key(found, standing),
        html.P(_method(found, standing), className="noted"),
    ]


def _sentence(standing: Standing, told: str) -> html.P:
    sign = {0: "●", 1: "▲", -1: "▼"}[standing.side]
    kind = "within" if standing.side == 0 else "escalates" if standing.escalates else "beyond"
    return html.P([html.Span(f"{sign} ", **HIDDEN), told], className=f"verdict verdict-{kind}")


def verdict(found: Glance, standing: Standing) -> str:
    """Where the unit stands, in one or two sentences."""
    words, at = found.words, standing.at
    observed, expected = standing.now.observed[at], standing.now.expected[at]
    fields = {"observed": f"{observed:,.0f}", "expected": f"{expected:,.1f}", "ratio": f"{standing.ratio:.2f}"}
    if standing.side:
        side = "above" if standing.side > 0 else "below"
        twice = words("station.verdict.twice" if standing.escalates else "station.verdict.once")
        return f"{words(f'station.verdict.{side}', **fields)} {twice}"
    if expected < _LEAST_EXPECTED:
        return words("station.verdict.small", **fields)
    return words("station.verdict.outside" if standing.is_outside else "station.verdict.within", **fields)


def _key(found: Glance, standing: Standing) -> html.Ul:
    words = found.words
    entries = [
        html.Li([html.Span("◆", className="key-unit", **HIDDEN), " ", found.name]),
        html.Li([html.Span("●", className="key-peer", **HIDDEN), " ",
                 words("station.key.peers", n=len(standing.now.areas) - 1)]),
        html.Li([html.Span("╌╌", **HIDDEN), " ", words("station.key.95")]),
        html.Li([html.Span("──", **HIDDEN), " ", words("station.key.998")]),
    ]  # fmt: skip
    return html.Ul(entries, className="key")


def _method(found: Glance, standing: Standing) -> str:
    words, period = found.words, found.chosen.filters.period
    on = words.period(period, standing.exposed_on)
    expected = words(f"station.expected.{standing.comparison.name}", on=on)
    tau2 = standing.funnel.tau2 if standing.funnel else 0.0
    return f"{expected} {words('station.method', tau2=f'{tau2:.3f}')}"
