"""The store of a town that was built: what is damaged, old or lost is published anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kuai.errors import LakeError

from jobs import publish
from jobs.job import Report

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
Built = tuple[Any, Path, Report]


@pytest.mark.parametrize("damage", ["pointer", "file", "gone", "form"])
def test_a_damaged_store_is_published_anew(built: Built, served: Served, damage: str) -> None:
    town, home, first = built
    before, store = served(home), home / "liuxi" / "store"
    path = store / "current" if damage == "pointer" else store / json.loads((store / "current").read_text())["file"]
    if damage == "form":
        with duckdb.connect(str(path)) as connection:
            connection.execute("DROP TABLE form")
    else:
        path.unlink() if damage == "gone" else path.write_bytes(b"{")
    second = town.build(home)
    assert (second.snapshot, second.is_new) == (first.snapshot, True)
    assert served(home) == before


def test_a_store_of_other_tables_is_written_anew(built: Built, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    town, home, first = built
    before, schema = served(home), publish.schema()
    monkeypatch.setattr(publish, "schema", lambda: f"{schema} CREATE TABLE later (x INTEGER);")
    assert town.build(home).is_new
    assert "later" in served(home)
    monkeypatch.setattr(publish, "schema", lambda: schema)
    assert town.build(home).snapshot == first.snapshot
    assert served(home) == before


@pytest.fixture
def declared(built: Built, tmp_path: Path) -> Callable[[str, str], Any]:
    """The town of which the pack says something else: `declared(old, new)`."""

    def change(old: str, new: str) -> Any:
        shutil.copytree(built[0].pack, tmp_path / "pack")
        told = (tmp_path / "pack" / "city.toml").read_text("utf-8")
        assert old in told
        (tmp_path / "pack" / "city.toml").write_text(told.replace(old, new), "utf-8")
        return replace(built[0], pack=tmp_path / "pack")

    return change


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


def test_a_city_published_just_before_a_crash_is_still_the_default(built: Built) -> None:
    town, home, _ = built
    (home / "latest").unlink()
    town.build(home)
    assert (home / "latest").read_text().strip() == "liuxi"


def test_what_the_pack_says_is_found_by_checks_is_known_where_it_is_served(built: Built, served: Served) -> None:
    assert served(built[1])["discovered"] == [("noise",)]
