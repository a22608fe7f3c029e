from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kuai.errors import SettingsError
from kuai.generator import Plan, Summary, generate, generate_day


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 4])
def test_the_number_of_processes_changes_no_byte(plan: Plan, town: Path, tmp_path: Path, processes: int) -> None:
    generate(plan, tmp_path / "again", processes=processes)
    assert digests(tmp_path / "again") == digests(town)


@pytest.mark.slow
def test_the_folder_may_be_the_present_one(
    plan: Plan, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    generate(plan, Path())
    assert digests(tmp_path) == digests(town)


@pytest.mark.slow
def test_another_seed_is_another_town(plan: Plan, town: Path, tmp_path: Path) -> None:
    generate(replace(plan, seed=8), tmp_path / "other")
    mine, other = digests(town), digests(tmp_path / "other")
    same = {name.split("/")[0] for name in mine if other.get(name) == mine[name]}
    assert same <= {"units", "truth"}


@pytest.mark.slow
def test_the_same_plan_again_does_nothing(plan: Plan, written: Summary, town: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in town.rglob("*")}
    summary = generate(plan, town)
    assert not summary.written
    assert (summary.rows, summary.size_bytes) == (written.rows, written.size_bytes)
    assert {path: path.stat().st_mtime_ns for path in town.rglob("*")} == before


def test_another_plan_in_the_same_folder_is_refused(plan: Plan, town: Path) -> None:
    with pytest.raises(SettingsError, match="another plan"):
        generate(replace(plan, until=date(2026, 7, 1)), town)


def test_a_folder_with_something_else_is_refused(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", "utf-8")
    with pytest.raises(SettingsError, match="something else"):
        generate(plan, tmp_path)
    assert (tmp_path / "mine.txt").read_text("utf-8") == "keep"


def test_a_file_is_no_folder(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="file"):
        generate(plan, tmp_path / "file")


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupt_leaves_nothing(plan: Plan, tmp_path: Path, processes: int) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(plan, tmp_path / "town", processes=processes, progress=interrupt)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_a_killed_run_left_is_cleared_and_a_running_one_is_not(plan: Plan, tmp_path: Path) -> None:
    dead, alive = tmp_path / ".town.partial-4194305", tmp_path / f".town.partial-{os.getppid()}"
    dead.mkdir()
    alive.mkdir()
    generate(plan, tmp_path / "town")
    assert not dead.exists()
    assert alive.exists()


@pytest.mark.slow
def test_progress_ends_at_the_rows_written(plan: Plan, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    generate(plan, tmp_path / "town", progress=lambda *step: seen.append(step))
    assert all(rows <= total for _, rows, total in seen)
    assert [rows for _, rows, _ in seen] == sorted(rows for _, rows, _ in seen)
    assert seen[-1][1] == seen[-1][2]


def test_the_manifest_counts_every_landing_file(town: Path) -> None:
    manifest = json.loads((town / "truth" / "manifest.json").read_text("utf-8"))
    landed = {name for name in digests(town) if not name.startswith("truth/")}
    assert set(manifest["files"]) == landed
    for name in (name for name in landed if name.endswith(".csv")):
        assert (town / name).read_text("utf-8").count("\n") == manifest["files"][name] + 1


@pytest.mark.slow
def test_one_more_day_adds_two_files_and_always_the_same(plan: Plan, tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(plan, tmp_path / name)
        generate_day(plan, tmp_path / name, date(2026, 7, 1))
    generate_day(plan, tmp_path / "two", date(2026, 7, 2))
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert {name: two[name] for name in one} == one
    assert {"cases/cases_2026-07-01.csv", "passages/passages_2026-07-01.csv"} <= set(one)
    assert generate(plan, tmp_path / "two").written is False


def test_a_day_needs_its_plan_first(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="generate the plan first"):
        generate_day(plan, tmp_path / "absent", date(2026, 7, 1))
