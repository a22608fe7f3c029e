"""Tests of a page of 1,000 areas, beside the libraries that give the same answers."""

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
        _spots(counts[0]),
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


def _spots(values: NDArray[np.float64]) -> Result:
    import shapely

    near = neighbours([shapely.box(x, y, x + 1, y + 1) for x in range(SIDE) for y in range(SIDE)])
    ours = milliseconds(lambda: hotspots.getis_ord(values, near))
    peer, first = _library_spots(values, near)
    note = (
        f"{AREAS:,} areas; {hotspots.PERMUTATIONS:,} permutations, esda 999; "
        f"its first call in a process computes {first:.0f} s, which is compiling"
    )
    return compared("hot spots", ours, peer, "<= 0.5", ("ms", note))


def _library_spots(values: NDArray[np.float64], near: Neighbours) -> tuple[float, float]:
    """Milliseconds of a call, and seconds computed by the first."""
    import esda
    from libpysal.weights import W

    beside = W({one: near.other[near.of == one].tolist() for one in range(near.areas)}, silence_warnings=True)

    def find() -> Any:  # noqa: ANN401 -- the library has no types
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return esda.G_Local(values, beside, transform="B", star=True, permutations=999, seed=1, n_jobs=1)

    began = time.process_time()
    find()
    first = time.process_time() - began
    return milliseconds(find), first
