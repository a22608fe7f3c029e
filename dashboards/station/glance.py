"""One glance at a unit: what its page shows, from the answers to a dozen questions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from kuai import periods
from kuai.errors import GateError

from dashboards.filters import Filters, Place
from dashboards.station import comparisons, peers, readings
from dashboards.words import Words, spoken

if TYPE_CHECKING:
    from kuai.serving import Question, Serving

    from dashboards.station.peers import Standing
    from dashboards.station.readings import Reading, Topic
    from dashboards.station.units import Unit
    from dashboards.view import Freshness

_USUAL_PERIOD, _WHOLE = "month", "all"
_COUNTED = "incident_count"
SPAN = "span"
"""Name under which a span of the desk that is no period of this page is kept."""

_OF_DESK = ("compare", "pick", "other", SPAN)
_OPENING = readings.STAGES[0]


@dataclass(frozen=True)
class Chosen:
    """Choices of a reader: those of every page, and what the unit is compared by.

    Parameters
    ----------
    filters : Filters
        Period, day, category and language; metric, level and area are kept for the way back.
    against : str
        Name of a comparison; empty for the first that there is.
    kept : tuple of (str, str)
        What the desk has chosen besides, by its name in the address; it goes along unseen, for the way back.
    """

    filters: Filters
    against: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, search: str | None) -> Chosen:
        """Choices from the query part of an address.

        Raises
        ------
        GateError
            If the day or the area cannot be read.
        """
        given = dict(parse_qsl((search or "").lstrip("?")))
        kept = tuple((name, given[name]) for name in _OF_DESK if name in given)
        return cls(Filters.parse(search), given.get("against", ""), kept)

    def but(self, **changes: Any) -> Chosen:
        """The same choices but for some."""
        own = {name: changes.pop(name) for name in ("against", "kept") if name in changes}
        return replace(self, filters=self.filters.but(**changes), **own)

    @property
    def search(self) -> str:
        """Query part of the address with these choices."""
        more = [*self.kept, *([("against", self.against)] if self.against else [])]
        return self.filters.search + ("&" if more and self.filters.search != "?" else "") + urlencode(more, safe=":")

    @property
    def day(self) -> date:
        """A day of the period looked at."""
        return self.filters.date or date.min


@dataclass(frozen=True)
class Glance:
    """All that the page of a unit shows.

    Parameters
    ----------
    chosen : Chosen
        Settled choices.
    words : Words
        The reader's language.
    unit : Unit
        What is looked at.
    snapshot : dict
        The snapshot behind it.
    is_permitted : bool
        Whether the unit lies in the viewer's scope; nothing is read of it if not.
    readings : dict
        Readings by name of their topic; one that is not released at this level is not there.
    standing : Standing, optional
        The unit beside its peers; None where nothing can be compared.
    comparisons : tuple of str
        Names of the comparisons there are.
    feeds : tuple of dict
        Feeds behind the readings, each once.
    discovered : tuple of str
        Categories of cases that are found by checks.
    """

    chosen: Chosen
    words: Words
    unit: Unit
    snapshot: dict[str, Any]
    is_permitted: bool = True
    readings: dict[str, Reading] = field(default_factory=dict)
    standing: Standing | None = None
    comparisons: tuple[str, ...] = ()
    feeds: tuple[dict[str, Any], ...] = ()
    discovered: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the unit in the reader's language."""
        return self.words.name(self.unit.row)

    @property
    def freshness(self) -> Freshness | None:
        """Age of the cases, which the page opens with; of what else there is if they are not counted."""
        found = self.readings.get(_OPENING.name) or next(iter(self.readings.values()), None)
        return found.freshness if found else None


def opening_day(serving: Serving, period: str) -> date:
    """Last day of the newest period that had been observed to its end; today where nothing was observed."""
    newest = serving.newest(_COUNTED)
    if newest is None:
        return date.today()  # noqa: DTZ011 -- a day of the calendar
    whole = periods.end(period, newest) == newest
    return newest if whole else periods.start(period, newest) - timedelta(days=1)


