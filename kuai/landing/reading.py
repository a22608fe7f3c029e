"""Landing files as rows: the one way in, for every format, with every row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from kuai.city.model import Source
from kuai.errors import PackError, nearest
from kuai.landing.chunk import Chunk
from kuai.landing.columnar import parquet_chunks, parquet_header
from kuai.landing.delimited import DelimitedFile
from kuai.landing.grammar import Grammar
from kuai.landing.header import Header, check_columns, csv_header, refuse_delimiter
from kuai.landing.streams import Stream, opened

FORMATS = ("csv", "parquet")


def header(path: Path, source: Source) -> Header:
    """Columns of a landing file, as its pack sees them.

    Parameters
    ----------
    path : Path
        A CSV file, plain or gzip whatever its name, or a Parquet file.
    source : Source
        How it is written.

    Raises
    ------
    SourceError
        If there is no header to be had.
    PackError
        If the pack declares a format, a delimiter or an encoding there is not.
    """
    if source.format not in FORMATS:
        raise PackError(
            f"no format {source.format!r}", f"sources.toml [{source.name}]", nearest(source.format, FORMATS)
        )
    return parquet_header(path) if source.format == "parquet" else csv_header(Stream(path, source.encoding), source)


def read(path: Path, source: Source, needed: Collection[str] | None = None) -> Iterator[Chunk]:
    """Chunks of a landing file, in order and in bounded memory.

    A fault of the file as a whole may show only after chunks have been yielded: commit nothing of a file before all of
    it has been read.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        How it is written.
    needed : collection of str, optional
        Columns its pack needs; others are not read. All are read if not given.

    Raises
    ------
    SourceError
        If the file is broken, or lacks a needed column; names file and line.
    PackError
        If the pack declares a format, a delimiter or an encoding there is not.
    """
    found = header(path, source)
    if needed is not None:
        check_columns(found, needed, path, source)
    elif len(found.columns) == 1:
        refuse_delimiter(found, source, path)
    if source.format == "parquet":
        return parquet_chunks(path, needed)
    grammar = Grammar(len(found.columns), source.delimiter, multiline=source.multiline)
    return DelimitedFile(Stream(path, source.encoding), found, grammar, needed).chunks()


def fingerprint(path: Path) -> str:
    """SHA-256 of the file as it is on disk, in hexadecimal.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
