"""Fixtures for every test: stores drawn as text tables, the command, and a generated town built once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import hypothesis
import pytest

from kuai.home import Home
from kuai.store import pointer

# Whether a property holds does not depend on how busy the machine is.
hypothesis.settings.register_profile("kuai", deadline=None, derandomize=True)
hypothesis.settings.load_profile("kuai")

ROOT = Path(__file__).parents[1]

CHICAGO = ROOT.parent / "shared" / "data" / "chicago"

Publish = Callable[..., Home]
Told = subprocess.CompletedProcess[str]


def environment(home: Path) -> dict[str, str]:
    """Environment of the command in a home, with the packages of this checkout and English texts."""
    return {**os.environ, "KUAI_HOME": str(home), "PYTHONPATH": str(ROOT), "KUAI_LANG": "en", "COLUMNS": "200"}


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
def town_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing files of a generated town, with the truth about what was planted."""
    from kuai.generator import Plan, generate

    folder = tmp_path_factory.mktemp("landing") / "town"
    return generate(Plan("town", 7, date(2026, 6, 30)), folder, processes=1).folder


@pytest.fixture(scope="session")
def town_home(town_data: Path, tmp_path_factory: pytest.TempPathFactory, kuai: Callable[..., Told]) -> Path:
    """Home in which the town was built by the command; its output is in `build.out` and `build.err`. Read only."""
    home = tmp_path_factory.mktemp("town")
    told = kuai(home, "build", "--city", "shifan", "--data", str(town_data), "--json")
    assert told.returncode == 0, told.stderr
    (home / "build.out").write_text(told.stdout, "utf-8")
    (home / "build.err").write_text(told.stderr, "utf-8")
    return home


@pytest.fixture(scope="session")
def chicago() -> Path:
    """Folder of the open data of Chicago."""
    if not CHICAGO.is_dir():
        pytest.skip("the open data of Chicago are not there (../shared/data/chicago)")
    return CHICAGO


def drawn(table: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn with `|`; the first line names the columns, `-` is NULL, `#` begins a comment."""
    lines = [line.split("#")[0].strip() for line in table.strip().splitlines()]
    header, *body = [[cell.strip() for cell in line.split("|")] for line in lines if line.strip()]
    assert all(len(row) == len(header) for row in body), "a row has another number of cells than the header"
    return [{name: None if cell == "-" else cell for name, cell in zip(header, row, strict=True)} for row in body]


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, str | None]]) -> None:
    """Insert drawn rows; DuckDB casts the texts."""
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publish a store of drawn tables into a home: `publish(cell="…", area="…")`."""
    home = Home(tmp_path / "home")

    def build(snapshot: str = "s1", city: str = "demo", keep: int = 3, **tables: str) -> Home:
        store = home.city(city).prepare().store
        built = store / "built.duckdb"
        with duckdb.connect(str(built)) as connection:
            connection.execute("BEGIN")
            connection.execute((ROOT / "kuai" / "store" / "schema.sql").read_text("utf-8"))
            fill(connection, "snapshot", drawn(f"""
                snapshot   | city   | name_zh | name_en | published_at        | run_id | policy_version | time_zone
                {snapshot} | {city} | 示范    | Demo    | 2018-05-01 00:00:00 | run1   | p1             | UTC
            """))  # fmt: skip
            for name, table in tables.items():
                fill(connection, name, drawn(table))
            connection.execute("COMMIT")
        pointer.publish(built, store, snapshot, keep, datetime(2018, 5, 1, tzinfo=UTC))
        home.remember(city)
        return home

    return build
