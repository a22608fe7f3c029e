"""Publish: the current cells as one immutable file, and the pointer to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from kuai.disclosure.policy import Policy
from kuai.errors import LakeError
from kuai.lake import Lake, Ledger
from kuai.settings import EngineSettings
from kuai.store import pointer
from kuai.store.reader import connect, schema

from jobs.discover import digest
from jobs.draft import Draft
from jobs.facts import Rows, batch_rows, category_pairs, coverage_rows, covered, feed_rows, level_rows
from jobs.frame import Frame, areas_id
from jobs.outlines import outlines
from jobs.release import calendar_rows, edition_rows
from jobs.site import Site, usable_threads
from jobs.slices import current_slices, files_of, is_patch, replace_cells
from jobs.standing import checkpoints, registry

if TYPE_CHECKING:
    from jobs.job import Run

_AREAS = "core_area"
_INPUTS = "inputs"
_TABLES = "tables"
_NO_CELLS = (_AREAS, _INPUTS, _TABLES)
_RELEASED = ("measure", "level", "period", "summed_from")
_TASKS_MEMORY = 3
Held = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot.

    Parameters
    ----------
    id : str
        Hash of everything it serves: equal content has equal ids.
    is_new : bool
        Whether it was published now; False if the same content stood there already.
    """

    id: str
    is_new: bool


def publish(run: Run, frames: Sequence[Frame], draft: Draft) -> Snapshot:
    """Snapshot of the current cells, which readers get from now on.

    Parameters
    ----------
    run : Run
        Build under way: its city, cells and record of deliveries.
    frames : sequence of Frame
        Frames of all datasets, for what is released.
    draft : Draft
        File to make the snapshot in, begun or not.
    """
    site, lake, ledger = run.site, run.lake, run.ledger
    policy = frames[0].policy if frames else Policy.load()
    wanted, editions = current_slices(site, lake, policy), edition_rows(site, lake, frames)
    inputs, standing = _inputs(site, ledger, frames, (wanted, editions, policy.version)), _standing(site)
    noted = _noted(site, standing) if standing else {}
    if standing and noted.get(_INPUTS) == inputs:
        draft.clear()
        site.home.remember(site.city.code)
        return Snapshot(standing.snapshot, is_new=False)
    held = _begin(draft, standing, noted, wanted)
    with duckdb.connect(str(draft.path)) as connection:
        _limit(connection, site.settings.engine)
        if not held:
            connection.execute(schema())
            _note(connection, _TABLES, digest(schema()))
        replace_cells(connection, site, held, wanted, run.reporter)
        _replace_areas(connection, site, lake, ledger)
        _replace_checkpoints(connection, checkpoints(site, registry(site, lake, ledger)))
        _replace_facts(connection, site, ledger, frames)
        _fill(connection, "calendar", calendar_rows(site, frames))
        _fill(connection, "edition", editions)
        snapshot = _content_id(connection, site, policy)
        _note(connection, _INPUTS, inputs)
        _stamp(connection, site, snapshot, frames)
    return _swap(site, draft.path, snapshot, standing)


def _limit(connection: duckdb.DuckDBPyConnection, engine: EngineSettings) -> None:
    """Leave the database the memory and the cores of a build; by itself it takes those that the process may not use."""
    connection.execute(f"SET memory_limit = '{_TASKS_MEMORY * engine.task_memory_mb}MB'")
    connection.execute(f"SET threads = {usable_threads(engine.threads)}")


def _begin(draft: Draft, found: pointer.Pointer | None, noted: dict[str, str], wanted: Held) -> Held:
    """Slices the draft begins with: those of the current file if it is worth patching, else none."""
    held = {name: files_of(file) for name, file in noted.items() if name not in _NO_CELLS}
    if found is None or noted.get(_TABLES) != digest(schema()) or not is_patch(held, wanted):
        draft.clear()
        return {}
    draft.take(found.file)
    return held


