"""Compiled steps over quotes and line ends, and the lines of a record whose quoted field runs over them."""

from __future__ import annotations

from typing import Any

from numba import njit, uint64

from kuai.landing.grammar import IS_DELIMITER, IS_END, IS_QUOTE, QUOTE, REACH, Bytes, Offsets

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
def overrun(buffer: Bytes, first: Word, how: tuple[Bytes, int], starts: Offsets, rules: Bytes) -> tuple[Word, int]:
    """(end of a record whose line before ``first`` ended inside a quote, further lines of it).

    Parameters
    ----------
    buffer : uint8 array
        Bytes of the file.
    first : uint64
        Where the line after that line begins; 0 if that cannot be known yet.
    how : (uint8[256], int)
        Meaning of each byte, and whether the file ends with the buffer.
    starts, rules : int64 array, uint8 array
        Filled with the further lines, all of them turned away. The end is 0 if they have no room here, or if it cannot
        be known yet.
    """
    i, count = first, 0
    stop = _stop(buffer, first, how[0], how[1]) if first else first
    while i < stop:
        if count == rules.size:
            return uint64(0), 0
        starts[count], rules[count] = i, QUOTE
        i, count = _next(buffer, i), count + 1
    return stop, count
