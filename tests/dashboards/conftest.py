"""A city small enough to know by heart: two counties of three square stations each, every state somewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from kuai.home import Home
from kuai.serving import Serving

from dashboards.cli import listen

if TYPE_CHECKING:
    from dashboards.pages.map import Desk

STATIONS = {f"s{number}": (number % 3, number // 3) for number in range(6)}
SIDE = 0.1
CASES = {"s0": 3, "s1": 7, "s2": 12, "s3": 0, "s4": 25, "s5": 40}
RESIDENTS = {"s0": 1200, "s1": 900, "s2": 700, "s3": 400, "s4": 60}  # s5 is withheld

OTHERS = {
    "level": """
        hierarchy | level   | rank | name_zh | name_en | has_geometry
        police    | city    | 0    | 全市    | City    | true
        police    | county  | 1    | 县区    | County  | true
        police    | station | 2    | 派出所  | Station | true
    """,
    "coverage": """
        measure        | first      | last
        incident_count | 2018-01-01 | 2018-03-20
    """,
    "feed": """
        source  | dataset     | every | expected_from | due_hours | covered_until | budget_hours
        cases   | core.case   | day   | 2018-01-01    | 24        | 2018-03-20    | 36
        persons | core.person | -     | -             | -         | -             | 2400
    """,
    "batch": """
        batch_id | dataset   | source | path     | rows_read | accepted | quarantined | unlocated | first_day | last_day
        b1       | core.case | cases  | cases_q1 | 90 | 88 | 2 | 1 | 2018-01-01 | 2018-03-20
    """,
    "released": """
        measure        | level   | period
        incident_count | county  | month
        incident_count | station | month
        incident_count | station | day
        resident_count | county  | stock
        resident_count | station | stock
    """,
    "category": """
        measure        | category
        incident_count | all
        incident_count | theft
        resident_count | all
    """,
}  # fmt: skip


def square(column: float, row: float, width: float = 1) -> str:
    """WKB of a square as DuckDB writes a BLOB."""
    west, south = 100 + column * SIDE, 30 + row * SIDE
    raw = shapely.to_wkb(shapely.box(west, south, west + width * SIDE, south + SIDE))
    return "".join(f"\\x{byte:02X}" for byte in raw)


def areas() -> str:
    lines = ["hierarchy | level | area | parent | name_zh | name_en | valid_from | geometry"]
    lines.append(f"police | city | demo | - | 示范 | Demo | 2010-01-01 | {square(0, 0, 3)}")
    for row, name in enumerate(("东县", "西县")):
        lines.append(f"police | county | c{row} | demo | {name} | County {row} | 2010-01-01 | {square(0, row, 3)}")
    for code, (column, row) in STATIONS.items():
        outline = square(column, row)
        lines.append(f"police | station | {code} | c{row} | {code}所 | Station {code} | 2010-01-01 | {outline}")
    return "\n".join(lines)


def cells() -> str:
    lines = ["measure | level | area | period | start | category | value"]
    for code, count in CASES.items():
        lines.append(f"incident_count | station | {code} | month | 2018-03-01 | all | {count}")
        lines.append(f"incident_count | station | {code} | month | 2018-02-01 | all | {count + 1}")
    lines += [f"resident_count | station | {code} | stock | 2018-01-01 | all | {n}" for code, n in RESIDENTS.items()]
    lines += [f"incident_count | county | c{row} | month | 2018-03-01 | all | {n}" for row, n in enumerate((22, 65))]
    return "\n".join(lines)


@pytest.fixture
def issue(publish: Callable[..., Home]) -> Callable[[str], Home]:
    """Publish the city as a snapshot of that name, in the home of a test."""
    return lambda snapshot: publish(snapshot, cell=cells(), area=areas(), **OTHERS)


@pytest.fixture
def changing(issue: Callable[[str], Home]) -> Iterator[Serving]:
    """The city of a test, which may issue further snapshots."""
    with closing(Serving.open(issue("s1"), "demo")) as gate:
        yield gate


@pytest.fixture(scope="session")
def serving(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The city of all tests that leave it as it is."""
    home = publish_into(tmp_path_factory.mktemp("pages"), "s1", cell=cells(), area=areas(), **OTHERS)
    with closing(Serving.open(home, "demo")) as gate:
        yield gate


@pytest.fixture
def desk(serving: Serving) -> Desk:
    from dashboards.pages.map import Desk

    return Desk(serving, "en", "/")


@pytest.fixture(scope="session")
def answering() -> Callable[[Serving], AbstractContextManager[str]]:
    """Serve the pages from a thread: `with answering(serving) as address`."""
    return _answering


@pytest.fixture(scope="module")
def site(serving: Serving) -> Iterator[str]:
    """Address of the pages of the city that stays as it is."""
    with _answering(serving) as address:
        yield address


@contextmanager
def _answering(serving: Serving) -> Iterator[str]:
    import uvicorn

    from dashboards.app import create

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create(serving, "en").server, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def said(component: Any) -> str:
    """Every text of a tree of components."""
    if component is None or isinstance(component, int | float):
        return ""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(text for one in component if (text := said(one)))
    return said(getattr(component, "children", None))


@pytest.fixture(name="said")
def said_fixture() -> Callable[[Any], str]:
    return said
