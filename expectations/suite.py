"""Suites: each contract rendered as a Great Expectations suite over a table of one row of numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from kuai.contracts import RULE_SHARE, Contract, Expectation
from kuai.identity import number
from kuai.landing import grammar

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
    return totals + [f"share:{rule}" for rule in _rules(contract)]


def to_suite(contract: Contract) -> ExpectationSuite:
    """Suite of a contract: what it declares of a delivery, and that no single rule turns away more than a share."""
    quiet()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=contract.name)
    shares = [Expectation(f"share:{rule}", maximum=RULE_SHARE, level="warning") for rule in _rules(contract)]
    for expectation in (*contract.expectations, *shares):
        suite.add_expectation(_to_gx(expectation))
    return suite


def _rules(contract: Contract) -> list[str]:
    """Rules of a file's form, of the contract, and of identity numbers where rows carry them."""
    return [*filter(None, grammar.RULES), *contract.rule_names(), *(number.RULES if contract.identified else ())]


def _to_gx(expectation: Expectation) -> Any:  # noqa: ANN401 -- an expectation class of the library
    """Bounds of a column of one row, whose greatest value is its only one: the cheapest expectation that says so."""
    from great_expectations.expectations import core

    return core.ExpectColumnMaxToBeBetween(  # type: ignore[attr-defined]
        column=expectation.metric,
        min_value=expectation.minimum,
        max_value=expectation.maximum,
        meta={"level": expectation.level},
    )
