"""Slices in the store: which cells each holds, and how one is replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kuai import catalog
from kuai.catalog.marts import CELL
from kuai.disclosure.policy import Policy
from kuai.disclosure.release import STOCK
from kuai.lake import Lake

from jobs.cells import Slice, table_of
from jobs.editions import Part, klass_of
from jobs.frame import dataset_of
from jobs.patches import by_unit
from jobs.progress import Reporter
from jobs.release import published_table
from jobs.site import Site
from jobs.watched import watched

if TYPE_CHECKING:
    import duckdb

_PATCH_SHARE = 0.3
_SORTING = 3
_BETWEEN = "|"
_COLUMNS = ", ".join(column.name for column in CELL)
_ORDER = "measure, level, period, category, start, area"
_BY_AREA = "measure, level, period, area, category, start"
_SAME = " AND ".join(f"cell.{name} = patch.{name}" for name in _ORDER.split(", "))
_DIGEST = f"count(*), printf('%016x', coalesce(bit_xor(hash({_COLUMNS})), 0))"
Files = Mapping[str, tuple[str, ...]]


def current_slices(site: Site, lake: Lake, policy: Policy) -> dict[str, tuple[str, ...]]:
    """Files of each slice of cells that is served, patches after it, by ``table/unit``.

    A class with a calendar is served as it was published, every other as it is. What no measure is counted from any
    more, as published counts of residents where there is a register, is not.
    """
    used = {dataset_of(measure, site) for measure in catalog.MEASURES}
    known = sorted(path.name for path in lake.root.glob("*_cell") if _dataset(path.name) in used)
    tables = [one for one in known if _is_served(one, policy)]
    return {f"{table}/{unit}": tuple(paths) for table in tables for unit, paths in by_unit(lake.units(table)).items()}


def _is_served(table: str, policy: Policy) -> bool:
    dataset = _dataset(table)
    return table == (published_table(dataset) if klass_of(policy, dataset) else table_of(dataset))


def _dataset(table: str) -> str:
    return "core." + table.partition("_")[2].removesuffix("_cell")


def files_of(noted: str) -> tuple[str, ...]:
    """Files that a note of `replace_cells` names."""
    return tuple(noted.split(_BETWEEN))


def is_patch(held: Files, wanted: Files) -> bool:
    """Whether so little has changed that the last file is better patched than written anew."""
    if not {name.partition("/")[0] for name in held} <= {name.partition("/")[0] for name in wanted}:
        return False
    changed = sum(wanted.get(name, ())[:1] != held.get(name, ())[:1] for name in held.keys() | wanted.keys())
    return bool(held) and changed <= _PATCH_SHARE * max(len(wanted), 1)


def replace_cells(
    connection: duckdb.DuckDBPyConnection, site: Site, held: Files, wanted: Files, reporter: Reporter
) -> None:
    """Bring the table ``cell`` from the slices it holds to the wanted ones, with their digests in ``slice``."""
    stale = {name for name, files in held.items() if wanted.get(name, ())[: len(files)] != files}
    for name in sorted(stale):
        _drop(connection, site, name)
    fresh = sorted(name for name in wanted if name not in held or name in stale)
    if fresh:
        _bring(connection, {name: wanted[name][0] for name in fresh}, reporter)
    waiting = _waiting(held, wanted, fresh)
    if waiting:
        _apply(connection, waiting)
        for name in dict.fromkeys(waiting.values()):
            _note_files(connection, name, wanted[name])
    if fresh or waiting:
        _list_categories(connection, site)


def _bring(connection: duckdb.DuckDBPyConnection, fresh: Mapping[str, str], reporter: Reporter) -> None:
    """Note new slices, and add their cells; every byte is read once for its digest, and takes longer to be sorted."""
    sizes = [Path(file).stat().st_size for file in fresh.values()]
    size, rows = sum(sizes), 0
    with reporter.stage("publish", len(fresh), (1 + _SORTING) * size) as tick:
        for read, (name, file) in zip(accumulate(sizes), fresh.items(), strict=True):
            rows += _note(connection, name, file)
            tick(0, read, 0)
        with watched(connection, lambda share: tick(0, size + round(share * _SORTING * size), round(share * rows))):
            _insert(connection, list(fresh.values()))
        tick(len(fresh), (1 + _SORTING) * size, rows)


def _waiting(held: Files, wanted: Files, fresh: Collection[str]) -> dict[str, str]:
    """Slice of each patch that is not in the store yet, by file and in order."""
    known = {name: 1 if name in fresh else len(held[name]) for name in wanted}
    return {file: name for name in sorted(wanted) for file in wanted[name][known[name] :]}


def _drop(connection: duckdb.DuckDBPyConnection, site: Site, name: str) -> None:
    table, unit = name.split("/")
    dataset = _dataset(table)
    measures = [measure.id for measure in catalog.MEASURES if dataset_of(measure, site) == dataset]
    period, first, last = _span(unit)
    connection.execute(
        "DELETE FROM cell WHERE list_contains($1::VARCHAR[], measure) AND period = $2 AND start BETWEEN $3 AND $4",
        [measures, period, first, last],
    )
    connection.execute("DELETE FROM slice WHERE slice = $1", [name])


def _span(unit: str) -> tuple[str, date, date]:
    if unit == STOCK:
        return unit, date.min, date.max
    if unit.count("-") == len(("year", "month", "day")):
        part = Part.named(unit)
        return part.period, part.first, part.last
    period, year, month = unit.split("-")
    one = Slice(period, date(int(year), int(month), 1))
    return period, one.bucket, one.last


def _insert(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Add the cells of files: sorted by category, but those of distributions by area, as they are asked for."""
    known = ", ".join(f"'{measure.id}'" for measure in catalog.MEASURES if measure.is_distribution)
    for which, order in (("NOT IN", _ORDER), ("IN", _BY_AREA)):
        rows = f"SELECT {_COLUMNS} FROM read_parquet($1) WHERE measure {which} ({known})"
        connection.execute(f"INSERT INTO cell {rows} ORDER BY {order}", [files])


