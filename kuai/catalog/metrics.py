"""Every metric a page can show: each measure under its own name, and the declared ratios."""

from __future__ import annotations

from kuai.catalog.measures import MEASURES
from kuai.metrics import Good, Label, Measure, Metric

_GOOD: dict[str, Good] = {
    "incident_count": "down", "incident_hour_count": "down", "median_handling_days": "down", "closed_count": "up",
}  # fmt: skip
_DIGITS = {"median_handling_days": 1}


def _plain(measure: Measure) -> Metric:
    good, digits = _GOOD.get(measure.id, "neutral"), _DIGITS.get(measure.id, 0)
    return Metric(measure.id, measure.label, measure.unit, measure.id, digits=digits, good=good)


_RATIOS = (
    Metric(
        "incident_rate", Label("千人案件率", "Cases per 1,000 residents"), Label("起/千人", "per 1,000 residents"),
        "incident_count", "resident_count", scale=1000.0, digits=2, good="down",
    ),
    Metric(
        "passages_per_checkpoint", Label("卡口均通行量", "Passages per checkpoint"), Label("次/个", "per checkpoint"),
        "passage_count", "checkpoint_count", digits=1,
    ),
)  # fmt: skip

METRICS = (*(_plain(measure) for measure in MEASURES), *_RATIOS)
