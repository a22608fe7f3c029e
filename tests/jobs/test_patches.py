"""Patches: what has changed since is carried alone, and what is served is what a build of everything serves."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuai.lake import Lake
from tests.jobs.town import MONTHS, incident, incidents

import jobs.patches
from jobs import cells
from jobs.job import Run

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]


def deliveries() -> dict[str, list[str]]:
    """Late cases, corrections of time, place and kind, a case that is taken back, and a month that is emptied."""
    rng = random.Random(5)  # noqa: S311 -- rows, not keys
    late = [incident(f"late-{month}-{number}", month, rng) for number in range(4) for month in MONTHS]
    corrected = [row.rsplit(";", 1)[0] + ";2026-01-01 10:00" for row in incidents("2025-06")[:20]]
    later = [row.replace(";2026-01-01", ";2026-01-02") for row in corrected]
    moved = [later[0].replace(";noise;", ";theft;").replace(";fraud;", ";noise;"), *later[1:]]
    retimed = [re.sub(r" \d\d:00;", " 13:30;", row, count=1).replace(";2026-01-02", ";2026-01-03") for row in moved[:3]]
    return {"2025-08": late, "2025-09": corrected, "2025-10": moved, "2025-11": retimed, "2025-05": []}


@pytest.fixture
def other_home(home: Path, tmp_path: Path) -> Path:
    """Another home with the same keys."""
    other = tmp_path / "other"
    shutil.copytree(home / "keys", other / "keys")
    return other


@pytest.fixture
def recounted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether patches were counted from all cases and not from the touched ones, by build that wrote some."""
    found: list[bool] = []

    def spy(self: Run, name: str, function: Any, tasks: list[Any]) -> list[Any]:
        patched = [task for task in tasks if name == "cells" and task.dataset == "core.case" and task.held]
        found.extend({not task.touched for task in patched})
        return every(self, name, function, tasks)

    every = Run.all
    monkeypatch.setattr(Run, "all", spy)
    return found


def patches(home: Path, mart: str = "cell") -> list[str]:
    lake = Lake(home / "liuxi" / "lake")
    return sorted(unit for unit in lake.units(f"mart_case_{mart}") if "+" in unit)


def test_patches_serve_what_a_build_of_everything_serves(
    town: Any, home: Path, other_home: Path, served: Served, recounted: list[bool]
) -> None:
    town.build(home)
    for month, rows in deliveries().items():
        town.write_cases(month, rows)
        town.build(home)
    assert recounted == [month == "2025-05" for month in deliveries()], (
        "all cases are read only where some were taken away"
    )
    assert len(patches(home)) > len(deliveries())
    town.build(other_home)
    assert served(other_home) == served(home)


def test_what_has_many_patches_is_written_anew(town: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.patches, "MOST_PATCHES", 2)
    counts, rng = [], random.Random(6)  # noqa: S311 -- rows, not keys
    for number in range(5):
        town.write_cases(f"2026-0{number + 1}", [incident(f"more-{number}", "2025-07", rng)])
        town.build(home)
        units = [*patches(home, "day"), *patches(home)]
        counts.append([len([one for one in units if one.startswith(name)]) for name in ("2025-07", "month-2025-07")])
    assert counts == [[0, 0], [1, 1], [2, 2], [0, 0], [1, 1]]


def test_a_patch_after_a_build_that_died_between_the_marts_is_not_one(
    town: Any, home: Path, other_home: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.build(home)
    town.write_cases("2026-01", [incident("more", "2025-07", random.Random(6))])  # noqa: S311 -- rows, not keys
    with monkeypatch.context() as patch:
        patch.setattr(cells, "plan", killed)
        with pytest.raises(RuntimeError, match="killed"):
            town.build(home)
    town.build(home)
    assert patches(home) == []
    town.build(other_home)
    assert served(home) == served(other_home)


def killed(*_: Any) -> None:
    raise RuntimeError("killed")
