"""Units of a table are replaced whole, in one commit; what no commit names is swept away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuai.contracts import Column
from kuai.errors import LakeError
from kuai.lake import Lake, unit_of
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change

SCHEMA = arrow_schema((Column("day", "bigint", "Day"), Column("n", "bigint", "Count")))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def written(lake: Lake, unit: str, *rows: tuple[int, int]) -> str:
    path = lake.new_path("mart_x", unit)
    days, counts = zip(*rows, strict=True)
    pq.write_table(pa.table({"day": list(days), "n": list(counts)}, schema=SCHEMA), path)
    return path


def content(lake: Lake) -> list[tuple[int, int]]:
    rows = [row for path in lake.paths("mart_x") for row in pq.read_table(path).to_pylist()]
    return sorted((row["day"], row["n"]) for row in rows)


def test_a_commit_replaces_whole_units_and_leaves_the_others(lake: Lake) -> None:
    lake.commit("mart_x", SCHEMA, Change((written(lake, "2026-01", (1, 10)), written(lake, "2026-02", (32, 20)))))
    lake.commit("mart_x", SCHEMA, Change((written(lake, "2026-01", (1, 11), (2, 12)),), frozenset(["2026-01"])))
    assert content(lake) == [(1, 11), (2, 12), (32, 20)]


def test_a_unit_can_leave_without_another_taking_its_place(lake: Lake) -> None:
    lake.commit("mart_x", SCHEMA, Change((written(lake, "a", (1, 1)), written(lake, "b", (2, 2)))))
    lake.commit("mart_x", SCHEMA, Change((), frozenset(["a"])))
    assert content(lake) == [(2, 2)]


def test_marks_and_summary_come_with_the_commit(lake: Lake) -> None:
    change = Change((written(lake, "a", (1, 1)),), summary={"kuai.note": "first"}, marks={"kuai.built": "7"})
    lake.commit("mart_x", SCHEMA, change)
    again = Lake(lake.root)
    assert (again.mark("mart_x", "kuai.built"), again.summary("mart_x", "kuai.note")) == ("7", "first")
    assert again.sequence("mart_x") == lake.sequence("mart_x") > 0


def test_a_table_that_was_never_made_is_empty(lake: Lake) -> None:
    assert (lake.paths("mart_x"), lake.units("mart_x"), lake.sequence("mart_x")) == ([], {}, 0)
    assert lake.mark("mart_x", "kuai.built", "0") == "0"


def test_a_file_of_a_killed_build_is_swept_and_current_ones_stay(lake: Lake) -> None:
    lake.commit("mart_x", SCHEMA, Change((written(lake, "a", (1, 1)),)))
    orphan = Path(written(lake, "a", (9, 9)))
    assert lake.sweep() == 1
    assert not orphan.exists()
    assert content(lake) == [(1, 1)]


def test_other_columns_than_those_stored_are_refused(lake: Lake) -> None:
    lake.commit("mart_x", SCHEMA, Change((written(lake, "a", (1, 1)),)))
    other = arrow_schema((Column("day", "bigint", "Day"),))
    with pytest.raises(LakeError, match="it holds the columns day, n, the contract says day"):
        lake.commit("mart_x", other, Change())


def test_a_lake_that_was_copied_is_refused_and_loses_nothing(lake: Lake, tmp_path: Path) -> None:
    lake.commit("mart_x", SCHEMA, Change((written(lake, "a", (1, 1)),)))
    copy = Path(shutil.copytree(lake.root, tmp_path / "copy"))
    with pytest.raises(LakeError, match="this lake was made at"):
        Lake(copy)
    assert len(list(copy.glob("mart_x/*.parquet"))) == 1


def test_the_unit_stands_in_the_name_of_the_file() -> None:
    assert unit_of("/lake/mart_x/month-2026-03~0f.parquet") == "month-2026-03"
