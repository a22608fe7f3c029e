"""Landing files of areas and units: both hierarchies with names, validity and outlines."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from kuai.generator import codes as coding
from kuai.generator.codes import Codes
from kuai.generator.draw import Ints
from kuai.generator.names import Name
from kuai.generator.outline import RING
from kuai.generator.plan import Plan
from kuai.generator.territory import ROOT, SPLIT_COUNTIES, Territory, hole_ring, split_day
from kuai.generator.write import write_csv, write_parquet

FOUNDED = date(2015, 1, 1)
"""First day of every boundary that is not changed by the split of a station."""

_COLUMNS = ("体系", "层级", "编码", "上级编码", "名称", "英文名称", "生效日期", "失效日期", "wkb")
_ROOT_NAME = Name("示范省", "Shifan Province")

Shapes = NDArray[np.object_]
"""Array of shapely geometries."""

Row = tuple[str, str, str | None, Name, date, date | None, object]


def outlines(territory: Territory) -> Shapes:
    """Outline of every block as an array of shapely geometries in degrees, with holes and second parts."""
    owner = np.repeat(np.arange(territory.blocks), RING)
    found = shapely.polygons(shapely.linearrings(territory.ring.reshape(-1, 2), indices=owner))
    for block in np.flatnonzero(territory.hole).tolist():
        ring = hole_ring(territory, block)
        found[block] = shapely.Polygon(shapely.get_exterior_ring(found[block]), [ring])
        guest = int(territory.guest[block])
        if guest >= 0:
            found[guest] = shapely.MultiPolygon([found[guest], shapely.Polygon(ring)])
    return np.asarray(found)


def write_areas(plan: Plan, territory: Territory, folder: Path) -> dict[str, int]:
    """Rows per written file of areas, one file per hierarchy."""
    names = coding.codes(territory, SPLIT_COUNTIES[plan.scale])
    blocks = outlines(territory)
    hierarchies = {"police": _police(plan, territory, names, blocks), "civic": _civic(territory, names, blocks)}
    return {
        f"areas/{name}.parquet": write_parquet(_table(name, rows), folder / "areas" / f"{name}.parquet")
        for name, rows in hierarchies.items()
    }


def write_units(plan: Plan, territory: Territory, folder: Path) -> dict[str, int]:
    """Rows of the file of units: the province office, and one unit per prefecture, county and station."""
    names = coding.codes(territory, SPLIT_COUNTIES[plan.scale])
    rows = [("U-" + ROOT, "示范省公安厅", "Shifan Provincial Office", "headquarters", "city", ROOT)]
    for level, kind in (("prefecture", "bureau"), ("county", "bureau"), ("station", "station")):
        for code, name in zip(getattr(names, level), names.label[level], strict=True):
            zh = name.zh if level == "station" else name.zh + ("公安局" if level == "prefecture" else "公安分局")
            en = name.en if level == "station" else name.en + " Police"
            rows.append(("U-" + code, zh, en, kind, level, code))
    table = pa.table(
        dict(zip(("单位编码", "名称", "英文名称", "类别", "层级", "辖区"), zip(*rows, strict=True), strict=True))
    )
    return {"units/units.csv": write_csv(table, folder / "units" / "units.csv")}


def _police(plan: Plan, territory: Territory, names: Codes, blocks: Shapes) -> list[Row]:
    parts = _dissolved(blocks, territory.station)
    rows: list[Row] = list(_upper(names, territory, parts))
    begin, ended = split_day(plan), split_day(plan) - timedelta(days=1)
    new = {part for pair in names.split for part in pair}
    for pair in names.split:
        before = shapely.coverage_union_all(parts[list(pair)])
        county = names.county[int(territory.station_county[pair[0]])]
        rows.append(("station", names.former(pair), county, _former_name(names, pair), FOUNDED, ended, before))
    for k, code in enumerate(names.station):
        county = names.county[int(territory.station_county[k])]
        rows.append(
            ("station", code, county, names.label["station"][k], begin if k in new else FOUNDED, None, parts[k])
        )
    return rows + _police_blocks(territory, names, blocks, begin)


def _former_name(names: Codes, pair: tuple[int, int]) -> Name:
    zh, en = names.label["station"][pair[0]]
    return Name("老" + zh, "Former " + en)


def _upper(names: Codes, territory: Territory, stations: Shapes) -> list[Row]:
    counties = _dissolved(stations, territory.station_county)
    prefectures = _dissolved(counties, territory.county_prefecture)
    rows: list[Row] = [("city", ROOT, None, _ROOT_NAME, FOUNDED, None, shapely.coverage_union_all(prefectures))]
    for k, code in enumerate(names.prefecture):
        rows.append(("prefecture", code, ROOT, names.label["prefecture"][k], FOUNDED, None, prefectures[k]))
    for k, code in enumerate(names.county):
        parent = names.prefecture[int(territory.county_prefecture[k])]
        rows.append(("county", code, parent, names.label["county"][k], FOUNDED, None, counties[k]))
    return rows


def _police_blocks(territory: Territory, names: Codes, blocks: Shapes, begin: date) -> list[Row]:
    former = {part: names.former(pair) for pair in names.split for part in pair}
    rows: list[Row] = []
    for k, (code, station) in enumerate(zip(names.block, territory.station.tolist(), strict=True)):
        label, parent = _block_name(code), names.station[station]
        if station in former:
            ended = begin - timedelta(days=1)
            rows.append(("block", code, former[station], label, FOUNDED, ended, blocks[k]))
            rows.append(("block", code, parent, label, begin, None, blocks[k]))
        else:
            rows.append(("block", code, parent, label, FOUNDED, None, blocks[k]))
    return rows


def _civic(territory: Territory, names: Codes, blocks: Shapes) -> list[Row]:
    communities = _dissolved(blocks, territory.community)
    streets = _dissolved(communities, territory.community_street)
    rows: list[Row] = [("city", ROOT, None, _ROOT_NAME, FOUNDED, None, shapely.coverage_union_all(streets))]
    for k, code in enumerate(names.street):
        rows.append(("street", code, ROOT, names.label["street"][k], FOUNDED, None, streets[k]))
    for k, code in enumerate(names.community):
        parent = names.street[int(territory.community_street[k])]
        rows.append(("community", code, parent, names.label["community"][k], FOUNDED, None, communities[k]))
    for k, code in enumerate(names.block):
        parent = names.community[int(territory.community[k])]
        rows.append(("block", code, parent, _block_name(code), FOUNDED, None, blocks[k]))
    return rows


def _block_name(code: str) -> Name:
    return Name(f"{code[-4:]} 号块", f"Block {code[-4:]}")


def _dissolved(parts: Shapes, owner: Ints) -> Shapes:
    """Union of the parts of each owner, in order of owners."""
    order = np.argsort(owner, kind="stable")
    ends = np.cumsum(np.bincount(owner))
    groups = np.split(np.asarray(parts)[order], ends[:-1])
    return np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)


def _table(hierarchy: str, rows: list[Row]) -> pa.Table:
    level, code, parent, label, begin, end, shape = zip(*rows, strict=True)
    columns = (
        [hierarchy] * len(rows), level, code, pa.array(parent, pa.string()),
        [name.zh for name in label], [name.en for name in label],
        pa.array(begin, pa.date32()), pa.array(end, pa.date32()),
        pa.array(shapely.to_wkb(np.array(shape, dtype=object), byte_order=1).tolist(), pa.binary()),
    )  # fmt: skip
    return pa.table(dict(zip(_COLUMNS, columns, strict=True)))