def _note(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    connection.execute("DELETE FROM slice WHERE slice = $1", [name])
    connection.execute("INSERT INTO slice VALUES ($1, $2, 0, '')", [name, value])


def _noted(site: Site, standing: pointer.Pointer) -> dict[str, str]:
    """What the current file notes of where it came from: a file or hash by slice."""
    with connect(site.folder.store / standing.file, site.settings.serve) as connection:
        return dict(connection.execute("SELECT slice, file FROM slice").fetchall())


def _inputs(site: Site, ledger: Ledger, frames: Sequence[Frame], held: tuple[Held, Rows, str]) -> str:
    """Hash of everything a file is made of: where it is the same, there is nothing to publish."""
    wanted, editions, policy = held
    batches, spans = [batch.batch_id for batch in ledger], covered(site, ledger)
    released = [frame.released for frame in frames]
    city = replace(site.city, folder=Path(), sources=())
    sources = [(source.name, source.dataset, source.owner, source.expected) for source in site.city.sources]
    return digest(
        *map(repr, (sorted(wanted.items()), editions, policy, batches, spans, released, city, sources)), schema()
    )


def _replace_areas(connection: duckdb.DuckDBPyConnection, site: Site, lake: Lake, ledger: Ledger) -> None:
    areas = digest(areas_id(ledger), repr(site.city.hierarchies), repr(_named(site)))
    held = connection.execute("SELECT file FROM slice WHERE slice = $1", [_AREAS]).fetchall()
    if held != [(areas,)]:
        rows = outlines(site, lake.paths("core_area"))
        connection.execute("DELETE FROM area")
        connection.register("outlined", rows)
        connection.execute("INSERT INTO area BY NAME SELECT * FROM outlined")
        connection.unregister("outlined")
        connection.execute("DELETE FROM slice WHERE slice = $1", [_AREAS])
        connection.execute("INSERT INTO slice VALUES ($1, $2, $3, $2)", [_AREAS, areas, rows.num_rows])
    drawn = connection.execute("SELECT DISTINCT level FROM area WHERE geometry IS NOT NULL").fetchall()
    _fill(connection, "level", level_rows(site, {str(level) for (level,) in drawn}))


def _named(site: Site) -> dict[str, str]:
    """The city as a snapshot tells it."""
    city = site.city
    return {"city": city.code, "name_zh": city.name.zh, "name_en": city.name.en, "time_zone": city.time_zone}


def _replace_checkpoints(connection: duckdb.DuckDBPyConnection, rows: pa.Table | None) -> None:
    connection.execute("DELETE FROM checkpoint")
    if rows is not None:
        connection.register("standing", rows)
        connection.execute("INSERT INTO checkpoint BY NAME SELECT * FROM standing")
        connection.unregister("standing")


def _replace_facts(connection: duckdb.DuckDBPyConnection, site: Site, ledger: Ledger, frames: Sequence[Frame]) -> None:
    released = [row for frame in frames for row in frame.released]
    unique = {tuple(row[name] for name in _RELEASED): None for row in released}
    _fill(connection, "released", [dict(zip(_RELEASED, row, strict=True)) for row in sorted(unique, key=repr)])
    held = connection.execute("SELECT measure, category FROM category").fetchall()
    pairs = sorted({*held, *category_pairs(ledger, site)})
    _fill(connection, "category", [{"measure": measure, "category": category} for measure, category in pairs])
    _fill(connection, "discovered", [{"category": one} for one in sorted(set(site.city.discovered))])
    _fill(connection, "coverage", coverage_rows(site, ledger, {measure for measure, _ in pairs}))
    _fill(connection, "feed", feed_rows(site, ledger))
    _fill(connection, "batch", batch_rows(ledger))


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    connection.execute(f"DELETE FROM {name}")
    if rows:
        connection.register("facts", pa.Table.from_pylist(rows))
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM facts")
        connection.unregister("facts")


def _content_id(connection: duckdb.DuckDBPyConnection, site: Site, policy: Policy) -> str:
    queries = (
        "SELECT slice, rows, digest FROM slice WHERE digest <> '' AND rows > 0 ORDER BY ALL",
        "SELECT * FROM released ORDER BY ALL",
        "SELECT * FROM calendar ORDER BY ALL",
        "SELECT * FROM edition ORDER BY ALL",
        "SELECT * FROM coverage ORDER BY ALL",
        "SELECT * FROM level ORDER BY ALL",
        "SELECT * FROM discovered ORDER BY ALL",
        "SELECT * FROM checkpoint ORDER BY ALL",
        "SELECT * EXCLUDE (arrived_at) FROM feed ORDER BY ALL",
        "SELECT * EXCLUDE (ingested_at, run_id) FROM batch ORDER BY ALL",
    )
    about = [schema(), _named(site), policy.version]
    content = [*about, *(connection.execute(query).fetchall() for query in queries)]
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def _stamp(connection: duckdb.DuckDBPyConnection, site: Site, snapshot: str, frames: Sequence[Frame]) -> None:
    row = {
        **_named(site), "snapshot": snapshot, "published_at": datetime.now(UTC).replace(tzinfo=None),
        "run_id": site.run_id, "policy_version": frames[0].policy.version if frames else None,
    }  # fmt: skip
    _fill(connection, "snapshot", [row])


def _swap(site: Site, draft: Path, snapshot: str, stands: pointer.Pointer | None) -> Snapshot:
    is_new = stands is None or stands.snapshot != snapshot
    if is_new:
        pointer.publish(draft, site.folder.store, snapshot, site.settings.store.keep)
    else:
        draft.unlink()
    site.home.remember(site.city.code)
    return Snapshot(snapshot, is_new=is_new)


def _standing(site: Site) -> pointer.Pointer | None:
    """Pointer to the current file if both are sound; what is damaged is published anew."""
    try:
        found = pointer.read(site.folder.store)
        if found:
            connect(site.folder.store / found.file, site.settings.serve).close()
    except LakeError:
        return None
    return found
