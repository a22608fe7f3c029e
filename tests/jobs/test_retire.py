"""Retention: rows leave and do not come back, and what was served of them stays to the last cell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuai import retention
from kuai.city import load_city
from kuai.errors import LakeError
from kuai.home import Home
from kuai.lake import Lake, Ledger
from kuai.settings import Settings, conf_folder
from tests.jobs.town import build_here, incidents

from jobs import retire as jobs_retire
from jobs.job import Report
from jobs.retire import Leaving, retire
from jobs.site import Site

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
Built = tuple[Any, Path, Report]
TODAY, LAST = date(2025, 7, 15), date(2025, 6, 14)
KEPT = 30


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


@pytest.fixture
def old(town: Any, built: Built, tmp_path: Path) -> tuple[Any, Path]:
    """The town, built, in a home of its own."""
    shutil.copytree(built[1] / "keys", tmp_path / "home" / "keys")
    town.build(tmp_path / "home")
    return town, tmp_path / "home"


def site(town: Any, home: Path, **days: Any) -> Site:
    settings = Settings.load(None, {})
    settings = replace(settings, retention=replace(settings.retention, **{"case_days": KEPT, **days}))
    return Site(load_city(str(town.pack), conf_folder() / "cities"), Home(home), town.data, settings, "run")


def held(home: Path) -> list[tuple[Any, ...]]:
    """Days of cases in the lake with their rows."""
    paths = Lake(home / "liuxi" / "lake").paths("core_case")
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT day, count(*) FROM read_parquet($1) GROUP BY 1 ORDER BY 1", [paths]
        ).fetchall()


def cells(served: dict[str, list[Any]]) -> list[Any]:
    return served["cell"]


def test_rows_leave_and_every_served_cell_stays(old: tuple[Any, Path], served: Served) -> None:
    town, home = old
    before, rows = served(home), held(home)
    (left,) = retire(site(town, home), TODAY)
    assert (left.name, left.last, len(left.whole), len(left.part)) == ("core.case", LAST, 1, 1)
    assert left.rows == sum(count for day, count in rows if day <= LAST) > 60
    assert held(home) == [row for row in rows if row[0] > LAST]
    assert not town.build(home).is_new
    assert served(home) == before
    assert retire(site(town, home), TODAY) == []


def test_what_is_only_tried_changes_nothing(old: tuple[Any, Path]) -> None:
    town, home = old
    files = {path: path.stat().st_mtime_ns for path in (home / "liuxi" / "lake").rglob("*") if path.is_file()}
    tried = retire(site(town, home), TODAY, is_trial=True)
    after = {path: path.stat().st_mtime_ns for path in (home / "liuxi" / "lake").rglob("*") if path.is_file()}
    assert after == files
    assert tried == retire(site(town, home), TODAY)


def test_nothing_brings_retired_rows_back_and_later_days_go_on(
    old: tuple[Any, Path], served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, home = old
    retire(site(town, home), TODAY)
    before = cells(served(home))
    for month in ("2025-05", "2025-06"):
        town.write_cases(month, incidents(month, 90))
    town.write_cases("2025-07", incidents("2025-07", 61))
    monkeypatch.setattr("kuai.metrics.Measure.__repr__", lambda self: f"other {self.id}")  # what a new version does
    town.build(home)
    assert min(day for day, _ in held(home)) > LAST
    after = cells(served(home))
    old_cells, new_cells = ([row for row in rows if row[4] <= LAST] for rows in (before, after))
    assert old_cells == new_cells
    assert [row for row in before if row[4] > date(2025, 7, 1)] != [row for row in after if row[4] > date(2025, 7, 1)]
    july = [row for row in after if row[:4] == ("incident_count", "town", "liuxi", "month") and row[5] == "all"]
    assert [(str(row[4]), row[6]) for row in july][-1] == ("2025-07-01", 61)


def test_a_delivery_that_was_not_built_is_not_retired(old: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    town, home = old
    town.write_cases("2025-05", incidents("2025-05", 5))
    monkeypatch.setattr("jobs.job.build_flows", lambda *_: pytest.fail("stopped"))
    with pytest.raises(pytest.fail.Exception):
        town.build(home)
    with pytest.raises(LakeError, match="not built") as caught:
        retire(site(town, home), TODAY)
    assert "kuai build" in caught.value.remedy


def test_stopped_between_commit_and_removal_the_next_call_goes_on(
    old: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch, served: Served
) -> None:
    town, home = old
    before = served(home)
    with monkeypatch.context() as patched:
        patched.setattr(Lake, "sweep", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            retire(site(town, home), TODAY)
    folder = home / "liuxi" / "lake" / "core_case"
    assert len(list(folder.glob("*.parquet"))) > len(Lake(home / "liuxi" / "lake").paths("core_case"))
    assert retire(site(town, home), date(2025, 7, 16))[0].last == date(2025, 6, 15)
    assert len(list(folder.glob("*.parquet"))) == len(Lake(home / "liuxi" / "lake").paths("core_case"))
    town.build(home)
    assert cells(served(home)) == cells(before)


def test_late_rows_of_days_that_have_left_are_built_and_nothing_waits_for_them(old: tuple[Any, Path]) -> None:
    town, home = old
    retire(site(town, home), TODAY)
    town.write_cases("2025-05", incidents("2025-05", 70))
    town.build(home)
    (left,) = retire(site(town, home), date(2025, 7, 16))
    assert left.last == date(2025, 6, 15)
    assert not town.build(home).is_new


def test_stopped_before_history_leaves_the_next_call_goes_on(
    old: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def snapshots() -> int:
        return len(Lake(home / "liuxi" / "lake")._table("core_case").snapshots())

    town, home = old
    with monkeypatch.context() as patched:
        patched.setattr(jobs_retire, "_expire", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            retire(site(town, home, history_days=0), TODAY)
    assert snapshots() > 1
    assert retire(site(town, home, history_days=0), TODAY) == []
    assert snapshots() == 1


def test_quarantine_and_history_leave_and_the_audit_tells(old: tuple[Any, Path]) -> None:
    town, home = old
    lake = Lake(home / "liuxi" / "lake")
    assert len(lake.units("ops_quarantine")) == 3
    left = retire(site(town, home, quarantine_days=10), date(2099, 1, 1))
    assert [(one.name, one.rows) for one in left if one.name == "quarantine"] == [("quarantine", 3)]
    fresh = Lake(home / "liuxi" / "lake")
    assert fresh.units("ops_quarantine") == {}
    assert sum(batch.quarantined for batch in Ledger(fresh).of("core.case")) == 3
    assert len(fresh._table("core_case").snapshots()) == 1
    audit = b"".join(path.read_bytes() for path in (home / "audit").glob("*.jsonl"))
    assert b"core.case to 2098-12-01: 3 batches" in audit


def test_status_tells_what_is_due_and_what_has_left(old: tuple[Any, Path]) -> None:
    town, home = old
    city, settings = Home(home).city("liuxi"), site(town, home).settings.retention
    oldest = held(home)[0][0]

    def told() -> tuple[Any, ...]:
        (found,) = [one for one in retention.told(city, settings, TODAY) if one["dataset"] == "core.case"]
        return tuple(found[name] for name in ("kept_days", "oldest", "retired", "due"))

    assert told() == (KEPT, oldest.isoformat(), None, LAST)
    retire(site(town, home), TODAY)
    assert told()[2:] == (LAST.isoformat(), None)
    assert date.fromisoformat(told()[1]) > LAST


def test_a_build_retires_only_if_the_setting_says_so(old: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    town, home = old
    called: list[Site] = []
    monkeypatch.setattr("jobs.job.retire_in", lambda one, *_: called.append(one) or [Leaving("core.case", LAST, ())])
    assert (town.build(home).retired, called) == ([], [])
    monkeypatch.setenv("KUAI_RETENTION_WITH_BUILD", "true")
    usual = Settings.load()
    monkeypatch.setattr(Settings, "load", lambda *_: usual)
    assert (len(town.build(home).retired), len(called)) == (1, 1)


def test_every_setting_of_retention_names_a_dataset_that_can_be_retired() -> None:
    named = {name.removesuffix("_days") for name in vars(Settings.load(None, {}).retention)}
    datasets = {one.split(".")[1] for one in jobs_retire.DATASETS}
    assert named == {*datasets, "with_build", "quarantine", "history"}


@pytest.fixture
def region(town_data: Path, great_expectations: None, home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Landing files and home of a generated region: its boundaries, a register, and events of two months, built."""
    landing = tmp_path / "region"
    for pattern in ("areas/*", "persons/*0102*", "population_events/*2025-0[78]*"):
        for path in town_data.glob(pattern):
            (landing / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, landing / path.parent.name)
    build_here("shifan", Home(home), landing, threads=1)
    return landing, home


