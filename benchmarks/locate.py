"""Points located in blocks: points a second against SedonaDB on as many threads, and every answer against shapely."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import shapely

from kuai.geography.locator import Locator

from benchmarks.blocks import generate, points
from benchmarks.result import Result, compared

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")
BLOCKS, POINTS, CHECKED = 46_500, 2_000_000, 300_000
REPEATS = 5


class Ground(NamedTuple):
    """What both sides are given."""

    shapes: NDArray[np.object_]
    areas: pa.Table
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    threads: int


def run() -> list[Result]:
    """Rate against SedonaDB with the index there and with its building counted, and mismatches against shapely."""
    ground = _ground()
    _warm(ground)
    locator, build = _timed(lambda: Locator.build(ground.areas), 2)
    found, ours = _timed(lambda: locator.locate(ground.x, ground.y, threads=ground.threads), REPEATS)
    peer_found, peer = _timed(_sedona(ground), REPEATS)
    where = f"{len(ground.x):,} points, {len(ground.shapes):,} blocks, {ground.threads} threads"
    agreement = f"SedonaDB finds {peer_found:,} pairs, Kuai locates {int((found >= 0).sum()):,} points"
    rates = len(ground.x) / ours, len(ground.x) / peer
    whole = len(ground.x) / (ours + build)
    note = f"{where}; index built beforehand in {build:.2f} s on 1 thread; {agreement}"
    return [
        compared("locate", *rates, ">= 10", ("points/s", note)),
        compared("locate with build", whole, rates[1], ">= 0.2", ("points/s", f"{where}; building the index counted")),
        _exact(ground, locator, found),
    ]


def _ground() -> Ground:
    shapes = generate(BLOCKS)
    areas = pa.table(
        {
            "area": pa.array([f"{number:06d}" for number in range(len(shapes))]),
            "valid_from": pa.array([dt.date(2010, 1, 1)] * len(shapes)),
            "valid_to": pa.nulls(len(shapes), pa.date32()),
            "geometry": pa.array(list(shapely.to_wkb(shapes)), pa.binary()),
        }
    )
    return Ground(shapes, areas, *points(POINTS), len(os.sched_getaffinity(0)))


def _warm(ground: Ground) -> None:
    """Compile, which is done once on a machine and kept on disk."""
    few = Locator.build(ground.areas.slice(0, 100))
    few.locate(ground.x[:50_000], ground.y[:50_000])


def _timed(work: Callable[[], T], repeats: int) -> tuple[T, float]:
    """Result, and the seconds of the best of so many runs."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    return result, best


def _sedona(ground: Ground) -> Callable[[], int]:
    """A join of points and blocks whose geometries SedonaDB already holds, down to the number of pairs."""
    import sedonadb

    session = sedonadb.connect()
    session.create_data_frame(pa.table({"x": ground.x, "y": ground.y})).to_view("pair")
    session.create_data_frame(ground.areas.select(["area", "geometry"])).to_view("outline")
    session.sql("SELECT ST_Point(x, y) AS point FROM pair").to_memtable().to_view("point")
    session.sql("SELECT area, ST_GeomFromWKB(geometry) AS shape FROM outline").to_memtable().to_view("block")
    query = "SELECT count(*) AS pairs, max(area) AS last FROM point JOIN block ON ST_Intersects(shape, point)"
    return lambda: int(pa.RecordBatchReader.from_stream(session.sql(query)).read_all()["pairs"][0].as_py())


def _exact(ground: Ground, locator: Locator, found: NDArray[np.int32]) -> Result:
    """Answers that differ from shapely's, points beside vertices and on edges among those asked."""
    corners = shapely.get_coordinates(ground.shapes)[:: max(shapely.count_coordinates(ground.shapes) // CHECKED, 1)]
    halfway = (corners[:-1] + corners[1:]) / 2
    hard = np.concatenate([corners[: CHECKED // 2], halfway[: CHECKED // 2]])
    x, y = np.concatenate([ground.x[:CHECKED], hard[:, 0]]), np.concatenate([ground.y[:CHECKED], hard[:, 1]])
    answers = np.concatenate([found[:CHECKED], locator.locate(hard[:, 0], hard[:, 1])])
    wrong = int((answers != _truth(ground.shapes, x, y)).sum())
    note = f"answers that differ from shapely's, of {len(x):,} points, a half of them vertices and midpoints"
    return Result("locate mismatches", wrong, 0, wrong, "<= 0", wrong == 0, "points", note)


def _truth(shapes: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
    """First block that covers each point by shapely; -1 where none does."""
    first = np.full(len(x), len(shapes))
    pairs = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    np.minimum.at(first, pairs[0], pairs[1])
    return np.where(first == len(shapes), -1, first)
