"""Files whose bytes depend on nothing but their rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

_BOM = "\ufeff"


def write_csv(table: pa.Table, path: Path, *, bom: bool = False) -> int:
    """Number of rows written as comma-separated UTF-8 text with a header; null is an empty field."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.write(((_BOM if bom else "") + ",".join(table.column_names) + "\n").encode())
        csv.write_csv(table, out, csv.WriteOptions(include_header=False, quoting_style="none"))
    return int(table.num_rows)


def write_parquet(table: pa.Table, path: Path) -> int:
    """Number of rows written as Parquet, compressed with zstd."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", compression_level=1, row_group_size=250_000)
    return int(table.num_rows)
