"""What a reader of the desk has chosen, as it stands in the address of the page and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from kuai import catalog
from kuai.errors import GateError, nearest

from dashboards import adaptive, choices
from dashboards.desk.span import DAYS, Span
from dashboards.filters import Filters

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.atlas import Atlas

COMPARED = ("usual", "before", "year", "none")
"""What the span is compared with: what is usual, the span before, that of the year before; or with nothing."""

CHOSEN = "span"
"""What asks for a span of the reader's own: it begins as the second one before, and is then known by its last day."""

_OWN = ("compare", "pick", "other")
_CODE = re.compile(r"[^\s<>\"']{1,64}")


@dataclass(frozen=True)
class Choice:
    """Choices of a reader; an empty one is made by the page.

    Parameters
    ----------
    filters : Filters
        What all pages know; its period is a span: ``28d``, ``month``.
    compare : str
        One of `COMPARED`, `CHOSEN`, or the last day of a span of equal length: ``2018-03-31``.
    pick, other : str
        Code of the area that is looked at, and of one that it is compared with.
    """

    filters: Filters
    compare: str = ""
    pick: str = ""
    other: str = ""

    @classmethod
    def parse(cls, search: str | None) -> Choice:
        """Choices from the query part of an address; what it does not know is left out.

        Raises
        ------
        GateError
            If the day, the area or the code of one cannot be read.
        """
        given = {key: text for key, text in parse_qsl((search or "").lstrip("?")) if key in _OWN}
        for name in ("pick", "other"):
            if not _CODE.fullmatch(given.get(name, "-")):
                raise GateError(f"{given[name]!r} is no code of an area", name, "leave it out")
        return cls(Filters.parse(search), **given)

    def but(self, **changes: Any) -> Choice:
        """The same choices but for some, of all pages or of the desk's own."""
        own = {key: value for key, value in changes.items() if key in _OWN}
        shared = {key: value for key, value in changes.items() if key not in _OWN}
        return replace(self, filters=self.filters.but(**shared), **own)

    @property
    def day(self) -> date:
        """A day of the last period of the span."""
        return self.filters.date or date.min

    @cached_property
    def span(self) -> Span:
        """The span that is looked at."""
        return Span.parse(self.filters.period, self.day)

    @cached_property
    def search(self) -> str:
        """Query part of the address with these choices."""
        own = {key: value for key in _OWN if (value := getattr(self, key))}
        return self.filters.search + ("&" + urlencode(own, safe=":") if own else "")


def settle(serving: Serving, atlas: Atlas, chosen: Choice, language: str) -> Choice:
    """Choices that make one question: gaps filled, and what the metric is not offered at replaced.

    Raises
    ------
    GateError
        If a name is unknown, nothing has been published, or the metric does not add up over the span.
    """
    wanted = chosen.filters
    level = "" if adaptive.hierarchy_of(wanted.level) else wanted.level
    filters = choices.settle(serving, atlas, wanted.but(period="", level=level), language)
    newest = wanted.date or serving.newest(filters.metric) or datetime.now(UTC).date()
    period = _period(serving, filters, wanted.period, newest)
    day = wanted.date or _whole(Span.parse(period, newest), newest)
    compare = _compared(chosen.compare, Span.parse(period, day))
    settled = replace(chosen, filters=filters.but(period=period, date=day), compare=compare)
    return settled if settled.pick else settled.but(other="")


def spans(serving: Serving, filters: Filters) -> list[str]:
    """Spans a metric is offered for at a level: 28 days, where it adds up over days, and every period."""
    offered = choices.periods(serving, filters.metric, filters.level)
    return [*([DAYS] if _adds_up(filters.metric) and "day" in offered else []), *offered]


def _period(serving: Serving, filters: Filters, wanted: str, day: date) -> str:
    """Span wanted, if its periods are offered; else the one the desk opens with."""
    offered = choices.periods(serving, filters.metric, filters.level)
    usual = next(one for one in (*spans(serving, filters)[:1], filters.period))
    if not wanted or wanted == adaptive.BLOCK:
        return usual
    span = Span.parse(wanted, day)
    if span.unit not in offered or (span.count > 1 and not _adds_up(filters.metric)):
        return usual
    return str(span)


def _whole(span: Span, newest: date) -> date:
    """Last day of the last of a span's periods that is over."""
    return newest if span.last == newest else span.back(1).last


def _adds_up(metric: str) -> bool:
    """Whether a metric adds up over periods: all that it is made of does, and it is no state of a day."""
    known = [catalog.measure(one) for one in catalog.metric(metric).measures]
    return known[0].kind == "flow" and all(one.is_additive for one in known)


def _compared(text: str, span: Span) -> str:
    if text in COMPARED or not text:
        return text or COMPARED[0]
    if text == CHOSEN:
        return span.back(2 * span.count).last.isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise GateError(f"{text!r} is no comparison", "compare", nearest(text, COMPARED)) from None
