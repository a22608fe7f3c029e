"""A new city is a folder: another reference system, headings, encoding and delimiter, one hierarchy, no Python."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from kuai.home import Home
from kuai.serving import Serving

pytestmark = pytest.mark.slow

MONTHS = ("2025-06", "2025-07")
EAST, NORTH, SIDE = 500_000, 4_400_000, 1_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("new")


@pytest.fixture(scope="module")
def town(town_of: Callable[[Path], Any], home: Path) -> Any:
    written = town_of(home / "landing")
    written.write_all(MONTHS)
    return written


@pytest.fixture(scope="module")
def told(kuai: Callable[..., Any], town: Any, home: Path) -> dict[str, Any]:
    """Last line of the build."""
    done = kuai(home, "build", "--city", str(town.pack), "--data", str(town.data), "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def ask(kuai: Callable[..., Any], told: dict[str, Any], home: Path) -> Callable[..., list[dict[str, Any]]]:
    def run(metric: str, level: str, period: str, *more: str) -> list[dict[str, Any]]:
        span = ("--from", "2025-06-01", "--to", "2025-07-31")
        done = kuai(home, "query", metric, "--level", level, "--period", period, *span, *more, "--json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        assert {row["snapshot"] for row in found} == {told["snapshot"]}
        return found

    return run


def expected(data: Path) -> Counter[tuple[str, str]]:
    """Cases by cell and month, told from the files with a ruler."""
    found: Counter[tuple[str, str]] = Counter()
    for month in MONTHS:
        for line in (data / f"案件_{month}.csv").read_text("gb18030").splitlines()[1:-1]:
            fields = line.split(";")
            i, j = int((float(fields[5]) - EAST) // SIDE), int((float(fields[6]) - NORTH) // SIDE)
            found[f"c{i}{j}" if i < 4 else "", month] += 1
    return found


def test_the_build_says_what_became_of_every_row(told: dict[str, Any]) -> None:
    rows = [(one["rows_read"], one["accepted"] + one["quarantined"]) for one in told["batches"]]
    assert [read for read, kept in rows if read != kept] == []
    assert {one["dataset"] for one in told["batches"]} == {
        "core.area", "core.case", "core.population_count", "core.checkpoint", "core.checkpoint_hour",
    }  # fmt: skip


def test_every_case_is_in_its_cell(ask: Callable[..., Any], town: Any) -> None:
    found = {(row["area"], row["period"]): row["value"] for row in ask("incident_count", "cell", "month")}
    wanted = {key: count for key, count in expected(town.data).items() if key[0]}
    assert {key: value for key, value in found.items() if value} == wanted


def test_unlocated_cases_count_in_the_town_and_a_cell_goes_with_its_village(ask: Callable[..., Any], town: Any) -> None:
    cases = expected(town.data)
    whole = {row["period"]: row["value"] for row in ask("incident_count", "town", "month")}
    west = {row["period"]: row["value"] for row in ask("incident_count", "village", "month", "--area", "west")}
    for month, cells in zip(MONTHS, (("c00", "c01", "c10", "c11"), ("c00", "c01", "c11")), strict=True):
        assert whole[month] == sum(count for key, count in cases.items() if key[1] == month)
        assert west[month] == sum(cases[cell, month] for cell in cells)


def test_passages_lie_at_their_posts(ask: Callable[..., Any]) -> None:
    found = {row["area"]: row["value"] for row in ask("passage_count", "cell", "month") if row["period"] == "2025-06"}
    assert {area: value for area, value in found.items() if value} == {"c00": 3, "c10": 4, "c20": 5}


def test_posts_stand_on_the_map_whatever_system_they_are_measured_in(told: dict[str, Any], home: Path) -> None:
    with closing(Serving.open(Home(home))) as gate:
        assert gate.snapshot()["snapshot"] == told["snapshot"]
        found, cells = gate.checkpoints(date(2025, 6, 30)), gate.areas("cell", date(2025, 6, 30))
    assert list(found["name"]) == ["岗0", "岗1", "岗2"]
    shapes = dict(zip(cells["area"], shapely.from_wkb(cells["geometry"].map(bytes).to_numpy()), strict=True))
    posts = shapely.points(found["longitude"].to_numpy(float), found["latitude"].to_numpy(float))
    assert all(shapely.contains(shapes[cell], post) for cell, post in zip(("c00", "c10", "c20"), posts, strict=True))


def test_residents_are_served_near_their_published_number(ask: Callable[..., Any]) -> None:
    rows = ask("resident_count", "village", "quarter")
    assert {row["area"] for row in rows} == {"west", "east"}
    published = {"west": 100 + 101 + 110 + 111, "east": 120 + 121 + 130 + 131}
    assert [row for row in rows if row["state"] == "value" and abs(row["value"] - published[row["area"]]) > 5] == []


def test_the_command_names_a_file_it_cannot_read(
    kuai: Callable[..., Any], told: dict[str, Any], town: Any, home: Path
) -> None:
    broken = town.write("案件_2025-08.csv", "号;类;时", ["1;2;3"])
    done = kuai(home, "build", "--city", str(town.pack), "--data", str(town.data), "--json")
    assert done.returncode == 5
    assert f"{broken}:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1])["snapshot"] == told["snapshot"]
