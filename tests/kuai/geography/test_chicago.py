"""Real areas and real cases: the same answers as shapely."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyarrow import csv

from kuai.geography.locator import Locator

DATA = Path(__file__).parents[4] / "shared" / "data" / "chicago"
CHANGED = dt.date(2012, 12, 18)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not there")]


@pytest.fixture(scope="module")
def beats() -> pa.Table:
    old, new = (pq.read_table(DATA / "areas" / f"police_beats_{name}.parquet") for name in ("pre_dec2012", "dec2012"))
    first = [dt.date(2000, 1, 1)] * old.num_rows + [CHANGED] * new.num_rows
    last = [CHANGED - dt.timedelta(1)] * old.num_rows + [None] * new.num_rows
    both = pa.concat_tables([old.select(["BEAT_NUM", "geometry"]), new.select(["BEAT_NUM", "geometry"])])
    columns = [both["BEAT_NUM"], pa.array(first), pa.array(last, pa.date32()), both["geometry"]]
    return pa.table(columns, ["area", "valid_from", "valid_to", "geometry"])


@pytest.fixture(scope="module")
def cases() -> Any:
    """Longitude, latitude and day of 200,000 cases of 2012, nulls and sentinels among them."""
    wanted = ["Longitude", "Latitude", "Date"]
    rows = csv.read_csv(
        DATA / "cases" / "crimes_2012.csv.gz",
        convert_options=csv.ConvertOptions(include_columns=wanted, column_types={"Date": pa.string()}),
    ).take(np.random.default_rng(0).choice(335_921, 200_000, replace=False))
    month, date = (np.array([int(text[a:b]) for text in rows["Date"].to_pylist()]) for a, b in ((0, 2), (3, 5)))
    opening = np.array([(dt.date(2012, m, 1) - dt.date(1970, 1, 1)).days for m in range(1, 13)])
    x, y = (np.asarray(rows[name].to_numpy(), np.float64) for name in wanted[:2])
    return x, y, (opening[month - 1] + date - 1).astype(np.int32)


def merged(beats: pa.Table, day: dt.date) -> tuple[list[str], Any]:
    """Codes and outlines in force on `day`; the rows of one code together, in the order of codes."""
    on = [row for row in beats.to_pylist() if row["valid_from"] <= day <= (row["valid_to"] or day)]
    on.sort(key=lambda row: row["area"])
    return [row["area"] for row in on], shapely.make_valid(shapely.from_wkb([row["geometry"] for row in on]))


def test_cases_lie_in_the_beat_of_their_day(beats: pa.Table, cases: Any, truth: Any) -> None:
    locator, (x, y, day) = Locator.build(beats), cases
    found = np.array([*locator.codes, None], dtype=object)[locator.locate(x, y, day)]
    changed, expected = (CHANGED - dt.date(1970, 1, 1)).days, np.empty(len(x), dtype=object)
    for on, rows in ((CHANGED - dt.timedelta(1), day < changed), (CHANGED, day >= changed)):
        codes, outlines = merged(beats, on)
        inside = np.isfinite(x[rows])
        places = np.full(rows.sum(), -1)
        places[inside] = truth(outlines, x[rows][inside], y[rows][inside])
        expected[rows] = np.array([*codes, None], dtype=object)[places]
    assert (found != expected).sum() == 0
    assert 0.99 < np.mean([one is not None for one in found]) < 1


def test_rows_of_one_beat_number_are_one_beat(beats: pa.Table) -> None:
    new = beats.filter(pa.compute.equal(beats["valid_from"], CHANGED))
    locator = Locator.build(new)
    assert (new.num_rows, len(locator.codes)) == (277, 275)
    inner = shapely.get_coordinates(shapely.point_on_surface(shapely.from_wkb(new["geometry"].to_pylist())))
    assert [locator.codes[i] for i in locator.locate(*inner.T)] == new["area"].to_pylist()


@pytest.mark.parametrize("name", ["community_areas_pop", "census_tracts_2010", "police_districts_dec2012"])
def test_awkward_points_of_every_level(name: str, truth: Any, awkward: Any, areas: Any) -> None:
    outlines = shapely.make_valid(shapely.from_wkb(pq.read_table(DATA / "areas" / f"{name}.parquet")["geometry"]))
    points = awkward(outlines, 3, 4000)
    assert (Locator.build(areas(outlines)).locate(*points) == truth(outlines, *points)).all()
