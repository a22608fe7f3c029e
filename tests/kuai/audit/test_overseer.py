"""Who may read the audit, what he gets, the line that he leaves; and how the log stands without reading all of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site, files, verify
from kuai.audit.overseer import Overseer
from kuai.audit.reading import Part, Sought
from kuai.audit.standing import keep, standing, verified
from kuai.audit.verify import Finding
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError, AuditError
from kuai.settings import Settings

SPAN = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
B1, S1 = Place("block", "b1"), Place("station", "s1")
AUDITOR = Viewer("eva", "auditor", purpose="audit", reason="yearly review")
DAY = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def lines() -> list[Entry]:
    return []


@pytest.fixture
def overseer(site: Site, lines: list[Entry]) -> Overseer:
    return Overseer.of(site, Settings.load(None, {}).serve, Policy.load(), lines.append)


def sought(place: Place = B1) -> Sought:
    return Sought(place, (S1,), "demo", *SPAN)


@pytest.mark.parametrize("role", ["wall", "analyst", "leader", "steward", "engineer"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda overseer, viewer: overseer.seen(viewer, sought(), Part()),
        lambda overseer, viewer: overseer.use(viewer, SPAN),
        lambda overseer, viewer: overseer.refused(viewer, SPAN, Part()),
        lambda overseer, viewer: overseer.standing(viewer),
        lambda overseer, viewer: overseer.check(viewer),
    ],
)
def test_other_roles_get_nothing_and_leave_a_line(
    overseer: Overseer, lines: list[Entry], role: str, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuai.audit.reading._opened", lambda *_: pytest.fail("the audit was opened"))
    with pytest.raises(AccessError, match=f"the role {role} may not read the audit"):
        ask(overseer, Viewer("li", role))
    assert [(one.action, one.outcome, one.viewer.role) for one in lines] == [("audit", "not-permitted", role)]


@pytest.mark.parametrize("role", ["auditor", "oversight"])
def test_every_look_leaves_a_line_of_what_was_looked_at(overseer: Overseer, lines: list[Entry], role: str) -> None:
    viewer = replace(AUDITOR, role=role)
    seen = overseer.seen(viewer, sought(), Part(0, 7))
    use, refused = overseer.use(viewer, SPAN), overseer.refused(viewer, SPAN, Part())
    assert (len(seen.answers), seen.total, len(seen.viewers)) == (7, 50, 1)
    assert [(one["questions"], one["refused"], one["viewers"]) for one in use] == [(50, 0, 1)]
    assert refused == []
    told = [(one.about, one.rows, one.areas, one.first) for one in lines]
    first = SPAN[0].date()
    assert told == [("who-saw", 1, (B1,), first), ("use", 1, (), first), ("refused", 0, (), first)]
    assert {(one.viewer, one.outcome, one.last) for one in lines} == {(viewer, "answered", date(2026, 12, 31))}


def test_nothing_is_read_out_whose_line_cannot_be_written(site: Site) -> None:
    def fail(_: Entry) -> None:
        raise AuditError("the disk is full")

    overseer = Overseer.of(site, Settings.load(None, {}).serve, Policy.load(), fail)
    for ask in (lambda: overseer.use(AUDITOR, SPAN), lambda: overseer.seen(AUDITOR, sought(), Part())):
        with pytest.raises(AuditError, match="the disk is full"):
            ask()


def test_answers_come_newest_first_and_in_parts(overseer: Overseer) -> None:
    pages = [overseer.seen(AUDITOR, sought(), Part(skipped, 20)).answers for skipped in (0, 20, 40, 60)]
    assert [one["n"] for page in pages for one in page] == list(range(50, 0, -1))
    newest = pages[0][0]
    assert (newest["viewer"], newest["metric"], newest["level"], newest["rows"]) == ("李", "incident_count", "block", 7)
    assert newest["areas"] is None


def test_refusals_and_failed_sign_ins_are_counted_whatever_part_is_shown(fresh: Site, entry: Any) -> None:
    log = AuditLog(fresh)
    for minute in range(5):
        log.write(entry(minute, outcome="refused" if minute % 2 else "answered"))
    log.write(entry(6, Viewer("li", ""), action="refused-sign-in", outcome="refused", about="name or password"))
    log.close()
    overseer = Overseer.of(fresh, Settings.load(None, {}).serve, Policy.load(), lambda _: None)
    found = overseer.refused(AUDITOR, SPAN, Part(0, 2))
    assert [(one["n"], one["action"], one["total"]) for one in found] == [(6, "refused-sign-in", 3), (4, "ask", 3)]
    assert [(one["questions"], one["refused"]) for one in overseer.use(AUDITOR, SPAN)] == [(5, 2)]


def test_a_glance_at_a_whole_log_reads_the_open_segment_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuai.audit.sealing.stored_lines", lambda _: pytest.fail("a sealed segment was read"))
    told = standing(site)
    assert told.finding is None
    assert (told.end.lines, told.end.last, told.end.loose, told.end.anchors) == (10, 50, 0, 5)
    assert told.anchor
    assert (told.anchor.number, told.anchor.count) == (5, 50)
    assert told.verified is None


@pytest.mark.parametrize(
    ("file", "line"),
    [("000000000041.jsonl", 41), ("000000000001.seal", 1), ("000000000021.parquet", 21), ("head", 51)],
)
def test_a_glance_finds_what_is_gone(site: Site, file: str, line: int) -> None:
    (site.folder / file).unlink()
    found = standing(site).finding
    assert found
    assert found.line == line


@pytest.mark.parametrize("lines", [1, 9])
def test_a_glance_finds_newest_lines_that_were_cut(site: Site, lines: int) -> None:
    path = site.folder / "000000000041.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-lines]))
    found = standing(site).finding
    assert found
    assert (found.line, found.what) == (51 - lines, f"lines {51 - lines} to 50 are gone")


def test_a_glance_finds_a_changed_line_and_a_lost_anchor(site: Site) -> None:
    path = site.folder / "000000000041.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":45', b'"n":46'))
    assert standing(site).finding == Finding(45, str(path), "line 45 is not the one that was written after line 44")
    (site.anchors / "anchors.jsonl").unlink()
    assert any("anchor 5 is gone" in one.what for one in standing(site).end.findings)


def test_the_last_verification_is_kept_and_its_finding_told(site: Site) -> None:
    keep(site, verify.verify(site), DAY)
    told = standing(site)
    assert told.verified
    assert (told.verified.at, told.verified.lines, told.verified.last, told.verified.finding) == (DAY, 50, 50, None)
    segment = files.segments(site.folder)[0]
    segment.path.write_bytes(b"")
    keep(site, verify.verify(site), DAY)
    assert standing(site).finding == verify.verify(site).findings[0]


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 300])
def test_a_record_of_a_verification_that_nobody_made_is_none(site: Site, content: bytes) -> None:
    (site.folder / "verified").write_bytes(content)
    assert verified(site) is None


def test_the_whole_is_verified_beside_other_work_and_once_at_a_time(
    overseer: Overseer, site: Site, lines: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, real = threading.Event(), verify.verify

    def slow(at: Site, tick: Any) -> Any:
        held.wait(10)
        return real(at, tick)

    monkeypatch.setattr("kuai.audit.checking.verify", slow)
    assert overseer.check(AUDITOR)
    assert overseer.checking.progress == (0, 0)
    assert not overseer.check(AUDITOR)
    held.set()
    for thread in threading.enumerate():
        if thread.name == "kuai audit verify":
            thread.join(10)
    assert overseer.checking.progress is None
    kept = verified(site)
    assert kept
    assert kept.lines == 50
    assert [one.about for one in lines] == ["verify", "verify"]
