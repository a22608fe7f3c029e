"""The wall of the small city: a pack that declares it, a gate with a clock, and the application with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access.signin import SignIn
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.wallfile import load_wall
from kuai.city.load import load_city
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import city, visiting
from tests.kuai.alarms.conftest import CITY, SOURCE

from dashboards.mapping.mapping import Mapping
from dashboards.site import Site
from dashboards.wall.frame import Frames, Hanging

if TYPE_CHECKING:
    from dash import Dash

SHEETS = """
    [display]
    distance_m = 8
    pitch_mm = 2.5
    [rotation]
    dwell_seconds = 2
    [[sheet]]
    name = { zh = "案件", en = "Cases" }
    areas = ["county:c0"]
    tiles = [
        { kind = "kpi", metric = "incident_count", period = "month" },
        { kind = "kpi", metric = "resident_count", period = "month" },
        { kind = "kpi", metric = "incident_count", period = "day" },
        { kind = "map", metric = "incident_count", period = "month", level = "station" },
    ]
    [[sheet]]
    name = { zh = "派出所", en = "Station" }
    each = "station"
    tiles = [
        { kind = "kpi", metric = "incident_count", period = "month" },
        { kind = "kpi", metric = "incident_rate", period = "month" },
    ]
    [alarm.many]
    name = { zh = "案件多", en = "Many cases" }
    cause = { zh = "未知", en = "Unknown" }
    action = { zh = "查看", en = "Look" }
    owner = "police"
    respond_minutes = 30
    rule = { metric = "incident_count", level = "station", period = "month", above = 30 }
"""
TABLES = city.TABLES | {
    "coverage": city.OTHERS["coverage"].replace("2018-03-20", "2018-03-31"),
    "feed": city.OTHERS["feed"].replace("2018-03-20", "2018-03-31"),
}
"""The small city, whose cases have come for the whole of March: their budget ends on 2 April at noon."""

BUDGET_ENDS = datetime(2018, 4, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Goes on from a moment that can be set."""

    at: datetime = BUDGET_ENDS - timedelta(hours=12)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at + (datetime.now(UTC) - self.since)

    def put(self, at: datetime) -> None:
        self.at, self.since = at, datetime.now(UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Wall:
    folder = tmp_path_factory.mktemp("packs") / "demo"
    folder.mkdir()
    for name, text in {"city.toml": CITY, "sources.toml": SOURCE, "cases.sql": "SELECT 1", "wall.toml": SHEETS}.items():
        (folder / name).write_text(text, "utf-8")
    return load_wall(load_city(str(folder), folder.parent), folder / "wall.toml")


@pytest.fixture
def issue(publish: Callable[..., Home]) -> Callable[[str], Home]:
    """Publish the city as a snapshot of that name."""
    return lambda snapshot: publish(snapshot, **TABLES)


@pytest.fixture
def gate(issue: Callable[[str], Home], clock: Clock) -> Iterator[Serving]:
    """Gate of the city, by the clock of the test."""
    with closing(Serving.open(issue("s1"), "demo")) as found:
        found._clock = clock
        yield found


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "alarms")


@pytest.fixture
def frames(gate: Serving, wall: Wall, book: Book, gatehouse: SignIn) -> Frames:
    mapping = Mapping(gate, lambda _: None, "en")
    return Frames(Hanging(gate, wall, book), gatehouse.policy, mapping, lambda _: None)


@pytest.fixture
def hung(gatehouse: SignIn, wall: Wall, book: Book) -> Callable[..., Site]:
    """Site with the wall: `hung(note=...)`."""
    http = replace(Settings.load(None, {}).http, **visiting.PLENTY)

    def made(**parts: Any) -> Site:
        return Site(gatehouse, http, **{"language": "en", "wall": wall, "book": book, **parts})

    return made


@pytest.fixture
def shown(gate: Serving, hung: Callable[..., Site]) -> Dash:
    from dashboards.app import create

    return create(gate, hung())
