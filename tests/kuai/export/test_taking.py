"""What may be taken away: by whom, how much of it, and with one line that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.errors import AccessError, GateError
from kuai.serving import Question, Serving

Take = Callable[..., Any]
MARCH = {"first": date(2018, 3, 1), "last": date(2018, 3, 31)}


def shown(export: Any) -> dict[str, str]:
    rows = zip(export.answer.rows["area"], export.answer.rows["value"], export.answer.rows["state"], strict=True)
    return {area: f"{value:g}" if state == "value" else state for area, value, state in rows}


def test_an_export_leaves_one_line_with_its_rows(take: Take, lines: list[Entry], taker: Viewer) -> None:
    assert len(take().answer.rows) == 6
    assert [(one.action, one.outcome, one.rows, one.viewer) for one in lines] == [("export", "answered", 6, taker)]


@pytest.mark.parametrize("role", ["wall", "steward", "engineer", "auditor"])
def test_a_role_that_takes_nothing_away_gets_nothing(take: Take, lines: list[Entry], taker: Viewer, role: str) -> None:
    with pytest.raises(AccessError, match=f"{role} may not export"):
        take(viewer=replace(taker, role=role))
    assert [(one.action, one.outcome, one.rows) for one in lines] == [("export", "refused", 0)]


def test_nobody_takes_anything_away(serving: Serving) -> None:
    assert not serving.may("export")
    with pytest.raises(AccessError):
        serving.export(Question("incident_count", "station", "month", **MARCH))


def test_outside_the_scope_nothing_is_permitted(take: Take, taker: Viewer) -> None:
    assert shown(take(viewer=replace(taker, scope=(Place("district", "d2"),)), **MARCH)) == {
        "s1": "not_permitted", "s2": "not_permitted", "s3": "0",
    }  # fmt: skip


def test_within_an_area_only_what_lies_in_it_is_meant(take: Take, lines: list[Entry]) -> None:
    assert shown(take(within=Place("district", "d1"), **MARCH)) == {"s1": "4", "s2": "9"}
    assert (lines[0].areas, lines[0].rows) == ((Place("district", "d1"),), 2)


@pytest.mark.parametrize(
    ("level", "place", "said"),
    [
        ("station", Place("district", "d9"), "no area 'd9'"),
        ("station", Place("county", "d1"), "unknown level"),
        ("district", Place("station", "s1"), "no area of level district lies within station:s1"),
    ],
)
def test_within_what_holds_nothing_is_refused(take: Take, level: str, place: Place, said: str) -> None:
    with pytest.raises(GateError, match=said):
        take(level=level, within=place, **MARCH)


def test_what_is_too_large_is_refused_and_put_down(take: Take, lines: list[Entry]) -> None:
    with pytest.raises(GateError, match="6 rows, and at most 5"):
        take(most=5)
    assert [(one.action, one.outcome, one.rows) for one in lines] == [("export", "refused", 0)]
    assert len(take(most=6).answer.rows) == 6


def test_an_area_has_the_name_of_its_time(take: Take) -> None:
    from kuai.export.table import columns

    table = columns(take(area="s1"), "zh")
    assert list(zip(table["period"], table["name_zh"], table["value"], strict=True)) == [
        ("2018-03", "旧所", 4), ("2018-04", "新所", 5),
    ]  # fmt: skip
