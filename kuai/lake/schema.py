"""Arrow schemas of lake tables, rendered from contract columns and mart declarations."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from kuai.contracts import Column

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Arrow schema of the columns, every field nullable as Parquet files are written."""
    return pa.schema([pa.field(column.name, _TYPES[column.type]) for column in columns])
