"""What a reader has chosen, as it stands in the address of the page and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from kuai.errors import GateError

_FIRST, _END = date(1970, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Place:
    """One area by its level and code; written `county:680102`."""

    level: str
    code: str

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Place from its written form; None if the text is empty.

        Raises
        ------
        GateError
            If it has no level or no code.
        """
        level, _, code = text.partition(":")
        if text and not (level and code):
            raise GateError(f"{text!r} is no area", "area", "write it as level:code")
        return cls(level, code) if text else None

    def __str__(self) -> str:
        return f"{self.level}:{self.code}"


@dataclass(frozen=True)
class Filters:
    """Choices of a reader; an empty one is made by the page.

    Parameters
    ----------
    metric, level, period, category : str
        Names, as in questions.
    date : date, optional
        A day of the period shown.
    area : Place, optional
        Area within which the level is shown.
    lang : str
        `zh` or `en`.
    layer : str
        What a map shows in place of the values as counted, of `dashboards.layers`; empty for these.
    """

    metric: str = ""
    level: str = ""
    period: str = ""
    date: date | None = None
    category: str = ""
    area: Place | None = None
    lang: str = ""
    layer: str = ""

    @classmethod
    def parse(cls, search: str | None) -> Filters:
        """Choices from the query part of an address; what it does not know is left out.

        Raises
        ------
        GateError
            If the day or the area cannot be read.
        """
        given = {key: text for key, text in parse_qsl((search or "").lstrip("?")) if key in cls.__dataclass_fields__}
        texts = {key: text for key, text in given.items() if key not in ("date", "area")}
        return cls(**texts, date=day(given.get("date", "")), area=Place.parse(given.get("area", "")))

    def but(self, **changes: Any) -> Filters:
        """The same choices but for some."""
        return replace(self, **changes)

    @cached_property
    def search(self) -> str:
        """Query part of the address with these choices."""
        named = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return "?" + urlencode({key: str(value) for key, value in named.items() if value}, safe=":")


def day(text: str, name: str = "date") -> date | None:
    """Day of an address; None if the text is empty.

    Parameters
    ----------
    text : str
        As it was written.
    name : str
        Where it stands.

    Raises
    ------
    GateError
        If it is no day, or one so far off that none can be counted from it.
    """
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = date.max
    if found is not None and not _FIRST <= found < _END:
        raise GateError(f"{text!r} is no day", name, "write it as 2018-03-04")
    return found
