"""Suites: what a contract declares is what Great Expectations holds the numbers of a delivery against."""

from __future__ import annotations

import os
import re

import pytest

from kuai import catalog
from kuai.contracts import Column, Contract, Expectation
from kuai.errors import ExpectationError

from expectations.suite import RESULT_FORMAT, metric_names, to_suite
from expectations.validate import Finding, check, validate

pytestmark = pytest.mark.slow

LAMP = Contract(
    name="core.lamp",
    grain="one row per lamp",
    columns=(
        Column("lamp_id", "string", "Lamp", pattern="L[0-9]+").must(),
        Column("watts", "integer", "Power", minimum=1, maximum=1000),
    ),
    key=("lamp_id",),
)
SOUND = {"rows_read": 100, "accepted": 100}


@pytest.fixture(autouse=True, scope="module")
def library(great_expectations: None) -> None:
    """The library is there."""


def said(**numbers: float) -> list[str]:
    return [str(finding) for finding in validate([(LAMP, {**SOUND, **numbers})])]


@pytest.mark.parametrize("contract", catalog.CONTRACTS, ids=lambda contract: contract.name)
def test_every_contract_renders_to_a_suite_of_its_rules_and_bounds(contract: Contract) -> None:
    suite = to_suite(contract)
    assert suite.name == contract.name
    bounded = {one.column for one in suite.expectations}
    assert bounded <= set(metric_names(contract))
    assert {f"share:{rule}" for rule, _ in contract.predicates()} <= bounded
    assert all(one.min_value is not None or one.max_value < 1 for one in suite.expectations)
    assert {one.metric for one in contract.expectations} <= bounded
    levels = {one.meta["level"] for one in suite.expectations}
    assert levels <= {"blocking", "warning"}


def test_a_sound_delivery_gives_no_finding() -> None:
    assert said() == []
    assert said(**{"share:range:watts": 0.01, "share:row_quote": 0.01}) == []


def test_a_rule_that_turns_away_much_warns_and_stops_nothing() -> None:
    check(found := validate([(LAMP, {**SOUND, "share:range:watts": 0.02})]))
    assert [(one.metric, one.level) for one in found] == [("share:range:watts", "warning")]


def test_identity_rules_are_bounded_where_rows_carry_identity_numbers() -> None:
    named = {one.name: "share:id_check_digit" in metric_names(one) for one in catalog.CONTRACTS}
    assert named == {one.name: one.identified for one in catalog.CONTRACTS}
    assert named["core.person"]
    assert not named["core.case"]


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"accepted": 0}, r"core\.lamp: 1 ≤ accepted does not hold: it is 0"),
        ({"unaccounted": 3}, r"core\.lamp: 0 ≤ unaccounted ≤ 0 does not hold: it is 3"),
        ({"quarantined_share": 0.3}, r"core\.lamp: quarantined_share ≤ 0\.2 does not hold: it is 0\.3"),
        ({"share:range:watts": 0.015}, r"core\.lamp: share:range:watts ≤ 0\.01 does not hold: it is 0\.015"),
        ({"share:type:watts": 0.015}, r"core\.lamp: share:type:watts ≤ 0\.01 does not hold: it is 0\.015"),
        ({"share:duplicate:lamp_id": 1}, r"core\.lamp: share:duplicate:lamp_id ≤ 0\.01 does not hold: it is 1"),
        ({"share:row_fields": 0.5}, r"core\.lamp: share:row_fields ≤ 0\.01 does not hold: it is 0\.5"),
    ],
)
def test_a_broken_bound_is_named_with_its_number(numbers: dict[str, float], sentence: str) -> None:
    assert any(re.fullmatch(sentence, one) for one in said(**numbers))


def test_a_warning_does_not_stop_the_publish() -> None:
    findings = validate([(LAMP, {**SOUND, "quarantined_share": 0.05})])
    assert [(one.metric, one.level) for one in findings] == [("quarantined_share", "warning")]
    check(findings)


def test_a_blocking_finding_stops_the_publish_and_names_its_rule() -> None:
    warning = Finding("core.lamp", "quarantined_share", "warning", 0.05, None, 0.02)
    blocking = Finding("core.lamp", "accepted", "blocking", 0, 1, None)
    with pytest.raises(ExpectationError, match="1 ≤ accepted does not hold") as caught:
        check([warning, blocking])
    assert "quarantined_share" not in str(caught.value)
    assert "the last snapshot stands" in str(caught.value)


def test_only_numbers_enter_and_no_sample_leaves() -> None:
    assert RESULT_FORMAT["include_unexpected_rows"] is False
    assert RESULT_FORMAT["partial_unexpected_count"] == 0
    for contract in catalog.CONTRACTS:
        assert not {column.name for column in contract.columns} & set(metric_names(contract))


def test_telemetry_is_off_before_the_library_is_there() -> None:
    to_suite(LAMP)
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    import great_expectations as gx

    assert not gx.get_context(mode="ephemeral").variables.analytics_enabled


def test_a_declared_bound_is_the_bound_that_is_held() -> None:
    strict = Contract(
        LAMP.name, LAMP.grain, LAMP.columns, LAMP.key, expectations=(Expectation("rows_read", minimum=500),)
    )
    (finding,) = validate([(strict, SOUND)])
    assert (finding.metric, finding.value, finding.minimum, finding.level) == ("rows_read", 100, 500, "blocking")
