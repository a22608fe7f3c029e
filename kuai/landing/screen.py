"""The screen: every line of a delimited file is clean, or named with the rule it breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kuai.landing.grammar import BLANK, JOINED, OK, Bytes, Grammar, Offsets
from kuai.landing.kernel import keep, scan
from kuai.landing.unicode import mark_encoding

LINES = 1 << 20


@dataclass(frozen=True)
class Screened:
    """The lines of a buffer, one entry each.

    Parameters
    ----------
    buffer : uint8 array
        The bytes that were screened.
    starts : int64 array
        First byte of each line, and last the first byte that belongs to none of them.
    rules : uint8 array
        Index into ``RULES``; 0 for a clean line, ``JOINED`` for a further line of the clean record before it.
    """

    buffer: Bytes
    starts: Offsets
    rules: Bytes

    @property
    def consumed(self) -> int:
        """Bytes that belong to the lines found."""
        return int(self.starts[-1])

    @property
    def written(self) -> int:
        """Lines up to the last one that is not blank."""
        filled = np.flatnonzero(self.rules != BLANK)
        return int(filled[-1]) + 1 if filled.size else 0

    def clean(self) -> Bytes:
        """Bytes of the clean records, one after the other."""
        clean = np.isin(self.rules, (OK, JOINED))
        if clean.all():
            return self.buffer[: self.consumed]
        out = np.empty(int(np.diff(self.starts)[clean].sum()), np.uint8)
        keep(self.buffer, self.starts, self.rules, out)
        return out

    def to_clean_offsets(self) -> Offsets:
        """Offset of the first line of each clean record among the lines found."""
        return np.flatnonzero(self.rules == OK)

    def to_faulty_offsets(self) -> Offsets:
        """Offset of each line that breaks a rule among the lines found."""
        return np.flatnonzero(~np.isin(self.rules, (OK, JOINED)))


def screen(buffer: Bytes, grammar: Grammar, *, final: bool, lines: int = LINES) -> Screened:
    """Lines of a buffer with the rule each one breaks; at most ``lines`` of them.

    Parameters
    ----------
    buffer : uint8 array
        UTF-8 from the beginning of a line on.
    grammar : Grammar
        Delimiter, number of fields and longest line.
    final : bool
        Whether the file ends here; if not, an unfinished last line is left over.
    lines : int
        Most lines to find; a record that runs over more of them than this is not found.
    """
    buffer, room = _aligned(buffer), min(lines, buffer.size)
    starts, rules = np.empty(room + 1, np.int64), np.empty(room, np.uint8)
    count = scan(buffer, final, grammar.shape(), starts, rules)
    found = Screened(buffer, starts[: count + 1], rules[:count])
    mark_encoding(found.buffer, found.starts, found.rules)
    return found


def _aligned(buffer: Bytes) -> Bytes:
    return buffer if buffer.flags.writeable and buffer.ctypes.data % 8 == 0 else buffer.copy()
