"""Lines of the audit as tables: who saw an area, the answers themselves, what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from kuai import catalog, texts
from kuai.errors import KuaiError

from dashboards.components.marks import HIDDEN, labelled
from dashboards.inspection import PART, Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboards.words import Words

Row = dict[str, Any]
Part = Any
_MOST_AREAS = 3


@dataclass(frozen=True)
class Names:
    """Names of roles, purposes and levels in the reader's language; what has none is shown as it is kept.

    Parameters
    ----------
    words : Words
        The reader's language.
    roles, purposes, levels : mapping
        Names by code.
    """

    words: Words
    roles: Mapping[str, str]
    purposes: Mapping[str, str]
    levels: Mapping[str, str]

    def of(self, group: str, code: str) -> str:
        """Name of a role or a purpose."""
        known = self.roles if group == "role" else self.purposes
        return known.get(code, code) or self.words("audit_page.nobody")


def viewers(names: Names, rows: Sequence[Row]) -> html.Table:
    """Everyone whose answers held numbers of an area, one a row."""
    words = names.words
    columns: list[tuple[str, Callable[[Row], Part]]] = [
        ("viewer", _who),
        ("role", lambda row: names.of("role", row["role"])),
        ("purpose", lambda row: names.of("purpose", row["purpose"])),
        ("answers", lambda row: f"{row['answers']:,}"),
        ("parts", lambda row: f"{row['parts']:,}"),
        ("first_at", lambda row: _moment(row["first_at"])),
        ("last_at", lambda row: _moment(row["last_at"])),
        ("metrics", lambda row: words("gate.field.comma").join(_metric(words, one) for one in row["metrics"])),
    ]
    return _table(words, words("audit_page.viewers_caption"), columns, rows)


def answers(names: Names, rows: Sequence[Row], look: Look, total: int) -> html.Table:
    """Answers that held numbers of an area, newest first: who, why, what, and of which snapshot."""
    words = names.words
    columns: list[tuple[str, Callable[[Row], Part]]] = [
        ("at", lambda row: _moment(row["at"])),
        ("viewer", _who),
        ("role", lambda row: names.of("role", row["role"] or "")),
        ("purpose", lambda row: _with(names.of("purpose", row["purpose"] or ""), row["reason"])),
        ("metric", lambda row: _with(_metric(words, row["metric"] or ""), _action(words, row["action"]))),
        ("areas", lambda row: _with(names.levels.get(row["level"] or "", row["level"]), _areas(words, row))),
        ("period", lambda row: _period(words, row)),
        ("rows", lambda row: f"{row['rows'] or 0:,}"),
        ("snapshot_and_policy", lambda row: _with(html.Code(row["snapshot"]), row["policy"])),
    ]
    return _table(words, _caption(words, look, total), columns, rows)


def refused(names: Names, rows: Sequence[Row], look: Look, total: int) -> html.Table:
    """What was refused or not permitted, newest first, failed sign-ins among it."""
    words = names.words
    columns: list[tuple[str, Callable[[Row], Part]]] = [
        ("at", lambda row: _moment(row["at"])),
        ("viewer", _who),
        ("role", lambda row: names.of("role", row["role"] or "")),
        ("action", lambda row: _action(words, row["action"])),
        ("outcome", lambda row: words(f"outcome.{row['outcome']}")),
        ("about", lambda row: _about(words, row)),
        ("areas", lambda row: _with(names.levels.get(row["level"] or "", row["level"] or "–"), _areas(words, row))),
        ("period", lambda row: _period(words, row)),
    ]
    return _table(words, _caption(words, look, total), columns, rows)


def use(words: Words, group: str, rows: Sequence[tuple[str, int, int, int]]) -> html.Table:
    """Questions of the days by role or purpose: how many, how many refused, how many on the busiest day."""
    columns: list[tuple[str, Callable[[Any], Part]]] = [
        (group, lambda row: row[0]), ("questions", lambda row: f"{row[1]:,}"), ("refused", lambda row: f"{row[2]:,}"),
        ("busiest", lambda row: f"{row[3]:,}"),
    ]  # fmt: skip
    return _table(words, words("audit_page.use_caption"), columns, rows)


def pager(words: Words, look: Look, total: int) -> html.Nav:
    """Way to the rows before and after, for those who see and those who do not."""
    last = max(ceil(total / PART), 1)
    steps: list[Part] = [html.Span(words("audit_page.part", part=f"{look.part:,}", last=f"{last:,}"))]
    if look.part > 1:
        steps.insert(0, dcc.Link(words("audit_page.newer"), href=look.but(part=look.part - 1).search, id="newer"))
    if look.part < last:
        steps.append(dcc.Link(words("audit_page.older"), href=look.but(part=look.part + 1).search, id="older"))
    return html.Nav(steps, className="pager", **labelled(words("audit_page.pager")))


def _table(
    words: Words, caption: str, columns: Sequence[tuple[str, Callable[[Any], Part]]], rows: Sequence[Any]
) -> html.Table:
    heads = html.Tr([html.Th(words(f"column.{name}"), scope="col", className=f"of-{name}") for name, _ in columns])
    body = [html.Tr([html.Td(cell(row), className=f"of-{name}") for name, cell in columns]) for row in rows]
    return html.Table([html.Caption(caption), html.Thead(heads), html.Tbody(body)], className="lines")


def _caption(words: Words, look: Look, total: int) -> str:
    first = min(look.skipped + 1, total)
    return words("audit_page.rows", first=f"{first:,}", last=f"{min(look.skipped + PART, total):,}", total=f"{total:,}")


def _who(row: Row) -> Part:
    return [html.Span("▣ ", **HIDDEN), row["viewer"]] if row["is_device"] else row["viewer"] or "–"


def _moment(at: datetime) -> html.Time:
    return html.Time(f"{at:%Y-%m-%d %H:%M:%S}", dateTime=f"{at.isoformat(timespec='seconds')}Z")


def _metric(words: Words, code: str) -> str:
    try:
        return catalog.metric(code).label.to(words.language)
    except KuaiError:
        return code


def _action(words: Words, code: str) -> str:
    return words(f"action.{code}")


def _about(words: Words, row: Row) -> Part:
    key = f"about.{(row['about'] or '').replace(' ', '_')}"
    said = words(key) if texts.has(key) else row["about"] or _metric(words, row["metric"] or "") or "–"
    return _with(said, row["reason"])


def _areas(words: Words, row: Row) -> str:
    found = row["areas"] or []
    more = words("audit_page.more", n=f"{len(found) - _MOST_AREAS:,}") if len(found) > _MOST_AREAS else ""
    shown = words("gate.field.comma").join(found[:_MOST_AREAS])
    return f"{shown}{more}" or (words("audit_page.everywhere") if row["level"] else "")


def _period(words: Words, row: Row) -> Part:
    if not row["first"]:
        return "–"
    first, last = (html.Time(row[name].isoformat()) for name in ("first", "last"))
    days = first if row["first"] == row["last"] else [first, " – ", last]
    key = f"period.{row['period'] or ''}"
    return _with(words(key), days) if texts.has(key) else days


def _with(what: Part, more: Part) -> Part:
    return [what, html.Small(more)] if more else what
