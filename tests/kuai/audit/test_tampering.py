"""Whoever can write the files but has no key: whatever is done to any line is found, and the first one is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kuai.audit import AuditLog, Site, files, head, verify
from kuai.disclosure.keys import Secret
from kuai.errors import AuditError

copies = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FIRST = (1, 21, 41)


def edited(lines: list[bytes], at: int, other: int) -> None:
    line = bytearray(lines[at])
    line[other % len(line)] ^= 1 + other % 255
    lines[at] = bytes(line)


def dropped(lines: list[bytes], at: int, _: int) -> None:
    del lines[at]


def doubled(lines: list[bytes], at: int, other: int) -> None:
    lines.insert(other % (len(lines) + 1), lines[at])


def exchanged(lines: list[bytes], at: int, other: int) -> None:
    other %= len(lines)
    lines[at], lines[other] = lines[other], lines[at]


def cut(lines: list[bytes], at: int, _: int) -> None:
    del lines[at:]


def rewritten(lines: list[bytes], at: int, _: int) -> None:
    fields = json.loads(lines[at])
    lines[at] = json.dumps(fields | {"viewer": "somebody else"}, separators=(",", ":")).encode()


def of(segment: files.Segment) -> list[bytes]:
    if segment.is_sealed:
        return list(pq.read_table(segment.path)["line"].to_pylist())
    return segment.path.read_bytes().removesuffix(b"\n").split(b"\n")


def put(segment: files.Segment, lines: list[bytes]) -> None:
    if segment.is_sealed:
        columns = pq.read_table(segment.path).drop_columns("line").slice(0, len(lines))
        kept = lines[: len(columns)]
        pq.write_table(columns.append_column("line", pa.array(kept, pa.binary())), segment.path)
    else:
        segment.path.write_bytes(b"".join(line + b"\n" for line in lines))


def without_anchors(site: Site, way: str) -> None:
    if way == "file":
        (site.anchors / "anchors.jsonl").unlink()
    if way == "last":
        path = site.anchors / "anchors.jsonl"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def test_control_a_log_that_was_left_alone_is_whole(site: Site) -> None:
    verdict = verify.verify(site)
    assert verdict.findings == ()
    assert (verdict.lines, verdict.last, verdict.anchors, verdict.loose) == (50, 50, 5, 0)
    assert [one.is_sealed for one in files.segments(site.folder)] == [True, True, False]


@st.composite
def acts(draw: st.DrawFn) -> tuple[int, Callable[[list[bytes]], None], str]:
    """Segment, what is done to its lines, and what happens to the anchors."""
    act = draw(st.sampled_from([edited, dropped, doubled, exchanged, cut, rewritten]))
    at, other = draw(st.integers(0, 9)), draw(st.integers(-400, 400))
    return draw(st.integers(0, 2)), lambda lines: act(lines, at, other), draw(st.sampled_from(["kept", "last", "file"]))


@pytest.mark.slow
@copies
@given(done=acts())
def test_whatever_is_done_to_a_line_is_found(copied: Any, done: tuple[int, Callable[[list[bytes]], None], str]) -> None:
    (which, act, anchors), site = done, copied()
    segment = files.segments(site.folder)[which]
    before = of(segment)
    lines = list(before)
    act(lines)
    assume(lines != before)
    put(segment, lines)
    after = of(segment)
    without_anchors(site, anchors)
    named = [one.line for one in verify.verify(site).findings]
    shutil.rmtree(site.folder.parent)
    least = min(len(before), len(after))
    same = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), least)
    wrong = [FIRST[which] + same] if after != before else []
    expected = [FIRST[which], *wrong] if segment.is_sealed else wrong
    assert expected
    assert named[: len(expected)] == expected


@copies
@given(bytes_kept=st.integers(0, 3200), anchors=st.sampled_from(["kept", "file"]))
def test_wherever_the_open_segment_is_cut_it_is_found(copied: Any, bytes_kept: int, anchors: str) -> None:
    site: Site = copied()
    path = site.folder / "000000000041.jsonl"
    size = path.stat().st_size
    assume(bytes_kept < size)
    with path.open("r+b") as file:
        file.truncate(bytes_kept)
    without_anchors(site, anchors)
    found = verify.verify(site).findings[0]
    assert 41 <= found.line <= 50
    with pytest.raises(AuditError, match="the audit was cut"):
        AuditLog(site).write(None)  # type: ignore[arg-type] -- it is refused before anything is looked at
    shutil.rmtree(site.folder.parent)


@copies
@given(
    name=st.sampled_from(["000000000001.parquet", "000000000021.parquet", "000000000021.seal"]), part=st.floats(0, 1)
)
def test_wherever_a_sealed_file_is_cut_it_is_found(copied: Any, name: str, part: float) -> None:
    site: Site = copied()
    path = site.folder / name
    size = path.stat().st_size
    kept = int(part * size)
    assume(kept < size - 1)
    with path.open("r+b") as file:
        file.truncate(kept)
    found = verify.verify(site).findings
    assert found[0].line == int(name[:12])
    shutil.rmtree(site.folder.parent)


@pytest.mark.slow
@copies
@given(part=st.floats(0, 1))
def test_wherever_the_anchors_are_cut_it_is_found(copied: Any, part: float) -> None:
    site: Site = copied()
    path = site.anchors / "anchors.jsonl"
    size = path.stat().st_size
    kept = int(part * size)
    assume(kept < size - 1)
    with path.open("r+b") as file:
        file.truncate(kept)
    assert [one.what for one in verify.verify(site).findings] == ["anchor 5 is gone or was changed"]
    shutil.rmtree(site.folder.parent)


@pytest.mark.parametrize("suffixes", [["parquet"], ["parquet", "seal"]])
def test_segments_that_are_exchanged_are_found(site: Site, suffixes: list[str]) -> None:
    for suffix in suffixes:
        one, other = (site.folder / f"{first:012}.{suffix}" for first in FIRST[:2])
        one.rename(held := site.folder / "held")
        other.rename(one)
        held.rename(other)
    assert verify.verify(site).findings[0].line == 1


@pytest.mark.parametrize("head_too", [False, True])
def test_newest_lines_that_are_cut_with_a_head_that_was_kept_are_found(
    site: Site, entry: Any, *, head_too: bool
) -> None:
    kept, path = head.path_of(site.folder).read_bytes(), site.folder / "000000000041.jsonl"
    size = path.stat().st_size
    log = AuditLog(site)
    for minute in range(3):
        log.write(entry(minute))
    log.close()
    with path.open("r+b") as file:
        file.truncate(size)
    if head_too:
        head.path_of(site.folder).write_bytes(kept)
    found = verify.verify(site).findings[0]
    assert found.line == 51
    assert found.what.startswith("lines 51 to 53 are gone")


@pytest.mark.parametrize(
    "names", [["000000000001.*"], ["000000000021.*"], ["000000000041.*"], ["*.jsonl", "*.parquet"]]
)
def test_a_segment_that_is_gone_is_found(site: Site, names: list[str]) -> None:
    for name in names:
        for path in site.folder.glob(name):
            path.unlink()
    found = verify.verify(site).findings[0]
    assert found.line == int(names[0][:12]) if names[0][0] == "0" else found.line == 1
    assert "are gone" in found.what


@pytest.mark.parametrize("name", ["head", "000000000001.seal"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"x" * 200])
def test_a_record_that_is_gone_or_changed_is_found(site: Site, name: str, content: bytes | None) -> None:
    path = site.folder / name
    path.unlink() if content is None else path.write_bytes(content)
    assert verify.verify(site).findings


def test_columns_that_say_something_else_than_the_lines_are_found(site: Site) -> None:
    path = site.folder / "000000000001.parquet"
    table = pq.read_table(path)
    viewers = pa.array(["nobody"] * len(table))
    pq.write_table(table.set_column(table.column_names.index("viewer"), "viewer", viewers), path)
    found = verify.verify(site).findings
    assert [(one.line, one.what) for one in found] == [(1, "the sealed segment is not what was sealed")]


@pytest.mark.parametrize("anchor", [0, 1, 4])
def test_an_anchor_that_is_gone_or_changed_is_found(copied: Any, anchor: int) -> None:
    for change in (lambda _: b"", lambda line: line.replace(b'"count":', b'"count":1')):
        site = copied()
        path = site.anchors / "anchors.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join([*lines[:anchor], change(lines[anchor]), *lines[anchor + 1 :]]))
        assert "anchor" in verify.verify(site).findings[0].what


def test_an_older_state_of_the_whole_folder_is_found_by_the_anchors_outside(site: Site, entry: Any) -> None:
    old = site.folder.with_name("old")
    shutil.copytree(site.folder, old)
    log = AuditLog(site)
    for minute in range(3):
        log.write(entry(minute))
    log.close()
    shutil.rmtree(site.folder)
    old.rename(site.folder)
    found = verify.verify(site).findings
    assert [one.line for one in found] == [51]
    assert "anchor 6" in found[0].what


def test_without_the_key_no_chain_can_be_made(site: Site, entry: Any) -> None:
    forged = Site(site.folder, site.anchors, Secret(b"x" * 32), site.settings)
    with pytest.raises(AuditError, match="not what Kuai wrote with this key"):
        AuditLog(forged).write(entry())
    shutil.rmtree(site.folder)
    shutil.rmtree(site.anchors)
    log = AuditLog(forged)
    log.write(entry())
    log.close()
    assert verify.verify(site).findings


def test_a_log_that_is_gone_is_not_begun_again(site: Site) -> None:
    shutil.rmtree(site.folder)
    with pytest.raises(AuditError, match="the head of the audit is gone"):
        AuditLog(site)
    assert verify.verify(site).findings
    assert not head.path_of(site.folder).exists()
