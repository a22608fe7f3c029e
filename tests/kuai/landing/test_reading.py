from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kuai.city.model import Source
from kuai.errors import PackError, SourceError
from kuai.landing import delimited
from kuai.landing.delimited import DelimitedFile
from kuai.landing.grammar import Grammar
from kuai.landing.reading import fingerprint, header, read
from kuai.landing.streams import Stream

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "chicago" / "cases"
GOOD = b"id,name\n1,a\n2,b\n"


def rows(path: Path, source: Source, needed: set[str] | None = None) -> list[tuple[object, ...]]:
    return [row for chunk in read(path, source, needed) for row in zip(*chunk.table.to_pydict().values(), strict=True)]


def rules(path: Path, source: Source) -> dict[int, str]:
    tables = [chunk.rejected.to_pydict() for chunk in read(path, source)]
    return {line: rule for table in tables for line, rule in zip(table["line"], table["rule"], strict=True)}


def small(path: Path, size: int) -> list[tuple[object, ...]]:
    """Rows and turned-away lines of a file read in parts of so many bytes, with lines of 50 bytes at most."""
    found = header(path, Source("x", "core.x", "o", "*", "", Path("x.sql")))
    chunks = DelimitedFile(Stream(path, part=size), found, Grammar(2, limit=50), size=size).chunks()
    tables = [table for chunk in chunks for table in (chunk.table, chunk.rejected)]
    return sorted(row for table in tables for row in zip(*table.to_pydict().values(), strict=True))


def test_rows_are_numbered_by_their_line_and_text_stays_as_it_stands(write: Callable, source: Callable) -> None:
    path = write('id,name\r\n01, a \r\n2\r\n,"x,""y"""')
    assert rows(path, source()) == [(2, "01", " a "), (4, "", 'x,"y"')]
    assert rules(path, source()) == {3: "row_fields"}


def test_blank_lines_count_only_where_rows_follow(write: Callable, source: Callable) -> None:
    assert rules(write("id,name\n\n1,a\n\n\n2,b\n\n\n"), source()) == dict.fromkeys((2, 4, 5), "row_blank")
    assert rules(write("id,name\n\n\n"), source()) == {}


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", "\ufeffid,name\n1,块\n".encode()),
        ("gb18030", "id,name\n1,块\n".encode("gb18030")),
        ("utf-16", "id,name\n1,块\n".encode("utf-16")),
        ("latin-1", "id,name\n1,块\n".encode()),
    ],
)
def test_text_is_read_as_declared(encoding: str, content: bytes, write: Callable, source: Callable) -> None:
    expected = "块" if encoding != "latin-1" else "块".encode().decode("latin-1")
    assert rows(write(content), source(encoding=encoding)) == [(2, "1", expected)]


def test_what_is_no_gb18030_harms_its_line_only(write: Callable, source: Callable) -> None:
    text = b"id,name\n1,\x81\n2,\xff\n3," + "站".encode("gb18030") + b"\n"
    assert rules(write(text), source(encoding="gb18030")) == dict.fromkeys((2, 3), "row_encoding")
    assert rows(write(text), source(encoding="gb18030")) == [(4, "3", "站")]


@pytest.mark.parametrize("name", ["x.csv.gz", "x.csv"])
def test_gzip_of_several_members_is_one_text(name: str, write: Callable, source: Callable) -> None:
    packed = gzip.compress(GOOD[:10]) + gzip.compress(b"") + gzip.compress(GOOD[10:]) + b"\0\0"
    assert rows(write(packed, name), source()) == [(2, "1", "a"), (3, "2", "b")]


