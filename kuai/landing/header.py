"""The header of a delimited file: its column names, and every way it can be wrong."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kuai.city.model import Source
from kuai.errors import SourceError, nearest
from kuai.landing.chunk import seen_name
from kuai.landing.grammar import LINE_LIMIT, check_delimiter
from kuai.landing.streams import BrokenStreamError, Stream, check_encoding

_BOM = b"\xef\xbb\xbf"
_OTHERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Header:
    """Columns of a file as a pack sees them.

    Parameters
    ----------
    columns : dict of str to str
        DuckDB type of each column by its name, in the order of the file.
    size : int
        Bytes of UTF-8 the header takes, with byte order mark and line end; 0 where there is no such line.
    """

    columns: dict[str, str]
    size: int = 0


def csv_header(stream: Stream, source: Source) -> Header:
    """Columns of a CSV file, stripped of blanks and byte order mark; a column without a name is ``column_<n>``.

    Raises
    ------
    SourceError
        If there is no header, or it is not text, repeats a name or is written with another delimiter.
    """
    check_encoding(source.encoding)
    check_delimiter(source.delimiter)
    line, size = _first_line(stream)
    names = _names(_text(line, source.delimiter, stream), source.delimiter, stream)
    _refuse_repeats(names, stream)
    return Header(dict.fromkeys(names, "VARCHAR"), size)


def check_columns(header: Header, needed: Collection[str], path: Path, source: Source) -> None:
    """Nothing, if the file has every column its pack needs.

    Raises
    ------
    SourceError
        If columns are absent; names the nearest ones, or the delimiter that would give them.
    """
    have = {name.lower() for name in header.columns}
    missing = sorted(name for name in needed if name.lower() not in have)
    if not missing:
        return
    refuse_delimiter(header, source, path)
    what = f"the file has no column {', '.join(missing)}, which {source.sql_path.name} needs"
    raise SourceError(what, f"{path}:1", nearest(missing[0], header.columns))


def _first_line(stream: Stream) -> tuple[bytes, int]:
    start = b""
    try:
        for part in stream.parts():
            start += part
            if len(start) > LINE_LIMIT + len(_BOM) or _has_end(start):
                break
    except BrokenStreamError as error:
        raise SourceError(error.what, f"{stream.path}:1", error.remedy) from None
    return _cut(start, stream)


def _has_end(start: bytes) -> bool:
    """Whether a line end is in it, with a byte after it that tells CR from CRLF."""
    return b"\n" in start or b"\r" in start[:-1]


def _cut(start: bytes, stream: Stream) -> tuple[bytes, int]:
    bom = len(_BOM) if start.startswith(_BOM) else 0
    line = start[bom:].split(b"\n", 1)[0].split(b"\r", 1)[0]
    if len(line) > LINE_LIMIT:
        raise SourceError(f"the header is longer than {LINE_LIMIT} bytes", f"{stream.path}:1", "is it a CSV file?")
    if not line.strip():
        what = (
            "the first line is blank, so there is no header" if start[bom:] else "the file is empty: it has no header"
        )
        raise SourceError(what, f"{stream.path}:1", "the first line must name the columns")
    end = start[bom + len(line) : bom + len(line) + 2]
    return line, bom + len(line) + (2 if end == b"\r\n" else min(len(end), 1))


def _text(line: bytes, delimiter: str, stream: Stream) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        what = f"the header is not {stream.encoding}"
        raise SourceError(what, f"{stream.path}:1", 'declare another encoding, such as "gb18030"') from None
    if any(letter < " " and letter not in f"\t{delimiter}" for letter in text):
        raise SourceError("the header is not text", f"{stream.path}:1", "is it a CSV file?")
    return text


def _names(text: str, delimiter: str, stream: Stream) -> list[str]:
    fields = _fields(text, delimiter)
    if not fields:
        raise SourceError("a quote in the header is not closed", f"{stream.path}:1", "mend the header")
    names = [field.strip() or f"column_{number}" for number, field in enumerate(fields, 1)]
    return [seen_name(name) for name in names]


def _fields(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _refuse_repeats(names: list[str], stream: Stream) -> None:
    counts = Counter(name.lower() for name in names)
    repeated = [name for name in names if counts[name.lower()] > 1]
    if repeated:
        what = f"the header names a column twice: {', '.join(repeated)}"
        raise SourceError(what, f"{stream.path}:1", "names must differ by more than upper and lower case")


def refuse_delimiter(header: Header, source: Source, path: Path) -> None:
    """Nothing, unless the header has more fields with another delimiter than with the declared one.

    Raises
    ------
    SourceError
        If so; names the delimiter to declare.
    """
    text = source.delimiter.join(header.columns)
    counts = {other: len(_fields(text, other)) for other in _OTHERS if other != source.delimiter}
    best = max(counts, key=lambda other: counts[other])
    if header.size and counts[best] > len(header.columns):
        what = f"the header has {_counted(len(header.columns))} with delimiter {source.delimiter!r}"
        what += f" and {_counted(counts[best])} with {best!r}"
        raise SourceError(what, f"{path}:1", f"declare delimiter = {_toml(best)} for this source in sources.toml")


def _counted(fields: int) -> str:
    return "one field" if fields == 1 else f"{fields} fields"


def _toml(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'
