"""What reading yields: some rows of a file, and the lines of it that were turned away."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from kuai.landing.grammar import RULES, Bytes, Offsets

OWN = ("line", "file", "as_of")
_REJECTED = pa.schema([("line", pa.int64()), ("rule", pa.string())])


@dataclass(frozen=True)
class Chunk:
    """Some consecutive rows of a file: ``table.num_rows + rejected.num_rows`` rows were read.

    Parameters
    ----------
    table : pyarrow.Table
        ``line`` and the file's columns: text as it stands in a CSV, native types of a Parquet file.
    rejected : pyarrow.Table
        ``line`` and ``rule`` of every line that is no row of the file's form; never a value.
    bytes_done : int
        Bytes of the file read so far, as they are on disk.
    """

    table: pa.Table
    rejected: pa.Table
    bytes_done: int


def turned_away(lines: Offsets, rules: Bytes) -> pa.Table:
    """Lines with the name of the rule each one breaks."""
    names = pa.array(RULES).take(pa.array(rules))
    return pa.table([pa.array(lines, pa.int64()), names], schema=_REJECTED)


def none_turned_away() -> pa.Table:
    """No line at all."""
    return _REJECTED.empty_table()


def seen_name(name: str) -> str:
    """Name a pack sees a column by: that of the file, with ``_`` after those Kuai adds itself."""
    return f"{name}_" if name.lower() in OWN else name
