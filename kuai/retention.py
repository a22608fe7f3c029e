"""Retention: for how long rows of each dataset are kept, which days have left, and which are due to."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kuai import periods
from kuai.bounds import between, none_or

if TYPE_CHECKING:
    from kuai.home import CityHome
    from kuai.lake import Lake, Ledger

RETIRED = "kuai.retired"
"""Property of a table: the last day whose rows have left it."""

_MONTH_AND_LATE, _YEAR_AND_LATE = 92, 430
_STOCKS = ("core.person",)
_NOTE = "held.json"
_FIRST = date(1970, 1, 1)


@dataclass(frozen=True)
class RetentionSettings:
    """Days that rows of the datasets about persons and events, lines of quarantine and the lake's history are kept.

    A period that a row has left is not counted again. Rows are therefore kept for at least the longest period that is
    counted from them, a year of events and a month of the others, and some two months more for what comes late.
    """

    with_build: bool
    person_days: int = between(0)
    population_event_days: int = none_or(_YEAR_AND_LATE)
    case_days: int = none_or(_MONTH_AND_LATE)
    checkpoint_hour_days: int = none_or(_MONTH_AND_LATE)
    quarantine_days: int = between(0)
    history_days: int = between(0)


@dataclass(frozen=True)
class Holding:
    """What a city holds of a dataset.

    Parameters
    ----------
    dataset : str
        Dataset.
    oldest : str
        Oldest day there are rows of, ISO; empty if there is none.
    retired : str
        Last day whose rows have left, ISO; empty if none have.
    """

    dataset: str
    oldest: str
    retired: str


def days_kept(settings: RetentionSettings, dataset: str) -> int:
    """Days that rows of a dataset are kept; 0 for ever, which every dataset is that no setting names."""
    return int(getattr(settings, f"{dataset.split('.')[1]}_days", 0))


def last_due(settings: RetentionSettings, dataset: str, today: date) -> date | None:
    """Last day whose rows are to leave a dataset; None if they are kept for ever.

    Of stocks whole periods leave, as long as those of which the first stock is released: were a part to leave, another
    stock would be the first.
    """
    kept = days_kept(settings, dataset)
    if not kept:
        return None
    last = today - timedelta(days=kept + 1)
    if dataset in _STOCKS:
        last = periods.start(_rhythm(), last + timedelta(days=1)) - timedelta(days=1)
    return last


def retired(lake: Lake, dataset: str) -> date | None:
    """Last day whose rows have left a dataset; None if none have.

    Periods that hold such a day are frozen: their rows cannot be counted again.
    """
    from kuai import catalog

    marked = lake.mark(catalog.contract(dataset).table, RETIRED)
    return date.fromisoformat(marked) if marked else None


def note(city: CityHome, lake: Lake, ledger: Ledger) -> None:
    """Note what the city holds, for `told`; derived from lake and ledger, and written after every change of them."""
    found = [asdict(_holding(lake, ledger, dataset)) for dataset in sorted({one.dataset_stored for one in ledger})]
    draft = city.root / f".{_NOTE}.{os.getpid()}"
    draft.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    draft.replace(city.root / _NOTE)


def told(city: CityHome, settings: RetentionSettings, today: date) -> list[dict[str, object]]:
    """Retention by dataset of a city: days kept (0 for ever), oldest day held, last day that left, last day due.

    Empty if no build has noted what it holds.
    """
    try:
        held = [Holding(**one) for one in json.loads((city.root / _NOTE).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
    return [_told(one, settings, today) for one in held]


def _told(held: Holding, settings: RetentionSettings, today: date) -> dict[str, object]:
    last = last_due(settings, held.dataset, today)
    is_due = bool(last and held.oldest and date.fromisoformat(held.oldest) <= last)
    return {
        "dataset": held.dataset, "kept_days": days_kept(settings, held.dataset), "oldest": held.oldest or None,
        "retired": held.retired or None, "due": last if is_due else None,
    }  # fmt: skip


def _holding(lake: Lake, ledger: Ledger, dataset: str) -> Holding:
    gone = retired(lake, dataset)
    days = [_FIRST + timedelta(days=number) for batch in ledger.of(dataset) for number in batch.days if number]
    oldest = min((day for day in days if gone is None or day > gone), default=None)
    return Holding(dataset, oldest.isoformat() if oldest else "", gone.isoformat() if gone else "")


def _rhythm() -> str:
    """Longest period of which only the first stock of persons is released, in all or by category."""
    from kuai.disclosure.policy import Policy
    from kuai.disclosure.policyfile import RESOLUTIONS

    policy = Policy.load()
    found = [rhythm("person", one) for rhythm in (policy.rhythm, policy.breakdown) for one in RESOLUTIONS]
    return max(found, key=periods.RHYTHMS.index)
