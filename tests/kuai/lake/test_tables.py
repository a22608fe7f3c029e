"""A table's units are replaced as a whole, in one commit, or not at all."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuai.errors import LakeError
from kuai.lake import Batch, Lake, Ledger, unit_of
from kuai.lake.ledger import SUMMARY
from kuai.lake.tables import Change

SCHEMA = pa.schema([("n", pa.int64())])


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def written(lake: Lake, unit: str, number: int = 1, name: str = "numbers") -> str:
    path = lake.new_path(name, unit)
    pq.write_table(pa.table({"n": [number]}, schema=SCHEMA), path)
    return path


def held(lake: Lake, name: str = "numbers") -> dict[str, list[int]]:
    return {unit: [n for path in paths for n in pq.read_table(path)["n"].to_pylist()]
            for unit, paths in lake.units(name).items()}  # fmt: skip


def test_a_commit_adds_and_replaces_units_together(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"), written(lake, "b", 2))))
    lake.commit("numbers", SCHEMA, Change((written(lake, "b", 3),), frozenset(("b",))))
    assert held(lake) == {"a": [1], "b": [3]}
    assert held(Lake(lake.root)) == {"a": [1], "b": [3]}


def test_a_unit_may_leave_with_nothing_in_its_place(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),)))
    first = lake.sequence("numbers")
    second = lake.commit("numbers", SCHEMA, Change(replaced=frozenset(("a", "never there"))))
    assert (held(lake), second > first) == ({}, True)


def test_a_change_of_nothing_is_no_commit(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),)))
    first = lake.sequence("numbers")
    assert lake.commit("numbers", SCHEMA, Change(replaced=frozenset(("never there",)))) == first


def test_files_of_no_commit_are_swept_and_current_ones_stay(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),)))
    orphan = written(lake, "b")
    assert lake.sweep() == 1
    assert not Path(orphan).exists()
    assert held(lake) == {"a": [1]}


def test_files_that_a_later_commit_replaced_are_swept(lake: Lake) -> None:
    old = written(lake, "a")
    lake.commit("numbers", SCHEMA, Change((old,)))
    lake.commit("numbers", SCHEMA, Change((written(lake, "a", 2),), frozenset(("a",))))
    lake.sweep()
    assert not Path(old).exists()


def test_marks_and_records_come_with_the_commit(lake: Lake) -> None:
    assert (lake.mark("numbers", "k", "none"), lake.summary("numbers", "k"), lake.sequence("numbers")) == (
        "none",
        "",
        0,
    )
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),), summary={"what": "一"}, marks={"k": "v"}))
    again = Lake(lake.root)
    assert (again.mark("numbers", "k"), again.summary("numbers", "what")) == ("v", "一")


@pytest.mark.slow
def test_a_commit_beside_another_loses_neither(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),)))
    other = Lake(lake.root)
    assert held(other) == {"a": [1]}
    lake.commit("numbers", SCHEMA, Change((written(lake, "b"),)))
    other.commit("numbers", SCHEMA, Change((written(other, "c"),)))
    assert set(held(Lake(lake.root))) == {"a", "b", "c"}


def test_other_columns_are_refused(lake: Lake) -> None:
    lake.commit("numbers", SCHEMA, Change((written(lake, "a"),)))
    with pytest.raises(LakeError, match="the contract says m"):
        lake.commit("numbers", pa.schema([("m", pa.int64())]), Change())


def test_the_unit_of_a_file_stands_in_its_name(lake: Lake) -> None:
    assert unit_of(lake.new_path("numbers", "2018-03")) == "2018-03"


def batch(name: str, **also: object) -> Batch:
    return Batch(f"id-{name}", "core.case", "cases", name, "", 0, 0, dataset_stored="core.case", **also)  # type: ignore[arg-type]


def test_a_record_survives_its_text_form() -> None:
    one = batch(
        "案件.csv", days=(1, 2), former=(3,), rules={"type:day": 1}, covers_from="2018-01-01", covers_to="2018-01-02"
    )
    assert Batch.from_json(one.to_json()) == one


def test_a_later_batch_of_a_place_replaces_the_earlier(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", rows_read=1), batch("b")])
    ledger.record([batch("a", rows_read=2)])
    assert [(one.path, one.rows_read) for one in Ledger(lake)] == [("a", 2), ("b", 0)]


def test_records_of_a_commit_are_found_again(lake: Lake) -> None:
    record = {SUMMARY: "\n".join(one.to_json() for one in (batch("a"), batch("b")))}
    number = lake.commit("core_case", SCHEMA, Change((written(lake, "id-a", name="core_case"),), summary=record))
    ledger = Ledger(Lake(lake.root))
    assert (ledger.recover(["core_case", "core_person"]), ledger.recover(["core_case"])) == (2, 0)
    assert [(one.path, one.sequence) for one in Ledger(lake)] == [("a", number), ("b", number)]