FAULTS = [
    (b"", "x.csv", {}, ":1: the file is empty"),
    (b"\xef\xbb\xbf", "x.csv", {}, ":1: the file is empty"),
    (b"\n1,2\n", "x.csv", {}, ":1: the first line is blank"),
    (b"id,ID\n", "x.csv", {}, ":1: the header names a column twice: id, ID"),
    (b"id;name\n1;2\n", "x.csv", {}, """:1: the header has one field with delimiter ',' and 2 fields with ';'"""),
    (b"id\tname\n", "x.csv", {"delimiter": ";"}, r'declare delimiter = "\t"'),
    (b'id,"name\n', "x.csv", {}, ":1: a quote in the header is not closed"),
    (b"id,\xff\n", "x.csv", {}, ":1: the header is not utf-8"),
    ("编号".encode("gb18030"), "x.csv", {}, 'declare another encoding, such as "gb18030"'),
    (b"id,\x00\n", "x.csv", {}, ":1: the header is not text"),
    ("id,name\n".encode("utf-16"), "x.csv", {}, 'declare encoding = "utf-16"'),
    (b"x" * 2_000_000, "x.csv", {}, ":1: the header is longer than 1048576 bytes"),
    (GOOD, "x.csv.gz", {}, ":1: the name says gzip and the content does not"),
    (gzip.compress(GOOD)[:5], "x.csv.gz", {}, ":1: the gzip file is truncated"),
    (gzip.compress(GOOD)[:-1], "x.csv.gz", {}, ":3: the gzip file is truncated"),
    (gzip.compress(GOOD)[:-8] + bytes(8), "x.csv.gz", {}, ":3: the gzip file is corrupt"),
    (gzip.compress(GOOD) + b"rest", "x.csv.gz", {}, ":3: the gzip file is corrupt"),
    ("id,name\n1,a\n".encode("utf-16") + b"x", "x.csv", {"encoding": "utf-16"}, ":2: the text is not utf-16"),
    (GOOD, "x.parquet", {"format": "parquet"}, ":0: the Parquet file is corrupt"),
    (b"", "x.parquet", {"format": "parquet"}, ":0: the Parquet file is corrupt"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_file_is_one_error_with_file_and_line(
    fault: tuple[bytes, str, dict[str, str], str], write: Callable, source: Callable
) -> None:
    content, name, declared, message = fault
    path = write(content, name)
    with pytest.raises(SourceError) as caught:
        rows(path, source(**declared))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
    assert caught.value.remedy


def test_a_missing_file_is_an_error_too(tmp_path: Path, source: Callable) -> None:
    for form in ("csv", "parquet"):
        with pytest.raises(SourceError, match=r"nowhere"):
            rows(tmp_path / "nowhere", source(format=form))


@pytest.mark.parametrize("declared", [{"encoding": "utf-99"}, {"delimiter": '"'}, {"format": "xlsx"}])
def test_what_cannot_be_declared_is_the_fault_of_the_pack(declared: dict, write: Callable, source: Callable) -> None:
    with pytest.raises(PackError):
        rows(write(GOOD), source(**declared))


def test_a_missing_column_is_named_with_the_nearest_one(write: Callable, source: Callable) -> None:
    with pytest.raises(SourceError, match=r":1: the file has no column nam, which lamps.sql needs\n.*name"):
        rows(write(GOOD), source(), {"id", "nam"})
    with pytest.raises(SourceError, match=r"2 fields with delimiter ',' and 3 fields with ';'"):
        rows(write("a,b;c;d\n"), source(), {"a", "c"})


def test_only_needed_columns_are_read(write: Callable, source: Callable) -> None:
    path = write(b" id ,name,,line\n1,a,x,7\n")
    assert list(header(path, source()).columns) == ["id", "name", "column_3", "line_"]
    assert rows(path, source(), {"NAME", "line_"}) == [(2, "a", "7")]
    assert rows(path, source(), set()) == [(2,)]


LINES = st.lists(st.sampled_from(["1,a", "", "2", "块,站", '"x"",",y', '"', "x" * 60]), max_size=12)


@pytest.mark.slow
@given(lines=LINES, end=st.sampled_from(["\n", "\r\n", "\r"]), size=st.integers(1, 40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_chunks_of_any_size_give_the_same_rows(lines: list[str], end: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(end.join(["id,name", *lines]).encode())
    found = small(path, size)
    assert found == small(path, 1 << 20)
    written = "\n".join(lines).rstrip("\n")
    assert [row[0] for row in found] == list(range(2, 3 + written.count("\n") if written else 2))


def test_a_line_without_end_is_one_line_turned_away_in_bounded_memory(
    write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    shortened = delimited._shortened
    monkeypatch.setattr(delimited, "_shortened", lambda text, limit: shortened(text, held.append(len(text)) or limit))
    path = write(b"id,name\n1,a\n" + b"x" * 1_000_000 + b"\r\n2,b\n")
    assert small(path, 1000) == [(2, "1", "a"), (3, "row_too_long"), (4, "2", "b")]
    assert len(held) > 900
    assert max(held) < 2100


def test_a_parquet_file_keeps_its_types_and_numbers_its_rows(tmp_path: Path, source: Callable) -> None:
    table = pa.table({" n ": np.arange(5), "file": list("abcde"), "extra": [None] * 5})
    parquet.write_table(table, tmp_path / "x.parquet", row_group_size=2)
    declared = source(format="parquet")
    assert header(tmp_path / "x.parquet", declared).columns["n"] == "BIGINT"
    assert rows(tmp_path / "x.parquet", declared, {"n", "file_"})[3:] == [(4, 3, "d"), (5, 4, "e")]


def test_outlines_reach_the_select_as_geometry(tmp_path: Path, source: Callable) -> None:
    with duckdb.connect(":memory:") as connection:
        point = "ST_GeomFromWKB(unhex('0101000000000000000000F03F0000000000000040'))"
        connection.sql(f"SELECT 1 AS n, {point} AS outline").write_parquet(str(tmp_path / "x.parquet"))
        declared = source(format="parquet")
        assert header(tmp_path / "x.parquet", declared).columns["outline"] == "GEOMETRY"
        (chunk,) = read(tmp_path / "x.parquet", declared)
        connection.register("raw", chunk.table)
        found = connection.sql("SELECT hex(ST_AsWKB(outline)) FROM raw").fetchall()
    assert found == [("0101000000000000000000F03F0000000000000040",)]


def test_a_damaged_page_is_met_where_it_lies(tmp_path: Path, source: Callable) -> None:
    path = tmp_path / "x.parquet"
    numbers = pa.table({"n": np.random.default_rng(1).integers(0, 1 << 60, 40_000)})
    parquet.write_table(numbers, path, row_group_size=10_000, use_dictionary=False, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"x.parquet:\d+: the Parquet file is corrupt"):
        rows(path, source(format="parquet"))


def test_the_fingerprint_is_that_of_the_bytes_on_disk(write: Callable) -> None:
    assert fingerprint(write(b"")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_bytes_done_end_at_the_size_of_the_file(write: Callable, source: Callable) -> None:
    path = write(gzip.compress(GOOD * 1000), "x.csv.gz")
    assert [chunk.bytes_done for chunk in read(path, source())][-1] == path.stat().st_size


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not there")
def test_every_reported_incident_is_accounted_for(source: Callable) -> None:
    chunks = [chunk for path in sorted(DATA.glob("*.gz")) for chunk in read(path, source(), {"ID"})]
    assert sum(chunk.table.num_rows for chunk in chunks) == 1_949_344
    assert sum(chunk.rejected.num_rows for chunk in chunks) == 0
