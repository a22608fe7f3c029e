"""Which lines are not UTF-8: all bytes at once first, and line by line only where that fails."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit

from kuai.landing.grammar import BLANK, ENCODING, JOINED, TOO_LONG, Bytes, Offsets


def _characters() -> Bytes:
    """For each first byte: bytes of the character, least and greatest second byte (Unicode, table 3-7)."""
    table = np.zeros((256, 3), np.uint8)
    table[:0x80] = 1, 0, 0
    table[0xC2:0xE0] = 2, 0x80, 0xBF
    table[0xE0:0xF0] = 3, 0x80, 0xBF
    table[0xF0:0xF5] = 4, 0x80, 0xBF
    table[[0xE0, 0xF0], 1] = 0xA0, 0x90
    table[[0xED, 0xF4], 2] = 0x9F, 0x8F
    return table


@njit(cache=True, nogil=True)
def _step(buffer: Bytes, i: int, stop: int, characters: Bytes) -> int:
    """Bytes of the UTF-8 character that begins at i, or 0 if none does."""
    size, low, high = characters[buffer[i]]
    if i + size > stop:
        return 0
    for j in range(i + 1, i + size):
        if buffer[j] < low or buffer[j] > high:
            return 0
        low, high = 0x80, 0xBF
    return int(size)


@njit(cache=True, nogil=True)
def _mark(buffer: Bytes, starts: Offsets, rules: Bytes, characters: Bytes) -> None:
    first = 0
    for line in range(rules.size):
        first = first if rules[line] == JOINED else line
        i, stop, step = starts[line], starts[line + 1], 1
        while i < stop and step > 0:
            step = _step(buffer, i, stop, characters)
            i += step
        is_bad = step == 0 or rules[first] == ENCODING
        if is_bad and rules[line] not in (BLANK, TOO_LONG):
            rules[first : line + 1] = ENCODING


def mark_encoding(buffer: Bytes, starts: Offsets, rules: Bytes) -> None:
    """Nothing; rules of lines that are not UTF-8 become ``row_encoding``, which comes before all but too long.

    A record of several lines has the rule in all of them.

    Parameters
    ----------
    buffer, starts, rules : arrays
        As filled by ``kuai.landing.kernel.scan``.
    """
    if not is_utf8(buffer[: starts[-1]]):
        _mark(buffer, starts, rules, _characters())


def is_utf8(buffer: Bytes) -> bool:
    """Whether the bytes are UTF-8 as a whole."""
    offsets = pa.py_buffer(np.array([0, buffer.size], np.int64))
    text = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(buffer))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
