"""Each new file is judged by itself, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from kuai.contracts import FILE_ROWS
from kuai.errors import ExpectationError
from kuai.lake import Batch, Lake, Ledger

from jobs.progress import Silent
from jobs.stages.expect import Expecting
from jobs.stages.files import file_findings, unjudged


def batch(bad: int, of: int = 210, at: str = "2026-06-01T00:00:00", run: str = "now", path: str = "may.csv") -> Batch:
    rules = {"type:occurred_at": bad - 1, "row_fields": 1} if bad else {}
    return Batch(f"{path}-{bad}", "core.case", "cases", path, "", 0, 0, rows_read=of, accepted=of - bad,
                 quarantined=bad, rules=rules, ingested_at=at, run_id=run)  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "of", "level"),
    [
        (199, 210, "blocking"),
        (106, 210, "blocking"),
        (105, 210, "warning"),
        (43, 210, "warning"),
        (42, 210, None),
        (FILE_ROWS, FILE_ROWS, "blocking"),
        (FILE_ROWS - 1, FILE_ROWS - 1, "warning"),
        (0, 0, None),
    ],
)
def test_a_file_is_held_to_bounds_of_its_own(bad: int, of: int, level: str | None) -> None:
    assert [one.level for one in file_findings([batch(bad, of)])] == ([level] if level else [])


def test_a_broken_file_is_named_with_its_rule_and_the_way_out() -> None:
    (told,) = map(str, file_findings([batch(199)]))
    assert told.startswith("core.case, may.csv: quarantined_share ≤ 0.5 does not hold: it is 0.947619 (")
    assert "of 210 rows 199 are in quarantine, 198 by type:occurred_at" in told
    assert "deliver the file again" in told


def test_what_has_been_judged_is_not_judged_again() -> None:
    old, killed, new = (
        batch(1, at="2026-06-01T00:00:00", run="old"),
        batch(1, at="2026-06-02T00:00:00", run="killed"),
        batch(1, at="2026-05-01T00:00:00", run="now"),
    )
    assert unjudged([old, killed, new], "now", "2026-06-01T00:00:00") == [killed, new]
    assert unjudged([old, killed, new], "now", "") == [old, killed, new]


@pytest.fixture
def settle(tmp_path: Path) -> Callable[..., list[str]]:
    """A build takes batches, and looks at them by themselves."""
    lake = Lake(tmp_path / "lake")

    def settled(run: str, *batches: Batch) -> list[str]:
        ledger = Ledger(lake)
        parts = SimpleNamespace(lake=lake, ledger=ledger, site=SimpleNamespace(run_id=run), reporter=Silent())
        expecting = Expecting(parts, None)  # type: ignore[arg-type]
        if batches:
            ledger.record(batches)
        return expecting.settle()

    return settled


def test_a_broken_file_blocks_until_it_is_mended(settle: Callable[..., list[str]]) -> None:
    settle("one", batch(0, at="2026-06-01T00:00:00", run="one", path="april.csv"))
    with pytest.raises(ExpectationError, match=r"may\.csv"):
        settle("two", batch(199, at="2026-06-02T00:00:00", run="two"))
    with pytest.raises(ExpectationError, match=r"may\.csv"):
        settle("three")
    assert settle("four", batch(50, at="2026-06-03T00:00:00", run="four")) != []
    assert settle("five") == []


def test_files_from_before_they_were_judged_are_left_alone(settle: Callable[..., list[str]], tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    Ledger(lake).record([batch(199, run="old")])
    lake.set_mark("ops_batch", "kuai.expected", "{}")
    assert settle("one") == []
    with pytest.raises(ExpectationError, match=r"june\.csv"):
        settle("two", batch(199, at="2026-06-02T00:00:00", run="two", path="june.csv"))
    with pytest.raises(ExpectationError, match=r"june\.csv"):
        settle("three")
