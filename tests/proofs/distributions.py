"""All categories of an area at once: what must be answered, worked out one by one beside the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isnan

import pandas as pd
import pytest

from kuai import catalog
from kuai.access import Viewer
from kuai.serving import Distribution
from tests.proofs.truth import ORDER, POLICY, UNSEEN, Shown, Truth, spans

OUTSIDE, OTHER = "outside the scope", "another state or value"


def is_answered(truth: Truth, asked: Distribution, viewer: Viewer) -> bool:
    """Whether the question has an answer at all for whoever asks."""
    if not truth.is_allowed(replace(asked, category="all"), viewer) or asked.area is None:
        return False
    metric, days = catalog.metric(asked.metric), list(spans(asked))
    kind = catalog.measure(metric.numerator).kind
    is_whole = (days[0][0], days[-1][1]) == (asked.first, asked.last)
    return is_whole and not metric.is_ratio and (kind == "flow" or (kind == "direct" and len(days) == 1))


def expected(truth: Truth, asked: Distribution, viewer: Viewer) -> dict[str, Shown]:
    """State and value of every category that the answer must have."""
    measure, audience = catalog.measure(asked.metric), POLICY["role"][viewer.role]["audience"]
    days, area = list(spans(asked)), str(asked.area)
    places = [truth.area_state(asked.level, area, start, end, viewer.scope) for start, end in days]
    if not any(is_there for is_there, _ in places):
        return {}
    is_within = not viewer.scope or all(is_there and within for is_there, within in places)
    found: dict[str, Shown] = {}
    for category in {one for of, one in truth.categories if of == measure.id} or {"all"}:
        shown = [
            truth.cell(measure, asked, audience, (start, end, area, category)) if is_there else ("missing", None)
            for (start, end), (is_there, _) in zip(days, places, strict=True)
        ]
        worst = max((state for state, _ in shown), key=ORDER.index) if is_within else "not_permitted"
        found[category] = worst, sum(value or 0 for _, value in shown) if worst == "value" else None
    return found


def faults(truth: Truth, asked: Distribution, viewer: Viewer, rows: pd.DataFrame) -> Iterator[tuple[str, object]]:
    """Every row of an answer that is other than it must be, and every one that is not there, by kind."""
    wanted = expected(truth, asked, viewer)
    given = zip(rows["category"], rows["area"], rows["state"], rows["value"].tolist(), strict=True)
    seen = set()
    for category, area, state, value in given:
        seen.add(category)
        should = wanted.get(category, ("no row", None))
        if area != asked.area or not is_alike(should, state, value):
            yield fault(should[0], is_person=False), (asked, viewer, category, area, state, value, should)
    if wanted.keys() - seen:
        yield "rows that are not there", (asked, viewer, wanted.keys() - seen)


def is_alike(should: Shown, state: str, value: float) -> bool:
    """Whether a row has the state and value that it should."""
    if should[0] == "value":
        return state == "value" and value == pytest.approx(should[1], rel=1e-12)
    return isnan(value) and (state in UNSEEN if should[0] in UNSEEN else state == should[0])


def fault(should: str, *, is_person: bool) -> str:
    """Kind of fault of a row that is not as it should be."""
    if should in ("not_permitted", "no row"):
        return OUTSIDE
    return "unprotected person count" if is_person else OTHER
