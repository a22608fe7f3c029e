"""What a delivery makes dirty, and which slices of cells that touches."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kuai.lake import Batch, Lake, Ledger
from kuai.lake.tables import Change
from kuai.periods import PERIODS

from jobs.cells import Slice, _groups, _slices
from jobs.days import _bytes_a_day
from jobs.dirty import built_marks, by_month, dirty_days, files_by_day, to_date
from jobs.facts import merged
from jobs.slices import is_patch
from jobs.stages.expect import numbers
from jobs.touched import fresh_batches

SCHEMA = pa.schema([("n", pa.int64())])
DAYS = tuple(range(17_600, 17_603))


def batch(path: str, days: tuple[int, ...], sequence: int, **also: Any) -> Batch:
    return Batch(f"id-{path}", "core.case", "cases", path, "", 0, 0, days=days, sequence=sequence,
                 dataset_stored="core.case", **also)  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_days_of_new_batches_are_dirty_until_the_mart_is_built(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", DAYS[:2], 1)])
    assert dirty_days(lake, ledger, "mart", "core.case", "r") == [to_date(DAYS[0]), to_date(DAYS[1])]
    lake.commit("mart", SCHEMA, Change(marks=built_marks(ledger, "core.case", "r")))
    assert dirty_days(lake, ledger, "mart", "core.case", "r") == []


def test_a_late_row_dirties_only_its_day(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", DAYS, 1)])
    lake.commit("mart", SCHEMA, Change(marks=built_marks(ledger, "core.case", "r")))
    ledger.record([batch("late", DAYS[1:2], 2)])
    assert dirty_days(lake, ledger, "mart", "core.case", "r") == [to_date(DAYS[1])]
    assert dirty_days(lake, ledger, "mart", "core.person", "r") == []


def test_days_a_batch_no_longer_touches_are_dirty_too(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", DAYS[:1], 1, former=DAYS[2:])])
    assert dirty_days(lake, ledger, "mart", "core.case", "r") == [to_date(DAYS[0]), to_date(DAYS[2])]
    assert list(files_by_day(lake, ledger, "core.case", "core_case")) == [to_date(DAYS[0])]


def test_another_recipe_makes_every_day_dirty(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", DAYS, 1)])
    lake.commit("mart", SCHEMA, Change(marks=built_marks(ledger, "core.case", "old")))
    assert len(dirty_days(lake, ledger, "mart", "core.case", "new")) == len(DAYS)


def test_cases_are_touched_by_what_was_delivered_since_unless_something_left(lake: Lake) -> None:
    ledger = Ledger(lake)
    ledger.record([batch("a", DAYS, 1), batch("b", DAYS, 2, replaced=""), batch("c", DAYS, 3, replaced="")])
    assert fresh_batches(ledger, "core.case", 1) == ("id-b", "id-c")
    assert fresh_batches(ledger, "core.case", 0) == ()
    assert fresh_batches(ledger, "core.checkpoint_hour", 1) == ()
    ledger.record([batch("b", DAYS, 4, replaced="id-b")])
    assert fresh_batches(ledger, "core.case", 1) == ()
    assert fresh_batches(ledger, "core.case", 4) == ()


def test_a_record_of_an_older_version_does_not_say_what_left() -> None:
    record = json.loads(batch("a", DAYS, 1, replaced="").to_json())
    del record["replaced"]
    assert Batch.from_json(json.dumps(record)).replaced is None


def test_a_month_reads_its_own_part_of_a_file_of_many_days(tmp_path: Path) -> None:
    year, day = tmp_path / "year", tmp_path / "day"
    year.write_bytes(bytes(3650))
    day.write_bytes(bytes(7))
    days = [date(2021, 1, 1) + timedelta(days=number) for number in range(365)]
    a_day = _bytes_a_day({one: [str(year)] for one in days} | {days[0]: [str(year), str(day)]})
    assert a_day == {str(year): 10, str(day): 7}


def test_days_go_by_month() -> None:
    days = [date(2018, 1, 30), date(2018, 2, 1), date(2018, 1, 2)]
    assert by_month(days) == {date(2018, 1, 1): [days[0], days[2]], date(2018, 2, 1): [days[1]]}


def test_a_day_touches_the_slices_of_its_periods() -> None:
    assert {one.unit for one in _slices([date(2021, 1, 2)], PERIODS)} == {
        "day-2021-01", "week-2020-12", "month-2021-01", "quarter-2021-01", "year-2021-01",
    }  # fmt: skip


def test_groups_cover_every_slice_once() -> None:
    slices = _slices([date(2020, 12, 31), date(2021, 1, 2), date(2021, 6, 1)], PERIODS)
    groups = _groups(slices)
    assert sorted(one.unit for group in groups for one in group) == sorted(one.unit for one in slices)
    assert all(len({(one.bucket, one.is_short) for one in group}) == 1 for group in groups)


@pytest.mark.parametrize(
    ("period", "bucket", "last"),
    [
        ("day", "2020-02-01", "2020-02-29"),
        ("week", "2020-02-01", "2020-02-29"),
        ("month", "2020-02-01", "2020-02-29"),
        ("quarter", "2020-04-01", "2020-06-30"),
        ("year", "2021-01-01", "2021-12-31"),
    ],
)
def test_a_slice_ends_with_its_bucket(period: str, bucket: str, last: str) -> None:
    assert Slice(period, date.fromisoformat(bucket)).last == date.fromisoformat(last)


def test_spans_that_overlap_or_touch_are_one() -> None:
    days = [date(2018, 1, day) for day in range(1, 12)]
    spans = [(days[4], days[5]), (days[0], days[2]), (days[3], days[3]), (days[8], days[9]), (days[1], days[2])]
    assert merged(spans) == [(days[0], days[5]), (days[8], days[9])]
    assert merged([]) == []


def test_only_a_small_change_is_patched() -> None:
    held = {str(number): "a" for number in range(10)}
    assert is_patch(held, {**held, "1": "b"})
    assert not is_patch(held, dict.fromkeys(held, "b"))
    assert not is_patch({}, held)


def test_numbers_of_a_dataset_are_totals_and_shares() -> None:
    batches = [
        batch("a", (), 1, rows_read=8, accepted=6, quarantined=2, unlocated=3, rules={"type:day": 2}),
        batch("b", (), 1, rows_read=2, accepted=2),
    ]
    assert numbers(batches) == {
        "rows_read": 10, "accepted": 8, "quarantined": 2, "unaccounted": 0, "quarantined_share": 0.2,
        "unlocated_share": 3 / 8, "share:type:day": 0.2,
    }  # fmt: skip
    assert numbers([])["quarantined_share"] == 0
