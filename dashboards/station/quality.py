"""Quality of the data behind a unit: feeds with their age against budget, coverage of the periods, rows set aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dash import html

from dashboards.components.marks import HIDDEN

if TYPE_CHECKING:
    from dashboards.station.glance import Glance
    from dashboards.station.readings import Reading

_SIGNS = {"fresh": "●", "late": "▲", "complete": "■", "awaited": "○", "delivered": "◆"}
_HOUR = 3600
_COLUMNS = ("source", "covered_until", "age", "budget", "state")


def quality(found: Glance) -> html.Section:
    """Feeds, coverage and rows set aside."""
    words = found.words
    parts = [html.Div(html.H2(words("station.section.quality"), id="unit-quality"), className="card-head")]
    return html.Section([*parts, _feeds(found), _coverage(found), *_rows(found)], className="card card-quality")


def _feeds(found: Glance) -> html.Table:
    words = found.words
    heads = [html.Th(words(f"column.{one}"), scope="col") for one in _COLUMNS]
    body = [_feed(found, one) for one in found.feeds]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="feeds")


def _feed(found: Glance, feed: dict[str, Any]) -> html.Tr:
    words, until, age, budget = found.words, feed["covered_until"], feed["age_seconds"], feed["budget_hours"]
    state: list[Any] = [html.Span(f"{_SIGNS[feed['state']]} ", **HIDDEN), words(f"feed.{feed['state']}")]
    cells = [
        words.day(until) if until else "–",
        words.age(age) if age is not None else "–",
        words.age(budget * _HOUR) if budget else "–",
    ]
    name = html.Th([words.feed(feed["dataset"]), html.Small(feed["source"])], scope="row")
    return html.Tr([name, *(html.Td(one) for one in cells), html.Td(state, className=f"feed feed-{feed['state']}")])


def _coverage(found: Glance) -> html.Table:
    """Observed part of each period of the first reading of a section, as blocks from empty to full."""
    words = found.words
    known = [found.readings[one] for one in ("residents", "cases", "passages") if one in found.readings]
    rows = [html.Tr([html.Th(words(f"station.topic.{one.topic.name}"), scope="row"), _strip(found, one)])
            for one in known]  # fmt: skip
    caption = html.Caption(words("station.coverage"))
    heads = html.Thead(
        html.Tr([html.Th(words("column.metric"), scope="col"), html.Th(words("column.coverage"), scope="col")]),
        className="unseen",
    )
    return html.Table([caption, heads, html.Tbody(rows)], className="covered")


def _strip(found: Glance, reading: Reading) -> html.Td:
    words = found.words
    parts = [
        html.Span(
            className="part-of", style={"--share": f"{one.coverage:.2f}"}, title=_observed(found, reading, one.start)
        )
        for one in reading.points
    ]
    whole = sum(one.coverage >= 1 for one in reading.points)
    return html.Td([html.Span(parts, className="strip", **HIDDEN), " ",
                    words("station.whole", n=whole, of=len(reading.points))])  # fmt: skip


def _observed(found: Glance, reading: Reading, start: Any) -> str:  # noqa: ANN401 -- a date
    words = found.words
    share = next(one.coverage for one in reading.points if one.start == start)
    return words("station.told", period=words.period(reading.period, start), value=words.share(share))


def _rows(found: Glance) -> list[Any]:
    """Rows of the files behind the cases: read, set aside, without a place; for those who may know them."""
    words, reading = found.words, found.readings.get("cases")
    if reading is None or not reading.batches:
        return []
    told = list(_counts(reading.batches))
    if not told:
        return [html.P(words("station.rows_closed"), className="noted")]
    read, aside, unlocated = map(sum, zip(*told, strict=True))
    return [html.P(words("station.rows", read=f"{read:,}", aside=f"{aside:,}", unlocated=f"{unlocated:,}"),
                   className="rows")]  # fmt: skip


def _counts(batches: Iterable[dict[str, Any]]) -> Iterable[tuple[int, int, int]]:
    return [(one["rows_read"], one["quarantined"], one["unlocated"]) for one in batches if one["rows_read"] is not None]
