"""What it costs that counts of persons carry the sum of their record keys, against the same counts without."""

from __future__ import annotations

import time
from datetime import date
from statistics import median

import duckdb

from kuai import sql
from kuai.errors import EngineError

from benchmarks.ground import say
from benchmarks.result import Result, compared

PERSONS, BLOCKS, TRIES = 2_000_000, 14_400, 12
_KEYED = (
    "        any_value(rkey) AS rkey,\n",
    ",\n        CAST(sum(rkey) AS BIGINT) AS k",
    ", CAST(sum(k) AS BIGINT) AS k",
)
SPAN: dict[str, object] = {"first_pid": "0", "end_pid": "g", "as_of": date(2026, 6, 30)}


def run() -> list[Result]:
    """Median seconds of the leaf cube of a register with and without keys, in turns, as a ratio."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        register(connection, PERSONS, BLOCKS)
        taken = [(_seconds(connection, keyed()), _seconds(connection, plain())) for _ in range(TRIES)][1:]
    ours, peer = (median(one[side] for one in taken) for side in (0, 1))
    say(f"leaf cube with keys {ours:.2f} s, without {peer:.2f} s")
    note = f"leaf cube of {PERSONS:,} persons in {BLOCKS:,} blocks, two threads"
    return [compared("disclosure keys", ours, peer, "<= 1.15", ("s", note))]


def keyed() -> str:
    """Statement that production runs."""
    return sql.text("stock_person")


def plain() -> str:
    """The same statement without the keys.

    Raises
    ------
    EngineError
        If the statement is another than the one this was written for.
    """
    text = keyed()
    for part in _KEYED:
        if text.count(part) != 1:
            raise EngineError(f"stock_person.sql no longer has {part.strip()!r}", "benchmarks/disclosure.py")
        text = text.replace(part, "")
    return text


def register(connection: duckdb.DuckDBPyConnection, persons: int, blocks: int) -> None:
    """Make the table ``core_person`` of made-up persons, one in fifty of them registered twice.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where to make it.
    persons, blocks : int
        How many there are.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE core_person AS SELECT md5((i % $persons)::VARCHAR) AS pid, "
        "(hash(i % $persons) >> 32)::BIGINT AS rkey, DATE '2020-01-01' + (i // $persons)::INTEGER AS registered_on, "
        "'b' || (hash(i, 1) % $blocks) AS area, CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END AS sex, "
        "(1940 + hash(i % $persons, 2) % 86)::INTEGER AS birth_year FROM range($persons + $persons // 50) AS t(i)",
        {"persons": persons, "blocks": blocks},
    )


def _seconds(connection: duckdb.DuckDBPyConnection, statement: str) -> float:
    began = time.perf_counter()
    connection.execute(f"CREATE OR REPLACE TABLE leaf AS {statement}", SPAN)
    return time.perf_counter() - began
