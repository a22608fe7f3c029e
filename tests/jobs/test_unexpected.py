"""A build that was stopped, or given what nobody expects, leaves accounts that are true and goes on."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuai.errors import SourceError
from kuai.home import Home
from kuai.lake import Lake, Ledger
from tests.jobs.town import HEADERS, build_here

from jobs.job import Report
from jobs.stages.receive import QUARANTINE

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


def lake_of(home: Path) -> Lake:
    return Lake(Home(home).city("liuxi").lake)


def lines(home: Path) -> Counter[str]:
    """Lines in the quarantine by batch."""
    paths = lake_of(home).paths(QUARANTINE)
    with duckdb.connect() as connection:
        found = connection.execute("SELECT batch_id, count(*) FROM read_parquet($1) GROUP BY 1", [paths]).fetchall()
    return Counter(dict(found))


def turned_away(home: Path) -> Counter[str]:
    """Rows turned away by batch, as the ledger tells it."""
    return Counter({one.batch_id: one.quarantined for one in Ledger(lake_of(home)) if one.quarantined})


def test_a_row_of_the_last_year_there_is_harms_no_other(town: Any, home: Path) -> None:
    first = town.build(home)
    rows = ["n1;theft;9999-12-31 10:00;;;500500;4400500;2025-08-03 10:00"]
    town.write_cases("2025-08", [*rows, "n2;theft;2025-08-03 10:00;;;500500;4400500;2025-08-03 10:00"])
    second = town.build(home)
    (new,) = [one for one in second.batches if one.batch_id in second.fresh]
    assert (new.rows_read, new.accepted, new.rules) == (2, 1, {"range:day": 1})
    assert first.snapshot != second.snapshot


def test_a_file_whose_name_is_not_utf8_is_told_and_left_out(town: Any, home: Path) -> None:
    odd = os.fsencode(town.data) + b"/" + "\u6848\u4ef6_2025-08.csv".encode("gbk")
    shutil.copyfile(town.data / "\u6848\u4ef6_2025-07.csv", odd)
    rewritten = (town.pack / "sources.toml").read_text("utf-8").replace("\u6848\u4ef6_*.csv*", "*_2025-*.csv*")
    shutil.copytree(town.pack, home.parent / "pack")
    (home.parent / "pack" / "sources.toml").write_text(rewritten, "utf-8")
    report = replace(town, pack=home.parent / "pack").build(home)
    assert [(type(one), one.what) for one in report.failures] == [(SourceError, "the file's name is not UTF-8")]
    assert report.failures[0].where.startswith("\\xb0\\xb8")
    assert len([one for one in report.batches if one.dataset == "core.case"]) == 3


@pytest.mark.parametrize("shape", ["POLYGON ((0 0, 1 1, 1 0, 0 0))", "00FF"])
def test_an_outline_that_is_none_is_told_with_its_file(town: Any, home: Path, shape: str) -> None:
    shutil.copytree(town.pack, home.parent / "pack")
    path = home.parent / "pack" / "sources.toml"
    path.write_text(path.read_text("utf-8").replace("EPSG:32650", "EPSG:4326"), "utf-8")
    town.write("\u533a\u5212.csv", HEADERS["outlines"], [f"village;west;liuxi;west;2020-01-01;;{shape}"])
    with pytest.raises(SourceError, match="an outline is not WKB") as caught:
        replace(town, pack=home.parent / "pack").build(home)
    assert caught.value.where.endswith("\u533a\u5212.csv")


def test_lines_of_a_batch_that_never_came_leave_the_quarantine(
    town: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.build(home)
    before = lines(home)
    assert before == turned_away(home)
    good = (town.data / "\u6848\u4ef6_2025-06.csv").read_bytes()
    town.write_cases("2025-06", ["a;theft;never;;;;;"] * 5)
    commit = Lake.commit

    def stopped(lake: Lake, name: str, *given: Any) -> int:
        if name == "core_case":
            raise KeyboardInterrupt
        return commit(lake, name, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "commit", stopped)
        with pytest.raises(KeyboardInterrupt):
            town.build(home)
    (town.data / "\u6848\u4ef6_2025-06.csv").write_bytes(good)
    assert not town.build(home).is_new
    assert lines(home) == turned_away(home) == before


def test_lines_of_a_file_that_was_delivered_again_leave_with_its_rows(
    town: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.build(home)
    town.write_cases("2025-06", ["a;theft;never;;;;;"] * 5)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "record", stopped)
        with pytest.raises(KeyboardInterrupt):
            town.build(home)
    town.build(home)
    assert lines(home) == turned_away(home)
    assert sorted(turned_away(home).values()) == [1, 1, 5]


def test_who_answers_for_a_source_and_when_it_is_due_decide_no_row(town: Any, home: Path) -> None:
    first = town.build(home)
    shutil.copytree(town.pack, home.parent / "pack")
    path = home.parent / "pack" / "sources.toml"
    path.write_text(path.read_text("utf-8") + "[traffic.expected]\nfrom = 2025-01-01\ndue_hours = 5\n", "utf-8")
    second = replace(town, pack=home.parent / "pack").build(home)
    assert second.fresh == frozenset()
    assert [one.batch_id for one in second.batches] == [one.batch_id for one in first.batches]


def test_residents_of_a_city_that_gets_a_register_are_counted_from_it_alone(
    town_data: Path, great_expectations: None, home: Path, tmp_path: Path, served: Served
) -> None:
    landing, pack = tmp_path / "region", tmp_path / "pack"
    shutil.copytree(Path(__file__).parents[2] / "conf" / "cities" / "shifan", pack)
    (pack / "wall.toml").unlink()
    for pattern in ("areas/*", "persons/*", "population_counts/*"):
        for path in town_data.glob(pattern):
            (landing / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, landing / path.parent.name)
    for path in (landing / "population_counts").iterdir():  # published for the day of the register
        path.rename(path.with_name("counts__2026-06-30.csv"))
    whole = (pack / "sources.toml").read_text("utf-8")
    begin = whole.index("[persons]")
    rest = whole[whole.index("\n[", begin) + 1 :]
    (pack / "sources.toml").write_text(whole[:begin] + rest, "utf-8")
    counted = build(pack, home, landing)
    assert residents(served(home, "shifan")) != {}
    (pack / "sources.toml").write_text(whole, "utf-8")
    registered = build(pack, home, landing)
    assert registered.snapshot != counted.snapshot
    found = residents(served(home, "shifan"))
    assert found != {}
    assert set(found.values()) == {1}


def build(pack: Path, home: Path, landing: Path) -> Report:
    return build_here(str(pack), Home(home), landing, threads=1)


def residents(found: dict[str, list[Any]]) -> Counter[tuple[Any, ...]]:
    """Rows of each cell of residents."""
    return Counter(row[:6] for row in found["cell"] if row[0] == "resident_count")
