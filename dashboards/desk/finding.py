"""Finding: what the page found, in one sentence; beside it how it was judged, and how sure one may be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from dash import html

from kuai.statistics.change import discoveries

from dashboards.desk.choice import COMPARED
from dashboards.desk.judged import is_tested, pair

if TYPE_CHECKING:
    from dashboards.desk.judged import Table
    from dashboards.desk.span import Span
    from dashboards.desk.study import Study
    from dashboards.words import Words

SIGNS = {"more": "▲", "fewer": "▼", "within": "≈", "untested": "–"}
"""Sign of each verdict, so that none is told by colour alone."""


def finding(study: Study, rows: Table) -> html.Div:
    """One sentence on the page, and how it was judged."""
    counts = Counter(rows["verdict"].tolist())
    tested = counts.total() - counts["untested"]
    said = html.P(_sentence(study, counts, tested) if tested else _untested(study, rows), className="said")
    parts = [said, html.P(method(study), className="method")] if tested else [said]
    return html.Div([*parts, *_pair(study, rows)], className="finding", role="status")


def _sentence(study: Study, counts: Counter[str], tested: int) -> list[Any]:
    words, more, fewer = study.words, counts["more"], counts["fewer"]
    found = {
        "span": span(study, study.choice.span), "what": what(study), "than": words(f"desk.than.{_kind(study)}"),
        "tested": f"{tested:,}", "more": f"{more:,}", "fewer": f"{fewer:,}", "rest": f"{tested - more - fewer:,}",
    }  # fmt: skip
    key = "some" if more or fewer else "none"
    return [html.Strong(words(f"desk.finding.{key}", **found)), " ", words(f"desk.finding.{key}_rest", **found)]


def _untested(study: Study, rows: Table) -> str:
    words, is_usual = study.words, study.choice.compare == "usual"
    if study.choice.compare == "none":
        return words("desk.finding.alone", span=span(study, study.choice.span), what=what(study))
    if not is_tested(study.metric, is_usual=is_usual):
        return words("desk.finding.not_a_count")
    if len(study.spans) == 1:
        return words("desk.finding.no_past")
    return words("desk.finding.partial" if np.isfinite(rows["value"]).any() else "desk.finding.nothing")


def method(study: Study) -> str:
    """What is compared, and by which test."""
    words, earlier = study.words, study.spans[:-1]
    test = words(f"desk.method.{'usual' if study.choice.compare == 'usual' else 'two'}")
    if study.choice.compare != "usual":
        return words("desk.method.against", then=span(study, earlier[0]), test=test)
    key = "season" if earlier[-1].last < study.choice.span.recent()[0].first or _years(study) > 1 else "recent"
    return words(f"desk.method.{key}", n=len(earlier), years=_years(study), test=test)


def _years(study: Study) -> int:
    """Years from which the spans compared with are."""
    return round((study.choice.span.first - study.spans[0].first).days / 365.25)


def what(study: Study) -> str:
    """The metric with its category, as it is called."""
    name = study.metric.label.to(study.words.language)
    category = study.choice.filters.category
    return name if category in ("", "all") else f"{name} · {study.words.category(category)}"


def span(study: Study, one: Span) -> str:
    """A span as it is called, in the words of a study."""
    return called(study.words, one)


def called(words: Words, one: Span) -> str:
    """A span as it is called: a month by its name, 28 days by the last of them."""
    if one.count == 1:
        return words.period(one.unit, one.last)
    return words("desk.span", n=one.count, unit=words(f"desk.unit.{one.unit}"), last=words.day(one.last))


def _kind(study: Study) -> str:
    return study.choice.compare if study.choice.compare in COMPARED else "day"


def _pair(study: Study, rows: Table) -> list[Any]:
    """Two areas beside each other, if two are chosen; their difference is one more of the page."""
    found = pair(study)
    if found is None:
        return [html.P(study.words("desk.pair.none"), className="pair")] if study.choice.other else []
    one, two, change = found
    names = {str(row["area"]): study.words.name(row) for row in study.areas.to_dict("records")}
    words = study.words
    is_real = bool(discoveries(np.append(rows["p"], change.p))[-1])
    told = words("desk.pair.ratio", ratio=ratio(change, 0)) if change.is_shown[0] else ""
    said = words(
        f"desk.pair.{'real' if is_real else 'chance'}", one=names[study.choice.pick], two=names[study.choice.other],
        n=f"{one:,}", m=f"{two:,}", change=told,
    )  # fmt: skip
    return [html.P(said, className="pair")]


def ratio(change: Any, at: int) -> str:  # noqa: ANN401 -- a Change, or rows with the same columns
    """A ratio with its interval: × 1.58 (1.18–2.09)."""
    return f"× {change.ratio[at]:.2f} ({change.low[at]:.2f}–{change.high[at]:.2f})"
