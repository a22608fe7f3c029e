"""History: what a table looked like before is removed, and with it what only that names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuai.lake import Lake
from kuai.lake.tables import Change

SCHEMA = pa.schema([("pid", pa.string())])
NOW = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake(tmp_path / "lake")
    for name in ("aaaa", "bbbb", "cccc"):
        path = made.new_path("people", name)
        pq.write_table(pa.table({"pid": [name * 4]}), path)
        made.commit("people", SCHEMA, Change((path,), summary={"k": name}, marks={"m": name}))
    return made


def metadata(lake: Lake) -> list[Path]:
    return sorted((lake.root / "kuai" / "people" / "metadata").iterdir())


def manifests(lake: Lake) -> list[Any]:
    table = lake._table("people")
    snapshot = table.current_snapshot()
    return snapshot.manifests(table.io) if snapshot else []


def least_values(lake: Lake) -> set[str]:
    """Least pseudonyms of files that the current manifests name, those that left included."""
    entries = [
        entry
        for one in manifests(lake)
        for entry in one.fetch_manifest_entry(lake._table("people").io, discard_deleted=False)
    ]
    return {bytes(entry.data_file.lower_bounds[1]).decode() for entry in entries}


def test_old_snapshots_go_and_the_current_one_stays_whole(lake: Lake) -> None:
    before = (lake.sequence("people"), lake.summary("people", "k"), lake.mark("people", "m"), lake.paths("people"))
    files = len(metadata(lake))
    assert lake.expire("people", NOW) == 2
    fresh = Lake(lake.root)
    after = (fresh.sequence("people"), fresh.summary("people", "k"), fresh.mark("people", "m"), fresh.paths("people"))
    assert (after, len(metadata(lake)) < files) == (before, True)
    assert [path.suffix for path in metadata(lake)].count(".json") == 1
    assert lake.expire("people", NOW) == 0


def test_what_is_young_enough_stays(lake: Lake) -> None:
    files = metadata(lake)
    assert lake.expire("people", datetime.now(UTC) - timedelta(days=1)) == 0
    assert metadata(lake) == files
    assert lake.expire("nobody", NOW) == 0


@pytest.mark.slow
def test_nothing_is_left_of_values_that_left(lake: Lake) -> None:
    lake.commit("people", SCHEMA, Change(replaced=frozenset(("aaaa",)), marks={"m": "gone"}))
    assert "a" * 16 in least_values(lake)
    lake.sweep()
    lake.expire("people", NOW, has_lost=True)
    assert len(lake.paths("people")) == 2
    assert least_values(lake) == {"b" * 16, "c" * 16}
    assert [path.suffix for path in metadata(lake)].count(".avro") == 1 + len(manifests(lake))
    path = lake.new_path("people", "dddd")
    pq.write_table(pa.table({"pid": ["d"]}), path)
    lake.commit("people", SCHEMA, Change((path,)))
    assert (len(lake.paths("people")), lake.mark("people", "m")) == (3, "gone")
