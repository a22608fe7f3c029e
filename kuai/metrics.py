"""Measures, which are stored and roll up, and metrics, which are what a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["flow", "stock", "direct"]
Klass = Literal["person", "incident", "passage", "place"]
Good = Literal["up", "down", "neutral"]


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def to(self, language: str) -> str:
        """Name in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Measure:
    """A number that is aggregated and stored by area, period and category.

    Parameters
    ----------
    id : str
        Name, as in the mart.
    dataset : str
        Contract it is counted from.
    klass : str
        Sensitivity class; the rules of each are in ``conf/privacy.toml``.
    kind : str
        ``flow`` adds up over days and areas; ``stock`` stands at a date and adds up over areas; ``direct`` does
        not add up at all and is computed anew at every level and period.
    label : Label
        Name for people.
    unit : Label
        Unit for people.
    source : str
        Name of the SQL file in ``kuai/sql`` that gives the leaf cells; one that begins with ``direct_`` gives the cells
        of every level and period themselves, from the rows of the dataset.
    finest, coarsest : str
        Shortest and longest period it is stored for, where the policy would allow others.
    categories : tuple of str
        Categories it always has; empty if they are those of its source.
    is_at_leaf : bool
        Whether it is stored for the smallest areas, where a cell holds too few rows for some measures to mean anything:
        those of the resolution leaf, and all that points are located in.
    is_distribution : bool
        Whether its categories are parts of one whole that are looked at together, such as the hours of a week: none of
        them is a choice on a map.
    """

    id: str
    dataset: str
    klass: Klass
    kind: Kind
    label: Label
    unit: Label
    source: str
    finest: str = "day"
    coarsest: str = "year"
    categories: tuple[str, ...] = ()
    is_at_leaf: bool = True
    is_distribution: bool = False

    @property
    def is_from_rows(self) -> bool:
        """Whether its cells are counted from the rows of its dataset, and not from leaf counts by day."""
        return self.source.startswith("direct_")

    @property
    def is_additive(self) -> bool:
        """Whether the measure may be summed over areas."""
        return self.kind != "direct"


@dataclass(frozen=True)
class Metric:
    """What a page shows: a measure, or a scaled ratio of two measures.

    Parameters
    ----------
    id : str
        Name, as in questions.
    label, unit : Label
        Name and unit for people.
    numerator : str
        Measure shown, or the upper part of the ratio.
    denominator : str, optional
        Measure below; empty for a plain measure.
    scale : float
        Factor of the ratio, such as 1000 for a rate per thousand.
    digits : int
        Decimal digits shown.
    good : str
        Direction that is good; no chart decides a colour.
    budget_hours : int
        Age from which the number counts as stale.
    """

    id: str
    label: Label
    unit: Label
    numerator: str
    denominator: str = ""
    scale: float = 1.0
    digits: int = 0
    good: Good = "neutral"
    budget_hours: int = 48

    @property
    def is_ratio(self) -> bool:
        """Whether the metric is a ratio of two measures."""
        return bool(self.denominator)

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures the metric needs, numerator first."""
        return (self.numerator, self.denominator) if self.denominator else (self.numerator,)
