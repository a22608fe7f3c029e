"""Sight: cells of a snapshot as one viewer may see them, judged by the policy and held to his scope."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kuai import catalog
from kuai.store import cells, scope, states
from kuai.store.facts import classes_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.disclosure.policy import Policy
    from kuai.metrics import Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.reader import Opened
    from kuai.store.states import Judged

    Seen = tuple[Judged, NDArray[np.float64]]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sight:
    """What one viewer may see of a snapshot at one moment.

    Parameters
    ----------
    opened : Opened
        The open serving file.
    policy : Policy
        Rules of disclosure by class and audience.
    audience : str
        Audience whose rules apply.
    within : sequence of Place
        Areas numbers are shown within; empty for the whole city.
    now : datetime
        Present moment, UTC.
    """

    opened: Opened
    policy: Policy
    audience: str
    within: Sequence[Place]
    now: datetime

    @property
    def facts(self) -> Facts:
        """What the snapshot says about itself."""
        return self.opened.facts

    def metric(self, metric: Metric, grid: Grid) -> Seen:
        """Values of a metric with their states, periods × areas, and the observed part of each period, 0 to 1."""
        above, observed = self.part(metric.numerator, grid)
        if not metric.is_ratio:
            return self.restricted(above, grid), observed
        below, also = self.part(metric.denominator, replace(grid, category="all"))
        return self.restricted(self.ratio(metric, above, below), grid), np.minimum(observed, also)

    def meant(self, within: Place | None, grid: Grid) -> Mask | None:
        """Whether each area lies within the one that is meant, as periods × areas; None if all are."""
        return scope.permitted(self.facts, grid, (within,)) if within else None

    def rows(self, metric: Metric, grid: Grid, meant: Mask | None = None) -> int:
        """Rows that will be shown in another state than not permitted, known before a cell is read."""
        measures = map(catalog.measure, metric.measures)
        if any(states.is_closed(one, self.policy.rule(one.klass, self.audience)) for one in measures):
            return 0
        masks = [one for one in (scope.permitted(self.facts, grid, self.within), meant) if one is not None]
        return scope.shown(self.facts, grid, np.logical_and.reduce(masks) if masks else None)

    def part(self, measure: str, grid: Grid) -> Seen:
        """Values of a measure as the audience may see them, wherever they lie, and the observed part of each period."""
        known = catalog.measure(measure)
        found = cells.read(self.opened, self.facts, known, grid, self.now)
        return states.judge(known, found, self.policy.rule(known.klass, self.audience)), found.coverage

    def ratio(self, metric: Metric, above: Judged, below: Judged) -> Judged:
        """Ratio of two parts by the rules of ratios."""
        is_protected = self.noise(metric.denominator) > 0
        return states.divide(metric, above, below, self.policy.ratio.min_denominator if is_protected else 0)

    def restricted(self, judged: Judged, grid: Grid) -> Judged:
        """Values within the scope; what lies outside is not permitted."""
        return states.restrict(judged, scope.permitted(self.facts, grid, self.within))

    def tells_rows(self, dataset: str) -> bool:
        """Whether the rows of a dataset may be told: they count the whole city, exactly."""
        is_whole = scope.is_whole(self.facts, self.within)
        return is_whole and all(self.policy.is_told_exactly(one, self.audience) for one in classes_of(dataset))

    def noise(self, measure: str) -> float:
        """Variance of the noise of one cell of a measure, in its unit squared; 0 where cells are as counted."""
        noise = self.policy.klass(catalog.measure(measure).klass).noise
        return noise.moments[1] if noise else 0.0
