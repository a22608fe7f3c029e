"""Lines are numbered and chained whoever writes them, a crash leaves a log one can go on with, nothing is lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site, files, head, sealing, verify
from kuai.audit.entry import COLUMNS, encode
from kuai.errors import AuditError, KeyringError

TEXT = st.text(st.sampled_from('a李🦉 :"\\\n\r\0\u2028\ud800'), max_size=12) | st.just("x" * 600)
FORK = multiprocessing.get_context("fork")


def texts(site: Site) -> list[dict[str, Any]]:
    found: list[bytes] = []
    for one in files.segments(site.folder):
        stored = (line for batch in sealing.stored_lines(one.path) for line in batch) if one.is_sealed else None
        found += stored or one.path.read_bytes().splitlines()
    return [json.loads(line) for line in found]


def whole(site: Site, lines: int) -> bool:
    verdict = verify.verify(site)
    return not verdict.findings and verdict.lines == lines


def write(site: Site, entry: Any, name: str, count: int) -> None:
    log = AuditLog(site)
    for minute in range(count):
        log.write(entry(minute, Viewer(name, "analyst")))
    log.close()


@pytest.mark.slow
def test_processes_and_threads_lose_and_mix_nothing(fresh: Site, entry: Any) -> None:
    AuditLog(fresh)
    workers = [FORK.Process(target=write, args=(fresh, entry, f"p{n}", 12)) for n in range(3)]
    log = AuditLog(fresh)
    mine = [
        threading.Thread(target=lambda n=n: [log.write(entry(m, Viewer(f"t{n}", "analyst"))) for m in range(6)])
        for n in range(4)
    ]
    for one in (*workers, *mine):
        one.start()
    for one in (*workers, *mine):
        one.join()
    log.close()
    assert [one.exitcode for one in workers] == [0, 0, 0]
    found = texts(fresh)
    assert [one["n"] for one in found] == list(range(1, 61))
    for name, count in [(f"p{n}", 12) for n in range(3)] + [(f"t{n}", 6) for n in range(4)]:
        moments = [one["at"] for one in found if one["viewer"] == name]
        assert len(moments) == count
        assert all(before < after for before, after in pairwise(moments))
    assert whole(fresh, 60)


def test_a_killed_writer_leaves_a_log_one_can_go_on_with(fresh: Site, entry: Any) -> None:
    AuditLog(fresh)
    worker = FORK.Process(target=write, args=(fresh, entry, "p", 10_000))
    worker.start()
    while head.read(fresh.folder, fresh.secret).count < 30:  # type: ignore[union-attr]
        time.sleep(0.002)
    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join()
    log = AuditLog(fresh)
    number = log.write(entry(5))
    log.close()
    assert whole(fresh, number)


@pytest.mark.parametrize("half", [b"{", b'{"n":51,"at":"2026', b"\x00\x00"])
def test_a_half_written_line_is_cut_off(site: Site, entry: Any, half: bytes) -> None:
    with (site.folder / "000000000041.jsonl").open("ab") as file:
        file.write(half)
    assert whole(site, 50)
    log = AuditLog(site)
    assert log.write(entry()) == 51
    log.close()
    assert whole(site, 51)


@pytest.mark.parametrize("lines", [1, 5, 12])
def test_lines_whose_head_was_not_written_any_more_are_kept(
    site: Site, entry: Any, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuai.audit.log._seal", lambda _: None)
    before = head.path_of(site.folder).read_bytes()
    log = AuditLog(site)
    for minute in range(lines):
        log.write(entry(minute))
    head.path_of(site.folder).write_bytes(before)
    assert whole(site, 50 + lines)
    again = AuditLog(site)
    assert again.write(entry()) == 51 + lines
    again.close()
    assert whole(site, 51 + lines)


def test_a_segment_that_was_only_begun_is_gone_on_with(site: Site, entry: Any) -> None:
    (site.folder / "000000000051.jsonl").touch()
    log = AuditLog(site)
    assert log.write(entry()) == 51
    log.close()
    assert whole(site, 51)


def test_a_crash_while_sealing_leaves_the_text(fresh: Site, entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuai.audit.log._seal", lambda _: None)
    write(fresh, entry, "p", 45)
    for step in ("stored_lines", "digest", None):
        with monkeypatch.context() as patch:
            if step is None:
                patch.setattr(Path, "unlink", _fail)
            else:
                patch.setattr(sealing, step, _fail)
            with pytest.raises(OSError, match="gone dark"):
                sealing.seal(fresh, AuditLog(fresh).write)
        assert not any(one.is_sealed for one in files.segments(fresh.folder))
        assert whole(fresh, 45)
    sealing.seal(fresh, AuditLog(fresh).write)
    assert [one.is_sealed for one in files.segments(fresh.folder)] == [True, True, False]
    assert whole(fresh, 45)


def _fail(*_: object, **__: object) -> Any:
    raise OSError(5, "gone dark")


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_no_answer_without_its_line(fresh: Site, entry: Any, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    from dataclasses import replace

    synced = replace(fresh, settings=replace(fresh.settings, sync=True))
    log = AuditLog(synced)
    log.write(entry())
    with monkeypatch.context() as patch:
        patch.setattr(f"kuai.audit.tail.os.{call}", _fail)
        with pytest.raises(AuditError, match="cannot be written: gone dark") as caught:
            log.write(entry(1))
    assert caught.value.exit_code == 12
    assert log.write(entry(2)) == 2
    log.close()
    assert whole(fresh, 2)


def test_what_cannot_be_written_does_not_hold_up_others(fresh: Site, entry: Any) -> None:
    log = AuditLog(fresh)
    with pytest.raises(AuditError):
        log.write(object())  # type: ignore[arg-type]
    assert log.write(entry()) == 1


def test_an_anchor_may_be_late_but_not_for_ever(site: Site, entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(site)
    with monkeypatch.context() as patch:
        patch.setattr("kuai.audit.anchors._append", _fail)
        for minute in range(20):
            log.write(entry(minute))
        patch.setattr(log._anchoring, "_settings", _impatient(site))
        with pytest.raises(AuditError, match="the anchor cannot be written"):
            log.write(entry())
    log.close()
    assert whole(site, 71)


def _impatient(site: Site) -> Any:
    from dataclasses import replace

    return replace(site.settings, anchor_minutes=0, anchor_late_minutes=0)


def test_old_segments_leave_a_tombstone(site: Site) -> None:
    from dataclasses import replace

    old = replace(site, settings=replace(site.settings, keep_years=1))
    log = AuditLog(old)
    sealing.seal(old, log.write, datetime(2028, 1, 1, tzinfo=UTC))
    log.close()
    assert [(one["n"], one["action"], one.get("about")) for one in texts(old)[-2:]] == [
        (50, "ask", None), (51, "retention", "lines to 40"),
    ]  # fmt: skip
    assert whole(old, 11)
    verdict = verify.verify(old)
    assert (verdict.removed, verdict.last) == (40, 51)
    (old.folder / "tombstone").write_bytes((old.folder / "tombstone").read_bytes().replace(b"40", b"41"))
    assert verify.verify(old).findings
    (old.folder / "tombstone").unlink()
    assert verify.verify(old).findings[0].what == "lines 1 to 40 are gone"


@pytest.mark.slow
@given(name=TEXT, code=TEXT)
def test_any_name_makes_one_line_of_json(name: str, code: str) -> None:
    viewer = Viewer(name, "analyst", (Place("block", code),), is_device=True)
    body = encode(Entry(datetime(2026, 1, 1, tzinfo=UTC), viewer, "refused-sign-in", "refused"), 7)
    found = json.loads(body + b"}")
    assert b"\n" not in body
    assert (found["n"], found["device"], found["outcome"]) == (7, True, "refused")
    assert found.get("viewer", "") == name[:500] or not name.isprintable()
    assert set(found) <= set(COLUMNS)


def test_only_what_is_declared_is_kept() -> None:
    with pytest.raises(AuditError, match="knows no 'look'"):
        Entry(datetime.now(UTC), Viewer("a", "b"), "look")  # type: ignore[arg-type]
    with pytest.raises(AuditError, match="time zone"):
        Entry(datetime(2026, 1, 1), Viewer("a", "b"), "ask")  # noqa: DTZ001


def test_the_key_of_the_audit_is_its_own(tmp_path: Path) -> None:
    from kuai.disclosure.keys import PURPOSES, Keyring

    ring, _ = Keyring.made(tmp_path / "keys")
    assert "audit" not in ring.fingerprints
    assert ring.key("audit").secret not in [ring.key(one).secret for one in PURPOSES]
    with pytest.raises(KeyringError):
        ring.key("audits")
