"""Words, numbers and dates as the reader's language writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from kuai import periods, texts
from kuai.metrics import Metric

from dashboards import adaptive

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 31_557_600
_FEW_HOURS, _FEW_DAYS = 48, 730

OTHER = {"zh": ("en", "English"), "en": ("zh", "中文")}
"""The other language of each, with its own name for itself."""


@dataclass(frozen=True)
class Words:
    """Texts of the registry in one language.

    Parameters
    ----------
    language : str
        `zh` or `en`.
    """

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Text of a key, with its fields filled in."""
        return texts.text(key, self.language, **values)

    def template(self, key: str) -> str:
        """Text of a key with its fields as they are, for the browser to fill in."""
        return texts.template(key, self.language)

    def name(self, row: Any) -> str:  # noqa: ANN401 -- a mapping or a row of a frame
        """Name of a level, area or city, from the pair `name_zh` and `name_en`."""
        return str(row[f"name_{self.language}"])

    def number(self, metric: Metric, value: float) -> str:
        """A value with the metric's digits, thousands apart, without its unit."""
        return f"{value:,.{metric.digits}f}"

    def day(self, day: date) -> str:
        """A day of the calendar."""
        return self("date.day", year=day.year, month=self._month(day), day=day.day)

    def period(self, period: str, day: date) -> str:
        """The period that holds a day."""
        if period == "day":
            return self.day(day)
        if period == adaptive.BLOCK:
            return self("date.block", last=self.day(adaptive.span(period, day)[1]))
        year, week, _ = day.isocalendar()
        known = {"month": self._month(day), "quarter": (day.month + 2) // 3, "week": week}
        return self(f"date.{period}", year=year if period == "week" else day.year, **_kept(known, period))

    def span(self, period: str, day: date) -> str:
        """First and last day of the period that holds a day."""
        return self("date.span", first=periods.start(period, day), last=periods.end(period, day))

    def age(self, seconds: float) -> str:
        """A length of time, in the unit that suits it."""
        if seconds < _HOUR:
            return self("age.minutes", n=int(seconds // _MINUTE))
        if seconds < _FEW_HOURS * _HOUR:
            return self("age.hours", n=int(seconds // _HOUR))
        if seconds < _FEW_DAYS * _DAY:
            return self("age.days", n=int(seconds // _DAY))
        return self("age.years", n=int(seconds // _YEAR))

    def category(self, category: str) -> str:
        """Name of a category; one that the registry does not know is shown as the source writes it."""
        key = f"category.{category.lower()}"
        return self(key) if texts.has(key) else category.replace("_", " ").capitalize()

    def state(self, state: str) -> str:
        """Name of a state."""
        return self(f"state.{state}")

    def feed(self, dataset: str) -> str:
        """Name of a feed, by the dataset that it delivers."""
        return self(f"feed_name.{dataset.replace('.', '_')}")

    def share(self, share: float) -> str:
        """A part of the whole in per cent, never rounded up to all of it."""
        return f"{math.floor(share * 100)} %"

    def _month(self, day: date) -> str:
        return self("date.months").split()[day.month - 1]


def _kept(values: dict[str, object], name: str) -> dict[str, object]:
    return {name: values[name]} if name in values else {}


def language_of(search: str | None, usual: str) -> str:
    """Language that an address names, else the usual one."""
    return spoken(dict(parse_qsl((search or "").lstrip("?"))).get("lang"), usual)


def spoken(chosen: str | None, usual: str) -> str:
    """Language that was chosen if there are texts in it, else the usual one."""
    return chosen if chosen in texts.LANGUAGES else usual
