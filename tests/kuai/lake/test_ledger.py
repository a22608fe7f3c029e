"""A batch counts exactly once, also when the build died between its commit and the ledger's."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.contracts import Column
from kuai.lake import Batch, Lake, Ledger
from kuai.lake.ledger import SUMMARY
from kuai.lake.schema import arrow_schema
from kuai.lake.tables import Change

SCHEMA = arrow_schema((Column("n", "bigint", "Count"),))


def batch(name: str, path: str = "cases/a.csv", **more: object) -> Batch:
    fields = {"dataset": "core.case", "source": "cases", "fingerprint": "f", "size": 1, "modified": 1}
    return Batch(batch_id=name, path=path, **{**fields, "dataset_stored": "core.case", **more})  # type: ignore[arg-type]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def committed(lake: Lake, *batches: Batch) -> None:
    path = lake.new_path("core_case", batches[0].batch_id)
    pq.write_table(pa.table({"n": [1]}, schema=SCHEMA), path)
    record = {SUMMARY: "\n".join(one.to_json() for one in batches)}
    lake.commit("core_case", SCHEMA, Change((path,), summary=record))


def test_a_later_batch_of_a_place_replaces_the_earlier_one(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("one"), batch("two", "cases/b.csv")])
    ledger.record([batch("three")])
    assert [one.batch_id for one in Ledger(lake)] == ["three", "two"]


def test_a_commit_the_ledger_missed_is_taken_over_once(lake: Lake) -> None:
    committed(lake, batch("one", accepted=5), batch("two", "cases/b.csv"))
    ledger = Ledger(lake)
    assert ledger.recover(["core_case"]) == 2
    assert ledger.recover(["core_case"]) == 0
    assert [(one.batch_id, one.accepted, one.sequence > 0) for one in ledger] == [("one", 5, True), ("two", 0, True)]


def test_a_recorded_commit_is_not_taken_over(lake: Lake) -> None:
    committed(lake, batch("one"))
    Ledger(lake).record([batch("one")])
    assert Ledger(lake).recover(["core_case"]) == 0


def test_a_batch_replaced_by_one_without_rows_does_not_come_back(lake: Lake) -> None:
    committed(lake, batch("old", rows_read=2), batch("two", "cases/b.csv"))
    ledger = Ledger(lake)
    assert ledger.recover(["core_case"]) == 2
    unchanged = lake.commit("core_case", SCHEMA, Change(replaced=frozenset(("old", "new"))))
    ledger.record([batch("new", rows_read=3, sequence=unchanged)])
    assert Ledger(lake).recover(["core_case"]) == 0
    assert [one.batch_id for one in Ledger(lake)] == ["new", "two"]


def test_a_commit_after_the_youngest_record_is_taken_over(lake: Lake) -> None:
    committed(lake, batch("old"))
    ledger = Ledger(lake)
    ledger.recover(["core_case"])
    committed(lake, batch("new"))
    assert ledger.recover(["core_case", "core_unit"]) == 1
    assert [one.batch_id for one in Ledger(lake)] == ["new"]


@pytest.mark.slow
@given(
    days=st.lists(st.integers(-30_000, 60_000), max_size=5).map(tuple),
    rules=st.dictionaries(st.text(max_size=8), st.integers(0, 9), max_size=3),
    path=st.text(max_size=12),
)
def test_a_record_survives_its_line_of_json(days: tuple[int, ...], rules: dict[str, int], path: str) -> None:
    one = batch("x", path, days=days, rules=rules)
    assert Batch.from_json(one.to_json()) == one
    assert "\n" not in one.to_json()
