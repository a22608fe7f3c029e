"""Columns of text built from numbers without a Python string per row."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from kuai.generator.draw import Bytes, Ints, Mask

_ZERO = ord("0")
_SECONDS_PER_DAY = 86_400


def digits(values: Ints, width: int) -> Bytes:
    """Decimal digits of every value as a matrix of bytes, with leading zeros."""
    out = np.empty((len(values), width), np.uint8)
    rest = values.copy()
    for place in range(width - 1, -1, -1):
        rest, last = np.divmod(rest, 10)
        out[:, place] = last + _ZERO
    return out


def constant(text: str, rows: int) -> Bytes:
    """The same text in every row, as a matrix of its UTF-8 bytes."""
    return np.broadcast_to(np.frombuffer(text.encode(), np.uint8), (rows, len(text.encode())))


def fixed(*parts: Bytes) -> pa.Array:
    """Text column whose rows are the concatenated rows of byte matrices."""
    matrix = np.ascontiguousarray(np.hstack(parts))
    offsets = np.arange(len(matrix) + 1, dtype=np.int32) * matrix.shape[1]
    return pa.StringArray.from_buffers(len(matrix), pa.py_buffer(offsets), pa.py_buffer(matrix))


def cut(matrix: Bytes, lengths: Ints) -> pa.Array:
    """Text column of the first `lengths` bytes of every row."""
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int32)
    kept = matrix[np.arange(matrix.shape[1]) < lengths[:, None]]
    return pa.StringArray.from_buffers(len(matrix), pa.py_buffer(offsets), pa.py_buffer(kept.tobytes()))


def chosen(values: list[str], positions: Ints) -> pa.Array:
    """Text column of the values at the positions."""
    return pa.array(values, pa.string()).take(pa.array(positions))


def compact_days(days: Ints) -> pa.Array:
    """Days since 1970 as text such as 20250301."""
    return _by_day(days, "")


def iso_days(days: Ints) -> pa.Array:
    """Days since 1970 as text such as 2025-03-01."""
    return _by_day(days, "-")


def times(seconds: Ints, known: Mask | None = None) -> pa.Array:
    """Seconds since 1970 as text such as 2025-03-01 08:15:00; null where not known."""
    day, second = np.divmod(seconds, _SECONDS_PER_DAY)
    first = int(day.min()) if len(day) else 0
    calendar = _calendar(first, int(day.max()) + 1 if len(day) else 1)
    text = fixed(calendar[day - first], constant(" ", len(day)), _clock()[second])
    return text if known is None else masked(text, ~known)


def masked(column: pa.Array, empty: Mask) -> pa.Array:
    """The column with null where `empty`."""
    return overwritten(column, empty, pa.nulls(int(empty.sum()), column.type))


def overwritten(column: pa.Array, where: Mask, values: pa.Array) -> pa.Array:
    """The column with the values put in order where `where` holds."""
    positions = np.arange(len(column))
    positions[where] = len(column) + np.arange(int(where.sum()))
    return pa.concat_arrays([column, values.cast(column.type)]).take(pa.array(positions))


def _by_day(days: Ints, separator: str) -> pa.Array:
    first = int(days.min()) if len(days) else 0
    span = np.arange(first, int(days.max()) + 1 if len(days) else 1)
    names = [name.replace("-", separator) for name in np.datetime_as_string(span.astype("datetime64[D]")).tolist()]
    return chosen(names, days - first)


def _calendar(first: int, end: int) -> Bytes:
    names = np.datetime_as_string(np.arange(first, end).astype("datetime64[D]"))
    return np.frombuffer("".join(names.tolist()).encode(), np.uint8).reshape(-1, 10)


@cache
def _clock() -> Bytes:
    second = np.arange(_SECONDS_PER_DAY)
    colon = constant(":", _SECONDS_PER_DAY)
    parts = (second // 3600, second // 60 % 60, second % 60)
    hour, minute, last = (digits(part, 2) for part in parts)
    return np.hstack([hour, colon, minute, colon, last])
