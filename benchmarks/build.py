"""A full build against one hand-written DuckDB script that makes the same cells in one process."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb

from kuai.errors import EngineError

from benchmarks.ground import Built, Ground, memory_mb, peer, say
from benchmarks.result import Result, compared
from benchmarks.watch import Ran


def run() -> list[Result]:
    """Wall seconds, memory of the largest process, and cells that differ.

    With KUAI_BENCH_RESUME=1 a build that was measured before is taken if its snapshot still stands.
    """
    ground = Ground.from_environment()
    built, out = _ours(ground), ground.root / "peer.duckdb"
    script = peer(ground, out)
    wrong, cells = differing(_stored(ground), out)
    out.unlink()
    shutil.rmtree(f"{out}.tmp", ignore_errors=True)
    computed = f"computing {built.cpu:.0f} and {script.cpu:.0f} s"
    note = f"{ground.plan.scale}: {built.rows:,} rows read, {cells:,} cells"
    steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in json.loads(script.last_line)["steps"].items())
    return [
        compared(
            "build", built.seconds, script.seconds, "<= 1.5", ("s", f"{note}; {computed}; peer by step in s: {steps}")
        ),
        _memory(built, script),
        Result("build cells that differ", wrong, 0, wrong, "<= 0", wrong == 0, "cells", note),
    ]


def _ours(ground: Ground) -> Built:
    if os.environ.get("KUAI_BENCH_RESUME") and (store := ground.store):
        built = ground.built()
        if built.snapshot in store.name:
            say(f"taken from before: {built.seconds:.0f} s")
            return built
    return ground.build()


def _memory(built: Built, script: Ran) -> Result:
    together = f"all processes together at one moment {built.together_mb:,.0f} MB, peer {script.together_mb:,.0f} MB"
    about = ("MB", f"largest process; {together}")
    return compared("build memory", built.largest_mb, script.largest_mb, "<= 1.5", about)


def _stored(ground: Ground) -> Path:
    if ground.store is None:
        raise EngineError("the build published nothing", str(ground.root))
    return ground.store


def differing(ours: Path, theirs: Path) -> tuple[int, int]:
    """Cells that stand in only one of two serving files, and cells of the first.

    Parameters
    ----------
    ours, theirs : Path
        Serving files; compared measure by measure, so that memory holds a part at a time.
    """
    with duckdb.connect(
        config={"memory_limit": f"{memory_mb(0.3)}MB", "temp_directory": f"{theirs}.tmp"}
    ) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{ours}' AS ours (READ_ONLY)")
        connection.execute(f"ATTACH '{theirs}' AS theirs (READ_ONLY)")
        parts = connection.execute(
            "SELECT DISTINCT measure, level, period FROM (FROM ours.cell UNION ALL FROM theirs.cell) ORDER BY ALL"
        ).fetchall()
        wrong = sum(_part(connection, part) for part in parts)
        cells = int(connection.execute("SELECT count(*) FROM ours.cell").fetchall()[0][0])
    return wrong, cells


def _part(connection: duckdb.DuckDBPyConnection, part: tuple[str, str, str]) -> int:
    where = "WHERE measure = $1 AND level = $2 AND period = $3"
    ours, theirs = f"FROM ours.cell {where}", f"FROM theirs.cell {where}"
    query = f"SELECT count(*) FROM (({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours}))"
    found = int(connection.execute(query, list(part)).fetchall()[0][0])
    if found:
        say(f"{found:,} cells differ in {' '.join(part)}")
    return found
