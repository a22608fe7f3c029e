"""Suites: each contract rendered as a Great Expectations suite over a table of one row of numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kuai.contracts import Contract, Expectation

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite

RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0, "include_unexpected_rows": False}


def quiet() -> None:
    """Switch telemetry and progress bars off; to be called before Great Expectations is imported."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ.setdefault("TQDM_DISABLE", "1")


def metric_names(contract: Contract) -> list[str]:
    """Columns of the table of numbers of a dataset: totals, shares, and the share of rows each rule turned away."""
    totals = ["rows_read", "accepted", "quarantined", "unaccounted", "quarantined_share", "unlocated_share"]
    return totals + [f"share:{rule}" for rule, _ in contract.predicates()]


def to_suite(contract: Contract) -> ExpectationSuite:
    """Suite of a contract: every column of numbers is there, every share is a share, every declared bound holds."""
    quiet()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=contract.name)
    for expectation in (*_shape(contract), *contract.expectations):
        suite.add_expectation(_to_gx(expectation))
    return suite


def _shape(contract: Contract) -> list[Expectation]:
    shares = [name for name in metric_names(contract) if name.startswith("share:") or name.endswith("_share")]
    return [Expectation(name, minimum=0, maximum=1) for name in shares]


def _to_gx(expectation: Expectation) -> Any:  # noqa: ANN401 -- an expectation class of the library
    """Bounds of a column of one row, whose greatest value is its only one: the cheapest expectation that says so."""
    from great_expectations.expectations import core

    return core.ExpectColumnMaxToBeBetween(  # type: ignore[attr-defined]
        column=expectation.metric,
        min_value=expectation.minimum,
        max_value=expectation.maximum,
        meta={"level": expectation.level},
    )
