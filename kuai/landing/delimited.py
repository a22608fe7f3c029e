"""Rows of a delimited text file in chunks: screened by us, parsed by Arrow, every line accounted for."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from pyarrow import csv

from kuai.errors import SourceError
from kuai.landing.chunk import Chunk, turned_away
from kuai.landing.grammar import BLANK, REACH, Bytes, Grammar, Offsets
from kuai.landing.header import Header
from kuai.landing.screen import LINES, Screened, screen
from kuai.landing.streams import BrokenStreamError, Stream

SIZE = 1 << 25
_BLOCK = 1 << 22
_BOM = b"\xef\xbb\xbf"


@dataclass
class DelimitedFile:
    """A delimited file on its way through the screen.

    Parameters
    ----------
    stream : Stream
        Its bytes.
    header : Header
        Its columns.
    grammar : Grammar
        How its lines are judged.
    needed : collection of str, optional
        Columns to yield; all of them if not given.
    size : int
        Bytes of text per chunk.
    """

    stream: Stream
    header: Header
    grammar: Grammar
    needed: Collection[str] | None = None
    size: int = SIZE
    _line: int = field(default=2, init=False)
    _blanks: int = field(default=0, init=False)

    def chunks(self) -> Iterator[Chunk]:
        """Chunks of the file in order.

        A line number counts physical lines from the header, which is line 1; a record of several lines has that of its
        first. Blank lines at the end are no rows.

        Raises
        ------
        SourceError
            If the file is broken; whatever was yielded before is then worth nothing, for its rest is unknown.
        """
        rest = bytearray()
        try:
            for block in self._blocks():
                rest = yield from self._advance(rest + block, final=False)
        except BrokenStreamError as fault:
            raise SourceError(fault.what, f"{self.stream.path}:{self._line - 1}", fault.remedy) from None
        yield from self._advance(rest, final=True)

    def _blocks(self) -> Iterator[bytearray]:
        """Blocks of text without the header; what came before a fault too, so that its lines are counted."""
        block, skip = bytearray(), self.header.size
        try:
            for part in self.stream.parts():
                block += part[skip:]
                skip = max(skip - len(part), 0)
                if len(block) >= self.size:
                    yield block
                    block = bytearray()
        except BrokenStreamError:
            yield block
            raise
        yield block

    def _advance(self, text: bytearray, *, final: bool) -> Generator[Chunk, None, bytearray]:
        """Chunks of the lines that end in the text; returns what is left of it."""
        if not final and b"\n" not in text and b"\r" not in text:
            return _shortened(text, self.grammar.limit)
        while (found := screen(np.frombuffer(text, np.uint8), self.grammar, final=final)).rules.size:
            yield from self._chunk(found)
            self._line += found.rules.size
            text = text[found.consumed :]
        return _shortened(text, self.grammar.limit)

    def _chunk(self, found: Screened) -> Iterator[Chunk]:
        """The lines found, and before them the blank lines that turned out not to be the end."""
        written = found.written
        if not written:
            self._blanks += found.rules.size
            return
        yield from self._pending()
        self._blanks = found.rules.size - written
        faulty = found.to_faulty_offsets()
        faulty = faulty[faulty < written]
        rejected = turned_away(faulty + self._line, found.rules[faulty])
        yield Chunk(self._table(found), rejected, self.stream.done)

    def _pending(self) -> Iterator[Chunk]:
        for first in range(self._line - self._blanks, self._line, LINES):
            lines = np.arange(first, min(first + LINES, self._line), dtype=np.int64)
            rejected = turned_away(lines, np.full(lines.size, BLANK, np.uint8))
            yield Chunk(self._empty(), rejected, self.stream.done)

    def _empty(self) -> pa.Table:
        return self._parsed(np.empty(0, np.uint8), np.empty(0, np.int64))

    def _table(self, found: Screened) -> pa.Table:
        return self._parsed(found.clean(), found.to_clean_offsets() + self._line)

    def _names(self) -> list[str]:
        keep = None if self.needed is None else {name.lower() for name in self.needed}
        return [name for name in self.header.columns if keep is None or name.lower() in keep]

    def _parsed(self, clean: Bytes, lines: Offsets) -> pa.Table:
        names = self._names()
        if not lines.size or not names:
            empty = {name: pa.array([], pa.string()) for name in names}
            return pa.table({"line": pa.array(lines), **empty})
        table = self._parse(clean, names)
        if table.num_rows != lines.size:
            where = f"{self.stream.path}:{lines[0]}"
            raise SourceError(f"{lines.size} lines gave {table.num_rows} rows", where, "please report it with the file")
        return table.add_column(0, "line", pa.array(lines))

    def _parse(self, clean: Bytes, names: list[str]) -> pa.Table:
        block = max(_BLOCK, 4 * self.grammar.limit)
        types = dict.fromkeys(names, pa.string())
        return csv.read_csv(
            _source(clean),
            csv.ReadOptions(column_names=list(self.header.columns), block_size=block),
            csv.ParseOptions(delimiter=self.grammar.delimiter, newlines_in_values=self.grammar.multiline),
            csv.ConvertOptions(column_types=types, include_columns=names, null_values=[], check_utf8=False),
        )


def _source(clean: Bytes) -> pa.BufferReader:
    """The bytes for Arrow, which takes a byte order mark away at the beginning, and there only."""
    mark = clean[:3].tobytes() == _BOM
    return pa.BufferReader(_BOM + clean.tobytes() if mark else pa.py_buffer(clean))


def _shortened(rest: bytearray, limit: int) -> bytearray:
    """Unfinished record, its last line cut where it is too long anyway, so that memory stays bounded."""
    held = max(rest.rfind(b"\n", 0, -1), rest.rfind(b"\r", 0, -1)) + 1
    most = held + limit + (REACH if held else 0)
    return rest[: most + 1] + rest[-1:] if len(rest) > most + 2 else rest
