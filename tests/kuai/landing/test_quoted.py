"""A quoted field that runs over line ends: what stands in it is no row, and a stray quote harms one line."""

from __future__ import annotations

import csv as reference
import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kuai.landing.delimited import DelimitedFile
from kuai.landing.grammar import OK, REACH, RULES, Grammar
from kuai.landing.header import Header
from kuai.landing.screen import LINES, screen
from kuai.landing.streams import Stream

ENDS = ["\n", "\r\n", "\r"]
GOOD, REFUSED, JOINED = "", "row_quote", "joined"


def rules(text: str | bytes, *, lines: int = LINES, multiline: bool = False) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    found = screen(np.frombuffer(content, np.uint8), Grammar(3, multiline=multiline), final=True, lines=lines)
    return [(*RULES, JOINED)[rule] for rule in found.rules]


RECORDS = pytest.mark.parametrize(
    "record",
    [
        '1,a,"it was|2,forged,x|and so on"',
        '1,"it was|2,forged,x|and so on",b',
        '"it was|2,forged,x|and so on",a,b',
        '1,a,"he said ""|2,forged,x|"" and went"',
        '1,a,"""|2,forged,x|"""',
        '1,"a|b","|2,forged,x|"',
        '1,"a|b","c"d,"|2,forged,x|"',
        '1,a,"|2,forged,x|",',
        '1,a,"|2,forged,x|"',
        '1,a,"||"',
    ],
)


@pytest.mark.parametrize("end", ENDS)
@RECORDS
def test_no_line_of_a_record_passes_for_a_row(record: str, end: str) -> None:
    lines = record.split("|")
    expected = [GOOD, *[REFUSED] * len(lines), GOOD]
    assert rules(end.join(["0,a,b", *lines, "9,a,b", ""])) == expected
    assert rules(end.join(["0,a,b", *lines])) == expected[:-1]


@pytest.mark.parametrize("end", ENDS)
@RECORDS
def test_a_sound_record_is_one_row_where_records_may_be_of_several_lines(record: str, end: str) -> None:
    lines = record.split("|")
    is_sound = '"c"d' not in record and not record.endswith('",')
    further = [GOOD, *[JOINED] * (len(lines) - 1)] if is_sound else [REFUSED] * len(lines)
    assert rules(end.join(["0,a,b", *lines, "9,a,b", ""]), multiline=True) == [GOOD, *further, GOOD]
    assert rules(end.join(["0,a,b", *lines]), multiline=True) == [GOOD, *further]


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        (b'1,"a\nb"\n', REFUSED),
        (b'1,"a\nb",c,d\n', REFUSED),
        (b'1,"a\n\x01b",c\n', REFUSED),
        (b'1,"a\nb",\x01\n', REFUSED),
        (b'1,"a\n\xff",c\n', "row_encoding"),
        (b'1,"\xff\nb",c\n', "row_encoding"),
    ],
)
def test_of_an_unsound_record_every_line_is_turned_away(record: bytes, rule: str) -> None:
    assert rules(b"0,a,b\n" + record + b"2,a,b\n", multiline=True) == [GOOD, rule, rule, GOOD]


def test_a_record_of_several_lines_is_no_longer_than_a_line_may_be() -> None:
    found = screen(np.frombuffer(b'1,"a\nb",c\n', np.uint8), Grammar(3, limit=8, multiline=True), final=True)
    assert [RULES[rule] for rule in found.rules] == [REFUSED, REFUSED]


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("stray", ['1,a,"b', '1,"a,b', '"1,a,b', '1,a,"', '1,a,"b""', '1,"a"",b'])
@pytest.mark.parametrize("row", ["2,a,b", '2,"a",b', '"2","a","b"', '2,a "b" c,d', '2,"a ""b""",c'])
def test_a_stray_quote_harms_its_own_line_only(stray: str, row: str, end: str, *, multiline: bool) -> None:
    assert rules(end.join([stray, *[row] * 10_000]), multiline=multiline) == [REFUSED, *[GOOD] * 10_000]


def test_a_quote_is_looked_for_within_a_bound() -> None:
    row = "2,a,b\n"
    within = REACH // len(row)
    assert set(rules('1,a,"b\n' + row * within + '"\n3,a,b\n')[: within + 2]) == {REFUSED}
    beyond = rules('1,a,"b\n' + row * (within + 1) + '"\n3,a,b\n')
    assert beyond == [REFUSED, *[GOOD] * (within + 1), REFUSED, GOOD]
    assert REACH < LINES  # the lines of a record have room


def test_a_closing_line_may_be_longer_than_the_bound() -> None:
    assert rules('1,"a\n2,b,c\n",' + "x" * 2 * REACH + "\n3,a,b\n") == [REFUSED] * 3 + [GOOD]


