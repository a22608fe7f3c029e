"""What to generate: the scale, the seed and the last day; and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kuai.errors import SettingsError, nearest

DAILY_TAIL = 3
"""Days at the end of the period that are delivered one file per day; all before come by month."""


_FIRST_YEAR = 1900


@dataclass(frozen=True)
class Scale:
    """Sizes of one scale, in rows and areas over the whole period.

    Parameters
    ----------
    prefectures, counties, stations, blocks : int
        Areas on the last day (a station that ended earlier is not counted).
    residents, cases, passages : int
        Rows before planted errors add or remove a few in a thousand.
    checkpoints : int
        Checkpoints that ever lived.
    months, event_months : int
        Length of the period of cases and passages, and of population events, ending with the last day.
    pitch_km : float
        Distance of neighbouring block centres before towns draw them together.
    """

    prefectures: int
    counties: int
    stations: int
    blocks: int
    residents: int
    cases: int
    passages: int
    checkpoints: int
    months: int
    event_months: int
    pitch_km: float


SCALES: dict[str, Scale] = {
    "town": Scale(1, 2, 4, 60, 5_000, 2_400, 6_000, 6, 12, 12, 0.6),
    "city": Scale(1, 10, 200, 12_000, 1_000_000, 300_000, 3_000_000, 160, 24, 24, 0.65),
    "province": Scale(14, 140, 1_999, 150_000, 66_000_000, 10_000_000, 50_000_000, 2_000, 60, 12, 1.1),
}


@dataclass(frozen=True)
class Delivery:
    """One landing file's span of days, both inclusive.

    Parameters
    ----------
    label : str
        Part of the file name: `2025-03` or `2026-06-29`.
    index : int
        Position among all deliveries, which seeds the file's random stream.
    first, last : datetime.date
        Days whose events the file is for.
    """

    label: str
    index: int
    first: date
    last: date


@dataclass(frozen=True)
class Plan:
    """The whole input of a generation: equal plans give byte-identical files.

    Parameters
    ----------
    scale : str
        `town`, `city` or `province`.
    seed : int
        Any integer from 0; another seed is another fictional region.
    until : datetime.date
        Last day of cases and passages, and the day the register is extracted.

    Raises
    ------
    SettingsError
        If the scale is unknown or the seed is negative.
    """

    scale: str
    seed: int
    until: date

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise SettingsError(f"unknown scale '{self.scale}'", "--scale", nearest(self.scale, SCALES))
        if self.seed < 0:
            raise SettingsError(f"the seed is {self.seed}", "--seed", "give an integer from 0")
        if self.until.year < _FIRST_YEAR:
            raise SettingsError(f"the last day is {self.until}", "--until", f"give one from {_FIRST_YEAR} on")

    @property
    def sizes(self) -> Scale:
        """Areas and rows of the plan's scale."""
        return SCALES[self.scale]

    @property
    def first(self) -> date:
        """First day of cases and passages: the first of a month."""
        return month_back(self.until, self.sizes.months - 1)

    @property
    def rows(self) -> int:
        """Data rows to be written, about: the total for a progress bar."""
        events = self.sizes.residents * self.sizes.event_months // 190
        return self.sizes.residents + self.sizes.cases + self.sizes.passages + events + 2 * self.sizes.blocks

    def as_record(self) -> dict[str, str | int]:
        """Scale, seed and last day, as written to the manifest and compared on a second run."""
        return {"scale": self.scale, "seed": self.seed, "until": self.until.isoformat()}


def month_back(day: date, months: int) -> date:
    """First day of the month that lies `months` months before the month of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def months(first: date, last: date) -> list[tuple[date, date]]:
    """Calendar months from the one of `first` to the one of `last`, as first and last day, cut at `last`."""
    spans, begin = [], first
    while begin <= last:
        following = month_back(begin, -1)
        spans.append((begin, min(last, following - timedelta(days=1))))
        begin = following
    return spans


def deliveries(plan: Plan) -> list[Delivery]:
    """Landing files of cases and of passages in order: months, then the last days one by one."""
    tail = plan.until - timedelta(days=DAILY_TAIL)
    found = [Delivery(f"{a:%Y-%m}", i, a, b) for i, (a, b) in enumerate(months(plan.first, tail))]
    days = [tail + timedelta(days=k + 1) for k in range(DAILY_TAIL)]
    return found + [Delivery(day.isoformat(), len(found) + k, day, day) for k, day in enumerate(days)]


def before(plan: Plan, delivery: Delivery) -> Delivery | None:
    """Delivery that came before another one; none before the first."""
    planned = deliveries(plan)
    if delivery.index <= len(planned):
        return planned[delivery.index - 1] if delivery.index else None
    return day_after(plan, delivery.first - timedelta(days=1))


def day_after(plan: Plan, day: date) -> Delivery:
    """The one-day delivery of a day after the period.

    Raises
    ------
    SettingsError
        If the day is not after the last day of the plan.
    """
    if day <= plan.until:
        raise SettingsError(f"{day} lies within the plan", "--day", f"give a day after {plan.until}")
    return Delivery(day.isoformat(), len(deliveries(plan)) + (day - plan.until).days - 1, day, day)
