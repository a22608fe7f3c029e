"""A made-up town that is nothing but a folder of declarations, and what its store holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuai.disclosure.keys import Keyring
from kuai.store import pointer
from tests.jobs.processes import Cluster, cluster
from tests.jobs.scene import Scene
from tests.jobs.town import CITY, SELECTS, SOURCES, Town

from jobs.job import Report

Built = tuple[Town, Path, Report]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "city.toml").write_text(CITY, "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    for name, select in SELECTS.items():
        (folder / f"{name}.sql").write_text(f"{select}\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def town_of(pack: Path, great_expectations: None) -> Callable[[Path], Town]:
    """The town whose files arrive in a folder, which is made. Its builds need Great Expectations in this process."""

    def make(data: Path) -> Town:
        data.mkdir(parents=True)
        return Town(pack, data)

    return make


@pytest.fixture
def empty_town(town_of: Callable[[Path], Town], tmp_path: Path) -> Town:
    """The town before anything was delivered."""
    return town_of(tmp_path / "landing")


@pytest.fixture
def town(empty_town: Town) -> Town:
    empty_town.write_some()
    return empty_town


TIMES = {"feed": "arrived_at", "batch": "ingested_at, run_id", "snapshot": "published_at, run_id", "slice": "file"}


@pytest.fixture(scope="session")
def served() -> Callable[..., dict[str, list[Any]]]:
    """Everything a home serves, by table, without the times and names of runs, and slices that have no cells left."""

    def read(home: Path, city: str = "liuxi") -> dict[str, list[Any]]:
        store = home / city / "store"
        found = pointer.read(store)
        assert found is not None
        with duckdb.connect(str(store / found.file), read_only=True) as connection:
            tables = [
                row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
            ]
            return {name: _rows(connection, name) for name in tables}

    return read


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Any]:
    columns = f"* EXCLUDE ({TIMES[table]})" if table in TIMES else "*"
    where = "rows > 0" if table == "slice" else "true"
    return connection.execute(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY ALL").fetchall()


@pytest.fixture(scope="session")
def scene(
    tmp_path_factory: pytest.TempPathFactory,
    town_data: Path,
    great_expectations: None,
    command: Callable[[Path], dict[str, Any]],
    served: Callable[..., dict[str, list[Any]]],
) -> Scene:
    """A generated city of which a part is published and the rest has just arrived."""
    prepared = Scene(tmp_path_factory.mktemp("scene"), town_data, command, served)
    prepared.prepare()
    return prepared


@pytest.fixture(scope="session")
def two_workers(tmp_path_factory: pytest.TempPathFactory, command: Callable[..., Any]) -> Iterator[Cluster]:
    """A Spark cluster."""
    folder = tmp_path_factory.mktemp("cluster")
    with cluster(folder, {**os.environ, **command(folder)["env"]}) as lent:
        yield lent


@pytest.fixture(scope="session")
def undisturbed(scene: Scene, two_workers: Cluster) -> Path:
    """Home and output (`said`) of a build of the generated city on the cluster that nobody disturbed."""
    return scene.build_anew(two_workers.url)


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One master key for every home: other keys are other noise."""
    folder = tmp_path_factory.mktemp("key") / "keys"
    Keyring.made(folder)
    return folder


@pytest.fixture(scope="session")
def built(town_of: Callable[[Path], Any], key: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The whole town built once, undisturbed; a test that disturbs it makes it good again."""
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(key, folder / "home" / "keys")
    whole = town_of(folder / "landing")
    whole.write_some()
    return whole, folder / "home", whole.build(folder / "home")


@pytest.fixture
def home(key: Path, tmp_path: Path) -> Path:
    shutil.copytree(key, tmp_path / "home" / "keys")
    return tmp_path / "home"
