"""Export as Parquet, with its origin as JSON in the file's metadata under `kuai`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from kuai.export.origin import origin
from kuai.export.table import COLUMNS, columns, is_whole

if TYPE_CHECKING:
    from kuai.question import Export

KEY = b"kuai"
"""Key of the origin in the metadata of the file."""


def write(export: Export, language: str, file: BinaryIO) -> None:
    """Write an export; counts are whole numbers, what has no value is NULL."""
    told = json.dumps(origin(export, language), ensure_ascii=False).encode()
    kinds = {"start": pa.date32(), "value": pa.int64() if is_whole(export) else pa.float64(), "coverage": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS], metadata={KEY: told})
    parquet.write_table(pa.table(columns(export, language), schema=schema), file, compression="zstd")
