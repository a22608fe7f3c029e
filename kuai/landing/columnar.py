"""Rows of a Parquet or GeoParquet file in chunks, in native types; outlines arrive as GEOMETRY."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from kuai.database import Budget, lend
from kuai.errors import SourceError
from kuai.landing.chunk import Chunk, none_turned_away, seen_name
from kuai.landing.header import Header

ROWS = 1 << 20
_WKB = {b"ARROW:extension:name": b"geoarrow.wkb", b"ARROW:extension:metadata": b"{}"}


def parquet_header(path: Path) -> Header:
    """Columns of a Parquet file with their DuckDB types; outlines are GEOMETRY.

    Raises
    ------
    SourceError
        If the file cannot be read as Parquet, or repeats a name.
    """
    with _readable(path, 0), parquet.ParquetFile(path) as file:
        empty = _outlines(file.schema_arrow.empty_table(), file)
    names = [seen_name(name.strip()) for name in empty.column_names]
    if len({name.lower() for name in names}) < len(names):
        raise SourceError("two columns have the same name", str(path), "names must differ by more than case")
    with lend(Budget()) as connection:
        types = connection.from_arrow(empty).types
    return Header({name: str(kind) for name, kind in zip(names, types, strict=True)})


def parquet_chunks(path: Path, needed: Collection[str] | None) -> Iterator[Chunk]:
    """Chunks of a Parquet file in order; ``line`` is the number of the row, from 1.

    Raises
    ------
    SourceError
        If the file is broken; whatever was yielded before is then worth nothing.
    """
    size, done = path.stat().st_size, 0
    keep = None if needed is None else {name.lower() for name in needed}
    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        total = max(file.metadata.num_rows, 1)
        names = [name for name in file.schema_arrow.names if keep is None or seen_name(name.strip()).lower() in keep]
        for batch in _batches(path, file, names):
            table = _numbered(_outlines(batch, file), done)
            done += table.num_rows
            yield Chunk(table, none_turned_away(), size * done // total)


def _batches(path: Path, file: parquet.ParquetFile, names: list[str]) -> Iterator[pa.Table]:
    batches, done = file.iter_batches(ROWS, columns=names), 0
    while True:
        with _readable(path, done):
            batch = next(batches, None)
        if batch is None:
            return
        done += batch.num_rows
        yield pa.Table.from_batches([batch])


@contextmanager
def _readable(path: Path, done: int) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SourceError("there is no such file", str(path)) from None
    except (pa.ArrowException, OSError, ValueError) as error:
        what = f"the Parquet file is corrupt: {str(error).splitlines()[0]}"
        raise SourceError(what, f"{path}:{done}", "fetch it again; nothing of it was taken") from None


def _numbered(table: pa.Table, done: int) -> pa.Table:
    lines = pa.array(np.arange(done + 1, done + 1 + table.num_rows))
    names = [seen_name(name.strip()) for name in table.column_names]
    return table.rename_columns(names).add_column(0, "line", lines)


def _outlines(table: pa.Table, file: parquet.ParquetFile) -> pa.Table:
    """Same table with the columns that GeoParquet 1.x lists as WKB marked as such, whatever their reference system."""
    fields = [pa.field(one.name, one.type, metadata=_WKB if _is_wkb(one, file) else None) for one in table.schema]
    return pa.Table.from_arrays(table.columns, schema=pa.schema(fields))


def _is_wkb(column: pa.Field, file: parquet.ParquetFile) -> bool:
    declared = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}")).get("columns", {})
    named = (column.metadata or {}).get(b"ARROW:extension:name", b"") == b"geoarrow.wkb"
    return bool(named or declared.get(column.name, {}).get("encoding") == "WKB")
