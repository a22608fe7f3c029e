"""Where the numbers come from: snapshot, policy, job runs, and source files with row counts."""

from __future__ import annotations

import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dash import html

from kuai import catalog, periods

from dashboards import adaptive

if TYPE_CHECKING:
    from dashboards.view import Told

_MOST = 20


def origin(view: Told) -> html.Details:
    """Panel with the way back from the values shown."""
    words = view.words
    return html.Details(
        [
            html.Summary(words("origin.title")),
            html.Dl([part for pair in _facts(view) for part in _pair(*pair)]),
            _files(view),
            html.P([words("origin.command"), " ", html.Code(_command(view))]),
        ],
        className="origin",
        id="origin",
    )


def _facts(view: Told) -> list[tuple[str, str]]:
    words, snapshot = view.words, view.snapshot
    runs = sorted({str(one["run_id"]) for one in view.batches} | {str(snapshot["run_id"])})
    return [
        (words("column.metric"), _formula(view)),
        (words("page.snapshot"), str(snapshot["snapshot"])),
        (words("origin.published"), f"{snapshot['published_at']:%Y-%m-%d %H:%M} UTC"),
        (words("origin.policy"), str(snapshot["policy_version"])),
        (words("origin.runs"), ", ".join(runs)),
    ]


def _formula(view: Told) -> str:
    parts = [catalog.measure(one).label.to(view.filters.lang) for one in view.metric.measures]
    scale = f" × {view.metric.scale:,.0f}" if view.metric.scale != 1 else ""
    return " ÷ ".join(parts) + scale


def _pair(name: str, value: str) -> tuple[html.Dt, html.Dd]:
    return html.Dt(name), html.Dd(value)


def _files(view: Told) -> html.Div:
    """Table of the files; the end says how many more there are."""
    words = view.words
    heads = (words("column.file"), words("origin.rows"), words("column.unlocated"))
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(one, scope="col") for one in heads])),
            html.Tbody([_file(one) for one in view.batches[:_MOST]]),
        ]
    )
    more = len(view.batches) - _MOST
    return html.Div([table, *([html.P(words("origin.more", n=more))] if more > 0 else [])], className="files")


def _file(batch: dict[str, Any]) -> html.Tr:
    days = f"{batch['first_day'] or '–'} … {batch['last_day'] or '–'}"
    return _row((batch["path"], batch["dataset"], days), _rows(batch))


@lru_cache(maxsize=1024)
def _row(file: tuple[str, str, str], counts: tuple[str, str]) -> html.Tr:
    """Row of a file; the same files are told of below most answers."""
    path, dataset, days = file
    return html.Tr([html.Th([path, html.Small(days)], scope="row", title=dataset), *map(html.Td, counts)])


def _rows(batch: dict[str, Any]) -> tuple[str, str]:
    """Rows read and how many of them are not located; nothing where the gate does not tell."""
    if batch["rows_read"] is None:
        return "–", "–"
    counts = f"{batch['rows_read']:,} = {batch['accepted']:,} + {batch['quarantined']:,}"
    return counts, f"{batch['unlocated']:,}"


def _command(view: Told) -> str:
    label = periods.label(adaptive.unit(view.filters.period), view.day)
    level, area = view.example or (view.filters.level, "AREA")
    category = "" if view.filters.category == "all" else f" --category {shlex.quote(view.filters.category)}"
    return f"kuai explain {view.metric.id} --area {area} --level {level} --period {label}{category}"
