"""Some thousands of lines of an audit, as people, displays and failed sign-ins of a month leave them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site
from kuai.disclosure.keys import Secret
from kuai.settings import Settings

CITY = Place("city", "demo")
PEOPLE = (
    *(Viewer(name, "analyst", (Place("county", county),), purpose)
      for name, county, purpose in (("ana", "c0", "planning"), ("bo", "c0", "situation"), ("chen", "c1", "planning"))),
    Viewer("dai", "leader", (), "briefing"),
    Viewer("eli", "steward", (), "quality"),
    Viewer("fang", "oversight", (), "oversight", "complaint 2026-17"),
    Viewer("hall", "wall", (CITY,), "situation", is_device=True),
    Viewer("li", "analyst", (CITY,), "study", "burglaries before and after the new lamps"),
)  # fmt: skip
FAILURES = ("name or password", "name or password", "too many attempts", "not permitted")


def site(folder: Path, segment_lines: int = 1500) -> Site:
    """Site of a log that takes a test no time."""
    settings = replace(Settings.load(None, {}).audit, sync=False, segment_lines=segment_lines)
    return Site(folder / "audit", folder / "anchors", Secret(b"k" * 32), settings)


def fill(at: Site, count: int, last: date, days: int = 28) -> None:
    """Write that many lines of so many days, the last of which is given."""
    log = AuditLog(at)
    lines = list(entries(count, last, days))
    step = at.settings.segment_lines
    for first in range(0, count, step):
        with log._alone():
            log._written(lines[first : first + step])
        if log._sealing is not None:
            log._sealing.join()
    log.close()


def entries(count: int, last: date, days: int) -> Iterator[Entry]:
    """Lines in the order of their moments."""
    chance = Random(5)  # noqa: S311 -- no secret
    begin = datetime.combine(last - timedelta(days=days - 1), time(), UTC)
    for number in range(count):
        moment = begin + timedelta(days=days) * (number + 0.5) / count
        yield _failure(chance, moment) if chance.random() < 0.03 else _question(chance, moment)


def _failure(chance: Random, moment: datetime) -> Entry:
    name = chance.choice(("ana", "bo", "root", "admin", ""))
    return Entry(moment, Viewer(name, ""), "refused-sign-in", "refused", about=chance.choice(FAILURES))


def _question(chance: Random, moment: datetime) -> Entry:
    viewer = chance.choice(PEOPLE)
    level = chance.choice(("station", "station", "county"))
    area = f"s{chance.randrange(6)}" if level == "station" else f"c{chance.randrange(2)}"
    areas = (Place(level, area),) if chance.random() < 0.6 else ()
    month = date(2018, chance.choice((2, 3)), 1)
    outcome = "refused" if chance.random() < 0.02 else "answered"
    return Entry(
        moment, viewer, chance.choice(("ask", "ask", "ask", "explain")), outcome, "demo",
        metric=chance.choice(("incident_count", "resident_count")), level=level, areas=areas, period="month",
        first=month, last=month + timedelta(days=27), category="all", policy="p1", snapshot="s1",
        rows=0 if outcome == "refused" else 1 if areas else 6,
    )  # fmt: skip
