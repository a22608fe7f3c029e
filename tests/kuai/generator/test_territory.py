from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from kuai.generator import Plan
from kuai.generator.area_files import outlines
from kuai.generator.context import Context
from kuai.generator.draw import stream
from kuai.generator.outline import RING
from kuai.generator.place import points_in
from kuai.generator.territory import Territory, build, split_day

SIZED = [("town", 60, 4), ("city", 12_000, 200)]


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "blocks", "stations"), SIZED)
def test_blocks_are_a_coverage_without_overlap_or_gap(city: Territory, scale: str, blocks: int, stations: int) -> None:
    territory = city if scale == "city" else build(Plan(scale, 1, date(2026, 6, 30)))
    shapes = outlines(territory)
    assert len(shapes) == blocks
    assert len(np.unique(territory.station)) == stations
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    lakes = int(((territory.hole == 1) & (territory.guest < 0)).sum())
    whole = shapely.coverage_union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(whole))
    assert sum(shapely.get_num_interior_rings(part) for part in shapely.get_parts(whole)) == lakes


def test_some_blocks_have_a_hole_and_some_have_two_parts(shapes: NDArray[Any]) -> None:
    assert (shapely.get_num_geometries(shapes) == 2).any()
    assert any(shapely.get_num_interior_rings(part) for part in shapely.get_parts(shapes))


@pytest.mark.parametrize("seed", range(5))
def test_every_block_is_seen_whole_from_its_centre(seed: int) -> None:
    territory = build(Plan("town", seed, date(2026, 6, 30)))
    here = territory.ring - territory.centre[:, None]
    following = np.roll(here, -1, axis=1)
    turned = here[..., 0] * following[..., 1] - here[..., 1] * following[..., 0]
    assert turned.shape == (60, RING)
    assert (turned < 0).all()


def test_points_lie_inside_their_block(world: Context) -> None:
    blocks = np.repeat(np.arange(60), 200)
    points = points_in(world.territory, blocks, stream(1, "points"))
    shapes = outlines(world.territory)
    assert shapely.contains_xy(shapes[blocks], points).all()


def test_centres_have_smaller_blocks(city: Territory, shapes: NDArray[Any]) -> None:
    areas = shapely.area(shapes)
    central = city.nearness > 0.7
    assert np.median(areas[central]) < 0.6 * np.median(areas[city.nearness < 0.1])


def test_streets_do_not_nest_in_stations(city: Territory) -> None:
    pairs = np.unique(np.column_stack([city.street, city.station]), axis=0)
    assert len(pairs) > 2 * len(np.unique(city.street))


@pytest.mark.parametrize(("hierarchy", "levels"), [
    ("police", ["city", "prefecture", "county", "station", "block"]),
    ("civic", ["city", "street", "community", "block"]),
])  # fmt: skip
def test_every_area_is_the_union_of_its_parts(
    plan: Plan, town: Path, database: DuckDBPyConnection, hierarchy: str, levels: list[str]
) -> None:
    for day in (plan.first, plan.until):
        rows = database.execute(
            f"SELECT 层级, 编码, 上级编码, wkb FROM 'areas/{hierarchy}.parquet' "
            "WHERE 生效日期 <= $1 AND coalesce(失效日期, DATE '9999-12-31') >= $1",
            [day],
        ).fetchall()
        for upper, lower in pairwise(levels):
            parts: dict[str, list[object]] = {}
            for level, _, parent, wkb in rows:
                if level == lower:
                    parts.setdefault(parent, []).append(shapely.from_wkb(wkb))
            whole = {code: shapely.from_wkb(wkb) for level, code, _, wkb in rows if level == upper}
            assert parts.keys() == whole.keys()
            assert all(shapely.equals(shapely.coverage_union_all(parts[code]), whole[code]) for code in whole)


def test_one_station_splits_in_the_middle(plan: Plan, town: Path, database: DuckDBPyConnection) -> None:
    ended = database.execute(
        "SELECT 失效日期 FROM 'areas/police.parquet' WHERE 层级 = 'station' AND 失效日期 IS NOT NULL"
    )
    assert len(ended.fetchall()) == 1
    begun = "SELECT count(*) FROM 'areas/police.parquet' WHERE 层级 = 'station' AND 生效日期 = $1"
    assert database.execute(begun, [split_day(plan)]).fetchall() == [(2,)]
