"""The watch: rules are looked at with the eyes of the wall, and only numbers young enough to act on raise an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from kuai import catalog
from kuai.access.viewer import Place
from kuai.alarms.book import Book
from kuai.alarms.declared import Alarm, Rule, Wall
from kuai.alarms.entry import Finding, Point
from kuai.alarms.series import Series, Wanted, newest_whole, series
from kuai.alarms.watch import NAME, Watch, _met
from kuai.audit.entry import Entry
from kuai.disclosure.policy import Policy
from kuai.home import Home
from kuai.serving import Answer, Serving
from tests.dashboards import city

FRESH, OLD = datetime(2018, 3, 21, 8, tzinfo=UTC), datetime(2018, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    tables = city.TABLES | {"coverage": city.OTHERS["coverage"].replace("2018-03-20", "2018-03-31"),
                            "feed": city.OTHERS["feed"].replace("2018-03-20", "2018-03-31")}  # fmt: skip
    return publish_into(tmp_path_factory.mktemp("watched"), "s1", **tables)


@pytest.fixture
def serving(home: Home) -> Iterator[Serving]:
    with closing(Serving.open(home, "demo")) as found:
        yield found


@pytest.fixture
def look(serving: Serving, wall: Wall, book: Book) -> Callable[..., list[tuple[str, str]]]:
    """Look at the rules at a moment: the points that have an alarm then, and what was asked is in `look.lines`."""
    policy = Policy.load()

    def at(moment: datetime, rule: Rule | None = None, lines: list[Entry] | None = None) -> list[tuple[str, str]]:
        serving._clock = lambda: moment
        alarms = {**wall.alarms, **({"many": replace(wall.alarms["many"], rule=rule)} if rule else {})}
        Watch(serving, replace(wall, alarms=alarms), book, policy, (lines if lines is not None else []).append).look()
        return [(one.point.rule, one.point.place.area) for one in book.open()]

    return at


def test_what_crosses_the_bound_raises_an_alarm(look: Callable[..., list[tuple[str, str]]]) -> None:
    assert look(datetime(2018, 4, 1, 8, tzinfo=UTC)) == [("many", "s4"), ("many", "s5")]


def test_questions_are_the_walls_and_are_put_down(look: Callable[..., list[tuple[str, str]]]) -> None:
    lines: list[Entry] = []
    look(datetime(2018, 4, 1, 8, tzinfo=UTC), None, lines)
    assert [(one.viewer.name, one.viewer.role, one.metric, one.outcome) for one in lines] == [
        (NAME, "wall", "incident_count", "answered")
    ]


STEADY = np.tile(np.array([20.0, 22, 18, 21, 19, 20, 23, 17]), 4)[:27]


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        ({"above": 20}, (False, True)),
        ({"above": 2}, (False, True)),
        ({"above": 1}, (True, False)),
        ({"below": 3}, (True, True)),
        ({"below": 2}, (False, False)),
        ({"above_usual": True}, (False, True)),
        ({"below_usual": True}, (True, True)),
    ],
)
def test_a_suppressed_count_is_known_to_be_small(bound: dict[str, Any], told: tuple[bool, bool]) -> None:
    values = np.tile(STEADY, (3, 1))
    values[1, -1] = np.nan
    states = np.where(np.isnan(values), "suppressed", "value").astype(object)
    rule = Rule("incident_count", "station", "week", **bound)
    fires, is_known = _met(rule, _series(values, states), most=2)
    assert is_known[[0, 2]].all()
    assert bool(is_known[1]) == told[1]
    assert bool(fires[1]) == told[0] or not told[1]


def test_an_alarm_clears_when_its_count_has_become_too_small_to_show(
    look: Callable[..., list[tuple[str, str]]], book: Book
) -> None:
    book.renew({Point("many", Place("station", "s5")): Finding(fires=True, period="2017", respond_minutes=5)})
    assert look(datetime(2018, 2, 1, 8, tzinfo=UTC), Rule("resident_count", "station", "month", above=8)) != []
    assert look(datetime(2018, 2, 1, 8, tzinfo=UTC), Rule("resident_count", "station", "month", above=5000)) == []


def test_a_suppressed_number_neither_raises_nor_clears(look: Callable[..., list[tuple[str, str]]]) -> None:
    few = Rule("resident_count", "station", "month", below=100)
    assert look(datetime(2018, 2, 1, 8, tzinfo=UTC), few) == [("many", "s4")]


def test_a_late_feed_raises_its_alarm_and_old_numbers_none(look: Callable[..., list[tuple[str, str]]]) -> None:
    assert look(OLD) == [("late", "demo")]


def test_an_alarm_stands_while_its_number_is_too_old(look: Callable[..., list[tuple[str, str]]]) -> None:
    first = look(datetime(2018, 4, 1, 8, tzinfo=UTC))
    assert look(OLD) == [*first, ("late", "demo")]


def test_a_rule_that_is_withdrawn_clears(serving: Serving, wall: Wall, book: Book) -> None:
    serving._clock = lambda: datetime(2018, 4, 1, 8, tzinfo=UTC)
    for alarms in (wall.alarms, {}):
        Watch(serving, replace(wall, alarms=alarms), book, Policy.load(), lambda _: None).look()
    assert book.open() == []
    assert [one.deed for one in book.acts()] == ["raised", "raised", "cleared", "cleared"]


def test_what_is_not_offered_is_left_as_it_stands(look: Callable[..., list[tuple[str, str]]]) -> None:
    assert look(datetime(2018, 4, 1, 8, tzinfo=UTC), Rule("incident_count", "city", "day", above=1)) == []


def test_feeds_alone_ask_for_no_number(serving: Serving, wall: Wall, book: Book) -> None:
    serving._clock = lambda: OLD
    lines: list[Entry] = []
    Watch(serving, wall, book, Policy.load(), lines.append).look_at_feeds()
    assert [one.point.rule for one in book.open()] == ["late"]
    assert lines == []


def test_a_series_ends_with_the_newest_whole_period(serving: Serving) -> None:
    found = series(serving, Wanted("incident_count", "station", "month"))
    assert found is not None
    assert (found.label, list(found.areas)) == ("2018-03", sorted(city.CASES))
    counts = found.values
    assert counts[:, -1].tolist() == list(city.CASES.values())
    assert counts[:, -2].tolist() == [n + 1 for n in city.CASES.values()]
    assert found.at("s2") == 2
    assert found.at("x") is None
    assert np.isnan(found.usual.high).all()


def test_what_is_above_its_usual_range_is_more_than_chance() -> None:
    values = np.random.default_rng(3).poisson(20, (40, 27)).astype(float)
    values[7, -1], values[9, -1] = 70, np.nan
    found = _series(values, np.full(values.shape, "value"))
    fires, is_known = _met(Rule("incident_count", "station", "week", above_usual=True), found)
    assert np.flatnonzero(fires & is_known).tolist() == [7]
    assert np.flatnonzero(~is_known).tolist() == [9]
    assert np.sum(values[:, -1] > found.usual.high) > 1
    assert not _met(Rule("incident_count", "station", "week", below_usual=True), found)[0].any()


def _series(values: Any, states: Any) -> Series:
    """Cases of a week of as many stations as there are rows."""
    areas = np.array([f"s{n}" for n in range(len(values))], dtype=object)
    answer = Answer({}, catalog.metric("incident_count"), "s1", 0, [])
    return Series(Wanted("incident_count", "station", "week"), areas, (), values, states, answer)


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [("day", date(2018, 3, 20), date(2018, 3, 20)), ("month", date(2018, 3, 20), date(2018, 2, 1)),
     ("month", date(2018, 3, 31), date(2018, 3, 1)), ("week", date(2018, 3, 20), date(2018, 3, 12)),
     ("week", date(2018, 3, 18), date(2018, 3, 12))],
)  # fmt: skip
def test_the_newest_whole_period_has_ended(period: str, day: date, first: date) -> None:
    assert newest_whole(period, day) == first


def test_every_alarm_says_who_acts_and_how_soon(wall: Wall) -> None:
    for one in wall.alarms.values():
        assert isinstance(one, Alarm)
        assert one.cause.zh
        assert one.action.en
        assert one.respond_minutes > 0
        assert one.owner in wall.city.owners
