"""Exposure: everything a policy lets every role see, by metric and class, resolution and period, and on which terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from kuai import catalog
from kuai.disclosure.cellkey import Noise
from kuai.disclosure.policy import Policy
from kuai.disclosure.policyfile import CLASSES, RESOLUTIONS
from kuai.disclosure.roles import Role
from kuai.metrics import Measure, Metric
from kuai.periods import PERIODS, RHYTHMS

NOTHING = "–"


class Sight(NamedTuple):
    """One thing a role can see.

    Parameters
    ----------
    role : str
        Role in the policy.
    about, subject : str
        ``metric`` with its name, or ``class`` with ``<class> flow`` or ``<class> stock``.
    resolution, period : str
        How finely in space and in time; – for the stocks of a class, which are asked for at any day.
    """

    role: str
    about: str
    subject: str
    resolution: str
    period: str


class Terms(NamedTuple):
    """On which terms counts are shown; every number is the stricter the larger it is.

    Parameters
    ----------
    minimum : int
        Least count shown besides 0; 0 for all.
    threshold, reach : int
        Least noisy count shown, and largest noise, in persons; 0 where counts are stored as they are.
    variance : float
        Variance of the noise in persons squared.
    rhythm : str
        Period of which only the first stock is released; ``day`` for every stock, and for flows.
    breakdown : str
        The same for the stock by category.
    """

    minimum: int
    threshold: int = 0
    reach: int = 0
    variance: float = 0.0
    rhythm: str = "day"
    breakdown: str = "day"

    def __str__(self) -> str:
        counts = f"≥ {self.minimum}" if self.minimum > 1 else "exact"
        found = f"±{self.reach} ≥ {max(self.threshold, self.minimum)}" if self.reach else counts
        found = found if self.rhythm == "day" else f"{found} 1/{self.rhythm}"
        return found if self.breakdown == self.rhythm else f"{found}, by category 1/{self.breakdown}"

    @property
    def strictness(self) -> tuple[float, ...]:
        """Every number of the terms, in a fixed order."""
        rhythms = RHYTHMS.index(self.rhythm), RHYTHMS.index(self.breakdown)
        return max(self.minimum, 1), self.threshold, self.reach, self.variance, *rhythms


class Shown(NamedTuple):
    """Terms of the parts of a metric, and the least denominator where it is a ratio over protected counts."""

    parts: tuple[Terms, ...]
    denominator: int = 0

    def __str__(self) -> str:
        found = " / ".join(dict.fromkeys(str(part) for part in self.parts))
        return f"{found} (/ ≥ {self.denominator})" if self.denominator else found

    @property
    def strictness(self) -> tuple[float, ...]:
        """Every number of the terms, in a fixed order; a larger one shows less."""
        return (*(number for part in self.parts for number in part.strictness), self.denominator)


def exposure(policy: Policy) -> dict[Sight, Shown]:
    """Everything the policy lets every role see, with its terms."""
    found: dict[Sight, Shown] = {}
    offered = {one: [(metric, periods_of(policy, metric, one)) for metric in catalog.METRICS] for one in RESOLUTIONS}
    for role, resolution in product(policy.roles.values(), RESOLUTIONS):
        found |= dict(_metrics(policy, role, resolution, offered[resolution]))
        found |= dict(_classes(policy, role, resolution))
    return found


def periods_of(policy: Policy, metric: Metric, resolution: str) -> tuple[str, ...]:
    """Periods a metric is offered by at a resolution, shortest first; a stock, asked for at any day, by all."""
    sets = [_offered(policy, one, resolution) for one in _measures(metric)]
    return tuple(period for period in PERIODS if all(period in one for one in sets))


def shown_to(policy: Policy, metric: Metric, role: Role, resolution: str) -> Shown | None:
    """Terms on which a role sees a metric at a resolution; None if it does not see it at all."""
    measures = _measures(metric)
    parts = [_terms(policy, one.klass, role, resolution if one.kind == "stock" else "") for one in measures]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts) or any(_hides_direct(*pair) for pair in zip(measures, found, strict=True)):
        return None
    is_protected = metric.is_ratio and policy.klass(measures[-1].klass).is_protected
    return Shown((found[0], *map(_of_total, found[1:])), policy.ratio.min_denominator if is_protected else 0)


def _metrics(
    policy: Policy, role: Role, resolution: str, offered: Iterable[tuple[Metric, tuple[str, ...]]]
) -> Iterator[tuple[Sight, Shown]]:
    for metric, periods in offered:
        shown = shown_to(policy, metric, role, resolution)
        if shown is not None:
            for period in periods:
                yield Sight(role.name, "metric", metric.id, resolution, period), shown


def _classes(policy: Policy, role: Role, resolution: str) -> Iterator[tuple[Sight, Shown]]:
    for klass in CLASSES:
        flow, stock = _terms(policy, klass, role), _terms(policy, klass, role, resolution)
        if flow is None or stock is None:
            continue
        for period in policy.released(klass, resolution):
            yield Sight(role.name, "class", f"{klass} flow", resolution, period), Shown((flow,))
        yield Sight(role.name, "class", f"{klass} stock", resolution, NOTHING), Shown((stock,))


def _terms(policy: Policy, klass: str, role: Role, stock_at: str = "") -> Terms | None:
    """Terms of a class for a role; of its stocks if a resolution is given. None if it sees nothing of the class."""
    if role.audience is None or "ask" not in role.may:
        return None
    rule, noise = policy.rule(klass, role.audience), policy.klass(klass).noise
    if not rule.is_permitted:
        return None
    rhythm, breakdown = _rhythms(policy, klass, stock_at)
    if noise is None:
        return Terms(rule.minimum, rhythm=rhythm, breakdown=breakdown)
    return Terms(rule.minimum, noise.threshold, noise.reach, _variance(noise), rhythm, breakdown)


def _rhythms(policy: Policy, klass: str, stock_at: str) -> tuple[str, str]:
    if not stock_at:
        return "day", "day"
    return policy.rhythm(klass, stock_at), policy.breakdown(klass, stock_at)


def _of_total(terms: Terms) -> Terms:
    """Terms of what is shown as a whole only: below a ratio there are no categories."""
    return terms._replace(breakdown=terms.rhythm)


@cache
def _measures(metric: Metric) -> tuple[Measure, ...]:
    return tuple(catalog.measure(one) for one in metric.measures)


@cache
def _variance(noise: Noise) -> float:
    return round(noise.moments[1], 3)


def _hides_direct(measure: Measure, terms: Terms) -> bool:
    """Whether nothing of it is shown: the count behind a median is not served, so that no minimum can be checked."""
    return measure.kind == "direct" and terms.minimum > 1


def _offered(policy: Policy, measure: Measure, resolution: str) -> tuple[str, ...]:
    if measure.kind == "stock":
        return PERIODS
    if resolution == "leaf" and not measure.is_at_leaf:
        return ()
    stored = PERIODS[PERIODS.index(measure.finest) : PERIODS.index(measure.coarsest) + 1]
    return tuple(one for one in policy.released(measure.klass, resolution) if one in stored)
