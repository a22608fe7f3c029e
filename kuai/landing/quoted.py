"""Compiled steps over quotes and line ends, and the lines of a record whose quoted field runs over them."""

from __future__ import annotations

from typing import Any

from numba import njit, uint64

from kuai.landing.grammar import IS_CONTROL, IS_DELIMITER, IS_END, IS_QUOTE, JOINED, QUOTE, REACH, Bytes, Offsets, Shape

Word = Any  # an unsigned number of 64 bits to the compiler

FEED, RETURN = 10, 13
_ONE: Word = uint64(1)
_TWO: Word = uint64(2)


@njit(cache=True, nogil=True, inline="always")
def after(buffer: Bytes, end: Word, final: int) -> Word:
    """Where the line after the line end at ``end`` begins; 0 if that cannot be known yet."""
    if buffer[end] == FEED:
        return end + _ONE
    if end + _ONE == buffer.size:
        return end + _ONE if final else uint64(0)
    return end + _TWO if buffer[end + _ONE] == FEED else end + _ONE


@njit(cache=True, nogil=True, inline="always")
def _kind(buffer: Bytes, i: Word, kinds: Bytes) -> int:
    """Meaning of the byte at i; beyond the buffer, a line end."""
    return int(kinds[buffer[i]]) if i < buffer.size else IS_END


@njit(cache=True, nogil=True, inline="always")
def beyond(buffer: Bytes, i: Word, kinds: Bytes, quoted: int) -> tuple[Word, int]:
    """(first byte after the quote at i, or after it and its double inside a quoted field; 1 if text follows)."""
    if not quoted:
        return i + _ONE, 0
    following = _kind(buffer, i + _ONE, kinds)
    if following == IS_QUOTE:
        return i + _TWO, 0
    return i + _ONE, 0 if following in (IS_DELIMITER, IS_END) else 1


@njit(cache=True, nogil=True)
def _stop(buffer: Bytes, first: Word, kinds: Bytes, final: int) -> Word:
    """Where the record ends whose line before ``first`` ended inside a quote; 0 if that cannot be known yet.

    It is ``first`` where the field is not closed within ``REACH``: the quote that opened it is a stray one then. The
    first quote that is not doubled decides: it closes the field if a delimiter or a line end follows.
    """
    i, ended, quoted, closed = first, first, True, False
    opening: Word = uint64(0)
    reach: Word = first + uint64(REACH)
    while i < buffer.size and (i < reach or not quoted):
        kind, step = kinds[buffer[i]], i + _ONE
        if kind == IS_END:
            step = after(buffer, i, final)
            if step == 0 or not quoted:
                return step
            ended, closed = step if closed else ended, False
        elif kind == IS_DELIMITER and not quoted:
            opening = step
        elif kind == IS_QUOTE and quoted:
            step, stray = beyond(buffer, i, kinds, quoted)
            if stray and not closed:
                return ended
            quoted = step > i + _ONE
            closed = closed or not quoted
        elif kind == IS_QUOTE:
            quoted = i == opening
        i = step
    if i < buffer.size or (final and quoted):
        return ended
    return i if final else uint64(0)


@njit(cache=True, nogil=True)
def _next(buffer: Bytes, i: Word) -> Word:
    """Where the line after that of the byte at i begins."""
    while i < buffer.size and buffer[i] != FEED and buffer[i] != RETURN:
        i += _ONE
    return after(buffer, i, 1) if i < buffer.size else i


@njit(cache=True, nogil=True)
def overrun(
    buffer: Bytes, span: tuple[Word, Word], how: tuple[Shape, int], starts: Offsets, rules: Bytes
) -> tuple[Word, int, bool]:
    """(end of a record whose first line ended inside a quote, further lines of it, whether all are one row).

    Parameters
    ----------
    buffer : uint8 array
        Bytes of the file.
    span : (uint64, uint64)
        Where the first line begins, and where the line after it does; 0 if that cannot be known yet.
    how : (Shape, int)
        How lines are judged, as for `kuai.landing.kernel.scan`, and whether the file ends with the buffer.
    starts, rules : int64 array, uint8 array
        Filled with the further lines: turned away, or joined to the first one where records may be of several lines
        and this one is sound. The end is 0 if they have no room here, or if it cannot be known yet.
    """
    (kinds, expected, limit, _, multiline), final = how
    begin, first = span
    count, i = 0, first
    stop = _stop(buffer, first, kinds, final) if first else first
    while i < stop:
        if count == rules.size:
            return uint64(0), 0, False
        starts[count], i, count = i, _next(buffer, i), count + 1
    may_join = multiline and count > 0 and stop - begin <= limit
    joined = may_join and _fields(buffer, begin, stop, kinds) == expected
    rules[:count] = JOINED if joined else QUOTE
    return stop, count, joined


@njit(cache=True, nogil=True)
def _fields(buffer: Bytes, i: Word, stop: Word, kinds: Bytes) -> int:
    """Fields of a record; 0 if it has a control character, a stray quote, or a line end outside of quotes."""
    fields, quoted, opening = 1, False, i
    while i < stop:
        kind, step, stray = kinds[buffer[i]], i + _ONE, 0
        if kind == IS_QUOTE:
            step, stray = beyond(buffer, i, kinds, quoted)
            quoted = step > i + _ONE if quoted else i == opening
        elif kind == IS_DELIMITER and not quoted:
            fields, opening = fields + 1, step
        elif kind == IS_END and not quoted:
            return fields if after(buffer, i, 1) == stop else 0
        if kind == IS_CONTROL or stray:
            return 0
        i = step
    return 0 if quoted else fields
