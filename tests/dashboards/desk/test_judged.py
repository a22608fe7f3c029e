"""What is judged: a planted rise is found, chance is left alone, and a small base shows no percentage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from kuai.access import Place, Viewer
from kuai.home import Home
from kuai.serving import Serving
from tests.dashboards import city

from dashboards.atlas import Atlas
from dashboards.caller import seen_as
from dashboards.desk.choice import Choice
from dashboards.desk.judged import judge, pair
from dashboards.desk.study import Study, study

LAST, WEEKS = date(2018, 3, 18), 220
MEAN = {"s0": 40, "s1": 40, "s2": 40, "s3": 40, "s4": 3, "s5": 40}
RISEN = ("s1", 3)
ANA = Viewer("ana", "analyst", (Place("city", "demo"),), "planning")


def cells() -> str:
    """Cases a week at six stations; in the last four weeks, three times as many at one of them."""
    chance = np.random.default_rng(7)
    lines = ["measure | level | area | period | start | category | value"]
    for code, mean in MEAN.items():
        for week in range(WEEKS):
            start = LAST - timedelta(days=6 + 7 * week)
            risen = RISEN[1] if code == RISEN[0] and week < 4 else 1
            lines.append(
                f"incident_count | station | {code} | week | {start} | all | {chance.poisson(mean * risen / 4)}"
            )
    return "\n".join(lines)


TABLES = city.TABLES | {
    "cell": cells(),
    "coverage": "measure | first | last\nincident_count | 2013-01-01 | 2018-03-18",
    "released": "measure | level | period\nincident_count | station | week",
    "category": "measure | category\nincident_count | all",
}


@pytest.fixture(scope="module")
def gate(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with closing(Serving.open(publish_into(tmp_path_factory.mktemp("judged"), "s1", **TABLES), "demo")) as found:
        yield found


def found(gate: Serving, search: str) -> Study:
    with seen_as(ANA):
        seen = gate.seen_by(ANA, lambda _: None)
        return study(seen, Atlas(seen), Choice.parse(f"?period=4w&date=2018-03-18{search}"), "en")


@pytest.mark.slow
@pytest.mark.parametrize("compare", ["usual", "before", "year", "2017-06-04"])
def test_a_rise_is_found_and_chance_is_left_alone(gate: Serving, said: Callable[[Any], str], compare: str) -> None:
    from dashboards.desk import finding

    known = found(gate, f"&compare={compare}")
    rows = judge(known)
    assert rows["area"][0] == "s1"
    assert rows["verdict"].tolist() == ["more", *["within"] * 5]
    assert 2 < rows["ratio"][0] < 4.5
    assert rows["ratio_low"][0] < rows["ratio"][0] < rows["ratio_high"][0]
    told = said(finding.finding(known, rows))
    assert "of 6 areas, 1 have more" in told
    assert "For the other 5 the difference is within chance" in told


def test_no_percentage_is_told_below_the_base(gate: Serving, said: Callable[[Any], str]) -> None:
    from dashboards.desk import grid, ranking

    known = found(gate, "")
    rows = judge(known)
    (small,) = ranking.records(rows, rows["area"] == "s4")
    assert not small["is_shown"]
    assert ranking.change(small) == ""
    assert "base below 20" in said(ranking.ranking(known, rows))
    shown = grid.rows(known, rows)
    assert shown["change"][shown["area"].index("s4")] is None


def test_two_areas_are_compared_as_one_more_difference_of_the_page(gate: Serving, said: Callable[[Any], str]) -> None:
    from dashboards.desk import finding

    known = found(gate, "&pick=s1&other=s0")
    one, two, change = pair(known) or (0, 0, None)
    assert one > 2 * two > 0
    assert change is not None
    assert "the difference is beyond chance" in said(finding.finding(known, judge(known)))
    assert pair(found(gate, "&pick=s1&other=s1")) is None
    assert pair(found(gate, "&pick=s1")) is None


def test_what_is_not_over_is_not_judged(gate: Serving, said: Callable[[Any], str]) -> None:
    from dashboards.desk import finding

    known = found(gate, "&date=2018-03-25")
    rows = judge(known)
    assert set(rows["verdict"]) == {"untested"}
    assert "No value can be shown" in said(finding.finding(known, rows))
    alone = found(gate, "&compare=none")
    assert "compared with nothing" in said(finding.finding(alone, judge(alone)))