def test_a_file_that_ends_inside_a_quote_keeps_its_rows() -> None:
    assert rules('1,a,b\n2,a,"b\n3,a,b\n4,a,b\n') == [GOOD, REFUSED, GOOD, GOOD]
    assert rules('1,a,b\n2,a,"b') == [GOOD, REFUSED]
    assert rules('1,"a\n2","b\n3,a,b\n') == [REFUSED, REFUSED, GOOD]


def test_a_record_without_room_waits_for_the_next_look() -> None:
    text = '1,a,b\n2,a,"b\n3,a,b\n"'
    assert rules(text, lines=3) == [GOOD]
    assert rules(text, lines=4) == [GOOD, REFUSED, REFUSED, REFUSED]


PIECES = st.sampled_from(["a", ",", '"', '"', '""', "\n", "\r\n", "\r", '",', ',"', "2,f,x\n", "é"])


@settings(deadline=None)
@given(text=st.lists(PIECES, max_size=30).map("".join), size=st.integers(1, 12), multiline=st.booleans())
@example(text='1,a,"b\r\n2,a,b\r"\r3,a,b', size=1, multiline=False)
@example(text='1,a,"b\r\n2,a,b\r"\r3,a,b', size=1, multiline=True)
def test_parts_of_any_size_give_the_same_lines(text: str, size: int, *, multiline: bool) -> None:
    assert through(text, size, multiline=multiline) == through(text, 1 << 20, multiline=multiline)


def through(text: str, size: int, *, multiline: bool) -> list[tuple[object, ...]]:
    """Rows and lines turned away, of a file that is read in parts of so many bytes."""

    class Parts(Stream):
        done = 0

        def __init__(self) -> None:
            self.path = "x.csv"  # type: ignore[assignment]

        def parts(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            content = text.encode()
            yield from (content[at : at + size] for at in range(0, len(content), size))

    header = Header(dict.fromkeys("xyz", "VARCHAR"), 0)
    chunks = DelimitedFile(Parts(), header, Grammar(3, multiline=multiline), size=size).chunks()
    tables = [table for chunk in chunks for table in (chunk.table, chunk.rejected)]
    return sorted(row for table in tables for row in zip(*table.to_pydict().values(), strict=True))


FIELDS = st.text(st.sampled_from('ab,"\n\r'), max_size=6)


@settings(deadline=None)
@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=1, max_size=8))
def test_of_a_well_written_file_just_the_records_on_one_line_are_rows(records: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    reference.writer(out, quoting=reference.QUOTE_ALL, lineterminator="\n").writerows(records)
    text = out.getvalue().encode()
    found = screen(np.frombuffer(text, np.uint8), Grammar(3), final=True)
    kept = [text[found.starts[i] : found.starts[i + 1]] for i in np.flatnonzero(found.rules == OK)]
    rows = [tuple(next(reference.reader([row.decode()]))) for row in kept]
    assert rows == [record for record in records if not {"\n", "\r"} & set("".join(record))]


@settings(deadline=None)
@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=1, max_size=8), st.integers(1, 12))
def test_of_a_well_written_file_every_record_is_a_row_where_it_may_be_of_several_lines(
    records: list[tuple[str, str, str]], size: int
) -> None:
    out = io.StringIO()
    reference.writer(out, quoting=reference.QUOTE_ALL, lineterminator="\n").writerows(records)
    found = through(out.getvalue(), size, multiline=True)
    assert [row[1:] for row in found] == records


def test_a_row_forged_in_the_text_of_another_is_not_accepted(write: Callable, source: Callable, run: Callable) -> None:
    forged = 'L1,gas,7,1901-01-01,1,"x\nL2,arc,7,1901-01-01,1,y\nz"\n'
    text = "Lamp,Kind,Watts,Lit on,Lon,Note\n" + forged + "L3,gas,7,1901-01-01,1,\n"
    found = run(write(text), source())
    assert [row[0] for row in found.accepted] == ["L3"]
    assert found.rules == dict.fromkeys((2, 3, 4), REFUSED)
    assert list(found.rows) == [5]


def test_a_source_may_say_that_records_are_of_several_lines(write: Callable, source: Callable, run: Callable) -> None:
    record = 'L1,gas,7,1901-01-01,1,"x\nL2,arc,7,1901-01-01,1,y\nz"\n'
    text = "Lamp,Kind,Watts,Lit on,Lon,Note\n" + record + "L3,gas,7,1901-01-01,1,\nL4,gas\n"
    found = run(write(text), source(multiline=True))
    assert [row[0] for row in found.accepted] == ["L1", "L3"]
    assert found.rules == {6: "row_fields"}
    assert list(found.rows) == [2, 5]
