"""Choices stand in the address and come back from it."""

from __future__ import annotations

from datetime import date

import pytest

from kuai.errors import GateError

from dashboards.filters import Filters, Place

WHOLE = Filters("incident_count", "station", "month", date(2018, 3, 1), "theft", Place("county", "c1"), "zh")


def test_choices_survive_the_address() -> None:
    assert Filters.parse(WHOLE.search) == WHOLE


def test_what_is_not_chosen_is_not_in_the_address() -> None:
    assert Filters(metric="incident_count").search == "?metric=incident_count"


def test_an_empty_address_chooses_nothing() -> None:
    assert Filters.parse("") == Filters.parse(None) == Filters()


def test_foreign_parameters_are_left_out() -> None:
    assert Filters.parse("?utm=1&metric=incident_count") == Filters(metric="incident_count")


def test_codes_may_hold_any_character() -> None:
    odd = Filters(area=Place("county", "a&b=c:d 东"))
    assert Filters.parse(odd.search) == odd


@pytest.mark.parametrize(
    "search",
    ["?date=yesterday", "?date=2018-13-01", "?date=0001-01-01", "?date=9999-12-31", "?area=c1", "?area=county:"],
)
def test_what_cannot_be_read_is_refused(search: str) -> None:
    with pytest.raises(GateError):
        Filters.parse(search)
