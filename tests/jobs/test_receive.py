"""What a build takes in, and in which portions; what it passes over or cannot read is told, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kuai.city.model import Source
from kuai.errors import SourceError
from kuai.home import Home
from kuai.lake import Lake, Ledger

from jobs import discover
from jobs.discover import Delivery
from jobs.engine import Failed, ProcessEngine
from jobs.stages import receive
from jobs.stages.receive import waves


def delivery(path: Path) -> Delivery:
    return Delivery(Source("s", "core.case", "", "*", "SELECT 1", Path("s.sql")), path, path.name, "recipe")


@pytest.mark.parametrize(
    ("size", "told"),
    [(1000, ["d b c a"]), (50, ["d b", "c a"]), (40, ["d", "b c", "a"]), (1, ["d", "b", "c", "a"])],
)
def test_a_wave_of_deliveries_begins_with_every_so_many_bytes(tmp_path: Path, size: int, told: list[str]) -> None:
    for name, length in {"a": 10, "b": 30, "c": 20, "d": 40}.items():
        (tmp_path / name).write_bytes(b"x" * length)
    found = waves([delivery(path) for path in sorted(tmp_path.iterdir())], size)
    assert [" ".join(one.name for one in wave) for wave in found] == told


def test_a_file_that_cannot_be_read_is_left_out_by_the_task_that_reads_it(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Read:
        delivery: Delivery
        size: int = 0

    def read(task: Read) -> Any:
        return task.delivery.path.read_bytes()

    gone = delivery(tmp_path / "gone.csv")
    assert gone.size == 0
    (found,) = ProcessEngine(1).map(read, [Read(gone)], lambda *_: None)
    assert isinstance(found, Failed)
    assert (found.error.exit_code, found.error.where) == (SourceError.exit_code, str(gone.path))
    assert "No such file" in str(found.error)


@pytest.mark.slow
def test_a_build_in_waves_is_one_at_once_and_keeps_each_wave(
    town: Any, tmp_path: Path, served: Callable[..., dict[str, list[Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])
    whole = town.build(tmp_path / "whole")
    monkeypatch.setattr(receive, "waves", lambda new, _size: [[one] for one in sorted(new, key=lambda one: one.name)])
    taken: list[int] = []
    usual = receive._take

    def take(run: Any, results: Any) -> None:
        if len(taken) == 3:
            raise KeyboardInterrupt
        usual(run, results)
        if results:
            taken.append(len(list(Ledger(Lake(Home(tmp_path / "waves").city("liuxi").lake)))))

    monkeypatch.setattr(receive, "_take", take)
    with pytest.raises(KeyboardInterrupt):
        town.build(tmp_path / "waves")
    assert taken == [1, 2, 3]
    monkeypatch.setattr(receive, "_take", usual)
    again = town.build(tmp_path / "waves")
    assert len(again.fresh) == len(whole.batches) - 3
    assert [one.batch_id for one in again.batches] == [one.batch_id for one in whole.batches]
    assert served(tmp_path / "waves")["cell"] == served(tmp_path / "whole")["cell"]


@pytest.mark.slow
def test_what_no_source_reads_is_told_and_a_file_that_cannot_be_read_harms_no_other(
    town: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])
    first = town.build(tmp_path / "home")
    (town.data / "案件_2025-04.CSV").write_text("spelled otherwise")
    (town.data / "readme.md").write_text("no rows")
    (town.data / "案子_2025-05.csv").symlink_to(tmp_path / "nowhere")
    changed = town.write_cases("2025-06", ["broken"])
    later = town.write_cases("2025-08")

    def fingerprint(path: Path) -> str:
        if path == changed:
            raise PermissionError(13, "Permission denied", str(path))
        return discover.digest(path.name)

    monkeypatch.setattr(discover, "fingerprint", fingerprint)
    monkeypatch.setattr("jobs.ingest.fingerprint", fingerprint)
    report = town.build(tmp_path / "home")
    assert [one for one in report.warnings if "no source reads" in one] == [
        "案件_2025-04.CSV: no source reads this file", "案子_2025-05.csv: no source reads this file"
    ]  # fmt: skip
    assert any(one.startswith("source ") and "no file fits" in one for one in report.warnings)
    assert [error.where for error in report.failures] == [str(changed)]
    assert {one.path for one in report.batches} - {one.path for one in first.batches} == {later.name}
