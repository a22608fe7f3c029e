"""Checkpoints and passages lie in the areas of their day, whatever these are called later and whenever it is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.town import HEADERS, MONTHS, SIDE, X0, Y0, Town, outlines

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
TURN = "2025-06-01"


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expectations cost more than the rest of such a build."""
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


def renamed() -> list[str]:
    """The outlines with all cells under new codes from the turn on; n10 goes to the east in July, as c10 would have."""
    villages, cells = outlines()[:2], outlines()[2:]
    before = [row.split(";") for row in cells if ";2020-01-01;" in row]
    old = [[*row[:5], "2025-05-31", row[6]] for row in before]
    new = [[row[0], f"n{row[1][1:]}", row[2], f"n{row[1][1:]}", TURN, *row[5:]] for row in before]
    moved = [row.replace("c10", "n10") for row in cells if ";2025-07-01;" in row]
    return [*villages, *(";".join(row) for row in (*old, *new)), *moved]


def deliver(town: Town, areas: list[str]) -> None:
    """Deliver everything, with these boundaries and a listing in which the first post has moved to the north."""
    town.write_all()
    posts = [f"p{i};岗{i};{X0 + i * SIDE + 500};{Y0 + 500 + (0 if i else SIDE)}" for i in range(3)]
    town.write("卡口__2025-07-15.csv", "号;名;东;北", [*posts, f"p9;外;{X0 - SIDE};{Y0}"])
    town.write("流量_2025-08.csv", "号;时;数", ["p9;2025-08-01 06:00;7"])
    town.write("区划.csv", HEADERS["outlines"], areas)


@pytest.fixture
def town(empty_town: Town) -> Town:
    deliver(empty_town, renamed())
    return empty_town


def cells(found: dict[str, list[Any]], measure: str, period: str, level: str) -> dict[tuple[str, str], float]:
    """Values of a measure over all categories, by area and first day."""
    return {
        (area, str(start)): value
        for name, at, area, kind, start, category, value in found["cell"]
        if (name, at, kind, category) == (measure, level, period, "all") and value
    }


def test_renamed_areas_keep_what_was_counted_before_they_were(town: Town, home: Path, served: Served) -> None:
    town.build(home)
    found = served(home)
    assert cells(found, "passage_count", "month", "village") == {
        ("west", "2025-05-01"): 7, ("east", "2025-05-01"): 5, ("west", "2025-06-01"): 7, ("east", "2025-06-01"): 5,
        ("west", "2025-07-01"): 3, ("east", "2025-07-01"): 9,
    }  # fmt: skip
    assert cells(found, "passage_count", "month", "cell") == {
        (f"{'c' if month == MONTHS[0] else 'n'}{cell}", f"{month}-01"): value
        for month in MONTHS for cell, value in (("01", 3), ("10", 4), ("20", 5))
    }  # fmt: skip
    assert cells(found, "passage_count", "month", "town")["liuxi", "2025-08-01"] == 7


def test_checkpoints_are_counted_in_the_areas_of_the_day(town: Town, home: Path, served: Served) -> None:
    town.build(home)
    found = served(home)
    assert cells(found, "checkpoint_count", "stock", "village") == {
        ("west", "2025-01-01"): 2, ("east", "2025-01-01"): 1, ("west", TURN): 2, ("east", TURN): 1,
        ("west", "2025-07-01"): 1, ("east", "2025-07-01"): 2, ("west", "2025-07-15"): 1, ("east", "2025-07-15"): 2,
    }  # fmt: skip
    assert set(cells(found, "checkpoint_count", "stock", "cell")) == {
        (f"{'c' if day < TURN else 'n'}{cell}", day)
        for day in ("2025-01-01", TURN, "2025-07-01", "2025-07-15") for cell in ("01", "10", "20")
    }  # fmt: skip
    assert cells(found, "checkpoint_count", "stock", "town")["liuxi", "2025-07-15"] == 4


def test_the_store_knows_the_smallest_area_of_a_checkpoint_on_every_day(town: Town, home: Path, served: Served) -> None:
    town.build(home)
    lies = {(row[0], row[8]): row[5:7] for row in served(home)["checkpoint"]}
    assert lies == {
        **{(f"p{i}", f"c{at}"): (date(2025, 1, 1), date(2025, 5, 31)) for i, at in enumerate(("01", "10", "20"))},
        **{(f"p{i}", f"n{at}"): (date(2025, 6, 1), None) for i, at in enumerate(("01", "10", "20"))},
        ("p9", None): (date(2025, 7, 15), None),
    }


def test_new_codes_that_come_later_end_as_if_they_had_been_known(
    town: Town, town_of: Callable[[Path], Town], home: Path, served: Served
) -> None:
    later, other = town_of(home.parent / "later"), home.with_name("other")
    shutil.copytree(home, other)
    whole, aside = town.build(home).snapshot, home.with_name("aside.csv")
    deliver(later, outlines())
    (later.data / "卡口__2025-07-15.csv").rename(aside)
    assert later.build(other).snapshot != whole
    later.write("区划.csv", HEADERS["outlines"], renamed())
    assert later.build(other).snapshot != whole
    aside.rename(later.data / "卡口__2025-07-15.csv")
    assert later.build(other).snapshot == whole
    assert served(other) == served(home)


def test_boundaries_place_passages_anew_whose_files_are_gone(town: Town, home: Path, served: Served) -> None:
    town.write("区划.csv", HEADERS["outlines"], outlines())
    town.build(home)
    for path in (*town.data.glob("卡口__*"), *town.data.glob("流量_*")):
        path.unlink()
    town.write("区划.csv", HEADERS["outlines"], renamed())
    town.build(home)
    found = served(home)
    assert cells(found, "passage_count", "month", "cell")["n10", "2025-06-01"] == 4
    assert cells(found, "passage_count", "month", "village")["west", "2025-05-01"] == 7


def test_what_is_counted_in_areas_that_lie_in_nothing_is_told(town: Town, home: Path) -> None:
    assert town.build(home).warnings == []
    orphans = [row.replace(f";east;n20;{TURN}", f";nowhere;n20;{TURN}") for row in renamed()]
    town.write("区划.csv", HEADERS["outlines"], orphans)
    (found,) = [line for line in town.build(home).warnings if line.startswith("core.checkpoint_hour")]
    assert found.startswith("core.checkpoint_hour: 10 counted in areas of level cell (1 in all) that belong to none of")
