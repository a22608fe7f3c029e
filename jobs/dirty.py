"""Dirty days: what deliveries have changed since a mart was last built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from kuai.lake import Lake, Ledger
from kuai.retention import retired

_EPOCH = date(1970, 1, 1)
BUILT = "kuai.built"
RECIPE = "kuai.recipe"


def dirty_days(lake: Lake, ledger: Ledger, mart: str, dataset: str, recipe: str) -> list[date]:
    """Days, in order, whose rows in a mart are not those of the dataset as it is now.

    Parameters
    ----------
    lake, ledger : Lake, Ledger
        Lake and the record of what was delivered.
    mart : str
        Table that is built from the dataset.
    dataset : str
        Name of the dataset.
    recipe : str
        Hash of everything else the mart depends on; another one makes every day dirty.

    Days whose rows have left are never dirty: what was counted of them stays.
    """
    built = int(lake.mark(mart, BUILT, "0")) if lake.mark(mart, RECIPE) == recipe else 0
    numbers = {day for batch in ledger.of(dataset) if batch.sequence > built for day in (*batch.days, *batch.former)}
    gone = retired(lake, dataset)
    return [day for day in map(to_date, sorted(numbers)) if gone is None or day > gone]


def built_marks(ledger: Ledger, dataset: str, recipe: str) -> dict[str, str]:
    """Marks a mart carries when it is built from the dataset as it is now."""
    return {BUILT: str(max((batch.sequence for batch in ledger.of(dataset)), default=0)), RECIPE: recipe}


def is_behind(lake: Lake, ledger: Ledger, mart: str, dataset: str, recipe: str) -> bool:
    """Whether a mart does not carry the marks of the dataset as it is now; parameters as of `dirty_days`.

    It does not where all that was delivered is of days whose rows have left: nothing is counted, and yet it is built.
    """
    return any(lake.mark(mart, key) != value for key, value in built_marks(ledger, dataset, recipe).items())


def files_by_day(lake: Lake, ledger: Ledger, dataset: str, table: str) -> dict[date, list[str]]:
    """Current files of a dataset by the days their batches touch."""
    files = lake.units(table)
    found: defaultdict[date, list[str]] = defaultdict(list)
    for batch in ledger.of(dataset):
        for number in batch.days:
            found[to_date(number)].extend(files.get(batch.batch_id, ()))
    return found


def by_month(days: Iterable[date]) -> dict[date, list[date]]:
    """Days by the first day of their month."""
    found: defaultdict[date, list[date]] = defaultdict(list)
    for day in days:
        found[day.replace(day=1)].append(day)
    return dict(found)


def to_date(number: int) -> date:
    """Date of a number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=number)
