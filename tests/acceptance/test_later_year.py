"""A year delivered later: the snapshot is that of a build with all years at once.

Of every forty-eighth case and block; of all in `make prove-crash`.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

YEARS = (2017, 2018)
EVERY = 1 if "KUAI_CRASH_MOMENTS" in os.environ else 48
PARTS = ("areas", "codes", "checkpoints")
BLOCKS = "population/Population_by_2010_Census_Block.csv"


@pytest.fixture(scope="module")
def landing(chicago: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chicago with some or all blocks, and some or all cases of two years."""
    folder = tmp_path_factory.mktemp("landing")
    for name in PARTS:
        (folder / name).symlink_to(chicago / name)
    for name in ("cases", "population"):
        (folder / name).mkdir()
    for year in YEARS:
        name = f"cases/crimes_{year}.csv.gz"
        (folder / name).write_bytes(gzip.compress(some_of(gzip.decompress((chicago / name).read_bytes())), 1))
    (folder / BLOCKS).write_bytes(some_of((chicago / BLOCKS).read_bytes()))
    return folder


def some_of(text: bytes) -> bytes:
    """The header and some or all rows."""
    lines = text.splitlines(keepends=True)
    return b"".join(lines[:1] + lines[1::EVERY])


def served(city: Any) -> dict[str, Any]:
    tables = ("cell", "area", "level", "coverage", "released", "category")
    with city.store() as connection:
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in tables}


def test_a_year_later_is_as_if_all_had_come_at_once(
    landing: Path, tmp_path: Path, home_of: Callable[[Path, str], Any]
) -> None:
    later, once = home_of(tmp_path / "later", "chicago"), home_of(tmp_path / "once", "chicago")
    last = landing / f"cases/crimes_{YEARS[-1]}.csv.gz"
    aside = last.rename(landing / "aside")
    first = later.build(landing)
    aside.rename(last)
    second = later.build(landing)
    assert {one["path"] for one in second["batches"] if one["is_new"]} == {f"cases/{last.name}"}
    for part in ("keys", "chicago/geo"):  # boundaries are the same, so are their indexes
        shutil.copytree(later.folder / part, once.folder / part)
    whole = once.build(landing)
    assert second["snapshot"] == whole["snapshot"] != first["snapshot"]
    assert served(later) == served(once)
