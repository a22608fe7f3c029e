"""Databases that are lent: empty each time, within their budget, and not spoilt by what failed in them."""

from __future__ import annotations

import threading

import duckdb
import pytest

from kuai.database import Budget, lend


def setting(connection: duckdb.DuckDBPyConnection, name: str) -> object:
    return connection.execute("SELECT current_setting($1)", [name]).fetchall()[0][0]


def test_nothing_is_left_of_the_work_before() -> None:
    for _ in range(3):
        with lend(Budget()) as connection:
            assert connection.execute("FROM duckdb_tables()").fetchall() == []
            assert connection.execute("FROM duckdb_views() WHERE NOT internal").fetchall() == []
            assert setting(connection, "TimeZone") != "Asia/Urumqi"
            connection.execute("CREATE TABLE t AS SELECT 1 AS x")
            connection.execute("CREATE TEMP TABLE u AS SELECT 1 AS x")
            connection.execute("CREATE VIEW v AS FROM t")
            connection.execute("SET TimeZone = 'Asia/Urumqi'")


def test_the_instance_is_used_again() -> None:
    budget = Budget(memory_mb=77)
    with lend(budget) as connection:
        connection.execute("SELECT 1")
    assert len(_idle_of(budget)) == 1
    with lend(budget):
        assert _idle_of(budget) == []


def test_what_failed_is_not_used_again() -> None:
    budget = Budget(memory_mb=78)
    with pytest.raises(duckdb.Error), lend(budget) as connection:
        connection.execute("SELECT nonsense")
    assert _idle_of(budget) == []


@pytest.mark.slow
def test_the_budget_holds() -> None:
    with lend(Budget(memory_mb=64)) as connection:
        assert setting(connection, "threads") == 1
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute("CREATE TABLE t AS SELECT range AS x, range || 'x' AS y FROM range(20_000_000)")


def test_files_are_out_of_reach_where_they_shall_be() -> None:
    with pytest.raises(duckdb.Error), lend(Budget(sees_files=False)) as connection:
        connection.execute("SELECT * FROM read_csv('/etc/passwd')")


def test_threads_have_databases_of_their_own() -> None:
    seen: list[int] = []

    def work(number: int) -> None:
        with lend(Budget()) as connection:
            connection.execute("CREATE TABLE t AS SELECT range AS x FROM range($1)", [number])
            seen.append(number - connection.execute("SELECT count(*) FROM t").fetchall()[0][0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [0] * 8


def _idle_of(budget: Budget) -> list[duckdb.DuckDBPyConnection]:
    from kuai import database

    return database._idle[budget]
