"""Slices in the store: which cells each holds, and how one is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.catalog.marts import CELL
from kuai.lake import Lake

from jobs.cells import Slice, by_slice
from jobs.frame import dataset_of
from jobs.site import Site

if TYPE_CHECKING:
    import duckdb

_PATCH_SHARE = 0.3
_BETWEEN = "|"
_COLUMNS = ", ".join(column.name for column in CELL)
_ORDER = "measure, level, period, category, start, area"
_SAME = " AND ".join(f"cell.{name} = patch.{name}" for name in _ORDER.split(", "))
_HASHED = f"count(*) AS rows, coalesce(bit_xor(hash({_COLUMNS})), 0) AS hashed"
_DIGEST = f"count(*), printf('%016x', coalesce(bit_xor(hash({_COLUMNS})), 0))"
Files = Mapping[str, tuple[str, ...]]


def current_slices(lake: Lake) -> dict[str, tuple[str, ...]]:
    """Files of each slice of cells that is current in the lake, patches after it, by ``table/unit``."""
    tables = sorted(path.name for path in lake.root.glob("mart_*_cell"))
    return {f"{table}/{unit}": tuple(paths) for table in tables for unit, paths in by_slice(lake.units(table)).items()}


def files_of(noted: str) -> tuple[str, ...]:
    """Files that a note of `replace_cells` names."""
    return tuple(noted.split(_BETWEEN))


def is_patch(held: Files, wanted: Files) -> bool:
    """Whether so little has changed that the last file is better patched than written anew."""
    changed = sum(wanted.get(name, ())[:1] != held.get(name, ())[:1] for name in held.keys() | wanted.keys())
    return bool(held) and changed <= _PATCH_SHARE * max(len(wanted), 1)


def replace_cells(connection: duckdb.DuckDBPyConnection, site: Site, held: Files, wanted: Files) -> None:
    """Bring the table ``cell`` from the slices it holds to the wanted ones, with their digests in ``slice``."""
    stale = {name for name, files in held.items() if wanted.get(name, ())[: len(files)] != files}
    for name in sorted(stale):
        _drop(connection, site, name)
    fresh = sorted(name for name in wanted if name not in held or name in stale)
    for name in fresh:
        _note(connection, name, wanted[name][0])
    if fresh:
        _insert(connection, [wanted[name][0] for name in fresh])
    known = {name: 1 if name in fresh else len(held[name]) for name in wanted}
    patched = [name for name in sorted(wanted) if len(wanted[name]) > known[name]]
    for name in patched:
        for number in range(known[name], len(wanted[name])):
            _apply(connection, name, wanted[name][: number + 1])
    if fresh or patched:
        _list_categories(connection, site)


def _drop(connection: duckdb.DuckDBPyConnection, site: Site, name: str) -> None:
    table, unit = name.split("/")
    dataset = "core." + table.removeprefix("mart_").removesuffix("_cell")
    measures = [measure.id for measure in catalog.MEASURES if dataset_of(measure, site) == dataset]
    period, first, last = _span(unit)
    connection.execute(
        "DELETE FROM cell WHERE list_contains($1::VARCHAR[], measure) AND period = $2 AND start BETWEEN $3 AND $4",
        [measures, period, first, last],
    )
    connection.execute("DELETE FROM slice WHERE slice = $1", [name])


def _span(unit: str) -> tuple[str, date, date]:
    if unit == "stock":
        return unit, date.min, date.max
    period, year, month = unit.split("-")
    one = Slice(period, date(int(year), int(month), 1))
    return period, one.bucket, one.last


def _insert(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    connection.execute(f"INSERT INTO cell SELECT {_COLUMNS} FROM read_parquet($1) ORDER BY {_ORDER}", [files])


def _list_categories(connection: duckdb.DuckDBPyConnection, site: Site) -> None:
    connection.execute("DELETE FROM category")
    root = "SELECT DISTINCT measure, category FROM cell WHERE level = $1 ORDER BY ALL"
    connection.execute(f"INSERT INTO category {root}", [site.city.root])


def _note(connection: duckdb.DuckDBPyConnection, name: str, file: str) -> None:
    connection.execute(f"INSERT INTO slice SELECT $1, $2, {_DIGEST} FROM read_parquet($2)", [name, file])


def _apply(connection: duckdb.DuckDBPyConnection, name: str, files: tuple[str, ...]) -> None:
    """Put the cells of the last of the files in the place of those they are other than before."""
    period, first, last = _span(name.partition("/")[2])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE patch AS SELECT {_COLUMNS} FROM read_parquet($1)", [files[-1]])
    left = connection.sql(
        f"DELETE FROM cell USING patch WHERE {_SAME} AND cell.period = $1 AND cell.start BETWEEN $2 AND $3 "
        f"RETURNING cell.*",
        params=[period, first, last],
    )
    connection.register("left_cells", left.to_arrow_table())
    came = "SELECT * FROM patch WHERE value IS NOT NULL"
    connection.execute(f"INSERT INTO cell {came} ORDER BY {_ORDER}")
    _change_note(connection, name, files, f"({came})")
    connection.unregister("left_cells")
    connection.execute("DROP TABLE patch")


def _change_note(connection: duckdb.DuckDBPyConnection, name: str, files: tuple[str, ...], came: str) -> None:
    """Note the files; the digest is a sum without carry, so that of the cells that left is taken from it by adding."""
    connection.execute(
        "UPDATE slice SET file = $2, rows = slice.rows + came.rows - gone.rows, "
        "digest = printf('%016x', xor(('0x' || slice.digest)::UBIGINT, xor(came.hashed, gone.hashed))) "
        f"FROM (SELECT {_HASHED} FROM {came}) AS came, (SELECT {_HASHED} FROM left_cells) AS gone "
        "WHERE slice.slice = $1",
        [name, _BETWEEN.join(files)],
    )