def settle(serving: Serving, chosen: Chosen, level: str, language: str) -> Chosen:
    """Choices with their gaps filled, and what there is not at a level replaced.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    chosen : Chosen
        What the address says.
    level : str
        Level of the unit; empty while none is chosen.
    language : str
        Language until the reader chooses one.
    """
    filters = chosen.filters
    known = periods_of(serving, level)
    usual = _USUAL_PERIOD if _USUAL_PERIOD in known or not known else known[0]
    period = filters.period if filters.period in known else usual
    is_span = bool(filters.period) and filters.period not in periods.PERIODS
    kept = (*chosen.kept, (SPAN, filters.period)) if is_span else chosen.kept
    categories = serving.categories(_COUNTED)
    return chosen.but(
        period=period,
        date=filters.date or opening_day(serving, period),
        category=filters.category if filters.category in categories else _WHOLE,
        lang=spoken(filters.lang, language),
        kept=kept,
    )


def periods_of(serving: Serving, level: str) -> list[str]:
    """Periods that cases are counted by at a level."""
    return [period for at, period in serving.offered(_COUNTED) if at == level]


def glance(gate: Serving, unit: Unit, chosen: Chosen) -> Glance:
    """What there is to see of a unit.

    The first question alone tells whether the viewer may see it; where he may not, no other is asked.

    Parameters
    ----------
    gate : Serving
        Gate for the viewer.
    unit : Unit
        What is looked at.
    chosen : Chosen
        Settled choices.

    Raises
    ------
    GateError, AccessError
        If a question has no answer, or the viewer's role sees no numbers.
    """
    found = Glance(
        chosen, Words(chosen.filters.lang), unit, gate.snapshot(), discovered=tuple(gate.discovered(_COUNTED))
    )
    asked = _asked(gate, unit.place, chosen)
    if not asked:
        raise GateError(f"nothing is counted at level {unit.place.level}", "level", "choose a unit of another level")
    (first, question), *others = asked.items()
    opened = gate.ask(question)
    if set(opened.rows["state"]) == {"not_permitted"}:
        return replace(found, is_permitted=False)
    answers = [opened, *readings.at_once(gate.ask, [one for _, one in others])]
    read = {
        topic.name: readings.reading(gate, topic, one, answer)
        for (topic, one), answer in zip([(first, question), *others], answers, strict=True)
    }
    known = comparisons.offered(gate, unit.place.level, chosen.filters.period)
    names, feeds = tuple(one.name for one in known), _feeds(gate, read)
    return replace(found, readings=read, standing=_standing(gate, unit, chosen, known), comparisons=names, feeds=feeds)


def _feeds(gate: Serving, read: dict[str, Reading]) -> tuple[dict[str, Any], ...]:
    metrics = dict.fromkeys(one.topic.metric for one in read.values())
    return tuple({feed["source"]: feed for metric in metrics for feed in gate.feeds(metric)}.values())


def _asked(gate: Serving, place: Place, chosen: Chosen) -> dict[Topic, Question]:
    """Questions by topic, that on cases first."""
    found = {}
    for topic in sorted(readings.TOPICS, key=lambda one: one != _OPENING):
        period = readings.offered_as(gate, topic.metric, place.level, chosen.filters.period)
        category = topic.category or chosen.filters.category
        if period and category in gate.categories(topic.metric):
            found[topic] = readings.question(topic, place, period, chosen.day, category)
    return found


def _standing(gate: Serving, unit: Unit, chosen: Chosen, known: list[comparisons.Comparison]) -> Standing | None:
    if not known:
        return None
    comparison = next((one for one in known if one.name == chosen.against), known[0])
    asking = comparisons.Asking(unit.place, chosen.filters.period, chosen.day, chosen.filters.category)
    return peers.standing(gate, comparison, asking)
