"""Slices in the store: which cells each holds, and how one is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.lake import Lake

from jobs.cells import Slice
from jobs.frame import dataset_of
from jobs.site import Site

if TYPE_CHECKING:
    import duckdb

_PATCH_SHARE = 0.3


def current_slices(lake: Lake) -> dict[str, str]:
    """File of each slice of cells that is current in the lake, by ``table/unit``."""
    tables = sorted(path.name for path in lake.root.glob("mart_*_cell"))
    return {f"{table}/{unit}": paths[0] for table in tables for unit, paths in lake.units(table).items()}


def is_patch(held: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether so little has changed that the last file is better patched than written anew."""
    changed = sum(wanted.get(name) != held.get(name) for name in held.keys() | wanted.keys())
    return bool(held) and changed <= _PATCH_SHARE * max(len(wanted), 1)


def replace_cells(
    connection: duckdb.DuckDBPyConnection, site: Site, held: Mapping[str, str], wanted: Mapping[str, str]
) -> None:
    """Bring the table ``cell`` from the slices it holds to the wanted ones, with their digests in ``slice``."""
    for name in sorted(name for name in held if held[name] != wanted.get(name)):
        _drop(connection, site, name)
    fresh = sorted(name for name in wanted if held.get(name) != wanted[name])
    for name in fresh:
        _note(connection, name, wanted[name])
    if fresh:
        _insert(connection, site, [wanted[name] for name in fresh])


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


def _insert(connection: duckdb.DuckDBPyConnection, site: Site, files: list[str]) -> None:
    connection.execute(
        "INSERT INTO cell SELECT measure, level, area, period, start, category, value FROM read_parquet($1) "
        "ORDER BY measure, level, period, category, start, area",
        [files],
    )
    connection.execute("DELETE FROM category")
    root = "SELECT DISTINCT measure, category FROM cell WHERE level = $1 ORDER BY ALL"
    connection.execute(f"INSERT INTO category {root}", [site.city.root])


def _note(connection: duckdb.DuckDBPyConnection, name: str, file: str) -> None:
    connection.execute(
        "INSERT INTO slice SELECT $1, $2, count(*), "
        "printf('%016x', coalesce(bit_xor(hash(measure, level, area, period, start, category, value)), 0)) "
        "FROM read_parquet($2)",
        [name, file],
    )
