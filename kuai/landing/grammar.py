"""Grammar of a delimited file: which bytes mean what, and the rules a line can break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuai.errors import PackError

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Shape = tuple[Bytes, int, int, int, bool]

LINE_LIMIT = 1 << 20
REACH = 1 << 16  # bytes after a line that ends inside a quote, in which the quote that closes it is looked for
RULES = ("", "row_blank", "row_too_long", "row_encoding", "row_control", "row_quote", "row_fields")
OK, BLANK, TOO_LONG, ENCODING, CONTROL, QUOTE, FIELDS = range(len(RULES))
JOINED = len(RULES)  # no rule: a further line of a good record, which is a row with the line it began on
PLAIN, IS_DELIMITER, IS_QUOTE, IS_END, IS_CONTROL = range(5)


@dataclass(frozen=True)
class Grammar:
    """How the lines of one file are judged.

    A record is one line, which ends with LF, CRLF or CR. A field that begins with ``"`` ends with ``"``, and ``""``
    inside it is one quote; a quote elsewhere is a character like any other. Where a quoted field runs over line ends,
    every line of its record is turned away, for what stands in a field must not pass for a row, unless records may be
    of several lines and this one is sound: then it is one row. Where nothing within ``REACH`` bytes closes the field,
    its quote is a stray one, and only the line it stands in is turned away.

    Parameters
    ----------
    fields : int
        Fields of the header, which every line must have.
    delimiter : str
        One ASCII character.
    limit : int
        Longest line there may be, in bytes of UTF-8 without its end.
    multiline : bool
        Whether a record may be of several lines.
    """

    fields: int
    delimiter: str = ","
    limit: int = LINE_LIMIT
    multiline: bool = False

    def __post_init__(self) -> None:
        check_delimiter(self.delimiter)

    def shape(self) -> Shape:
        """What the scan is told: see `kuai.landing.kernel.scan`."""
        delimiters = np.uint64(ord(self.delimiter) * 0x0101010101010101)
        return self.kinds(), self.fields, np.uint64(self.limit), delimiters, self.multiline  # type: ignore[return-value]

    def kinds(self) -> Bytes:
        """Meaning of each of the 256 byte values."""
        kinds = np.full(256, PLAIN, np.uint8)
        kinds[:32] = IS_CONTROL
        kinds[9] = PLAIN
        kinds[[10, 13]] = IS_END
        kinds[ord('"')] = IS_QUOTE
        kinds[ord(self.delimiter)] = IS_DELIMITER
        return kinds


def check_delimiter(delimiter: str) -> None:
    r"""Nothing, if fields can be told apart by the delimiter.

    Raises
    ------
    PackError
        If it is not one ASCII character, or is ``"`` or a line end.
    """
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
        remedy = 'give one ASCII character other than a quote or a line end, such as "," ";" "|" or "\\t"'
        raise PackError(f"{delimiter!r} cannot be a delimiter", "sources.toml", remedy)
