"""Compiled scan of delimited bytes: where lines begin, and the first rule each one breaks.

Eight bytes are looked at in one step; only those that may mean something are looked at singly. Positions are unsigned
throughout: with signed ones every access would be tested for counting from the end, at a third of the speed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types, uint64
from numba.extending import intrinsic

from kuai.landing.grammar import (
    BLANK,
    CONTROL,
    FIELDS,
    IS_CONTROL,
    IS_DELIMITER,
    IS_END,
    IS_QUOTE,
    JOINED,
    OK,
    QUOTE,
    TOO_LONG,
    Bytes,
    Offsets,
    Shape,
)
from kuai.landing.quoted import FEED, RETURN, Word, after, beyond, overrun

_SEEN_CONTROL, _SEEN_QUOTE = 1, 2
_ONE: Word = uint64(1)
_THREE: Word = uint64(3)
_EIGHT: Word = uint64(8)
_EACH: Word = uint64(0x0101010101010101)
_TOP: Word = uint64(0x8080808080808080)
_PRINTABLE: Word = uint64(0x2020202020202020)
_QUOTES: Word = uint64(0x2222222222222222)
_LETTERS: Word = uint64(0x6161616161616161)
_LETTER = 0x61
_STOPPED = 0  # fields of a line that was not looked at to its end: no line has so few


@intrinsic
def _lowest(_context: Any, _word: Word) -> Any:  # noqa: ANN401
    """Number of the lowest set bit of a word that is not zero."""

    def build(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


@njit(cache=True, nogil=True, inline="always")
def _marks(word: Word, delimiters: Word) -> Word:
    """Top bit of every byte that is a C0 control, a quote or a delimiter, and of some that are not.

    After S. E. Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n". A borrow may mark the byte
    above a marked one, so the caller looks each marked byte up.
    """
    quotes, separators = word ^ _QUOTES, word ^ delimiters
    equal = ((quotes - _EACH) & ~quotes) | ((separators - _EACH) & ~separators)
    return (((word - _PRINTABLE) & ~word) | equal) & _TOP


@njit(cache=True, nogil=True, inline="always")
def _rule(length: Word, seen: int, extra: int, limit: Word) -> int:
    """First rule broken, in the order of ``RULES``."""
    if length == 0:
        return BLANK
    if length > limit:
        return TOO_LONG
    if seen & _SEEN_CONTROL:
        return CONTROL
    if seen & _SEEN_QUOTE:
        return QUOTE
    return FIELDS if extra else OK


@njit(cache=True, nogil=True)
def _tail(buffer: Bytes) -> Word:
    """Last bytes, fewer than eight, filled up with letters."""
    word = _LETTERS
    for i in range(buffer.size // 8 * 8, buffer.size):
        letter: Word = uint64(buffer[i] ^ _LETTER)
        word ^= letter << (uint64(i % 8) * _EIGHT)
    return word


@njit(cache=True, nogil=True)
def _lines(buffer: Bytes, final: int, shape: Shape, starts: Offsets, rules: Bytes) -> tuple[int, Word, int, int]:
    """(lines ended, begin of the line not ended, its faults, its fields)."""
    kinds, expected, limit, delimiters, _ = shape
    words, count = buffer[: buffer.size // 8 * 8].view(np.uint64), 0
    begin: Word = uint64(0)
    opening, passed = begin, begin
    seen, fields, quoted = 0, 1, False
    for index in range(words.size + 1):
        marks = _marks(words[index] if index < words.size else _tail(buffer), delimiters)
        while marks:
            i = uint64(index) * _EIGHT + (_lowest(marks) >> _THREE)  # type: ignore[call-arg]
            marks &= marks - _ONE
            if i < passed:
                continue
            kind = kinds[buffer[i]]
            if kind == IS_DELIMITER:
                if not quoted:
                    fields, opening = fields + 1, i + _ONE
            elif kind == IS_END:
                passed, more = after(buffer, i, final), 0
                if quoted and i - begin <= limit:
                    span, room = (begin, passed), count + 1
                    passed, more, joined = overrun(buffer, span, (shape, final), starts[room:], rules[room:])
                    fields, quoted = expected if joined else fields, not joined
                if passed == 0 or count == rules.size:
                    return count, begin, seen, _STOPPED
                rules[count] = _rule(i - begin, seen | (_SEEN_QUOTE * quoted), fields - expected, limit)
                starts[count], count = begin, count + 1 + more
                begin = opening = passed
                seen, fields, quoted = 0, 1, False
            elif kind == IS_QUOTE:
                passed, stray = beyond(buffer, i, kinds, quoted)
                quoted = passed > i + _ONE if quoted else i == opening
                seen |= _SEEN_QUOTE * stray
            else:
                seen |= _SEEN_CONTROL * (kind == IS_CONTROL)
    return count, begin, seen | (_SEEN_QUOTE * quoted), fields


@njit(cache=True, nogil=True)
def scan(buffer: Bytes, final: int, shape: Shape, starts: Offsets, rules: Bytes) -> int:
    """Lines found, writing where each begins and the rule it breaks.

    Parameters
    ----------
    buffer : uint8 array
        Bytes from the beginning of a line on, eight-byte aligned.
    final : int or bool
        Whether the file ends with the buffer, so that a last line without an end counts.
    shape : (uint8[256], int, uint64, uint64, bool)
        Meaning of each byte, fields a line must have, bytes it may have, the delimiter in every byte of a word, whether
        a record may be of several lines.
    starts, rules : int64 array, uint8 array
        Filled; ``rules`` bounds the number of lines, ``starts`` is longer by one and ends with the first byte that
        belongs to no line found.
    """
    count, begin, seen, fields = _lines(buffer, final, shape, starts, rules)
    if final and fields != _STOPPED and begin < buffer.size and buffer[buffer.size - 1] not in (FEED, RETURN):
        rules[count] = _rule(uint64(buffer.size) - begin, seen, fields - shape[1], shape[2])
        starts[count], count = begin, count + 1
        begin = uint64(buffer.size)
    starts[count] = begin
    return count


@njit(cache=True, nogil=True)
def keep(buffer: Bytes, starts: Offsets, rules: Bytes, out: Bytes) -> int:
    """Bytes written: the lines of rows that break no rule, one after the other."""
    filled, i, count = 0, 0, rules.size
    while i < count:
        if rules[i] not in (OK, JOINED):
            i += 1
            continue
        first = i
        while i < count and rules[i] in (OK, JOINED):
            i += 1
        size = starts[i] - starts[first]
        out[filled : filled + size] = buffer[starts[first] : starts[i]]
        filled += size
    return filled
