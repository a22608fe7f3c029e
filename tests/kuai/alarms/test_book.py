"""The book of alarms: raised once, standing until the rule clears, put aside until the hour, and every act kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.access import Place
from kuai.alarms.book import Book
from kuai.alarms.entry import Finding, Point
from kuai.errors import AccessError, AlarmError
from tests.kuai.alarms.conftest import Clock

POINT = Point("many", Place("station", "s1"))
OTHER = Point("many", Place("station", "s2"))
FIRES, QUIET = (Finding(fires, "2018-03", 30) for fires in (True, False))


def raised(book: Book, point: Point = POINT) -> int:
    book.renew({point: FIRES})
    return book.open()[-1].number


def deeds(book: Book) -> list[tuple[str, str]]:
    return [(one.deed, one.actor) for one in book.acts()]


def test_an_alarm_is_raised_once_and_stands_until_its_rule_clears(book: Book, clock: Clock) -> None:
    for _ in range(3):
        book.renew({POINT: FIRES, OTHER: QUIET})
        clock.move(hours=1)
    (standing,) = book.open()
    assert (standing.point, standing.state, standing.period) == (POINT, "standing", "2018-03")
    assert standing.raised == clock.at - timedelta(hours=3)
    book.renew({OTHER: QUIET})
    assert book.open() == [standing]
    book.renew({POINT: QUIET})
    assert book.open() == []
    assert book.get(standing.number).state == "cleared"
    assert deeds(book) == [("raised", "kuai"), ("cleared", "kuai")]


def test_who_acknowledged_first_is_kept(book: Book, clock: Clock) -> None:
    number = raised(book)
    clock.move(minutes=7)
    book.acknowledge(number, "ana")
    clock.move(minutes=5)
    found = book.acknowledge(number, "bo")
    assert (found.state, found.acknowledged_by) == ("acknowledged", "ana")
    assert found.acknowledged == clock.at - timedelta(minutes=5)
    assert deeds(book)[1:] == [("acknowledged", "ana")]


def test_a_shelved_alarm_comes_back_at_its_hour(book: Book, clock: Clock) -> None:
    number = raised(book)
    until = clock.at + timedelta(hours=2)
    assert book.shelve(number, "ana", 2, "line under\n repair", 8).shelved_until == until
    before = book.mark()
    clock.move(hours=1, minutes=59)
    assert book.get(number).state == "shelved"
    clock.move(minutes=1)
    assert book.get(number).state == "standing"
    assert book.mark() != before
    book.renew({POINT: FIRES})
    assert [(one.deed, one.actor, one.about) for one in book.acts()] == [
        ("raised", "kuai", "2018-03"),
        ("shelved", "ana", "2018-04-01T10:00Z line under repair"),
        ("returned", "kuai", ""),
    ]
    assert len(book.all()) == 1


def test_what_is_raised_again_while_shelved_stays_shelved(book: Book, clock: Clock) -> None:
    book.shelve(raised(book), "ana", 4, "known", 8)
    book.renew({POINT: QUIET})
    clock.move(hours=1)
    second = raised(book)
    assert book.get(second).state == "shelved"
    assert book.take_back(second, "bo").state == "standing"
    assert deeds(book)[-1] == ("returned", "bo")


@pytest.mark.parametrize(
    ("hours", "reason", "what"), [(9, "x", "9 hours"), (0, "x", "0 hours"), (1, " \n", "a reason")]
)
def test_shelving_is_bounded_and_says_why(book: Book, hours: float, reason: str, what: str) -> None:
    number = raised(book)
    with pytest.raises(AlarmError, match=what):
        book.shelve(number, "ana", hours, reason, 8)
    assert book.get(number).state == "standing"


def test_only_what_stands_is_acted_on(book: Book) -> None:
    with pytest.raises(AlarmError, match="no alarm 1"):
        book.acknowledge(1, "ana")
    number = raised(book)
    book.renew({POINT: QUIET})
    acts: list[Callable[[], object]] = [
        lambda: book.acknowledge(number, "ana"), lambda: book.shelve(number, "ana", 1, "x", 8),
        lambda: book.take_back(number, "ana"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(AlarmError, match="has cleared"):
            act()


@pytest.mark.parametrize("statement", ["UPDATE act SET actor = 'nobody'", "DELETE FROM act"])
def test_an_act_is_never_changed(book: Book, statement: str) -> None:
    raised(book)
    with pytest.raises(AccessError, match="acts are never"), book.writing() as connection:
        connection.execute(statement)


def test_the_file_is_its_owners_only(book: Book, tmp_path: Path) -> None:
    raised(book)
    assert (tmp_path / "alarms" / "alarms.sqlite").stat().st_mode & 0o077 == 0
    (tmp_path / "alarms").chmod(0o755)
    with pytest.raises(AccessError, match="open to other users"):
        Book(tmp_path / "alarms")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("renew"), st.sampled_from([POINT, OTHER]), st.booleans()),
        st.tuples(st.sampled_from(["acknowledge", "shelve", "take back", "wait"]), st.sampled_from([POINT, OTHER])),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    return lambda: tmp_path_factory.mktemp("book")


@given(steps=STEPS)
def test_whatever_happens_the_log_tells_the_state(folders: Callable[[], Path], steps: list[tuple[object, ...]]) -> None:
    """Played again from the log alone, every alarm is where the book has it; and none stands twice."""
    clock = Clock()
    book = Book(folders(), clock)
    for step in steps:
        take(book, clock, *step)
    open_now = book.open()
    assert len({one.point for one in open_now}) == len(open_now)
    acts = book.acts()
    for one in book.all():
        mine = [act.deed for act in acts if act.alarm == one.number]
        assert mine.count("raised") == 1
        assert ("cleared" in mine) == (one.state == "cleared")
        assert ("acknowledged" in mine) == (one.acknowledged is not None)


def take(book: Book, clock: Clock, what: object, point: Point, *rest: object) -> None:
    if what == "renew":
        book.renew({point: FIRES if rest[0] else QUIET})
    elif what == "wait":
        clock.move(hours=1)
    else:
        found = [one for one in book.open() if one.point == point]
        act = {
            "acknowledge": lambda n: book.acknowledge(n, "ana"),
            "shelve": lambda n: book.shelve(n, "ana", 2, "x", 8),
            "take back": lambda n: book.take_back(n, "ana"),
        }[str(what)]
        for one in found:
            act(one.number)


def test_two_processes_raise_it_once(book: Book, tmp_path: Path, clock: Clock) -> None:
    other = Book(tmp_path / "alarms", clock)
    for one in (book, other, book):
        one.renew({POINT: FIRES})
    with sqlite3.connect(tmp_path / "alarms" / "alarms.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM alarm").fetchone() == (1,)
