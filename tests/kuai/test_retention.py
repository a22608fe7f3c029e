"""Retention: which days are due to leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kuai import periods, retention
from kuai.disclosure.policy import Policy
from kuai.disclosure.policyfile import RESOLUTIONS
from kuai.settings import Settings

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def settings() -> retention.RetentionSettings:
    return replace(Settings.load(None, {}).retention, case_days=30, person_days=30)


def test_the_last_days_stay_and_those_before_are_due(settings: retention.RetentionSettings) -> None:
    assert retention.last_due(settings, "core.case", TODAY) == date(2026, 10, 22)
    assert retention.last_due(settings, "core.checkpoint_hour", TODAY) is None
    assert retention.last_due(settings, "core.area", TODAY) is None


def test_no_later_register_becomes_the_first_of_its_period(settings: retention.RetentionSettings) -> None:
    policy = Policy.load()
    last = retention.last_due(settings, "core.person", TODAY)
    assert last is not None
    assert TODAY - timedelta(days=366 + 31) < last < TODAY - timedelta(days=30)
    for rhythm in (find("person", one) for find in (policy.rhythm, policy.breakdown) for one in RESOLUTIONS):
        assert periods.start(rhythm, last) < periods.start(rhythm, last + timedelta(days=1)) == last + timedelta(days=1)
