"""Areas above an area: itself, every level up to the root, for the days all of them are in force."""

from __future__ import annotations

import duckdb
import pytest

from kuai import sql

AREAS = """
police city     town  -     2000-01-01 -
police district d1    town  2000-01-01 2012-12-17
police district d1    town  2012-12-18 -
police district d2    town  2000-01-01 -
police beat     b1    d1    2000-01-01 2012-12-17
police beat     b1    d2    2012-12-18 -
police beat     b2    d1    2005-01-01 -
civic  city     town  -     2000-01-01 -
civic  tract    t1    town  2000-01-01 -
civic  block    k1    t1    2000-01-01 -
civic  block    k2    t1    2000-01-01 -
"""
RANKS = "police city 0|police district 1|police beat 2|civic city 0|civic tract 1|civic block 2"


@pytest.fixture
def connection(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    database.execute(
        "CREATE TABLE core_area (hierarchy VARCHAR, level VARCHAR, area VARCHAR, parent VARCHAR, valid_from DATE, "
        "valid_to DATE)"
    )
    database.execute("CREATE TABLE level_rank (hierarchy VARCHAR, level VARCHAR, rank INTEGER)")
    rows = [[None if word == "-" else word for word in line.split()] for line in AREAS.strip().splitlines()]
    database.executemany("INSERT INTO core_area VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.executemany("INSERT INTO level_rank VALUES (?, ?, ?)", [one.split() for one in RANKS.split("|")])
    return database


def paths(con: duckdb.DuckDBPyConnection, leaf: str) -> list[tuple[str, ...]]:
    query = f"SELECT level, area, valid_from::VARCHAR, valid_to::VARCHAR FROM ({sql.text('ancestors')}) WHERE leaf = $1"
    return sorted(con.execute(query, [leaf]).fetchall())


def test_a_beat_changes_its_district(connection: duckdb.DuckDBPyConnection) -> None:
    assert paths(connection, "b1") == [
        ("beat", "b1", "2000-01-01", "9999-12-31"),
        ("city", "town", "2000-01-01", "9999-12-31"),
        ("district", "d1", "2000-01-01", "2012-12-17"),
        ("district", "d2", "2012-12-18", "9999-12-31"),
    ]


def test_a_path_holds_while_all_of_it_holds(connection: duckdb.DuckDBPyConnection) -> None:
    assert {row[2:] for row in paths(connection, "b2")} == {("2005-01-01", "9999-12-31")}


def test_every_level_is_a_start(connection: duckdb.DuckDBPyConnection) -> None:
    assert [row[:2] for row in paths(connection, "t1")] == [("city", "town"), ("tract", "t1")]
    assert [row[:2] for row in paths(connection, "k2")] == [("block", "k2"), ("city", "town"), ("tract", "t1")]


def test_areas_of_the_same_leaves_have_one_identity_for_as_long_as_they_do(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        f"CREATE VIEW leaf_set AS SELECT level, area, leaf, valid_from, valid_to FROM ({sql.text('ancestors')}) "
        "WHERE leaf_level IN ('beat', 'block')"
    )
    rows = connection.execute(sql.text("canonical_area")).fetchall()
    identity = {(level, area, str(since)): canonical for level, area, since, _, canonical in rows}
    only_b1, only_b2 = identity["beat", "b1", "0001-01-01"], identity["beat", "b2", "0001-01-01"]
    assert identity["district", "d2", "0001-01-01"] == only_b1
    assert identity["district", "d1", "0001-01-01"] == only_b1
    assert identity["district", "d1", "2012-12-18"] == only_b2
    assert identity["district", "d1", "2005-01-01"] not in {only_b1, only_b2}
    assert (len(identity), len(set(identity.values()))) == (11, 8)