def test_persons_leave_and_their_cells_stay(
    region: tuple[Path, Path], served: Served, town_data: Path, tmp_path: Path
) -> None:
    landing, home = region
    settings = Settings.load(None, {})
    days = replace(settings.retention, person_days=30, population_event_days=100)
    where = Site(
        load_city("shifan", conf_folder() / "cities"), Home(home), landing, replace(settings, retention=days), "run"
    )
    before = cells(served(home, "shifan"))
    people = [row for row in before if row[0] in ("resident_count", "population_event_count")]
    assert {row[0] for row in people} == {"resident_count", "population_event_count"}
    left = retire(where, date(2027, 2, 15))
    assert [(one.name, str(one.last), len(one.part)) for one in left] == [
        ("core.person", "2026-12-31", 0), ("core.population_event", "2026-11-06", 0),
    ]  # fmt: skip
    lake = Lake(home / "shifan" / "lake")
    assert (lake.paths("core_person"), lake.paths("core_population_event")) == ([], [])
    for path in town_data.glob("persons/*0103*"):
        shutil.copy2(path, landing / "persons")
    later = next(landing.glob("population_events/*2025-08*"))
    later.write_bytes(later.read_bytes() + b"\n")
    build_here("shifan", Home(home), landing, threads=1)
    assert cells(served(home, "shifan")) == before
    assert Lake(home / "shifan" / "lake").paths("core_person") == []
    (register,) = landing.glob("persons/*0102*")
    shutil.copy2(register, register.with_name(register.name.replace("2026-06-30", "2027-01-05")))
    build_here("shifan", Home(home), landing, date(2027, 2, 1), threads=1)
    after = cells(served(home, "shifan"))
    assert [row for row in after if str(row[4]) != "2027-01-05"] == before
    assert {row[0] for row in after if str(row[4]) == "2027-01-05"} == {"resident_count"}
