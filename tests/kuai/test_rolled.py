"""Adaptive roll-up through the gate: what the shapes show, that they stay, whom they are for, and what is put down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from kuai import periods
from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.disclosure.policy import Policy
from kuai.errors import GateError
from kuai.serving import Question, Roll, Rolled, Serving, Window
from kuai.settings import Settings
from kuai.store.reader import Reader

NOW = datetime(2018, 7, 1, tzinfo=UTC)
BLOCK = periods.block("week", date(2018, 3, 14))
BEFORE = periods.block("week", BLOCK[0] - timedelta(days=1))
WEEK = timedelta(days=7)
AREAS = {"d1": "ab", "d2": "cd", "d3": "ef"}
RESIDENTS = {"a": 600, "b": 400, "c": 980, "d": None, "e": 500, "f": 500}
LEVEL = """
    hierarchy | level    | rank | name_zh | name_en  | has_geometry
    police    | city     | 0    | 市      | City     | true
    police    | district | 1    | 分局    | District | true
    police    | beat     | 2    | 巡区    | Beat     | true
    civic     | city     | 0    | 市      | City     | true
    civic     | ward     | 1    | 区      | Ward     | true
"""
RELEASED = "measure | level | period\n" + "".join(
    f"incident_count | {level} | week\nincident_count | {level} | month\nresident_count | {level} | stock\n"
    for level in ("city", "district", "beat")
)
CATEGORY = "measure | category\nincident_count | all\nresident_count | all\n"
COVERAGE = f"measure | first | last\nincident_count | 2018-01-01 | {BLOCK[1] + timedelta(days=14)}\n"
Weekly = Callable[[str, date], int]


def areas() -> list[str]:
    rows = ["police | city | demo | - | 2000-01-01 | -", "civic | city | demo | - | 2000-01-01 | -"]
    rows += ["civic | ward | w1 | demo | 2000-01-01 | -"]
    for district, beats in AREAS.items():
        rows.append(f"police | district | {district} | demo | 2000-01-01 | -")
        rows += [f"police | beat | {beat} | {district} | 2000-01-01 | -" for beat in beats]
    return ["hierarchy | level | area | parent | valid_from | valid_to", *rows]


def cells(weekly: Weekly) -> str:
    rows = ["measure | level | area | period | start | category | value"]
    weeks = [BEFORE[0] + WEEK * number for number in range(12)]
    for start in weeks:
        count = {beat: weekly(beat, start) for beats in AREAS.values() for beat in beats}
        sums = {district: sum(count[beat] for beat in beats) for district, beats in AREAS.items()}
        by_level = {"beat": count, "district": sums, "city": {"demo": sum(sums.values())}}
        for level, values in by_level.items():
            rows += [f"incident_count | {level} | {one} | week | {start} | all | {n}" for one, n in values.items()]
    people = {"beat": RESIDENTS, "district": dict.fromkeys(AREAS, 1000), "city": {"demo": 3000}}
    for level, known in people.items():
        rows += [
            f"resident_count | {level} | {one} | stock | 2018-01-01 | all | {n or '-'}" for one, n in known.items()
        ]
    return "\n".join(rows)


def steadily(beat: str, start: date) -> int:
    """Cases of a beat in a week: b has few in the block before, d always, and e in the block itself."""
    few = {"b": BEFORE, "d": (date.min, date.max), "e": BLOCK}.get(beat, (date.max, date.max))
    return 1 if few[0] <= start <= few[1] else 5


@pytest.fixture(scope="module")
def opened(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Serving]]:
    """Gate to a city with these cases."""
    with ExitStack() as stack:

        def of(weekly: Weekly = steadily) -> Serving:
            tables = {"level": LEVEL, "area": "\n".join(areas()), "released": RELEASED, "category": CATEGORY}
            tables |= {"coverage": COVERAGE, "cell": cells(weekly)}
            home = publish_into(tmp_path_factory.mktemp("rolled"), **tables)
            reader = Reader(home.city("demo").store, Settings.load().serve)
            return stack.enter_context(closing(Serving(reader, Policy.load(), lambda: NOW)))

        yield of


@pytest.fixture(scope="module")
def serving(opened: Callable[..., Serving]) -> Serving:
    return opened()


def asked(last: date = BLOCK[1], **also: Any) -> Roll:
    return Roll(
        **{"metric": "incident_count", "level": "beat", "period": "week", "first": last - 4 * WEEK + timedelta(days=1),
           "last": last, "audience": "wall", **also}
    )  # fmt: skip


def told(answer: Rolled) -> dict[str, str]:
    """Value or state by shape."""
    rows = answer.rows
    shown = zip(rows["level"], rows["area"], rows["value"], rows["state"], strict=True)
    return {f"{level}:{area}": f"{value:g}" if state == "value" else state for level, area, value, state in shown}


def test_a_whole_block_is_decided_by_its_own_cells(serving: Serving) -> None:
    answer = serving.partition(asked())
    assert told(answer) == {
        "district:d3": "24", "beat:a": "20", "beat:b": "20", "beat:c": "20", "beat:d": "suppressed"
    }  # fmt: skip
    assert (answer.reference, answer.hierarchy, answer.weighed_by) == (BLOCK, "police", "residents")
    assert answer.rows.set_index("area")["share"].to_dict() == pytest.approx(
        {"d3": 1 / 3, "a": 0.2, "b": 2 / 15, "c": 0.98 / 3, "d": 0}
    )
    assert answer.shown == pytest.approx(2.98 / 3)


@pytest.mark.parametrize(
    ("roll", "said"),
    [
        (asked(area="a"), "of no single area"),
        (replace(asked(), first=date(1, 1, 1), last=date(1, 1, 28)), "outside the calendar"),
    ],
)
def test_what_has_no_map_of_mixed_levels_is_refused(serving: Serving, roll: Roll, said: str) -> None:
    with pytest.raises(GateError, match=said):
        serving.partition(roll)


def test_who_sees_all_cells_gets_the_finest(serving: Serving) -> None:
    assert set(told(serving.partition(asked(audience="analyst")))) == {f"beat:{one}" for one in "abcdef"}


def test_every_value_is_that_of_a_sum_of_the_level(serving: Serving) -> None:
    for last in (BLOCK[1], BLOCK[1] - WEEK):
        roll = asked(last)
        for level, rows in serving.partition(roll).rows.groupby("level", observed=True):
            window = Window(roll.metric, str(level), roll.period, roll.first, roll.last, audience="wall")
            known = serving.total(window).rows.set_index("area")
            same = known.loc[rows["area"]].reset_index().drop(columns="level").astype({"state": str})
            mine = rows.reset_index(drop=True).drop(columns=["level", "share"]).astype({"state": str})
            pd.testing.assert_frame_equal(mine, same[mine.columns], check_categorical=False)


def test_within_a_block_the_shapes_stay_whatever_comes(serving: Serving) -> None:
    """Windows that end in a block, and single weeks of it, have the shapes that the block before had."""
    ends = [BLOCK[0] + WEEK * number - timedelta(days=1) for number in (1, 2, 3)]
    known = set(told(serving.partition(asked(BEFORE[1]))))
    assert known == {"district:d1", "beat:c", "beat:d", "beat:e", "beat:f"}
    for last in ends:
        assert set(told(serving.partition(asked(last)))) == known
        assert set(told(serving.partition(asked(last, first=last - WEEK + timedelta(days=1))))) == known
    late = told(serving.partition(asked(ends[-1])))
    assert late["beat:e"] == "suppressed", "a shape that may no longer be shown says so, and stays"


def test_newer_cells_do_not_move_the_shapes(opened: Callable[..., Serving]) -> None:
    def grown(beat: str, start: date) -> int:
        return steadily(beat, start) if start <= BEFORE[1] else 5

    last = BLOCK[1] - WEEK
    assert set(told(opened(grown).partition(asked(last)))) == set(told(opened().partition(asked(last))))


def test_what_can_still_grow_is_decided_by_the_block_before(serving: Serving) -> None:
    following = BLOCK[1] + timedelta(days=28)
    answer = serving.partition(asked(following))
    assert answer.reference == BLOCK
    assert set(told(answer).values()) == {"missing"}


def test_a_stock_is_decided_by_itself(serving: Serving) -> None:
    answer = serving.partition(asked(metric="resident_count", audience="analyst"))
    assert told(answer)["beat:d"] == "suppressed"
    assert answer.rows["value"].sum() == 600 + 400 + 980 + 500 + 500


def test_looking_within_an_area_shows_its_shapes_or_the_one_it_lies_in(serving: Serving) -> None:
    assert set(told(serving.partition(asked(within=Place("district", "d1"))))) == {"beat:a", "beat:b"}
    assert told(serving.partition(asked(within=Place("beat", "e")))) == {"district:d3": "24"}
    assert serving.partition(asked(within=Place("district", "d2"))).shown == pytest.approx(0.98)


@pytest.mark.slow
def test_the_scope_holds_and_nothing_outside_moves_the_shapes(opened: Callable[..., Serving]) -> None:
    """Of what lies outside, a viewer learns nothing: not even from how the city is cut within his scope."""

    def elsewhere(beat: str, start: date) -> int:
        return steadily(beat, start) if beat in "cd" else 1

    viewer = Viewer("ana", "wall", (Place("district", "d2"),), "situation")
    gates = [opened(weekly).seen_by(viewer, lambda _: None) for weekly in (steadily, elsewhere)]
    found = [told(gate.partition(asked())) for gate in gates]
    assert found[0] == found[1]
    assert found[0] == {
        "district:d1": "not_permitted", "district:d3": "not_permitted", "beat:c": "20", "beat:d": "suppressed"
    }  # fmt: skip


def test_one_line_says_which_levels_were_shown(serving: Serving) -> None:
    lines: list[Entry] = []
    seen = serving.seen_by(Viewer("w", "wall", (Place("city", "demo"),), "situation"), lines.append)
    seen.partition(asked())
    seen.partition(asked(within=Place("district", "d1")))
    seen.partition(asked(within=Place("beat", "e")))
    with pytest.raises(GateError):
        seen.partition(asked(level="beet"))
    assert [(one.action, one.outcome, one.level, " ".join(map(str, one.areas)), one.rows) for one in lines] == [
        ("ask", "answered", "district+beat", "", 5),
        ("ask", "answered", "beat", "district:d1", 2),
        ("ask", "answered", "district", "district:d3", 1),
        ("ask", "refused", "beet", "", 0),
    ]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"hierarchy": "civic"}, "hierarchy civic has no level 'beat'"),
        ({"hierarchy": "polise"}, "no level"),
        ({"within": Place("ward", "w1")}, "the map has no level ward"),
        ({"within": Place("beat", "zz")}, "no area 'zz'"),
        ({"first": BLOCK[0] + timedelta(days=1)}, "are not whole periods"),
        ({"period": "day"}, "not offered by day"),
    ],
)
def test_what_is_no_map_is_refused(serving: Serving, changed: dict[str, Any], what: str) -> None:
    with pytest.raises(GateError, match=what):
        serving.partition(asked(**changed))


def test_a_question_for_cells_is_answered_as_before(serving: Serving) -> None:
    rows = serving.ask(Question("incident_count", "beat", "week", BLOCK[0], BLOCK[0], audience="wall")).rows
    assert len(rows) == 6
