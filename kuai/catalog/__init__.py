"""What Kuai knows: every contract, measure and metric by name."""

from __future__ import annotations

from kuai.catalog.area import AREA, UNIT
from kuai.catalog.checkpoint import CHECKPOINT, CHECKPOINT_HOUR, PASSAGE
from kuai.catalog.incident import CASE
from kuai.catalog.measures import MEASURES
from kuai.catalog.metrics import METRICS
from kuai.catalog.population import PERSON, POPULATION_COUNT, POPULATION_EVENT
from kuai.contracts import Contract
from kuai.errors import GateError, PackError, nearest
from kuai.metrics import Measure, Metric

CONTRACTS = (
    AREA, UNIT, PERSON, POPULATION_COUNT, POPULATION_EVENT, CASE, CHECKPOINT, CHECKPOINT_HOUR, PASSAGE,
)  # fmt: skip

__all__ = ["CONTRACTS", "MEASURES", "METRICS", "contract", "measure", "metric"]


def contract(name: str) -> Contract:
    """Contract of a dataset by its name ``layer.entity``.

    Raises
    ------
    PackError
        If there is no such dataset; the nearest names are in the remedy.
    """
    found = {one.name: one for one in CONTRACTS}
    if name not in found:
        raise PackError(f"no dataset {name!r}", remedy=nearest(name, found))
    return found[name]


def measure(name: str) -> Measure:
    """Measure by its name.

    Raises
    ------
    GateError
        If there is no such measure.
    """
    found = {one.id: one for one in MEASURES}
    if name not in found:
        raise GateError(f"no measure {name!r}", remedy=nearest(name, found))
    return found[name]


def metric(name: str) -> Metric:
    """Metric by its name.

    Raises
    ------
    GateError
        If there is no such metric.
    """
    found = {one.id: one for one in METRICS}
    if name not in found:
        raise GateError(f"no metric {name!r}", remedy=nearest(name, found))
    return found[name]
