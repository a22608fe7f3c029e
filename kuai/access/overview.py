"""Overview: the one table of what every role may see, as rows for the command and for the page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kuai import catalog
from kuai.access.exposure import NOTHING, periods_of, shown_to
from kuai.disclosure.policy import Policy
from kuai.disclosure.policyfile import CLASSES, RESOLUTIONS
from kuai.disclosure.release import STOCK
from kuai.periods import PERIODS


@dataclass(frozen=True)
class Seen:
    """What is released of a metric at some resolutions, and on which terms each role sees it.

    Parameters
    ----------
    metric : str
        Name of the metric.
    resolutions, periods : tuple of str
        Where and by which periods.
    terms : tuple of str
        Terms of each role, in the order of the roles; – for a role that does not see it.
    """

    metric: str
    resolutions: tuple[str, ...]
    periods: tuple[str, ...]
    terms: tuple[str, ...]


def overview(policy: Policy, roles: tuple[str, ...]) -> list[Seen]:
    """What roles see: one row per metric, set of periods and terms."""
    return [row for metric in catalog.METRICS for row in _rows(policy, metric.id, roles)]


def released(policy: Policy) -> list[tuple[str, ...]]:
    """What is released: one row per class and resolution, with the periods of flows and the rhythms of stocks."""
    return [
        (
            klass, one, ", ".join(policy.released(klass, one)) or NOTHING,
            policy.rhythm(klass, one), policy.breakdown(klass, one),
        )
        for klass in CLASSES
        for one in RESOLUTIONS
    ]  # fmt: skip


def calendars(policy: Policy) -> list[tuple[str, ...]]:
    """When classes are released: one row per class, with lags, rhythm of revisions and their number."""
    found = [(klass, policy.klass(klass).calendar) for klass in CLASSES]
    return [
        (
            klass, *(str(one.lag.get(period, NOTHING)) for period in (STOCK, *PERIODS)), one.revise, str(one.revisions),
        ) if one else (klass, *["0"] * (1 + len(PERIODS)), "at once", NOTHING)
        for klass, one in found
    ]  # fmt: skip


def _rows(policy: Policy, name: str, roles: tuple[str, ...]) -> Iterator[Seen]:
    metric, alike = catalog.metric(name), dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]]()
    for resolution in RESOLUTIONS:
        shown = [shown_to(policy, metric, policy.role(one), resolution) for one in roles]
        terms = tuple(str(one or NOTHING) for one in shown)
        alike.setdefault((periods_of(policy, metric, resolution), terms), []).append(resolution)
    for (periods, terms), resolutions in alike.items():
        if periods:
            yield Seen(name, tuple(resolutions), periods, terms)
