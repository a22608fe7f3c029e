"""Sections of the page of a unit: population, cases by stage, checkpoint work, quality of the data, peers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from kuai import announced

from dashboards.components import discovered, states
from dashboards.components.marks import HIDDEN
from dashboards.station import drawing, quality, readings, versus

if TYPE_CHECKING:
    from dashboards.station.glance import Glance
    from dashboards.station.readings import Point, Reading, Topic


def sections(found: Glance) -> list[Any]:
    """All sections of a unit that the viewer may see."""
    return [population(found), cases(found), checkpoints(found), versus.peers(found), quality.quality(found)]


def population(found: Glance) -> html.Section:
    """Residents over the periods, and what moved them."""
    stock, *moves = readings.POPULATION
    return _section(found, "population", [_large(found, stock), _small(found, moves)], readings.POPULATION)


def cases(found: Glance) -> html.Section:
    """Cases over the periods, the stages they have passed, and how long they took."""
    noted = discovered.noted(found.words, found.chosen.filters.category, found.discovered)
    parts = [_large(found, readings.STAGES[0]), _stages(found), _small(found, [readings.HANDLING]), *noted]
    return _section(found, "cases", parts, (*readings.STAGES, readings.HANDLING))


def checkpoints(found: Glance) -> html.Section:
    """Passages over the periods, checkpoints, and passages for each of them."""
    first, *others = readings.CHECKPOINTS
    return _section(found, "work", [_large(found, first), _small(found, others)], readings.CHECKPOINTS)


def _section(found: Glance, name: str, parts: Sequence[Any], topics: Sequence[Topic]) -> html.Section:
    """Section under its heading; with a band where a number is too old, and the sentences of the calendar."""
    words, known = found.words, [found.readings[one.name] for one in topics if one.name in found.readings]
    heading = html.H2(words(f"station.section.{name}"), id=f"unit-{name}")
    if not known:
        return html.Section(
            [heading, states.state(words, "empty", words("station.not_counted"))], className=f"card card-{name}"
        )
    old = [one.freshness.age_seconds for one in known if one.freshness.is_overdue]
    veil = [states.veil(words, words.age(max(old)))] if old else []
    said = dict.fromkeys(announced.sentence(note, words.language) for one in known for note in _notes(one))
    notes = [html.P(one, className="noted") for one in said]
    is_stale = " is-stale" if old else ""
    return html.Section([html.Div([heading, *veil], className="card-head"), *parts, *notes],
                        className=f"card card-{name}{is_stale}")  # fmt: skip


def _notes(reading: Reading) -> list[Any]:
    """What is to be said of the period that is looked at."""
    from kuai import periods

    return [one for one in reading.notes if one.period == periods.label(reading.period, reading.now.start)]


def _large(found: Glance, topic: Topic) -> html.Div:
    """A reading with its history."""
    reading = found.readings.get(topic.name)
    if reading is None:
        return html.Div(_absent(found, topic), className="reading")
    return html.Div([_figure(found, reading), _history(found, reading)], className="reading")


def _absent(found: Glance, topic: Topic) -> list[Any]:
    words = found.words
    return [
        html.Span(words(f"station.topic.{topic.name}"), className="label"),
        html.Span(words("station.not_counted"), className="none"),
    ]


def _figure(found: Glance, reading: Reading) -> html.Div:
    """Label, value or state, and period of a reading."""
    words = found.words
    parts = [html.Span(words(f"station.topic.{reading.topic.name}"), className="label"), value(found, reading)]
    when = words.period(reading.period, reading.now.start)
    return html.Div([*parts, html.Small([when, *_partial(found, reading.now)])], className="figure")


def _partial(found: Glance, point: Point) -> list[Any]:
    if not 0 < point.coverage < 1:
        return []
    told = found.words("station.partial", share=found.words.share(point.coverage))
    return [" · ", html.Span([html.Span("◐ ", **HIDDEN), told], className="partial-word")]


def value(found: Glance, reading: Reading) -> html.Span:
    """Value with its unit, or the state with the pattern it is drawn in."""
    words, now = found.words, reading.now
    if now.state != "value":
        swatch = html.Span(className=f"swatch swatch-{now.state}", **HIDDEN)
        meaning = words(f"state_meaning.{now.state}")
        return html.Span([swatch, " ", words.state(now.state)], className=f"state state-{now.state}", title=meaning)
    number = words.number(reading.metric, now.value)
    return html.Span([html.Strong(number), " ", reading.metric.unit.to(words.language)], className="value")


def _history(found: Glance, reading: Reading) -> html.Img:
    words, points = found.words, reading.points
    labels = [words.period(reading.period, one.start) for one in (points[0], points[-1])]
    seen = [one.value for one in points if one.state == "value"]
    most = words.number(reading.metric, max(seen)) if seen else ""
    return drawing.history(points, labels, most, told(found, reading))


def told(found: Glance, reading: Reading) -> str:
    """Every period of a reading in words: what its picture shows."""
    words = found.words
    each = [
        words("station.told", period=words.period(reading.period, one.start),
              value=words.number(reading.metric, one.value) if one.state == "value" else words.state(one.state))
        for one in reading.points
    ]  # fmt: skip
    name = words(f"station.topic.{reading.topic.name}")
    return words("station.history", name=name, values=words("gate.field.comma").join(each))


def _small(found: Glance, topics: Sequence[Topic]) -> html.Table:
    """Readings as lines of a table: name, value, and a small history."""
    words = found.words
    heads = [words("station.head.what"), words("station.head.now"), words("station.head.before")]
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in heads]), className="unseen")
    return html.Table([head, html.Tbody([_line(found, one) for one in topics])], className="lines")


def _line(found: Glance, topic: Topic) -> html.Tr:
    words, reading = found.words, found.readings.get(topic.name)
    name = html.Th(words(f"station.topic.{topic.name}"), scope="row")
    if reading is None:
        return html.Tr([name, html.Td(words("station.not_counted"), colSpan=2, className="none")])
    is_other = reading.period != found.chosen.filters.period
    when = [html.Small(words.period(reading.period, reading.now.start))] if is_other else []
    small = html.Td(drawing.spark(reading.points, told(found, reading)), className="small")
    return html.Tr([name, html.Td([value(found, reading), *when]), small])


def _stages(found: Glance) -> html.Ol:
    """Stages that cases have passed, each as long as its count beside the first."""
    words = found.words
    known = [found.readings[one.name] for one in readings.STAGES if one.name in found.readings]
    whole = known[0].now.value if known and known[0].now.state == "value" else 0.0
    absent = [html.Li(_absent(found, one)) for one in readings.STAGES if one.name not in found.readings]
    lines = [_stage(found, one, whole if one.period == known[0].period else 0.0) for one in known]
    return html.Ol([*lines, *absent], className="stages", title=words("station.stages"))


def _stage(found: Glance, reading: Reading, whole: float) -> html.Li:
    words, now = found.words, reading.now
    share = min(now.value / whole, 1.0) if whole and now.state == "value" else 0.0
    bar = html.Span(className="bar", style={"--share": f"{share:.3f}"}, **HIDDEN)
    name = words(f"station.stage.{reading.topic.name}")
    return html.Li([html.Span(name, className="label"), bar, value(found, reading)])
