"""A city with what is hard to write down: formulas for names, a boundary that moves, withheld counts, no outline."""

# ruff: noqa: E501 -- drawn tables
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely

from kuai.access import Place, Viewer
from kuai.audit import Entry
from kuai.home import Home
from kuai.question import Export
from kuai.serving import Question, Serving

TAKER = Viewer("ana", "analyst", (Place("city", "demo"),), "planning", "why, indeed")
NOON = datetime(2018, 6, 1, 12, tzinfo=UTC)
TABLES = {
    "level": """
        hierarchy | level    | rank | name_zh | name_en  | has_geometry
        police    | city     | 0    | 市      | City     | true
        police    | district | 1    | 分局    | District | true
        police    | station  | 2    | 派出所  | Station  | true
    """,
    "released": """
        measure        | level    | period
        incident_count | district | month
        incident_count | station  | month
        resident_count | station  | stock
    """,
    "category": """
        measure        | category
        incident_count | all
        resident_count | all
    """,
    "coverage": """
        measure        | first      | last
        incident_count | 2018-01-01 | 2018-04-30
    """,
    "batch": """
        batch_id | dataset     | source  | path   | rows_read | accepted | quarantined | unlocated | first_day  | last_day
        b1       | core.case   | cases   | =m.csv | 10        | 9        | 1           | 2         | 2018-01-01 | 2018-04-30
        b2       | core.person | persons | p.csv  | 77        | 77       | 0           | 0         | 2018-01-01 | 2018-01-01
    """,
    "cell": """
        measure        | level   | area | period | start      | category | value
        incident_count | station | s1   | month  | 2018-03-01 | all      | 4
        incident_count | station | s2   | month  | 2018-03-01 | all      | 9
        incident_count | station | s1   | month  | 2018-04-01 | all      | 5
        resident_count | station | s1   | stock  | 2018-01-01 | all      | 812
        resident_count | station | s2   | stock  | 2018-01-01 | all      | -
    """,
}  # fmt: skip


def wkb(west: float, width: float = 1.0) -> str:
    ring = shapely.box(west, 0, west + width, 1, ccw=False)
    return "".join(f"\\x{byte:02X}" for byte in shapely.to_wkb(ring))


def areas() -> str:
    return f"""
        hierarchy | level    | area | parent | name_zh  | name_en | valid_from | valid_to   | geometry
        police    | city     | demo | -      | 示范     | Demo    | 2000-01-01 | -          | {wkb(0, 3)}
        police    | district | d1   | demo   | 东分局   | East    | 2000-01-01 | -          | -
        police    | district | d2   | demo   | 西分局   | West    | 2000-01-01 | -          | -
        police    | station  | s1   | d1     | 旧所     | Old     | 2000-01-01 | 2018-03-31 | {wkb(0)}
        police    | station  | s1   | d1     | 新所     | New     | 2018-04-01 | -          | {wkb(0, 1.123456789)}
        police    | station  | s2   | d1     | =二所()  | East 2  | 2000-01-01 | -          | {wkb(1)}
        police    | station  | s3   | d2     | 三所     | West 3  | 2000-01-01 | -          | -
    """


@pytest.fixture(scope="session")
def city(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home: Home = publish_into(tmp_path_factory.mktemp("export"), **TABLES, area=areas())
    return home


@pytest.fixture(scope="session")
def serving(city: Home) -> Iterator[Serving]:
    with closing(Serving.open(city, "demo")) as gate:
        yield Serving(gate._reader, gate._policy, lambda: NOON)


@pytest.fixture(scope="session")
def taker() -> Viewer:
    return TAKER


@pytest.fixture
def lines() -> list[Entry]:
    return []


@pytest.fixture
def take(serving: Serving, lines: list[Entry]) -> Callable[..., Export]:
    """Take an answer away: `take("resident_count", within=…)`."""

    def taken(metric: str = "incident_count", viewer: Viewer = TAKER, **asked: Any) -> Export:
        usual = {"level": "station", "period": "month", "first": date(2018, 3, 1), "last": date(2018, 4, 30)}
        limits = {name: asked.pop(name) for name in ("most", "outlines") if name in asked}
        return serving.seen_by(viewer, lines.append).export(Question(metric, **{**usual, **asked}), **limits)

    return taken
