"""What is chosen where the reader has not."""

from __future__ import annotations

from datetime import date

import pytest

from kuai.errors import GateError
from kuai.serving import Serving

from dashboards import choices
from dashboards.atlas import Atlas
from dashboards.filters import Filters, Place


def settled(serving: Serving, search: str) -> Filters:
    return choices.settle(serving, Atlas(serving), Filters.parse(search), "zh")


def test_the_page_opens_on_the_newest_month_of_the_finest_level_with_few_areas(serving: Serving) -> None:
    expected = Filters("incident_count", "station", "month", date(2018, 3, 20), "all", None, "zh")
    assert settled(serving, "") == expected


def test_metrics_without_cells_are_not_offered(serving: Serving) -> None:
    assert [one.id for one in choices.metrics(serving)] == ["resident_count", "incident_count", "incident_rate"]


@pytest.mark.parametrize(
    ("search", "field", "value"),
    [
        ("?level=county&period=day", "period", "month"),
        ("?metric=resident_count&category=theft", "category", "all"),
        ("?level=county&area=station:s1", "area", None),
        ("?level=station&area=county:c1", "area", Place("county", "c1")),
        ("?lang=fr", "lang", "zh"),
        ("?level=village", "level", "station"),
    ],
)
def test_what_does_not_fit_is_replaced(serving: Serving, search: str, field: str, value: object) -> None:
    assert getattr(settled(serving, search), field) == value


def test_categories_found_by_checks_stand_apart_where_the_city_names_them() -> None:
    assert choices.apart(["all", "theft"], []) == [("", ["all", "theft"])]
    apart = choices.apart(["all", "theft", "narcotics", "fraud"], ["narcotics"])
    assert apart == [("", ["all"]), ("reported", ["theft", "fraud"]), ("discovered", ["narcotics"])]
    assert choices.apart(["all", "narcotics"], ["narcotics"]) == [("", ["all"]), ("discovered", ["narcotics"])]


def test_an_unknown_metric_is_refused(serving: Serving) -> None:
    with pytest.raises(GateError, match="nonsense"):
        settled(serving, "?metric=nonsense")


def test_a_distribution_is_no_choice_of_a_map(serving: Serving) -> None:
    assert "incident_hour_count" not in [one.id for one in choices.metrics(serving)]
    assert serving.offered("incident_hour_count")
    with pytest.raises(GateError, match="as a whole"):
        settled(serving, "?metric=incident_hour_count")


def test_a_metric_that_the_city_does_not_have_is_refused(serving: Serving) -> None:
    with pytest.raises(GateError, match="not served"):
        settled(serving, "?metric=passage_count")
