"""Tests of a page of 1,000 areas, and hot spots of 150,000, beside the libraries that give the same answers."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.statistics import change, funnel, hotspots
from kuai.statistics.neighbours import neighbours

from benchmarks.result import Result, compared, holds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.statistics.neighbours import Neighbours

AREAS, SIDE, MEAN = 1024, 32, 30
BLOCKS_SIDE, FEWER = 387, 999
"""Areas along one side of a map as large as a province's blocks, and layouts that the library compares with."""
_TIMES = 9


def run() -> list[Result]:
    """Milliseconds for a page, once everything is loaded and, in the library, compiled."""
    counts = np.random.default_rng(1).poisson(MEAN, (2, AREAS)).astype(float)
    library = _library_change(counts)
    page = milliseconds(lambda: change.discoveries(change.compare(*counts).p))
    drawn = milliseconds(lambda: funnel.funnel(counts[0], np.full(AREAS, MEAN)))
    what = f"{AREAS:,} areas, {MEAN} events on average"
    return [
        compared("change against the library", page, library, "<= 0.1", ("ms", f"{what}; peer: statsmodels")),
        Result("change, a page", page, 0.0, page, "<= 30", holds(page, "<= 30"), "ms", f"{what}, with intervals"),
        Result("funnel, a page", drawn, 0.0, drawn, "<= 50", holds(drawn, "<= 50"), "ms", what),
        *_spots(),
    ]


def milliseconds(work: Callable[[], object], times: int = _TIMES) -> float:
    """Median time of some work, in milliseconds, after it was done once."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken)) * 1000


def _library_change(counts: NDArray[np.float64]) -> float:
    from statsmodels.stats.rates import test_poisson_2indep as library

    def page() -> object:
        return [library(now, 1, before, 1, method="etest").pvalue for now, before in counts.T]

    return milliseconds(page, 1)


def _spots() -> list[Result]:
    """Hot spots of a page, and of all blocks of a province, with ten times as many layouts as the library."""
    page, of_page, first = _hot(SIDE, _TIMES)
    blocks, of_blocks, _ = _hot(BLOCKS_SIDE, 1)
    layouts = f"{hotspots.PERMUTATIONS:,} permutations, esda {FEWER}"
    started = f"the first call of esda in a process computes {first:.0f} s, which is compiling"
    return [
        compared("hot spots", page, of_page, "<= 0.5", ("ms", f"{AREAS:,} areas; {layouts}; {started}")),
        compared("hot spots of blocks", blocks, of_blocks, "<= 0.1", ("ms", f"{BLOCKS_SIDE**2:,} areas; {layouts}")),
    ]


def _hot(side: int, times: int) -> tuple[float, float, float]:
    """Milliseconds of ours and of the library for a square of areas, and seconds computed by the library's first."""
    import shapely

    values = np.random.default_rng(1).poisson(MEAN, side**2).astype(float)
    near = neighbours([shapely.box(x, y, x + 1, y + 1) for x in range(side) for y in range(side)])
    ours = milliseconds(lambda: hotspots.getis_ord(values, near), times)
    return ours, *_library_spots(values, near, times)


def _library_spots(values: NDArray[np.float64], near: Neighbours, times: int) -> tuple[float, float]:
    """Milliseconds of a call, and seconds computed by the first."""
    import esda
    from libpysal.graph import Graph
    from scipy.sparse import coo_array

    pairs = coo_array((np.ones(len(near.of)), (near.of, near.other)), shape=(near.areas, near.areas))
    beside = Graph.from_sparse(pairs.tocsr())

    def find() -> Any:  # noqa: ANN401 -- the library has no types
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return esda.G_Local(values, beside, transform="B", star=True, permutations=FEWER, seed=1, n_jobs=1)

    began = time.process_time()
    find()
    first = time.process_time() - began
    return milliseconds(find, times), first
