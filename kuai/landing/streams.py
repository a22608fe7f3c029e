"""Bytes of a landing file in parts, decompressed and as UTF-8; a fault of the file as a whole ends them."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from kuai.errors import PackError, SourceError

PART = 1 << 22
_GZIP = b"\x1f\x8b"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class BrokenStreamError(Exception):
    """A file whose rest cannot be read; the line it was met at is known to the reader only.

    Parameters
    ----------
    what, remedy : str
        As in ``KuaiError``.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass
class Stream:
    """A file opened for reading.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        What its text is written in.
    part : int
        Bytes to read from disk at once.
    done : int
        Bytes of the file read so far, as they are on disk.
    """

    path: Path
    encoding: str = "utf-8"
    part: int = PART
    done: int = 0

    def parts(self) -> Iterator[bytes]:
        """Parts of the text as UTF-8, none empty, each of some MiB at most.

        Raises
        ------
        BrokenStreamError
            If the file ends too early, or cannot be decompressed or decoded.
        SourceError
            If the file cannot be opened or read, or is UTF-16 and not declared so.
        """
        with opened(self.path) as file:
            yield from self._text(self._plain(file))

    def _plain(self, file: BufferedReader) -> Iterator[bytes]:
        parts = self._raw(file)
        first = next(parts, b"")
        if first[:2] == _GZIP:
            return _unpacked(_chained(first, parts))
        if self.path.suffix == ".gz" and first:
            raise BrokenStreamError("the name says gzip and the content does not", "fetch the file again, or rename it")
        return _chained(first, parts)

    def _raw(self, file: BufferedReader) -> Iterator[bytes]:
        while part := file.read(self.part):
            self.done += len(part)
            yield part

    def _text(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        if _is_utf8(self.encoding):
            first = next(parts, b"")
            _refuse_utf16(first)
            return _chained(first, parts)
        return _transcoded(parts, self.encoding)


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """The file, open for reading.

    Raises
    ------
    SourceError
        If it cannot be opened or read.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror or error}", str(path), "is it there, and readable?"
        ) from None


def check_encoding(encoding: str) -> None:
    """Nothing, if the name is that of a text encoding.

    Raises
    ------
    PackError
        If it is not.
    """
    try:
        b" ".decode(encoding)
    except UnicodeError:
        return
    except LookupError:
        remedy = 'known are "utf-8", "gb18030", "utf-16", "latin-1" and those of the Python standard library'
        raise PackError(f"no text encoding {encoding!r}", "sources.toml", remedy) from None


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _refuse_utf16(first: bytes) -> None:
    if first[:2] in _WIDE:
        raise BrokenStreamError(
            "the file is UTF-16 and is read as UTF-8", 'declare encoding = "utf-16" for this source in sources.toml'
        )


def _unpacked(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Content of all members of a gzip file (RFC 1952), with length and checksum of each verified."""
    member = zlib.decompressobj(wbits=31)
    for part in parts:
        waiting = part
        while waiting:
            if member.eof:
                waiting = waiting.lstrip(b"\0")
                if not waiting:
                    break
                member = zlib.decompressobj(wbits=31)
            yield from _inflated(member, waiting)
            waiting = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise BrokenStreamError("the gzip file is truncated", "fetch it again; nothing of it was taken")


def _inflated(member: zlib._Decompress, waiting: bytes) -> Iterator[bytes]:
    """Content of a part, or what comes before the byte it is corrupt at."""
    before = member.copy()
    try:
        content = member.decompress(waiting, PART)
    except zlib.error:
        yield _salvaged(before, waiting)
        raise BrokenStreamError("the gzip file is corrupt", "fetch it again; nothing of it was taken") from None
    if content:
        yield content


def _salvaged(member: zlib._Decompress, waiting: bytes) -> bytes:
    content = bytearray()
    with suppress(zlib.error):
        for i in range(len(waiting)):
            content += member.decompress(waiting[i : i + 1])
    return bytes(content)


def _transcoded(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-8; what cannot be decoded becomes a lone surrogate, which is no UTF-8, so that the screen names its line."""
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass" if wide else "surrogateescape")
    for part in parts:
        if content := _decoded(decoder, part, encoding):
            yield content
    if content := _decoded(decoder, b"", encoding):
        yield content


def _decoded(decoder: codecs.IncrementalDecoder, part: bytes, encoding: str) -> bytes:
    try:
        return decoder.decode(part, final=not part).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise BrokenStreamError(f"the text is not {encoding}", "declare the encoding it is written in") from None
