"""Fixtures for every test: stores drawn as text tables, the command, and a generated town built once."""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai.home import Home
from kuai.store import pointer
from tests.drawn import Shelf, draw
from tests.together import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_runtest_protocol,
    pytest_xdist_make_scheduler,
)

from expectations.validate import prepare

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import SparkSession

__all__ = [
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_runtest_protocol",
    "pytest_xdist_make_scheduler",
]

ROOT = Path(__file__).parents[1]

# A Java that lives for seconds pays for what it compiles to the full and for threads that collect its garbage.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

CHICAGO = ROOT.parent / "shared" / "data" / "chicago"

Publish = Callable[..., Home]
Told = subprocess.CompletedProcess[str]


def pytest_configure(config: pytest.Config) -> None:
    """Spend no time on what was imported: neither again and again while it is, nor when the process ends."""
    gc.disable()
    if hasattr(config, "workerinput"):
        atexit.register(os._exit, 0)
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        _set_properties(os.environ.get("KUAI_PROPERTIES", "quick"))


def _set_properties(profile: str) -> None:
    """Say how properties are tried, in a process that tries them: others need not wait for the library."""
    import hypothesis
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    # Whether a property holds does not depend on how busy the machine is.
    hypothesis.settings.register_profile("quick", deadline=None, derandomize=True, max_examples=25)
    hypothesis.settings.register_profile("deep", deadline=None, max_examples=1000)
    hypothesis.settings.load_profile(profile)
    if profile == "quick":
        # Else it reads every loaded module for values to try: that takes a second, and examples differ with processes.
        providers._get_local_constants = Constants


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave what a process of tests made to the end of the process: pytest would look through all of it first."""
    if hasattr(config, "workerinput"):
        gc.freeze()


def environment(home: Path) -> dict[str, str]:
    """Environment of the command in a home, with the packages of this checkout and English texts."""
    own = {"KUAI_HOME": str(home), "PYTHONPATH": str(ROOT), "KUAI_LANG": "en", "COLUMNS": "200"}
    return {**os.environ, "JAVA_TOOL_OPTIONS": JAVA, **own}


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Processes that tests start can be stopped by Ctrl-C, which the processes of the tests themselves ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Nothing waits for the disk: what a test can see of a process that died is there without it."""
    connect = sqlite3.connect

    def connect_unsynced(*words: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*words, **options)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, lambda _file: None)
        patch.setattr(sqlite3, "connect", connect_unsynced)
        yield


@pytest.fixture(scope="session")
def command() -> Callable[[Path], dict[str, object]]:
    """Arguments of `subprocess` that run `kuai` in a home: `Popen([*words], **command(home))`."""
    return lambda home: {"cwd": ROOT, "env": environment(home)}


@pytest.fixture(scope="session")
def kuai() -> Callable[..., Told]:
    """Run the command as a user does: `kuai(home, "build", "--city", …)`."""

    def run(home: Path, *words: str) -> Told:
        whole = [sys.executable, "-m", "kuai.cli", *words]
        return subprocess.run(whole, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Folder that one of the test processes fills and all of them read."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder = common / name
        with (common / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (common / f"{name}.whole").exists():
                shutil.rmtree(folder, ignore_errors=True)
                fill(folder)
                (common / f"{name}.whole").touch()
        return folder

    return made


@pytest.fixture(scope="session")
def town_data(once: Callable[..., Path]) -> Path:
    """Landing files of a generated town, with the truth about what was planted. Read only."""
    from kuai.generator import Plan, generate

    return once("town", lambda folder: generate(Plan("town", 7, date(2026, 6, 30)), folder, processes=1))


@pytest.fixture(scope="session")
def town_home(town_data: Path, once: Callable[..., Path], kuai: Callable[..., Told]) -> Path:
    """Home in which the town was built by the command; its output is in `build.out` and `build.err`. Read only."""

    def fill(home: Path) -> None:
        told = kuai(home, "build", "--city", "shifan", "--data", str(town_data), "--json")
        assert told.returncode == 0, told.stderr
        (home / "build.out").write_text(told.stdout, "utf-8")
        (home / "build.err").write_text(told.stderr, "utf-8")

    return once("town_home", fill)


@pytest.fixture(scope="session")
def spark_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home of the tests' Spark session."""
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="session")
def spark(spark_home: Path) -> SparkSession:
    """The one Spark session of a test process."""
    from kuai.spark.session import session

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUAI_HOME", str(spark_home))
        patch.setenv("JAVA_TOOL_OPTIONS", JAVA)
        patch.delenv("PYSPARK_PYTHON", raising=False)
        return session("local[2]", {"spark.sql.shuffle.partitions": "2"})


@pytest.fixture(scope="session")
def great_expectations() -> None:
    """Great Expectations, imported without what Spark looks for when it is imported as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyspark.sql.connect", None)  # type: ignore[arg-type]
        prepare()


@pytest.fixture(scope="session")
def chicago() -> Path:
    """Folder of the open data of Chicago."""
    if not CHICAGO.is_dir():
        pytest.skip("the open data of Chicago are not there (../shared/data/chicago)")
    return CHICAGO


@pytest.fixture(scope="session")
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """The one in-memory database of a test process: starting another costs more than most tests do."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


@pytest.fixture
def database(scratch: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty database of a test's own."""
    scratch.execute("ATTACH ':memory:' AS own")
    connection = scratch.cursor()
    connection.execute("USE own")
    yield connection
    connection.close()
    scratch.execute("DETACH own")


@pytest.fixture(scope="session")
def stores(scratch: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Serving files of drawn tables, each made once."""
    folder = tmp_path_factory.mktemp("stores")

    def made(tables: dict[str, str]) -> Path:
        built = folder / f"{sha256(repr(tables).encode()).hexdigest()}.duckdb"
        if not built.exists():
            draw(scratch, built, tables)
        return built

    return made


@pytest.fixture(scope="session")
def shelf(scratch: duckdb.DuckDBPyConnection) -> Iterator[Shelf]:
    """Published stores of drawn tables: whoever opens one reads it in the one database of the process."""
    import duckdb

    with pytest.MonkeyPatch.context() as patch:
        found = Shelf(scratch, duckdb.connect)
        patch.setattr(duckdb, "connect", found.connect)
        yield found


@pytest.fixture(scope="module")
def databases_of_their_own(shelf: Shelf) -> Iterator[None]:
    """Each store that a file's tests open has a database of its own, as it has elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duckdb.connect", shelf.usual)
        yield


@pytest.fixture(scope="session")
def publish_into(stores: Callable[..., Path], shelf: Shelf) -> Publish:
    """Publish a store of drawn tables into the home of a folder: `publish_into(folder, cell="…", area="…")`."""

    def build(folder: Path, snapshot: str = "s1", city: str = "demo", keep: int = 3, **tables: str) -> Home:
        home = Home(folder)
        store = home.city(city).prepare().store
        described = f"""
            snapshot   | city   | name_zh | name_en | published_at        | run_id | policy_version | time_zone
            {snapshot} | {city} | 示范    | Demo    | 2018-05-01 00:00:00 | run1   | p1             | UTC
        """
        built = Path(shutil.copyfile(stores({"snapshot": described, **tables}), store / "built.duckdb"))
        pointer.publish(built, store, snapshot, keep, datetime(2018, 5, 1, tzinfo=UTC))
        home.remember(city)
        shelf.folders.add(store)
        return home

    return build


@pytest.fixture
def publish(tmp_path: Path, publish_into: Publish) -> Publish:
    """Publish a store of drawn tables into the home of a test: `publish(cell="…", area="…")`."""
    return partial(publish_into, tmp_path / "home")
