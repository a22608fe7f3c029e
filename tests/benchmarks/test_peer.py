from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kuai.generator import Plan

from benchmarks.build import differing
from benchmarks.ground import Ground, peer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ground(town_data: Path, town_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    root = tmp_path_factory.mktemp("ground")
    (root / "landing").symlink_to(town_data)
    (root / "home").symlink_to(town_home)
    return Ground(root, Plan("town", 7, date(2026, 6, 30)))


def test_the_script_and_the_build_make_the_same_cells(ground: Ground, tmp_path: Path) -> None:
    peer(ground, tmp_path / "peer.duckdb")

    assert ground.store is not None
    wrong, cells = differing(ground.store, tmp_path / "peer.duckdb")

    assert wrong == 0
    assert cells > 10_000


def test_a_cell_that_differs_is_counted_on_both_sides(ground: Ground, tmp_path: Path) -> None:
    assert ground.store is not None
    other = tmp_path / "other.duckdb"
    shutil.copyfile(ground.store, other)
    with duckdb.connect(str(other)) as connection:
        one = "SELECT min(rowid) FROM cell WHERE measure = 'resident_count'"
        connection.execute(f"UPDATE cell SET value = value + 1 WHERE rowid = ({one})")
        connection.execute("DELETE FROM cell WHERE rowid = (SELECT min(rowid) FROM cell WHERE measure = 'unit_count')")

    assert differing(ground.store, other)[0] == 3
