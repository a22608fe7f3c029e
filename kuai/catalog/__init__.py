"""What Kuai knows: every contract, measure and metric by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from kuai.catalog.area import AREA, UNIT
from kuai.catalog.checkpoint import CHECKPOINT, CHECKPOINT_HOUR, PASSAGE
from kuai.catalog.incident import CASE
from kuai.catalog.measures import MEASURES
from kuai.catalog.metrics import METRICS
from kuai.catalog.population import PERSON, POPULATION_COUNT, POPULATION_EVENT
from kuai.contracts import Contract
from kuai.errors import GateError, KuaiError, PackError, nearest
from kuai.metrics import Measure, Metric

Declared = TypeVar("Declared")

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
    return _named({one.name: one for one in CONTRACTS}, name, PackError("no dataset"))


def measure(name: str) -> Measure:
    """Measure by its name.

    Raises
    ------
    GateError
        If there is no such measure.
    """
    return _named({one.id: one for one in MEASURES}, name, GateError("no measure"))


def metric(name: str) -> Metric:
    """Metric by its name.

    Raises
    ------
    GateError
        If there is no such metric.
    """
    return _named({one.id: one for one in METRICS}, name, GateError("no metric"))


def _named(known: Mapping[str, Declared], name: str, error: KuaiError) -> Declared:
    if name not in known:
        raise type(error)(f"{error.what} {name!r}", remedy=nearest(name, known))
    return known[name]
