"""Whole builds of the made-up town in this process: what came in pieces, changed or broken ends as if it had not."""

from __future__ import annotations

import fcntl
import gzip
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import duckdb
import pytest

from kuai.errors import EngineError, ExpectationError, KeyringError, LakeError, SourceError
from kuai.lake import Lake, Ledger
from kuai.settings import Settings
from kuai.store.reader import Reader

from jobs import engine as engines
from jobs import ingest
from jobs.job import Report

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
Built = tuple[Any, Path, Report]
_BOTH = ("incident_count", "incident_hour_count")


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Expectations cost more than the rest of such a build; only the tests about them ask for them."""
    if "expect" not in request.node.name:
        monkeypatch.setattr("expectations.validate.validate", lambda _: [])


def test_twice_is_once_also_beside_an_open_reader(built: Built) -> None:
    town, home, first = built
    with Reader(home / "liuxi" / "store", Settings.load().serve).lease():
        second = town.build(home)
    assert (first.is_new, second.is_new, second.snapshot) == (True, False, first.snapshot)
    assert second.fresh == frozenset()


def test_every_row_is_accounted_for(built: Built) -> None:
    batches = built[2].batches
    assert [one.path for one in batches if one.rows_read != one.accepted + one.quarantined] == []
    cases = [one for one in batches if one.dataset == "core.case"]
    assert [(one.rows_read, one.quarantined, one.rules) for one in cases] == [(61, 1, {"type:occurred_at": 1})] * 3
    assert all(0 < one.unlocated < 15 for one in cases)


def test_the_hours_of_a_month_are_its_cases(built: Built, served: Served) -> None:
    cells = [cell for cell in served(built[1])["cell"] if cell[0].startswith("incident") and cell[3] == "month"]
    whole = {name: {one[1:5]: one[6] for one in cells if one[0] == name and one[5] == "all"} for name in _BOTH}
    parts: Counter[tuple[Any, ...]] = Counter()
    for _, *at, category, value in (one for one in cells if one[0] == "incident_hour_count"):
        parts[tuple(at)] += value if category != "all" else 0
    assert whole["incident_hour_count"] == dict(parts)
    assert {at[0] for at in parts} == {"town", "village"}
    assert {at: value for at, value in whole["incident_count"].items() if at[0] != "cell"} == dict(parts)
    assert {one[5].partition("-")[2] for one in cells if one[0] == "incident_hour_count"} > {"01", "23", "unknown"}


def test_what_comes_in_pieces_ends_as_what_comes_at_once(
    empty_town: Any, home: Path, built: Built, served: Served
) -> None:
    empty_town.write_some(["2025-05"])
    early = empty_town.build(home)
    empty_town.write_some()
    late = empty_town.build(home)
    assert early.snapshot != late.snapshot == built[2].snapshot
    assert served(home) == served(built[1])


def test_a_changed_file_replaces_its_rows(built: Built, town: Any, home: Path, served: Served) -> None:
    changing, where, first = built
    rows = ["n1;theft;2025-07-03 08:00;;;500500;4400500;2025-07-03 10:00"]
    changing.write_cases("2025-06", rows)
    town.write_cases("2025-06", rows)
    try:
        assert first.snapshot != changing.build(where).snapshot == town.build(home).snapshot
        assert served(where) == served(home)
    finally:
        changing.write_cases("2025-06")
    assert changing.build(where).snapshot == first.snapshot


def test_a_file_without_good_rows_stays_replaced(empty_town: Any, home: Path) -> None:
    empty_town.write_some(["2025-05"])
    bad = empty_town.write_cases("2025-06", ["a;theft;never;;;;;"] * 2)
    empty_town.build(home)
    empty_town.write_cases("2025-06", ["a;theft;never;;;;;"] * 3)
    replaced = empty_town.build(home)
    again = empty_town.build(home)
    bad.unlink()
    gone = empty_town.build(home)
    assert (again.snapshot, again.fresh, gone.is_new) == (replaced.snapshot, frozenset(), False)
    assert [one.rows_read for one in gone.batches if one.path == bad.name] == [3]


def test_boundaries_that_come_later_place_what_came_before(town: Any, home: Path, built: Built, served: Served) -> None:
    header, *rows = (town.data / "区划.csv").read_text("gb18030").splitlines()
    town.write("区划.csv", header, [row for row in rows if not row.startswith("cell;c31")])
    assert town.build(home).snapshot != built[2].snapshot
    town.write("区划.csv", header, rows)
    assert town.build(home).snapshot == built[2].snapshot
    assert served(home) == served(built[1])


def test_broken_files_harm_no_other_and_are_named_with_their_line(town: Any, home: Path) -> None:
    packed, renamed = town.data / "案件_2025-06.csv.gz", town.data / "案件_2025-07.csv"
    content = gzip.compress((town.data / "案件_2025-06.csv").read_bytes())
    (town.data / "案件_2025-06.csv").unlink()
    packed.write_bytes(content[: len(content) // 2])
    renamed.write_bytes(renamed.read_bytes().replace("时;".encode("gb18030"), "日;".encode("gb18030"), 1))
    report = town.build(home)
    assert [error.exit_code for error in report.failures] == [SourceError.exit_code] * 2
    assert {error.where.rpartition(":")[0] for error in report.failures} == {str(packed), str(renamed)}
    assert all(error.where.rpartition(":")[2].isdigit() for error in report.failures)
    paths = [one.path for one in report.batches if one.dataset == "core.case"]
    assert (paths, report.is_new) == (["案件_2025-05.csv"], True)


def test_broken_boundaries_stop_the_first_build(town: Any, home: Path) -> None:
    (town.data / "区划.csv").write_bytes(b"")
    with pytest.raises(SourceError, match="no header"):
        town.build(home)
    assert not (home / "liuxi" / "store" / "current").exists()


def test_broken_boundaries_leave_the_old_ones_in_force(built: Built) -> None:
    town, home, first = built
    good = (town.data / "区划.csv").read_bytes()
    (town.data / "区划.csv").write_bytes(b"")
    second = town.build(home)
    (town.data / "区划.csv").write_bytes(good)
    assert [type(error) for error in second.failures] == [SourceError]
    assert second.snapshot == first.snapshot


def test_nothing_readable_publishes_nothing(empty_town: Any, home: Path) -> None:
    empty_town.write_cases("2025-05").write_bytes(b"\x1f\x8b broken")
    with pytest.raises(SourceError):
        empty_town.build(home)
    assert not (home / "liuxi" / "store" / "current").exists()


def test_a_blocking_expectation_stops_the_publish_and_names_its_rule(built: Built, served: Served) -> None:
    town, home, first = built
    before = served(home)
    town.write_cases("2025-06", [f"b{number};theft;never;;;;;" for number in range(200)])
    with pytest.raises(ExpectationError, match=r"core\.case.*quarantined_share") as caught:
        town.build(home)
    assert (caught.value.exit_code, served(home) == before) == (7, True)
    town.write_cases("2025-06")
    assert town.build(home).snapshot == first.snapshot


def test_a_broken_file_is_not_diluted_by_good_ones(built: Built, served: Served) -> None:
    town, home, first = built
    before = served(home)
    mended = (town.data / "案件_2025-06.csv").read_text("gb18030").splitlines()[1:]
    town.write_cases("2025-06", [*mended[:13], *(f"b{number};theft;never;;;;;" for number in range(27))])
    for _ in range(2):
        with pytest.raises(ExpectationError, match=r"案件_2025-06\.csv: quarantined_share ≤ 0\.5 .*27 by type:occur"):
            town.build(home)
        assert served(home) == before
    town.write_cases("2025-06", mended)
    assert town.build(home).snapshot == first.snapshot


def test_other_keys_are_refused(built: Built) -> None:
    town, home, _ = built
    master = home / "keys" / "master.key"
    right = master.read_bytes()
    master.write_bytes(bytes(range(32)))
    with pytest.raises(KeyringError, match="not the key"):
        town.build(home)
    master.write_bytes(right)


def test_two_builds_at_once_are_refused(built: Built) -> None:
    town, home, _ = built
    with (home / "liuxi" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LakeError, match="another build of liuxi"):
            town.build(home)


def test_leavings_of_a_killed_build_are_swept(built: Built) -> None:
    town, home, _ = built
    orphan, draft = (
        home / "liuxi" / "lake" / "core_case" / "a~0.parquet",
        home / "liuxi" / "scratch" / "serving-x.duckdb",
    )
    orphan.write_bytes(b"half")
    draft.write_bytes(b"half")
    town.build(home)
    assert not orphan.exists()
    assert not draft.exists()


def test_a_record_lost_between_two_commits_is_found_in_the_lake(
    town: Any, home: Path, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise LakeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "record", killed)
        with pytest.raises(LakeError, match="killed"):
            town.build(home)
    assert Lake(home / "liuxi" / "lake").paths("core_area") != []
    assert town.build(home).snapshot == built[2].snapshot


def test_a_file_that_grows_while_it_is_read_is_left_out(
    town: Any, home: Path, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing, whole = town.data / "案件_2025-06.csv", ingest.fingerprint

    def grow(path: Path) -> str:
        found = whole(path)
        if path == growing:
            path.write_bytes(path.read_bytes() + b"x")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "fingerprint", grow)
        report = town.build(home)
    assert [error.what for error in report.failures] == ["the file changed while it was read"]
    town.write_cases("2025-06")
    assert town.build(home).snapshot == built[2].snapshot


def test_what_a_statement_quotes_stays_in_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUAI_DEBUG", raising=False)

    def fail(_: object) -> Any:
        return duckdb.sql("SELECT CAST('680100199001011234' AS DATE)").fetchall()

    failed = engines.attempt(fail, object())  # type: ignore[type-var]
    assert isinstance(failed, engines.Failed)
    assert isinstance(failed.error, EngineError)
    assert "6801" not in str(failed.error)
    assert "ConversionException" in str(failed.error)


def test_a_dead_process_of_the_expectations_stops_the_publish(
    town: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = [sys.executable, "-c", "import sys; sys.exit('out of memory')"]
    monkeypatch.setattr("tests.jobs.town.Here", lambda: Popen(dying, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True))
    with pytest.raises(ExpectationError, match="could not be looked at: out of memory"):
        town.build(home)
    assert not (home / "liuxi" / "store" / "current").exists()
