"""A long statement tells how far it is, and a short one nothing."""

from __future__ import annotations

from contextlib import closing

import duckdb
import pytest

from jobs import watched as module
from jobs.watched import watched


def test_a_long_statement_tells_shares_that_rise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.01)
    told: list[float] = []
    with closing(duckdb.connect()) as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE TABLE number AS SELECT hash(range) AS n FROM range(3_000_000)")
        with watched(connection, told.append):
            connection.execute("CREATE TABLE sorted AS SELECT n FROM number ORDER BY n")
        count = len(told)
        connection.execute("SELECT sum(n) FROM number").fetchall()
    assert told == sorted(told)
    assert all(0 <= share <= 1 for share in told)
    assert count > 1
    assert len(told) == count


def test_a_statement_that_fails_ends_the_watch() -> None:
    with closing(duckdb.connect()) as connection, pytest.raises(duckdb.Error), watched(connection, print):
        connection.execute("SELECT nothing")
