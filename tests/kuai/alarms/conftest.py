"""A city pack of two levels with a wall, a clock that stands until it is moved, and a book of alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.wallfile import load_wall
from kuai.city.load import load_city

CITY = """
    city = "demo"
    name = { zh = "示范", en = "Demo" }
    time_zone = "UTC"
    hierarchies = [{ name = "police", levels = ["city", "county", "station"] }]
    [level.city]
    zh = "全市"
    en = "City"
    [level.county]
    zh = "县区"
    en = "County"
    [level.station]
    zh = "派出所"
    en = "Station"
    [owner.police]
    zh = "公安"
    en = "Police"
"""
SOURCE = '[cases]\ndataset = "core.case"\nfiles = "*.csv"\nowner = "police"\n'
WALL = """
    [display]
    distance_m = 8
    pitch_mm = 2.5
    [duty]
    operators = 2
    shelve_most_hours = 8
    [[sheet]]
    name = { zh = "案件", en = "Cases" }
    tiles = [
        { kind = "kpi", metric = "incident_count", period = "month" },
        { kind = "ranking", metric = "incident_count", period = "month", level = "station" },
    ]
    [alarm.many]
    name = { zh = "案件多", en = "Many cases" }
    cause = { zh = "未知", en = "Unknown" }
    action = { zh = "查看", en = "Look" }
    owner = "police"
    respond_minutes = 30
    rule = { metric = "incident_count", level = "station", period = "month", above = 20 }
    [alarm.late]
    name = { zh = "数据超时", en = "Data out of date" }
    cause = { zh = "未知", en = "Unknown" }
    action = { zh = "联系", en = "Call" }
    owner = "police"
    respond_minutes = 60
    rule = { feed = "cases" }
"""


@dataclass
class Clock:
    at: datetime = datetime(2018, 4, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Folder of a pack without a wall."""
    folder = tmp_path / "packs" / "demo"
    folder.mkdir(parents=True)
    (folder / "city.toml").write_text(CITY, "utf-8")
    (folder / "sources.toml").write_text(SOURCE, "utf-8")
    (folder / "cases.sql").write_text("SELECT 1", "utf-8")
    return folder


@pytest.fixture
def hang(pack: Path) -> Callable[[str], Wall]:
    """Wall of the city as a text declares it."""

    def load(text: str = WALL) -> Wall:
        (pack / "wall.toml").write_text(text, "utf-8")
        return load_wall(load_city(str(pack), pack.parent), pack / "wall.toml")

    return load


@pytest.fixture
def wall(hang: Callable[..., Wall]) -> Wall:
    return hang()


@pytest.fixture
def book(tmp_path: Path, clock: Clock) -> Book:
    return Book(tmp_path / "alarms", clock)
