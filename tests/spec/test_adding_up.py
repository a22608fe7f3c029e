"""What adds up: a parent is the sum of its children, the root counts also what lies nowhere, all is every category."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import sql
from tests.spec.sheet import WORKING

pytestmark = pytest.mark.slow

BLOCKS, DISTRICTS = 6, 3
FIRST, CHANGE, LAST = date(2018, 1, 1), date(2018, 2, 10), date(2018, 3, 31)
ROOT = "demo"

parents = st.lists(st.tuples(*[st.integers(0, DISTRICTS - 1)] * 2), min_size=BLOCKS, max_size=BLOCKS)
leaves = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, BLOCKS - 1)),
        st.integers(0, (LAST - FIRST).days),
        st.sampled_from(["theft", "fraud"]),
        st.integers(1, 9),
    ),
    max_size=40,
)


def areas(chosen: list[tuple[int, int]]) -> list[tuple[Any, ...]]:
    """Districts, and blocks of which some change their district on the day of change."""
    rows: list[tuple[Any, ...]] = [("h", "district", f"d{number}", ROOT, FIRST, None) for number in range(DISTRICTS)]
    rows.append(("h", "city", ROOT, None, FIRST, None))
    for block, (early, late) in enumerate(chosen):
        rows.append(("h", "block", f"b{block}", f"d{early}", FIRST, CHANGE - timedelta(days=1)))
        rows.append(("h", "block", f"b{block}", f"d{late}", CHANGE, None))
    return rows


def carried(chosen: list[tuple[int, int]], counted: list[tuple[Any, ...]]) -> dict[tuple[str, ...], int]:
    """Counts by level, area, month and category."""
    with duckdb.connect() as connection:
        for name in ("leaf", "level_rank", "wanted", "released"):
            connection.execute(f"CREATE TABLE {name} ({WORKING[name]})")
        connection.execute("CREATE TABLE root AS SELECT $1 AS area", [ROOT])
        columns = "hierarchy VARCHAR, level VARCHAR, area VARCHAR, parent VARCHAR, valid_from DATE, valid_to DATE"
        connection.execute(f"CREATE TABLE core_area ({columns})")
        connection.executemany("INSERT INTO core_area VALUES (?, ?, ?, ?, ?, ?)", areas(chosen))
        for rank, level in enumerate(("city", "district", "block")):
            connection.execute("INSERT INTO level_rank VALUES ('h', $1, $2)", [level, rank])
            connection.execute("INSERT INTO wanted VALUES ('m', $1, 'block', $2, true, '', '')", [level, rank == 0])
            connection.execute("INSERT INTO released VALUES ('m', $1, 'block', 'month', NULL)", [level])
        for block, day, category, n in counted:
            row = ["m", "block", None if block is None else f"b{block}", FIRST + timedelta(days=day), category, n, 0]
            connection.execute(
                "INSERT INTO leaf (measure, leaf_level, leaf, day, category, n, k) VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )
        return _rolled(connection)


def _rolled(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], int]:
    connection.execute(f"CREATE TABLE path AS {sql.text('ancestors')}")
    connection.execute(f"CREATE TABLE expanded AS {sql.text('expand_days')}", {"by_day": False, "all_levels": True})
    span = {"period": "month", "first": FIRST, "last": LAST}
    rows = connection.execute(sql.text("rollup_period"), span).fetchall()
    return {(row[1], row[2], str(row[4]), row[5]): row[6] for row in rows}


def total(cells: dict[tuple[str, ...], int], level: str, month: str, category: str) -> int:
    return sum(n for key, n in cells.items() if (key[0], *key[2:]) == (level, month, category))


@given(parents, leaves)
def test_children_add_up_to_their_parent(chosen: list[tuple[int, int]], counted: list[tuple[Any, ...]]) -> None:
    cells = carried(chosen, counted)
    nowhere: Counter[str] = Counter()
    for block, day, _, n in counted:
        nowhere[str((FIRST + timedelta(days=day)).replace(day=1))] += n if block is None else 0
    for month in ("2018-01-01", "2018-02-01", "2018-03-01"):
        blocks, districts = total(cells, "block", month, "all"), total(cells, "district", month, "all")
        assert blocks == districts == total(cells, "city", month, "all") - nowhere[month]
        assert total(cells, "city", month, "all") == sum(total(cells, "city", month, one) for one in ("theft", "fraud"))


@given(parents, leaves)
def test_a_district_holds_the_blocks_that_were_its_own_on_each_day(
    chosen: list[tuple[int, int]], counted: list[tuple[Any, ...]]
) -> None:
    cells = carried(chosen, counted)
    expected: Counter[tuple[str, str]] = Counter()
    for block, day, _, n in counted:
        if block is not None:
            when = FIRST + timedelta(days=day)
            expected[f"d{chosen[block][when >= CHANGE]}", str(when.replace(day=1))] += n
    found = {(key[1], key[2]): n for key, n in cells.items() if (key[0], key[3]) == ("district", "all")}
    assert found == dict(expected)
