"""A made-up source of lamps, and the ways a test writes and reads its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from kuai.city.model import Source
from kuai.contracts import Column, Contract
from kuai.landing.checked import FileCheck
from kuai.landing.needs import needed
from kuai.landing.reading import header, read

SELECT = """-- Lamps of a made-up town.
SELECT line, "Lamp" AS lamp_id, "Kind" AS kind, "Watts" AS watts, "Lit on" AS lit_on, "Lon" AS longitude
FROM raw;
"""
LAMP = Contract(
    name="core.lamp",
    grain="one row per lamp",
    columns=(
        Column("lamp_id", "string", "Lamp", pattern="L[0-9]+").must(),
        Column("kind", "string", "Kind of lamp", allowed=("gas", "arc")),
        Column("watts", "integer", "Power", minimum=1, maximum=1000),
        Column("lit_on", "date", "First day lit", minimum="1880-01-01").must(),
        Column("longitude", "double", "Position"),
    ),
    key=("lamp_id",),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a file: the accepted rows, and the rule of every other line, by line."""

    rows: dict[int, tuple[object, ...]]
    rules: dict[int, str]

    @property
    def accepted(self) -> list[tuple[object, ...]]:
        return list(self.rows.values())

    @property
    def lines(self) -> list[int]:
        """Every line accounted for; a line that is twice would be there twice."""
        return sorted([*self.rows, *self.rules])


def lamps(**changed: object) -> Source:
    declared = {"name": "lamps", "dataset": "core.lamp", "owner": "works", "files": "*.csv", "sql": SELECT}
    return Source(**{**declared, "sql_path": Path("lamps.sql"), **changed})  # type: ignore[arg-type]


def through(path: Path, source: Source, connection: duckdb.DuckDBPyConnection | None = None) -> Outcome:
    rows: dict[int, tuple[object, ...]] = {}
    rules: dict[int, str] = {}
    connection = connection or duckdb.connect(":memory:")
    check = FileCheck(connection, LAMP, source, path.name)
    for chunk in read(path, source, needed(source, header(path, source), path.name)):
        done = check.check(chunk)
        passed = connection.execute("FROM accepted").fetchall()
        failed = connection.execute("FROM rejected").fetchall()
        assert (done.accepted, done.rejected) == (len(passed), len(failed))
        rows |= {row[0]: row[1:] for row in passed}
        rules |= dict(failed) | dict(zip(*chunk.rejected.to_pydict().values(), strict=True))
    return Outcome(rows, rules)


@pytest.fixture
def source() -> Callable[..., Source]:
    return lamps


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(content: bytes | str, name: str = "lamps.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def run() -> Callable[..., Outcome]:
    return through
