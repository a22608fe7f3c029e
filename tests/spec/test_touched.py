"""What a delivery of cases changes, told from the cases that it touched alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from kuai import catalog, sql
from tests.spec.sheet import LOCATED, WORKING, empty, result, rows

from jobs.touched import add_sums, are_handled, known, narrow, touch

JUNE: dict[str, Any] = {"period": "month", "first": date(2025, 6, 1), "last": date(2025, 6, 30)}
HOURS, MEDIAN = (next(one for one in catalog.MEASURES if one.id == name) for name in
                 ("incident_hour_count", "median_handling_days"))  # fmt: skip
KEY = "level, area, start, category"
CASE = "case_id, day, category, area_beat, occurred_at, reported_at, closed_at, updated_at, batch_id"
Cells = dict[tuple[Any, ...], float]


def test_a_touched_case_brings_what_was_delivered_of_it_before() -> None:
    found = result(
        "touched_case", "case_id batch_id is_fresh", {"fresh": ["new"]}, core_case="""
        case_id | day        | batch_id
        1       | 2025-06-01 | old
        1       | 2025-06-01 | new
        2       | 2025-06-01 | old   # nothing new of it
        3       | 2025-06-02 | old
        3       | 2025-06-01 | new   # on another day it is another row of the counts
        4       | 2025-06-02 | new
    """)  # fmt: skip
    assert found == rows("""
        1 new True
        1 old False
        3 new True
        4 new True
    """)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_touched_cases_tell_what_a_count_of_all_tells(seed: int, tmp_path: Path) -> None:
    with _ground(Random(seed)) as connection:  # noqa: S311 -- rows, not keys
        before, now = (_counted(connection, HOURS, where) for where in ("batch_id <> 'new'", "true"))
        medians = [_counted(connection, MEDIAN, where) for where in ("batch_id <> 'new'", "true")]
        _narrow(connection, tmp_path / "touched.parquet")
        add_sums(connection, [HOURS], JUNE)
        changed = _cells(connection, f"SELECT {KEY}, n FROM counted")
        assert changed == _without_zeros({one: now.get(one, 0) - before.get(one, 0) for one in now | before})
        assert are_handled(connection, JUNE)
        near = {row[:2] for row in connection.execute("SELECT level, area FROM path").fetchall()}
        other = {one[:2] for one in medians[0] | medians[1] if medians[0].get(one) != medians[1].get(one)}
        assert other
        assert other <= near
        assert _counted(connection, MEDIAN, "true") == {one: n for one, n in medians[1].items() if one[:2] in near}


def test_where_nothing_touched_was_closed_no_median_is_another(tmp_path: Path) -> None:
    with _ground(Random(1)) as connection:  # noqa: S311 -- rows, not keys
        connection.execute("UPDATE every_case SET closed_at = NULL WHERE batch_id = 'new'")
        connection.execute("DELETE FROM every_case WHERE batch_id <> 'new' AND closed_at IS NOT NULL")
        _narrow(connection, tmp_path / "touched.parquet")
        assert not are_handled(connection, JUNE)


@contextmanager
def _ground(rng: Random) -> Iterator[duckdb.DuckDBPyConnection]:
    """Cases in twenty beats of four districts, one of which leaves its district in June, and a late delivery."""
    with empty() as connection:
        for name in ("leaf", "wanted", "released", "root", "delivery"):
            connection.execute(f"CREATE TABLE {name} ({WORKING[name]})")
        connection.execute(next(one for one in catalog.CONTRACTS if one.name == "core.case").to_duckdb(LOCATED))
        connection.execute("ALTER TABLE core_case RENAME TO every_case")
        connection.execute(f"CREATE TABLE counted ({WORKING['expanded']}, period VARCHAR)")
        connection.execute("INSERT INTO root VALUES ('demo')")
        levels = [(one.id, level) for one in (HOURS, MEDIAN) for level in ("city", "district")]
        for given in levels:
            wanted = "INSERT INTO wanted (measure, level, leaf_level, is_root) SELECT $1, $2, 'beat', $2 = 'city'"
            connection.execute(wanted, given)
            connection.execute("INSERT INTO released VALUES ($1, $2, 'beat', 'month', NULL)", given)
        connection.execute(f"CREATE VIEW path AS SELECT * FROM (VALUES {', '.join(_ways())}) AS way ({_names('path')})")
        batches = [(number, "old") for number in range(80)] + [(rng.randrange(90), "new") for _ in range(20)]
        rows_given = ", ".join(_case(rng, number, batch) for number, batch in batches)
        connection.execute(f"INSERT INTO every_case ({CASE}) VALUES {rows_given}")
        yield connection


def _ways() -> Iterator[str]:
    for beat in range(20):
        yield f"('beat', 'b{beat}', 'city', 'demo', DATE '2000-01-01', DATE '9999-12-31')"
        last = "2025-06-14" if beat == 3 else "9999-12-31"
        yield f"('beat', 'b{beat}', 'district', 'd{beat % 4}', DATE '2000-01-01', DATE '{last}')"
    yield "('beat', 'b3', 'district', 'd0', DATE '2025-06-15', DATE '9999-12-31')"


def _names(table: str) -> str:
    return ", ".join(column.split()[0] for column in WORKING[table].split(", "))


def _case(rng: Random, number: int, batch: str) -> str:
    day = f"2025-06-{number % 28 + 1:02d}"
    beat = "NULL" if rng.random() < 0.1 else f"'b{rng.randrange(20)}'"
    closed = f"TIMESTAMP '{day} 09:00' + INTERVAL {rng.randrange(90)} HOUR" if rng.random() < 0.6 else "NULL"
    return (
        f"('{number}', DATE '{day}', '{rng.choice('xy')}', {beat}, "
        f"TIMESTAMP '{day} {rng.randrange(4):02d}:00', TIMESTAMP '{day} 09:00', "
        f"{closed}, TIMESTAMP '{day} 1{rng.randrange(2)}:00', '{batch}')"
    )


def _counted(connection: duckdb.DuckDBPyConnection, measure: Any, where: str) -> Cells:
    """Cells of a measure from all rows that fulfil a condition."""
    connection.execute(f"CREATE OR REPLACE VIEW core_case AS FROM every_case WHERE {where}")
    connection.execute(f"CREATE OR REPLACE TABLE latest_case AS {sql.text('latest_case')}", JUNE)
    statement = sql.text(measure.source)
    connection.execute(f"CREATE OR REPLACE TABLE outcome AS {statement}", known(statement, JUNE))
    return _cells(connection, f"SELECT {KEY}, value FROM outcome")


def _narrow(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute("CREATE OR REPLACE VIEW core_case AS FROM every_case")
    touch(connection, ["new"])
    connection.execute(f"COPY touched TO '{path}'")
    connection.execute("DROP TABLE touched")
    narrow(connection, [str(path)])


def _cells(connection: duckdb.DuckDBPyConnection, query: str) -> Cells:
    return {row[:-1]: float(row[-1]) for row in connection.execute(query).fetchall()}


def _without_zeros(cells: Cells) -> Cells:
    return {one: n for one, n in cells.items() if n}
