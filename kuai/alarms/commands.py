"""The commands `kuai alarm`. Their help is in kuai/texts.toml under `help.alarm`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.commands import AsJson, City, grouped, print_json
from kuai.home import Home

if TYPE_CHECKING:
    from kuai.alarms.book import Book
    from kuai.alarms.declared import Wall
    from kuai.alarms.entry import Entry

Days = Annotated[int, typer.Option("--days", min=1)]
Number = Annotated[int, typer.Argument(metavar="NUMBER")]


def alarms() -> typer.Typer:
    """Commands on alarms."""
    named: Mapping[str, Callable[..., None]] = {
        "check": check, "list": list_alarms, "acknowledge": acknowledge, "shelve": shelve, "unshelve": unshelve,
        "log": log, "load": load,
    }  # fmt: skip
    return grouped(named)


def check(*, city: City = "", as_json: AsJson = False) -> None:
    """Look at every rule now, and print the alarms that have not cleared."""
    from kuai.alarms.watch import Watch
    from kuai.audit import AuditLog, host
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving
    from kuai.settings import Settings

    home, (wall, book) = Home.from_environment(), _opened(city)
    settings, policy = Settings.load(home.settings), Policy.load()
    audit = AuditLog.open(home, settings)
    try:
        Watch(Serving.open(home, city or None, settings, policy), wall, book, policy, audit.write).look()
        found = book.open()
        audit.write(host.noted("alarm", "list", rows=len(found), city=wall.city.code))
    finally:
        audit.close()
    _tell(wall, found, as_json=as_json)


def list_alarms(
    *, has_all: Annotated[bool, typer.Option("--all")] = False, city: City = "", as_json: AsJson = False
) -> None:
    """Print the alarms that have not cleared, or all there ever were."""
    wall, book = _opened(city)
    found = book.all() if has_all else book.open()
    _leave(wall, "list", len(found))
    _tell(wall, found, as_json=as_json)


def acknowledge(number: Number, *, city: City = "", as_json: AsJson = False) -> None:
    """Say that somebody acts on an alarm."""
    wall, book = _opened(city)
    with _acting(wall, "acknowledged", book.get(number)):
        found = book.acknowledge(number, _actor())
    _tell(wall, [found], as_json=as_json)


def shelve(
    number: Number,
    *,
    hours: Annotated[float, typer.Option("--hours")],
    reason: Annotated[str, typer.Option("--reason")],
    city: City = "",
    as_json: AsJson = False,
) -> None:
    """Put an alarm aside for some hours; it comes back by itself."""
    wall, book = _opened(city)
    with _acting(wall, "shelved", book.get(number)):
        found = book.shelve(number, _actor(), hours, reason, wall.duty.shelve_most_hours)
    _tell(wall, [found], as_json=as_json)


def unshelve(number: Number, *, city: City = "", as_json: AsJson = False) -> None:
    """Take a shelved alarm back before its time."""
    wall, book = _opened(city)
    with _acting(wall, "returned", book.get(number)):
        found = book.take_back(number, _actor())
    _tell(wall, [found], as_json=as_json)


def log(*, days: Days = 7, city: City = "", as_json: AsJson = False) -> None:
    """Print every act on alarms: raised, acknowledged, shelved, returned, cleared, and by whom."""
    from kuai.alarms import shown

    wall, book = _opened(city)
    found = book.acts(datetime.now(UTC) - timedelta(days=days))
    _leave(wall, "log", len(found))
    if as_json:
        print_json([_plain(asdict(one)) for one in found])
    else:
        shown.show_acts(wall, found)


def load(*, days: Days = 28, city: City = "", as_json: AsJson = False) -> None:
    """Print how much the alarms asked for: an hour, a day of one operator, and how many were answered in time."""
    from kuai.alarms import shown
    from kuai.alarms.burden import burden

    wall, book = _opened(city)
    now = datetime.now(UTC)
    found = burden(book.all(), wall.duty.operators, now - timedelta(days=days), now)
    if as_json:
        print_json(asdict(found))
    else:
        shown.show_burden(wall, found)


def _opened(city: str) -> tuple[Wall, Book]:
    from kuai.alarms.book import Book
    from kuai.alarms.wallfile import find_wall
    from kuai.errors import PackError

    home = Home.from_environment().chosen(city or None)
    wall = find_wall(home)
    if wall is None:
        raise PackError(f"{home.name} declares no wall", str(home.root), "write a wall.toml into the city's pack")
    return wall, Book(home.alarms)


def _leave(wall: Wall, about: str, rows: int) -> None:
    """Leave the line of a look at alarms, before any of them is printed."""
    from kuai.audit import host

    host.leave(Home.from_environment(), host.noted("alarm", about, rows=rows, city=wall.city.code))


def _acting(wall: Wall, deed: str, on: Entry) -> AbstractContextManager[None]:
    """Leave the line of an act, as the page of alarms does."""
    from kuai.audit import host

    about, place = f"{deed} {on.number} {on.point.rule}", on.point.place
    line = host.noted("alarm", about, city=wall.city.code, level=place.level, areas=(place,))
    return host.acting(Home.from_environment(), line)


def _actor() -> str:
    from kuai.access import operator

    return operator.name()


def _tell(wall: Wall, found: list[Entry], *, as_json: bool) -> None:
    from kuai.alarms import shown

    if as_json:
        print_json([{**_plain(asdict(one)), "state": one.state} for one in found])
    else:
        shown.show_alarms(wall, found, datetime.now(UTC))


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """The record with rule, level and area beside its other fields."""
    point = record.pop("point")
    return {**record, "rule": point["rule"], **point["place"]}