def _list_categories(connection: duckdb.DuckDBPyConnection, site: Site) -> None:
    connection.execute("DELETE FROM category")
    root = "SELECT DISTINCT measure, category FROM cell WHERE level = $1 ORDER BY ALL"
    connection.execute(f"INSERT INTO category {root}", [site.city.root])


def _note(connection: duckdb.DuckDBPyConnection, name: str, file: str) -> int:
    """Cells of a new slice, of which the file and the digest are noted."""
    noted = f"INSERT INTO slice SELECT $1, $2, {_DIGEST} FROM read_parquet($2) RETURNING rows"
    return int(connection.execute(noted, [name, file]).fetchall()[0][0])


def _apply(connection: duckdb.DuckDBPyConnection, waiting: Mapping[str, str]) -> None:
    """Put the cells of patches in the place of those they are other than before; of several for a cell, the last."""
    connection.execute(
        f"CREATE TEMP TABLE patch AS SELECT {_COLUMNS}, list_extract($2, list_position($1, filename)) AS slice "
        f"FROM read_parquet($1, filename = true) "
        f"QUALIFY row_number() OVER (PARTITION BY {_ORDER} ORDER BY list_position($1, filename) DESC) = 1",
        [list(waiting), list(waiting.values())],
    )
    _remove(connection)
    connection.execute(f"INSERT INTO cell SELECT {_COLUMNS} FROM patch WHERE value IS NOT NULL ORDER BY {_ORDER}")
    _change_digests(connection)
    connection.execute("DROP TABLE patch")
    connection.execute("DROP TABLE gone")


def _remove(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the cells that the patches are on, and make the table ``gone`` of them.

    Next to all of these are of the newest month. Of the months before, only the cells of the few areas that they are of
    are compared by all of their names.
    """
    days = "SELECT min(start), CAST(date_trunc('month', max(start)) AS DATE) FROM patch"
    first, newest = connection.execute(days).fetchall()[0]
    before = f"SELECT area FROM patch WHERE start < DATE '{newest}'"
    older = f"cell.start >= DATE '{first}' AND cell.start < DATE '{newest}' AND cell.area IN ({before})"
    parts = (f"cell.start >= DATE '{newest}'", older)
    deleted = (f"DELETE FROM cell USING patch WHERE {_SAME} AND {part} RETURNING cell.*" for part in parts)
    rows = pa.concat_tables([connection.sql(statement).to_arrow_table() for statement in deleted])
    connection.register("deleted", rows)
    connection.execute(
        f"CREATE TEMP TABLE gone AS SELECT patch.slice, cell.* FROM deleted AS cell JOIN patch ON {_SAME}"
    )
    connection.unregister("deleted")


def _change_digests(connection: duckdb.DuckDBPyConnection) -> None:
    """Digests after a patch: each is a sum without carry, so that of the cells that left is taken from it by adding."""
    connection.execute(
        "UPDATE slice SET rows = slice.rows + change.more, "
        "digest = printf('%016x', xor(('0x' || slice.digest)::UBIGINT, change.hashed)) "
        f"FROM (SELECT slice, sum(sign)::BIGINT AS more, bit_xor(hash({_COLUMNS})) AS hashed FROM ("
        f"SELECT slice, 1 AS sign, {_COLUMNS} FROM patch WHERE value IS NOT NULL "
        f"UNION ALL SELECT slice, -1, {_COLUMNS} FROM gone) GROUP BY slice) AS change "
        "WHERE slice.slice = change.slice"
    )


def _note_files(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[str]) -> None:
    connection.execute("UPDATE slice SET file = $2 WHERE slice = $1", [name, _BETWEEN.join(files)])
