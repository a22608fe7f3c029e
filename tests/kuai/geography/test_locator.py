"""The locator: vintages by day, codes of several rows, files, and what is refused."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from kuai.errors import PackError
from kuai.geography.locator import Locator, fingerprint

EPOCH = dt.date(1970, 1, 1)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


def span(first: str, last: str | None) -> tuple[dt.date, dt.date | None]:
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last) if last else None


@pytest.fixture
def halved(areas: Any) -> pa.Table:
    """One square, halved another way from 2013 on; beside it a square that stays."""
    shapes = [shapely.box(0, 0, 2, 1), shapely.box(0, 1, 2, 2), shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)]
    old, new = span("2010-01-01", "2012-12-31"), span("2013-01-01", None)
    days = [old, old, new, new, span("2010-01-01", None)]
    return areas([*shapes, shapely.box(2, 0, 4, 2)], ["low", "high", "left", "right", "stays"], days)


def codes(locator: Locator, x: Any, y: Any, on: Any) -> list[str | None]:
    return [locator.codes[i] if i >= 0 else None for i in locator.locate(x, y, on)]


def test_the_vintage_of_the_day(halved: pa.Table) -> None:
    locator = Locator.build(halved)
    x, y = [0.5, 0.5, 1.5, 1.5, 3.0], [0.5, 1.5, 0.5, 1.5, 1.0]
    days = np.full(5, day("2012-12-31"))
    assert codes(locator, x, y, days) == ["low", "high", "low", "high", "stays"]
    assert codes(locator, x, y, days + 1) == ["left", "left", "right", "right", "stays"]
    assert codes(locator, x, y, day("2009-12-31")) == [None] * 5
    assert codes(locator, x, y, None) == ["left", "left", "right", "right", "stays"]


def test_a_tie_is_among_the_areas_of_the_day(halved: pa.Table) -> None:
    locator = Locator.build(halved)
    assert codes(locator, [1.0, 2.0], [1.0, 1.0], day("2011-05-05")) == ["high", "high"]
    assert codes(locator, [1.0, 2.0], [1.0, 1.0], day("2014-05-05")) == ["left", "right"]


@pytest.mark.parametrize("seed", range(3))
def test_vintages_against_shapely(seed: int, areas: Any, truth: Any, covering: Any, awkward: Any) -> None:
    before, after = covering(80, seed), covering(110, seed + 50)
    spans = [span("2000-01-01", "2004-12-31")] * len(before) + [span("2005-01-01", None)] * len(after)
    locator = Locator.build(areas([*before, *after], days=spans))
    x, y = awkward([*before, *after], seed, 1500)
    on = np.where(np.arange(len(x)) % 2, day("2005-01-01"), day("2004-12-31"))
    later = truth(after, x, y)
    expected = np.where(np.arange(len(x)) % 2, np.where(later < 0, -1, later + len(before)), truth(before, x, y))
    assert (locator.locate(x, y, on) == expected).all()
    assert (locator.locate(x, y, on, threads=2) == expected).all()


def test_rows_of_one_code_are_one_area(areas: Any) -> None:
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1), shapely.box(0.5, 0, 2, 1)]
    locator = Locator.build(areas(boxes, ["x", "y", "x"]))
    assert codes(locator, [0.5, 0.7, 1.5, 5.5, 3], [0.5] * 5, None) == ["x", "x", "x", "y", None]


def test_a_file_gives_the_same_locator(halved: pa.Table, tmp_path: Path) -> None:
    built, path = Locator.build(halved), tmp_path / "deep" / "beat.index"
    built.save(path)
    read = Locator.load(path, fingerprint(halved))
    assert read is not None
    assert (read.codes, read.fingerprint, read.repaired, read.without) == (built.codes, fingerprint(halved), 0, 0)
    x, y = np.random.default_rng(0).uniform(-1, 5, (2, 500))
    assert (read.locate(x, y, day("2012-01-01")) == built.locate(x, y, day("2012-01-01"))).all()
    assert [one.name for one in path.parent.iterdir()] == ["beat.index"]


def test_a_file_that_is_not_as_it_was_written_is_not_read(halved: pa.Table, tmp_path: Path) -> None:
    path = tmp_path / "beat.index"
    assert Locator.load(path) is None
    Locator.build(halved).save(path)
    assert Locator.load(path, "of other areas") is None
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:100], b"", b"KUAILOC0" + whole[8:], whole[:500] + b"\x01" + whole[501:]):
        path.write_bytes(damaged)
        assert Locator.load(path) is None


def test_the_fingerprint_is_of_the_areas_and_not_of_their_order(halved: pa.Table) -> None:
    hexed = pa.array([one.hex().upper() for one in halved["geometry"].to_pylist()])
    moved = halved.set_column(0, "area", pa.array(["low", "high", "left", "right", "moved"]))
    assert fingerprint(halved) == fingerprint(halved.take([4, 2, 0, 1, 3]))
    assert fingerprint(halved) == fingerprint(halved.set_column(3, "geometry", hexed))
    assert fingerprint(halved) != fingerprint(moved)


def test_an_invalid_polygon_is_repaired_and_counted(areas: Any) -> None:
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    spike = shapely.Polygon([(4, 0), (5, 0), (5, 1), (4, 1), (4, 0), (3, 0), (4, 0)])
    locator = Locator.build(areas([bow, spike]))
    assert locator.repaired == 2
    assert locator.locate([0.2, 1.8, 1.0, 4.5], [1.0, 1.0, 0.2, 0.5]).tolist() == [0, 0, -1, 1]


def test_areas_without_a_geometry_hold_no_point(areas: Any) -> None:
    rows = areas([shapely.box(0, 0, 1, 1), shapely.Polygon(), shapely.Polygon([(3, 3), (4, 4), (3, 3)]), None])
    locator = Locator.build(rows)
    assert (locator.without, locator.repaired, len(locator.codes)) == (3, 1, 4)
    assert locator.locate([0.5, 3.5], [0.5, 3.5]).tolist() == [0, -1]
    for none in (rows.slice(0, 0), rows.slice(1)):
        assert Locator.build(none).locate([0.5], [0.5]).tolist() == [-1]


@pytest.mark.parametrize("wrong", [shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])])
def test_what_is_no_polygon_is_refused_by_name(wrong: Any, areas: Any) -> None:
    with pytest.raises(PackError, match=r"area odd: the geometry is not a polygon \(1 of 2 areas\)"):
        Locator.build(areas([shapely.box(0, 0, 1, 1), wrong], ["good", "odd"]))


def test_what_is_no_wkb_and_what_is_out_of_reach_is_refused_by_name(areas: Any) -> None:
    rows = areas([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1e200, 1)], ["good", "odd"])
    with pytest.raises(PackError, match="area odd: a coordinate"):
        Locator.build(rows)
    with pytest.raises(PackError, match="area odd: the geometry is not WKB"):
        Locator.build(rows.set_column(3, "geometry", pa.array([shapely.box(0, 0, 1, 1).wkb, b"\x01nonsense"])))


@pytest.mark.slow
def test_a_process_that_can_write_no_cache_compiles_for_itself(tmp_path: Path) -> None:
    program = (
        "import pyarrow as pa, shapely, datetime\n"
        "from kuai.geography.orientation import side\n"
        "print(side((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))\n"
    )
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, so that no folder can be made in its place")
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(blocked / "cache")}
    done = subprocess.run([sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("1", 0), done.stderr
