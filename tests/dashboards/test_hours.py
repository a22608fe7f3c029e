"""Hours of the week as an array, by what the gate says of one area."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from math import isnan
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.errors import GateError
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards.city import OTHERS, areas

from dashboards import hours

MARCH = date(2018, 3, 1), date(2018, 3, 31)
CELLS = """
    measure             | level   | area | period | start      | category  | value
    incident_hour_count | station | s0   | month  | 2018-02-01 | 1-00      | 4
    incident_hour_count | station | s0   | month  | 2018-02-01 | all       | 4
    incident_hour_count | station | s0   | month  | 2018-03-01 | 1-00      | 5
    incident_hour_count | station | s0   | month  | 2018-03-01 | 7-23      | 2
    incident_hour_count | station | s0   | month  | 2018-03-01 | 3-unknown | 3
    incident_hour_count | station | s0   | month  | 2018-03-01 | all       | 10
    incident_hour_count | station | s1   | month  | 2018-03-01 | 3-unknown | 6
    incident_hour_count | station | s1   | month  | 2018-03-01 | all       | 6
"""


@pytest.fixture(scope="module")
def gate(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    from kuai.catalog import measure

    known = [f"incident_hour_count | {one}" for one in measure("incident_hour_count").categories]
    tables = {
        **OTHERS,
        "area": areas(),
        "cell": CELLS,
        "category": "\n".join(["measure | category", *known]),
        "released": "measure | level | period\nincident_hour_count | station | month",
        "coverage": "measure | first | last\nincident_hour_count | 2018-01-01 | 2018-03-31",
    }
    home = publish_into(tmp_path_factory.mktemp("hours"), "s1", **tables)
    with closing(Serving.open(home, "demo")) as found:
        yield found


def of(gate: Serving, code: str, span: Any = MARCH) -> hours.Hours:
    return hours.hours_of(gate, Place("station", code), span)


def test_monday_comes_first_and_every_hour_has_its_place(gate: Serving) -> None:
    found = of(gate, "s0")
    assert found.value.shape == found.state.shape == (7, 24)
    assert (found.value[0, 0], found.value[6, 23], found.value.sum()) == (5, 2, 7)
    assert set(found.state.ravel()) == {"value"}
    assert found.unknown.tolist() == [0, 0, 3, 0, 0, 0, 0]
    assert (found.total, found.unknown_share) == (10, 0.3)
    assert found.answer.snapshot == "s1"


def test_a_span_is_that_of_its_whole_periods(gate: Serving) -> None:
    found = of(gate, "s0", (date(2018, 2, 14), date(2018, 3, 2)))
    assert (found.value[0, 0], found.total) == (9, 14)


def test_no_known_hour_is_missing_and_not_zero(gate: Serving) -> None:
    found = of(gate, "s1")
    assert set(found.state.ravel()) == {"missing"}
    assert isnan(found.value[0, 0])
    assert (found.total, found.unknown_share) == (6, 1)


def test_no_case_at_all_is_zero_in_every_hour(gate: Serving) -> None:
    found = of(gate, "s2")
    assert (found.value.sum(), set(found.state.ravel()), isnan(found.unknown_share)) == (0, {"value"}, True)


def test_it_is_seen_as_the_viewer_may_and_put_down_once(gate: Serving) -> None:
    lines: list[Entry] = []
    wall = gate.seen_by(Viewer("w", "wall", (Place("station", "s0"),), "situation"), lines.append)
    found = of(wall, "s0")
    assert (found.value[0, 0], found.state[6, 23], isnan(found.value[6, 23])) == (5, "suppressed", True)
    assert set(of(wall, "s1").state.ravel()) == {"not_permitted"}
    assert [(one.outcome, one.category, one.areas) for one in lines] == [
        ("answered", "*", (Place("station", "s0"),)), ("not-permitted", "*", (Place("station", "s1"),)),
    ]  # fmt: skip


def test_levels_without_hours_are_refused(gate: Serving) -> None:
    with pytest.raises(GateError, match="not offered"):
        hours.hours_of(gate, Place("county", "c0"), MARCH)
    assert hours.offered(gate) == [("station", "month")]
    assert hours.label("zh") == "案件时段分布"
