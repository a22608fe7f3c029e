"""Every SQL file is one statement with its grain on top, and DuckDB can plan it on empty tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuai import catalog, sql
from kuai.audit.entry import STORED
from kuai.catalog import marts
from kuai.contracts import Column

HIERARCHIES = ("civic", "police")
LEAF = "leaf_level VARCHAR, leaf VARCHAR, category VARCHAR, n BIGINT, k BIGINT"
CELL = "measure VARCHAR, level VARCHAR, area VARCHAR, start DATE, category VARCHAR, n BIGINT, k BIGINT"
PAD = "inner_pad BLOB, outer_pad BLOB"
# Relations that a step makes for the next one.
WORKING = {
    **dict.fromkeys(
        ("audit_answer", "audit_line"),
        ", ".join(f'"{name}" {kind}' for name, kind in {**STORED, "line": "BLOB"}.items()),
    ),
    "audit_text": "line BLOB",
    "counted": f"{CELL}, period VARCHAR",
    "checked": "id_number VARCHAR, id18 VARCHAR",
    "expanded": CELL,
    "kept": "day DATE",
    "delivery": "batch_id VARCHAR, place INTEGER",
    "given": "id_number VARCHAR, birth_date DATE, area VARCHAR",
    "latest_case": "day DATE, category VARCHAR, "
    + ", ".join(f"{step}_at TIMESTAMP" for step in ("occurred", "reported", "accepted", "filed", "closed"))
    + "".join(f", area_{one} VARCHAR" for one in HIERARCHIES),
    "leaf": f"measure VARCHAR, day DATE, as_of DATE, {LEAF}",
    "leaf_set": "level VARCHAR, area VARCHAR, leaf VARCHAR, valid_from DATE, valid_to DATE",
    "canonical": "level VARCHAR, area VARCHAR, valid_from DATE, valid_to DATE, canonical VARCHAR",
    "level_rank": "hierarchy VARCHAR, level VARCHAR, rank INTEGER",
    **dict.fromkeys(
        ("path", "every_path", "near_path"),
        "leaf_level VARCHAR, leaf VARCHAR, level VARCHAR, area VARCHAR, valid_from DATE, valid_to DATE",
    ),
    "touched": "case_id VARCHAR, day DATE, closed_at TIMESTAMP, is_fresh BOOLEAN, "
    + ", ".join(f"area_{one} VARCHAR" for one in HIERARCHIES),
    "pad_cell": f"{PAD}, first DATE, last DATE", "pad_pid": PAD, "pad_rkey": PAD,
    "region": "code VARCHAR",
    "root": "area VARCHAR",
    "top": "leaf_level VARCHAR, level VARCHAR",
    "checkpoint_area": "longitude DOUBLE, latitude DOUBLE, level VARCHAR, area VARCHAR, valid_from DATE, valid_to DATE",
    "standing_checkpoint": "checkpoint_id VARCHAR, kind VARCHAR, live_from DATE, live_to DATE, leaf_level VARCHAR, "
    "leaf VARCHAR",
    "published_day": "as_of DATE, place INTEGER",
    "wanted": "measure VARCHAR, level VARCHAR, leaf_level VARCHAR, is_root BOOLEAN, by_day BOOLEAN, rhythm VARCHAR, "
    "breakdown VARCHAR",
}  # fmt: skip
MARTS = {
    "exact": marts.EXACT,
    "counts_now": marts.AREA_DAY,
    "counts_before": marts.AREA_DAY,
    "counts_kept": marts.AREA_DAY,
    "direct": marts.CELL,
    "direct_before": marts.CELL,
    "built": marts.CELL,
    "published": marts.CELL,
}
# `released` stands in the serving file and, with the leaf it is carried from, in the zone.
ZONE_RELEASED = "measure VARCHAR, level VARCHAR, leaf_level VARCHAR, period VARCHAR, summed_from VARCHAR"
VALUES: dict[str, Any] = {
    "actions": ["ask"], "holders": ["station:s1"], "since": date(2020, 1, 1), "until": date(2021, 1, 1),
    "most": 50, "skipped": 0,
    "shape": '{"n": "BIGINT", "areas": ["VARCHAR"], "scope": ["VARCHAR"]}',
    "all_levels": True, "as_of": date(2020, 1, 1), "by_day": True, "bounds": [1, 2, 3], "datasets": ["core.case"],
    "day": date(2020, 1, 1), "fresh": ["b1"], "firsts": [date(2020, 1, 1)], "measures": ["resident_count"],
    "hidden": 9, "least": 15,
    "first": date(2020, 1, 1), "last": date(2020, 12, 31), "outlines": True, "period": "month", "threshold": 10,
    "today": date(2020, 1, 1),
}  # fmt: skip


def statement(name: str) -> str:
    return "\n".join(line for line in sql.text(name).splitlines() if not line.lstrip().startswith("--"))


def parameters(name: str) -> dict[str, Any]:
    names = set(re.findall(r"\$([a-z_]+)", statement(name)))
    return {one: VALUES.get(one, "x") for one in names}


def reads_the_store(name: str) -> bool:
    return name.startswith(("query_", "status_", "facts_", "explain_"))


@pytest.fixture(scope="module")
def store(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((root / "kuai" / "store" / "schema.sql").read_text("utf-8"))
        yield connection


def _drawn(columns: Iterable[Column]) -> str:
    return ", ".join(f'"{column.name}" {column.sql_type}' for column in columns)


@pytest.fixture(scope="module")
def zone() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for contract in catalog.CONTRACTS:
            connection.execute(contract.to_duckdb(HIERARCHIES))
        drawn = {table: _drawn(columns) for table, columns in MARTS.items()}
        held = f"{drawn['direct']}, place BIGINT"
        more = {"released": ZONE_RELEASED, "cell_file": held, "near_cell": held}
        for table, columns in {**WORKING, **drawn, **more}.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        yield connection


@pytest.mark.parametrize("name", sql.names())
def test_duckdb_can_plan_it(name: str, request: pytest.FixtureRequest) -> None:
    connection = request.getfixturevalue("store" if reads_the_store(name) else "zone")
    connection.execute(f"EXPLAIN {statement(name)}", parameters(name))


@pytest.mark.parametrize("name", sql.names())
def test_it_begins_with_its_grain(name: str) -> None:
    first = sql.text(name).splitlines()[0]
    assert re.match(r"-- (grain: )?(one|every|the) ", first, re.IGNORECASE), first


@pytest.mark.parametrize("name", sql.names())
def test_it_is_one_statement(name: str) -> None:
    assert len(duckdb.extract_statements(statement(name))) == 1
    assert ";" not in re.sub(r"'[^']*'", "", statement(name))


def test_every_file_is_used(modules: list[Any]) -> None:
    code = "\n".join(module.text for module in modules)
    families = tuple(re.findall(r"""text\(f["']([a-z]+_)\{""", code))
    unused = [name for name in sql.names() if f'"{name}"' not in code and f"'{name}'" not in code]
    assert [name for name in unused if not name.startswith(families)] == []
