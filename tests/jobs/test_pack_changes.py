"""What a pack says anew reaches the store with the next build, and nothing counts twice for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kuai.errors import LakeError, PackError

from jobs.job import Report

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
Built = tuple[Any, Path, Report]


@pytest.fixture
def declared(built: Built, tmp_path: Path) -> Callable[[str, str], Any]:
    """The town of which the pack says something else: `declared(old, new)`."""

    def change(old: str, new: str) -> Any:
        shutil.copytree(built[0].pack, tmp_path / "pack")
        rewrite(tmp_path / "pack" / "city.toml", old, new)
        return replace(built[0], pack=tmp_path / "pack")

    return change


def rewrite(path: Path, old: str, new: str) -> None:
    told = path.read_text("utf-8")
    assert old in told
    path.write_text(told.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (('en = "Village"', 'en = "Hamlet"'), {"level"}),
        (('en = "Liuxi"', 'en = "Willow Creek"'), {"snapshot", "area"}),
        (('"core.case" = 36', '"core.case" = 48'), {"feed"}),
    ],
)
def test_what_the_pack_says_anew_is_published(
    built: Built, served: Served, declared: Callable[[str, str], Any], words: tuple[str, str], changed: set[str]
) -> None:
    town, home, first = built
    before = served(home)
    second = declared(*words).build(home)
    now = served(home)
    assert second.is_new
    assert {one for one in now if now[one] != before[one]} - {"slice"} == {*changed, "snapshot"}
    assert (second.fresh, second.snapshot == first.snapshot) == (frozenset(), False)
    assert town.build(home).snapshot == first.snapshot
    assert served(home) == before


def test_rows_are_read_anew_by_the_clock_of_another_zone(
    built: Built, served: Served, declared: Callable[[str, str], Any]
) -> None:
    town, home, first = built
    before = served(home)
    second = declared("Asia/Shanghai", "Asia/Urumqi").build(home)
    assert len(second.fresh) == len(second.batches) == len(first.batches)
    assert town.build(home).snapshot == first.snapshot
    assert served(home) == before


def test_a_level_that_is_released_for_more_periods_is_counted_for_them(
    built: Built, served: Served, declared: Callable[[str, str], Any], home: Path
) -> None:
    town, whole, first = built
    coarse = declared('en = "Village"', 'en = "Village"\nresolution = "leaf"')
    assert coarse.build(home).snapshot != first.snapshot
    assert len(served(home)["cell"]) < len(served(whole)["cell"])
    assert town.build(home).snapshot == first.snapshot
    assert served(home)["cell"] == served(whole)["cell"]


def test_points_in_areas_of_another_level_need_a_new_home(built: Built, declared: Callable[[str, str], Any]) -> None:
    town, home, first = built
    with pytest.raises(LakeError, match="area_cell") as caught:
        declared('locate = "cell"', 'locate = "village"').build(home)
    assert "KUAI_HOME" in caught.value.remedy
    assert town.build(home).snapshot == first.snapshot


@pytest.fixture
def counted(town: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Report]:
    """The town with its passages, whose pack may be written to, and the report of its build."""
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])
    town.write_all(["2025-06"])
    shutil.copytree(town.pack, tmp_path / "pack")
    mine = replace(town, pack=tmp_path / "pack")
    return mine, mine.build(home)


def batches(report: Report) -> list[tuple[str, int]]:
    return [(one.path, one.accepted) for one in report.batches]


def test_a_source_that_is_renamed_is_the_one_it_was(counted: tuple[Any, Report], home: Path, served: Served) -> None:
    town, first = counted
    before = served(home)
    rewrite(town.pack / "sources.toml", "[traffic]", "[gates]")
    (town.pack / "traffic.sql").rename(town.pack / "gates.sql")
    second = town.build(home)
    assert {one.source for one in first.batches} ^ {one.source for one in second.batches} == {"traffic", "gates"}
    assert batches(second) == batches(first)
    assert second.warnings == first.warnings
    assert served(home)["cell"] == before["cell"]
    assert not town.build(home).is_new


def test_a_source_that_is_gone_keeps_its_rows_and_is_told(counted: tuple[Any, Report], home: Path) -> None:
    town, first = counted
    told = (town.pack / "sources.toml").read_text("utf-8")
    (town.pack / "sources.toml").write_text(told[: told.index("[traffic]")], "utf-8")
    (town.pack / "traffic.sql").unlink()
    second = town.build(home)
    assert batches(second) == batches(first)
    assert "source traffic: no longer in the pack; the rows of 1 file stay" in second.warnings


def test_a_source_of_another_dataset_has_another_name(counted: tuple[Any, Report], home: Path) -> None:
    town, _ = counted
    rewrite(town.pack / "sources.toml", 'dataset = "core.checkpoint_hour"', 'dataset = "core.passage"')
    with pytest.raises(PackError, match=r"source traffic is of core\.passage") as caught:
        town.build(home)
    assert "another name" in caught.value.remedy
