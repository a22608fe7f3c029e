"""Cells of the fictional region from its landing files: ``python -m benchmarks.peer --data … --keys … --out …``.

It reads the same files as a build, applies the same rules to every row, and writes the same table ``cell``. It keeps
nothing for the next day: no lake, no record of deliveries, no quarantined lines, no resumption.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from kuai import sql
from kuai.disclosure.cellkey import protect
from kuai.disclosure.keys import Keyring
from kuai.disclosure.policy import Policy
from kuai.geography.locator import Locator
from kuai.identity.statement import declare_regions, pseudonymised
from kuai.periods import PERIODS

Connection = duckdb.DuckDBPyConnection
Step = Callable[[Connection, Keyring], None]


def main() -> int:
    """Exit code 0; the last line printed is JSON with the seconds of each step and the number of cells."""
    given = _arguments()
    keyring, begun, seconds = Keyring.open(given.keys), time.perf_counter(), {}
    with _connect(given) as connection:
        for name, step in STEPS.items():
            began = time.perf_counter()
            step(connection, keyring)
            seconds[name] = round(time.perf_counter() - began, 2)
            print(f"{name} {seconds[name]} s", file=sys.stderr, flush=True)
        cells = connection.execute("SELECT count(*) FROM out.cell").fetchall()[0][0]
        rejects = connection.execute("SELECT source, sum(rows)::BIGINT FROM quarantine GROUP BY source").fetchall()
    whole = round(time.perf_counter() - begun, 2)
    print(json.dumps({"seconds": whole, "steps": seconds, "cells": cells, "rejected": dict(rejects)}))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.peer")
    parser.add_argument("--data", type=Path, required=True, help="folder of the landing files")
    parser.add_argument("--keys", type=Path, required=True, help="folder of master.key")
    parser.add_argument("--out", type=Path, required=True, help="DuckDB file to write")
    parser.add_argument("--released", type=Path, required=True, help="serving file that says which cells are released")
    parser.add_argument("--memory-mb", type=int, default=8192, help="memory limit of DuckDB")
    return parser.parse_args()


def _connect(given: argparse.Namespace) -> Connection:
    given.out.unlink(missing_ok=True)
    connection = duckdb.connect()
    connection.execute(f"SET threads = {len(os.sched_getaffinity(0))}")
    connection.execute(f"SET memory_limit = '{given.memory_mb}MB'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = $1", [f"{given.out}.tmp"])
    connection.execute(f"ATTACH '{given.out}' AS out")
    connection.execute(f"ATTACH '{given.released}' AS declared (READ_ONLY)")
    connection.execute("CREATE TABLE released AS FROM declared.released")
    connection.execute("CREATE TABLE edition AS FROM declared.edition")
    connection.execute("SET VARIABLE data = $1", [str(given.data)])
    connection.execute("SET VARIABLE today = $1::DATE", [datetime.now(UTC).date()])
    return connection


def _run(connection: Connection, name: str) -> None:
    connection.execute((files(__package__) / f"{name}.sql").read_text("utf-8"))


def _areas(connection: Connection, _: Keyring) -> None:
    _run(connection, "areas")
    connection.execute(f"CREATE TABLE canonical AS {sql.text('canonical_area')}")


def _persons(connection: Connection, keyring: Keyring, name: str) -> None:
    """Rows with an identity number: read, pseudonymised by the statement that a build uses, counted."""
    declare_regions(connection, ["68"])
    keyring.lend(connection, "pid", "rkey")
    _run(connection, f"{name}_read")
    method = pseudonymised().replace("$today", "getvariable('today')")
    connection.execute(f"CREATE OR REPLACE VIEW identified AS {method}")
    _run(connection, name)
    connection.execute("DROP VIEW identified")


def _points(connection: Connection, name: str) -> None:
    """Rows with a point: read, located in the block of their day, counted."""
    _run(connection, f"{name}_read")
    locator = _locator(connection)
    points = connection.sql("SELECT rowid AS row, longitude, latitude, day FROM checked").to_arrow_table()
    x, y = (points[axis].to_numpy(zero_copy_only=False) for axis in ("longitude", "latitude"))
    day = points["day"].cast(pa.int32()).to_numpy()
    found = locator.locate(x, y, day, threads=len(os.sched_getaffinity(0)))
    codes = pa.DictionaryArray.from_arrays(pa.array(found, mask=found < 0), pa.array(locator.codes, pa.string()))
    connection.register("found", pa.table({"row": points["row"], "block": codes.cast(pa.string())}))
    connection.execute("CREATE TABLE located AS SELECT checked.*, block FROM checked JOIN found ON checked.rowid = row")
    connection.unregister("found")
    connection.execute("DROP TABLE checked")
    _run(connection, name)
    connection.execute("DROP TABLE located")


_KEPT: list[Locator] = []


def _locator(connection: Connection) -> Locator:
    if not _KEPT:
        query = "SELECT DISTINCT area, valid_from, valid_to, geometry FROM area WHERE level = 'block' ORDER BY ALL"
        _KEPT.append(Locator.build(connection.sql(query).to_arrow_table()))
    return _KEPT[0]


def _counts(connection: Connection, keyring: Keyring) -> None:
    """Stocks, then flows period by period, each protected as it is counted."""
    _run(connection, "stocks")
    _serve(connection, keyring)
    _run(connection, "flows")
    for period in PERIODS:
        connection.execute("SET VARIABLE period = $1", [period])
        _run(connection, "period")
        _serve(connection, keyring)


def _serve(connection: Connection, keyring: Keyring) -> None:
    _run(connection, "serve")
    connection.execute(f"CREATE OR REPLACE TABLE exact AS {sql.text('canonical_cell')}")
    noise = Policy.load().klass("person").noise
    if noise is not None:
        protect(connection, "noisy", noise, *keyring.cell_keys)
        connection.execute("INSERT INTO served BY NAME FROM noisy")
        connection.execute("DROP TABLE noisy")


STEPS: dict[str, Step] = {
    "areas": _areas,
    "register": lambda connection, keyring: _persons(connection, keyring, "register"),
    "events": lambda connection, keyring: _persons(connection, keyring, "events"),
    "checkpoints": lambda connection, _: _points(connection, "checkpoints"),
    "cases": lambda connection, _: _points(connection, "cases"),
    "passages": lambda connection, _: _run(connection, "passages"),
    "places": lambda connection, _: _run(connection, "places"),
    "cells": _counts,
    "write": lambda connection, _: _run(connection, "write"),
}


if __name__ == "__main__":
    sys.exit(main())
