from __future__ import annotations

import csv as reference
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import csv

from kuai.errors import PackError
from kuai.landing.grammar import RULES, Grammar
from kuai.landing.screen import Screened, screen

LINES = r"""
    a,b                 |
    "a","b"             |
    "a,x","b"           |
    "a ""x"" y",b       |
    a "x",b             |
    a,"                 | row_quote
    "a"x,b              | row_quote
    "a" ,b              | row_quote
    "a,b                | row_quote
    a                   | row_fields
    a,b,c               | row_fields
    "a,b"               | row_fields
    ,                   |
    "",""               |
    a,\x00              | row_control
    a\x1b,b             | row_control
    a\tx,b              |
    a,\x7f              |
    a,\xff              | row_encoding
    a,\xe5\x9d          | row_encoding
    a,\xe5\x9d\x97      |
    a,\xc0\xaf          | row_encoding
    a,\xed\xa0\x80      | row_encoding
    a,\xf4\x90\x80\x80  | row_encoding
    a,\xf0\x9f\x92\xa1  |
    \x00\xff            | row_encoding
    \x00"               | row_control
    "\x00               | row_control
    aaaaaaaaaaaaaaaaaaa,b | row_too_long
    \xff\x00aaaaaaaaaaaaaaaaaaa | row_too_long
"""


def _cases() -> list[tuple[bytes, str]]:
    pairs = (line.split("|") for line in LINES.strip().splitlines())
    return [(text.strip().encode().decode("unicode_escape").encode("latin-1"), rule.strip()) for text, rule in pairs]


def _screen(text: bytes, fields: int = 2, *, final: bool = True, **given: object) -> Screened:
    return screen(np.frombuffer(text, np.uint8), Grammar(fields, **given), final=final)  # type: ignore[arg-type]


def _rules(text: bytes, fields: int = 2, **given: object) -> list[str]:
    return [RULES[rule] for rule in _screen(text, fields, **given).rules]  # type: ignore[arg-type]


def _parse(text: bytes, fields: int) -> list[list[str]]:
    names = [str(number) for number in range(fields)]
    if not text:
        return []
    text = b"\xef\xbb\xbf" + text if text.startswith(b"\xef\xbb\xbf") else text
    types = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[])
    table = csv.read_csv(pa.BufferReader(text), csv.ReadOptions(column_names=names), convert_options=types)
    return [list(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(("text", "rule"), _cases())
def test_a_line_is_clean_or_breaks_one_rule(text: bytes, rule: str) -> None:
    assert _rules(text, limit=20) == [rule]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize(("text", "rule"), _cases())
def test_a_faulty_line_harms_only_itself(text: bytes, rule: str, end: bytes) -> None:
    assert _rules(b"a,b" + end + text + end + b"a,b" + end, limit=20) == ["", rule, ""]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "\x01", " "])
def test_the_declared_delimiter_alone_separates(delimiter: str) -> None:
    assert _rules(f'a{delimiter}"b{delimiter}c"\n'.encode(), delimiter=delimiter) == [""]
    assert _rules(b"a,b\n", delimiter=delimiter) == ["row_fields"]


@pytest.mark.parametrize("delimiter", ['"', "\n", "", ",,", "，"])
def test_what_cannot_separate_is_refused(delimiter: str) -> None:
    with pytest.raises(PackError, match="cannot be a delimiter"):
        Grammar(2, delimiter)


def test_blank_lines_are_named_and_the_written_lines_end_before_the_last_ones() -> None:
    found = _screen(b"a,b\n\na,b\n\r\n\n")
    assert [RULES[rule] for rule in found.rules] == ["", "row_blank", "", "row_blank", "row_blank"]
    assert found.written == 3


@pytest.mark.parametrize(("text", "consumed"), [(b"a,b\na,", 4), (b"a,b\r", 0), (b"a,b\r\n", 5), (b"a,b", 0)])
def test_a_line_that_may_go_on_is_left_over(text: bytes, consumed: int) -> None:
    assert _screen(text, final=False).consumed == consumed


def test_no_more_lines_are_found_than_asked_for() -> None:
    found = screen(np.frombuffer(b"a,b\n" * 5, np.uint8), Grammar(2), final=True, lines=3)
    assert (found.rules.size, found.consumed) == (3, 12)


def test_clean_lines_are_those_without_a_rule() -> None:
    assert _screen(b"a,b\nx\nc,d\r\n\ne,f").clean().tobytes() == b"a,b\nc,d\r\ne,f"


PIECES = st.sampled_from([b"a", b",", b'"', b'""', b"\n", b"\r", b"\r\n", b" ", b"\t", b"\x00", b"\xff", "块".encode()])
TEXTS = st.lists(PIECES | st.binary(max_size=3), max_size=40).map(b"".join)


@settings(deadline=None)
@given(TEXTS, st.integers(1, 3))
@example(b"\xef\xbb\xbfa,b\n", 2)
@example(b'""', 1)
def test_every_clean_line_is_one_row_with_the_fields_it_shows(text: bytes, fields: int) -> None:
    found = _screen(text, fields)
    lines = [text[found.starts[i] : found.starts[i + 1]] for i in found.to_clean_offsets()]
    rows = [next(reference.reader(io.StringIO(line.decode(), newline=""))) for line in lines]
    assert _parse(found.clean().tobytes(), fields) == rows


@settings(deadline=None)
@given(TEXTS, st.integers(1, 3))
def test_lines_are_those_of_universal_newlines(text: bytes, fields: int) -> None:
    found = _screen(text, fields)
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert found.rules.size == len(lines) - (lines[-1] == b"")
    assert found.consumed == len(text)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 200))
def test_a_text_in_two_blocks_has_the_rules_it_has_in_one(text: bytes, cut: int) -> None:
    head = _screen(text[:cut], final=False)
    rest = _screen(text[head.consumed :])
    assert [*head.rules, *rest.rules] == list(_screen(text).rules)


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=6).filter(lambda line: not {10, 13} & set(line)), max_size=20))
def test_encoding_is_judged_as_python_judges_it(lines: list[bytes]) -> None:
    def is_text(line: bytes) -> bool:
        return line.decode("utf-8", "replace").encode() == line

    found = _rules(b"\n".join(lines) + b"\n" if lines else b"", 1)
    assert [rule != "row_encoding" for rule in found] == [is_text(line) for line in lines]
