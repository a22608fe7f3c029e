"""What of the audit is looked at, as it stands in the address of the page and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from kuai.access import Place
from kuai.errors import GateError

from dashboards.filters import day
from dashboards.words import language_of

if TYPE_CHECKING:
    import pandas as pd

VIEWS = ("use", "seen", "refused")
"""How Kuai was used, who saw an area, and what was refused."""

GROUPS = ("role", "purpose")
PART = 25
"""Rows shown at once."""

_USUAL = timedelta(days=27)
_MOST_PARTS, _LONGEST = 40_000, 9


@dataclass(frozen=True)
class Look:
    """Choices of whoever reads the audit.

    Parameters
    ----------
    view : str
        One of `VIEWS`.
    level, area : str
        Level of the area that is asked about, and its code or name.
    since, until : date
        First and last day (UTC), both inclusive.
    by : str
        One of `GROUPS`.
    part : int
        Which rows of a long answer, counted from 1.
    lang : str
        `zh` or `en`.
    """

    view: str
    level: str
    area: str
    since: date
    until: date
    by: str
    part: int
    lang: str

    @classmethod
    def parse(cls, search: str | None, language: str, today: date) -> Look:
        """Choices from the query part of an address; gaps are filled: 28 days up to today.

        Parameters
        ----------
        search : str, optional
            Query part of the address.
        language : str
            Language until the reader chooses one.
        today : date
            The present day.

        Raises
        ------
        GateError
            If a day or the part cannot be read, or the days are in the wrong order.
        """
        given = dict(parse_qsl((search or "").lstrip("?")))
        until = day(given.get("until", ""), "until") or today
        since = day(given.get("since", ""), "since") or until - _USUAL
        if since > until:
            raise GateError(f"{since} is after {until}", "since", "exchange the days")
        named = {name: given.get(name, "").strip() for name in ("level", "area")}
        return cls(
            view=_one_of(given.get("view"), VIEWS), since=since, until=until, by=_one_of(given.get("by"), GROUPS),
            part=_part(given.get("part", "1")), lang=language_of(search, language), **named,
        )  # fmt: skip

    def but(self, **changes: Any) -> Look:
        """The same choices but for some; the rows begin again unless they are what changes."""
        return replace(self, **{"part": 1} | changes)

    @property
    def search(self) -> str:
        """Query part of the address with these choices."""
        named = asdict(self) | {"part": "" if self.part == 1 else self.part}
        return "?" + urlencode({key: str(value) for key, value in named.items() if value}, safe=":")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment of the first day, before the end of the last; UTC."""
        first, last = (datetime.combine(day, time(), UTC) for day in (self.since, self.until))
        return first, last + timedelta(days=1)

    @property
    def skipped(self) -> int:
        """Rows before the first that is shown."""
        return PART * (self.part - 1)


def looked(search: str | None, language: str, today: date) -> tuple[Look, GateError | None]:
    """Choices of an address; where it cannot be read, those of one without any, and what is wrong with it."""
    try:
        return Look.parse(search, language, today), None
    except GateError as error:
        return Look.parse(f"?lang={language_of(search, language)}", language, today), error


def place(look: Look, areas: pd.DataFrame) -> Place:
    """Area that is meant by its code or by its name in either language.

    Parameters
    ----------
    look : Look
        Level and text.
    areas : DataFrame
        Areas of the level now: area, name_zh, name_en. An area of earlier days is meant by its code.

    Raises
    ------
    GateError
        If several have the name.
    """
    is_named = (areas[["name_zh", "name_en"]] == look.area).any(axis=1) & (areas["area"] != look.area)
    named = list(dict.fromkeys(areas["area"][is_named]))
    if len(named) > 1:
        raise GateError(f"{len(named)} areas are called {look.area}", "area", f"take a code: {', '.join(named[:5])}")
    return Place(look.level, named[0] if named else look.area)


def _part(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST and 1 <= int(text) <= _MOST_PARTS):
        raise GateError(f"{text[:_LONGEST]!r} is no part of the rows", "part", "write 1, 2, 3 …")
    return int(text)


def _one_of(wanted: str | None, known: Iterable[str]) -> str:
    found = tuple(known)
    return wanted if wanted in found else found[0]
