from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from numpy.typing import NDArray

from kuai.city import City, load_city
from kuai.generator import Plan, Summary, generate
from kuai.generator.area_files import outlines
from kuai.generator.context import Context, context
from kuai.generator.territory import Territory, build

PACKS = Path(__file__).parents[3] / "conf" / "cities"


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan("town", 7, date(2026, 6, 30))


@pytest.fixture(scope="session")
def written(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return generate(plan, tmp_path_factory.mktemp("generated") / "town", processes=1)


@pytest.fixture(scope="session")
def town(written: Summary) -> Path:
    return written.folder


@pytest.fixture(scope="session")
def world(plan: Plan) -> Context:
    return context(plan, build(plan))


@pytest.fixture(scope="session")
def pack() -> City:
    return load_city("shifan", PACKS)


@pytest.fixture(scope="session")
def city() -> Territory:
    return build(Plan("city", 1, date(2026, 6, 30)))


@pytest.fixture(scope="session")
def shapes(city: Territory) -> NDArray[Any]:
    """Outlines of the blocks of the city."""
    return outlines(city)


@pytest.fixture(scope="module")
def database(town: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"file_search_path": str(town)}) as connection:
        yield connection
