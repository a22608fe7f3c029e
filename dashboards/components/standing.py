"""Whether the audit is whole, as far as can be told at once, and when all of it was verified last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dash import html

from dashboards.components.marks import HIDDEN, labelled

if TYPE_CHECKING:
    from kuai.audit.standing import Standing

    from dashboards.words import Words


def standing(words: Words, told: Standing, now: datetime) -> html.Section:
    """State of the chain: verdict, end, newest anchor, last verification of the whole.

    Parameters
    ----------
    words : Words
        The reader's language.
    told : Standing
        What is known of the log.
    now : datetime
        The present moment, UTC.
    """
    return html.Section(
        [
            html.H2(words("audit_page.chain")),
            _verdict(words, told),
            html.Dl([part for pair in _facts(words, told, now) for part in (html.Dt(pair[0]), html.Dd(pair[1]))]),
            html.Button(words("audit_page.verify"), id="audit-verify", type="button", className="action"),
        ],
        className="standing",
    )


def progress(words: Words, at: tuple[int, int] | None) -> list[Any]:
    """How far a verification of the whole has come; nothing while there is none."""
    if at is None:
        return []
    done, total = at
    told = words("audit_page.verifying", done=f"{done:,}", total=f"{total:,}")
    return [html.Progress(value=str(done), max=str(max(total, 1)), **labelled(told)), html.P(told)]


def locked(words: Words, names: Sequence[str]) -> html.Section:
    """Accounts that are locked at the moment, after too many failed sign-ins."""
    shown = html.Ul([html.Li(one) for one in names]) if names else html.P(words("audit_page.none_locked"))
    return html.Section([html.H2(words("audit_page.locked")), shown], className="locked")


def _verdict(words: Words, told: Standing) -> html.P:
    finding = told.finding
    icon, key = ("▲", "broken") if finding else ("●", "whole") if told.verified else ("◐", "unverified")
    said = words(f"audit_page.{key}", **{"line": f"{finding.line:,}"} if finding else {})
    parts = [html.Span(icon, **HIDDEN), html.Strong(said), *([html.Code(finding.what)] if finding else [])]
    return html.P(parts, className=f"verdict verdict-{key}", role="status")


def _facts(words: Words, told: Standing, now: datetime) -> list[tuple[str, str]]:
    end, none = told.end, words("audit_page.never")
    first = end.last - end.lines + 1
    anchor, whole = told.anchor, told.verified
    return [
        (words("audit_page.lines"), f"{end.last:,}"),
        (words("audit_page.end"), words("audit_page.end_lines", first=f"{first:,}", last=f"{end.last:,}")),
        (words("audit_page.anchor"),
         words("audit_page.anchor_at", number=f"{anchor.number:,}", line=f"{anchor.count:,}",
               ago=_ago(words, datetime.fromisoformat(anchor.at), now)) if anchor else none),
        (words("audit_page.loose"), f"{end.loose:,}"),
        (words("audit_page.verified"),
         words("audit_page.verified_at", line=f"{whole.last:,}", ago=_ago(words, whole.at, now),
               moment=f"{whole.at:%Y-%m-%d %H:%M} UTC") if whole else none),
    ]  # fmt: skip


def _ago(words: Words, at: datetime, now: datetime) -> str:
    return words.age(max((now - at).total_seconds(), 0))
