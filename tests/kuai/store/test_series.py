"""Series: each window of one is answered as it is alone, for everybody, and one line is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pandas as pd
import pytest

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.disclosure.policy import Policy
from kuai.errors import GateError
from kuai.serving import Series, Serving, Window
from kuai.settings import Settings
from kuai.store.reader import Reader
from tests.kuai.store.test_windows import NOW, TABLES

MONTHS = [(date(2018, number, 1), date(2018, number, last)) for number, last in ((1, 31), (2, 28), (3, 31), (4, 30))]
LONG = (MONTHS[0][0], MONTHS[1][1])
SPANS = [(MONTHS[0], MONTHS[2]), (LONG, MONTHS[3]), (MONTHS[0], MONTHS[1], MONTHS[2])]
ALL, EAST = Viewer("ana", "analyst", (), "planning"), Viewer("eva", "analyst", (Place("district", "d1"),), "planning")
VIEWERS = (ALL, EAST, Viewer("hall", "wall", (), "situation", is_device=True))


@pytest.fixture(scope="module")
def serving(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    home = publish_into(tmp_path_factory.mktemp("series"), **TABLES)
    with closing(Serving(Reader(home.city("demo").store, Settings.load().serve), Policy.load(), lambda: NOW)) as found:
        yield found


def series(metric: str, spans: Any, **more: Any) -> Series:
    return Series(metric, "station", "month", spans[0][0], spans[-1][1], windows=tuple(spans), **more)


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("metric", ["incident_count", "resident_count", "incident_rate", "passages_per_checkpoint"])
def test_every_window_is_as_it_is_alone(serving: Serving, viewer: Viewer, metric: str) -> None:
    seen = serving.seen_by(viewer, lambda _: None)
    for spans in SPANS:
        for more in ({}, {"area": "a"}, {"within": Place("district", "d2")}):
            together = seen.series(series(metric, spans, **more)).rows
            alone = [seen.total(Window(metric, "station", "month", *span, **more)).rows for span in spans]
            pd.testing.assert_frame_equal(together.astype(object), pd.concat(alone, ignore_index=True).astype(object))


def test_a_series_leaves_one_line_of_all_its_days(serving: Serving) -> None:
    lines: list[Entry] = []
    serving.seen_by(EAST, lines.append).series(series("incident_count", SPANS[0]))
    assert [(one.first, one.last, one.rows, one.outcome) for one in lines] == [
        (date(2018, 1, 1), date(2018, 3, 31), 4, "answered")
    ]


@pytest.mark.parametrize(
    ("spans", "days", "what"),
    [
        ((), LONG, "none or out of order"),
        ((MONTHS[1], MONTHS[0]), LONG, "out of order"),
        ((MONTHS[0], LONG), LONG, "out of order"),
        (((date(2018, 1, 2), date(2018, 1, 31)),), (date(2018, 1, 2), date(2018, 1, 31)), "not whole periods"),
        ((MONTHS[0],), LONG, "not those of the windows"),
    ],
)
def test_windows_out_of_order_are_refused(serving: Serving, spans: Any, days: Any, what: str) -> None:
    with pytest.raises(GateError, match=what):
        serving.series(Series("incident_count", "station", "month", *days, windows=spans))


def test_days_far_apart_are_as_they_are_alone(publish: Any) -> None:
    days = [date(2018, 1, 3), date(2018, 2, 3), date(2018, 3, 3)]
    cell = "measure | level | area | period | start | category | value\n" + "\n".join(
        f"incident_count | station | a | day | {day} | all | {at + 1}"
        for at, day in enumerate([*days, date(2018, 2, 4)])
    )
    released = TABLES["released"] + "incident_count | station | day | -\n"
    home = publish(**TABLES | {"cell": cell, "released": released})
    with closing(Serving.open(home, "demo")) as gate:
        rows = gate.series(Series("incident_count", "station", "day", days[0], days[-1],
                                  windows=tuple((day, day) for day in days))).rows  # fmt: skip
    assert rows["value"][rows["area"] == "a"].tolist() == [1, 2, 3]


def test_the_first_observed_day_is_told_of_what_flows(serving: Serving) -> None:
    assert serving.oldest("incident_count") == date(2018, 1, 1)
    assert serving.oldest("resident_count") is None
