"""The map of 10,000, 50,000 and 150,000 blocks in a browser without a graphics card, against plotly's at 10,000."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import shapely

from kuai.serving import Serving

from benchmarks import mapped
from benchmarks.ground import say
from benchmarks.mapped import CITY, MONTHS, VIEWER, WEEKS, Pages, answering, made
from benchmarks.painting import SIZE, Painted, Peer, browsing
from benchmarks.result import Result, holds
from dashboards.caller import seen_as

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Browser

SMALL, MIDDLE, LARGE = 10_000, 50_000, 150_000
FIRST_PAINTS, REPAINTS, POINTS = 3, MONTHS - 1, 50
NEAR_ZOOM = 12.5
LEAST, LEAST_FPS = 5, 4
_SECOND = 1000.0


@dataclass(frozen=True)
class Times:
    """What was measured of one city.

    Parameters
    ----------
    blocks : int
        Blocks it has.
    packing : float
        Seconds in which the packs were made, once for all.
    first, repaint, script : float
        Median seconds of a first paint and of a repaint, and milliseconds of scripts in a repaint.
    """

    blocks: int
    packing: float
    first: float
    repaint: float
    script: float

    def __str__(self) -> str:
        painted = f"{self.first:.2f} s, {self.repaint:.3f} s, {self.script:.1f} ms"
        return f"{self.blocks:,}: {painted} (packs made in {self.packing:.0f} s)"


def run() -> list[Result]:
    """First paint and repaint of all blocks, what is told at random places, and the playing of a year of weeks."""
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        small, theirs, played = _small(Path(folder), browser)
        middle, _ = _measured(Path(folder), browser, MIDDLE)
        large, right = _measured(Path(folder), browser, LARGE)
    every = f"first paint, repaint and its scripts by blocks: {'; '.join(map(str, (small, middle, large)))}"
    return [
        _limit("map first paint", large.first, "<= 3", ("s", every)),
        _limit("map repaint", large.repaint, "<= 0.4", ("s", f"{large.blocks:,} blocks, median of {REPAINTS}")),
        _limit("map repaint, scripts", large.script, "<= 20", ("ms", f"{large.blocks:,} blocks, on the main thread")),
        Result(
            "map repaint against plotly",
            small.repaint,
            theirs,
            theirs / small.repaint,
            ">= 5",
            theirs / small.repaint >= LEAST,
            "s",
            f"{small.blocks:,} blocks; ratio is theirs to ours",
        ),
        *right,
        played,
    ]


def _limit(name: str, value: float, goal: str, about: tuple[str, str]) -> Result:
    return Result(name, value, 0, value, goal, holds(value, goal), *about)


def _small(folder: Path, browser: Browser) -> tuple[Times, float, Result]:
    with _served(folder, SMALL, has_weeks=True) as (pages, site, packing, _):
        theirs = _peer(browser, site)
        ours = _times(browser, site, pages, packing)
        played = _played(browser, site, pages)
    return ours, theirs, played


def _measured(folder: Path, browser: Browser, blocks: int) -> tuple[Times, list[Result]]:
    with _served(folder, blocks, has_weeks=False) as (pages, site, packing, shapes):
        found = _times(browser, site, pages, packing)
        right = _right(browser, site, pages, shapes) if blocks == LARGE else []
    return found, right


@contextmanager
def _served(folder: Path, blocks: int, *, has_weeks: bool) -> Iterator[tuple[Pages, str, float, NDArray[np.object_]]]:
    """Pages of a city, their address, the seconds its packs took, and its outlines by code."""
    say(f"a city of {blocks:,} blocks")
    home, shapes = made(folder, blocks, has_weeks=has_weeks)
    with closing(Serving.open(home, CITY)) as serving, seen_as(VIEWER):
        pages = Pages(serving)
        packing = pages.warm()
        with answering(pages.application()) as site:
            yield pages, site, packing, shapes


def _times(browser: Browser, site: str, pages: Pages, packing: float) -> Times:
    firsts = [_first(browser, site, pages) for _ in range(FIRST_PAINTS)]
    shown = Painted(browser, site, shapesUrl=pages.shapes, valuesUrl=pages.values("month", MONTHS), language="en")
    taken = [shown.repaint(frame) for frame in range(REPAINTS)]
    shown.close()
    count = len(pages.mapping.shelf.of("block", mapped.DAY))
    return Times(count, packing, median(firsts) / _SECOND, median(one for one, _ in taken) / _SECOND,
                 median(script for _, script in taken))  # fmt: skip


def _first(browser: Browser, site: str, pages: Pages) -> float:
    """Milliseconds until the first paint, of one month, by a browser that has nothing of it."""
    shown = Painted(browser, site, shapesUrl=pages.shapes, valuesUrl=pages.values("month", 1), language="en")
    shown.close()
    return shown.first_ms


def _peer(browser: Browser, site: str) -> float:
    """Median seconds of a repaint by plotly."""
    shown = Peer(browser, site, "/peer.json")
    taken = [shown.repaint(frame) for frame in range(1, REPAINTS)]
    shown.close()
    return median(taken) / _SECOND


def _right(browser: Browser, site: str, pages: Pages, shapes: NDArray[np.object_]) -> list[Result]:
    """How often what is told at random pixels is what shapely says of their places, far away and near."""
    shown = Painted(browser, site, shapesUrl=pages.shapes, valuesUrl=pages.values("month", 1), language="en")
    tree, chance = shapely.STRtree(shapes), np.random.default_rng(7)
    found = []
    for name, prop in (("hover", "hoverData"), ("click", "clickData"), ("hover near", "hoverData")):
        if name == "hover near":
            shown.move_to(*_crowded(shapes), NEAR_ZOOM)
        pixels = chance.uniform((20, 20), (SIZE["width"] - 20, SIZE["height"] - 20), (POINTS, 2)).round()
        right = sum(_is_right(shown, tree, pixel, prop) for pixel in pixels)
        note = f"of {POINTS} random pixels, {len(shapes):,} blocks, against shapely on the outlines as they are"
        found.append(Result(f"map {name}", right, 0, right, f">= {POINTS}", right >= POINTS, "right", note))
    shown.close()
    return found


def _is_right(shown: Painted, tree: shapely.STRtree, pixel: NDArray[np.float64], prop: str) -> bool:
    x, y = pixel.tolist()
    told = shown.told(x, y, prop)
    there = tree.query(shapely.Point(*shown.place(x, y)), predicate="intersects")
    return told in {f"{one:06d}" for one in there} if len(there) else told is None


def _crowded(shapes: NDArray[np.object_]) -> tuple[float, float]:
    """A place in a town: the middle of the smallest block."""
    least = shapes[np.argmin(shapely.area(shapes))]
    return float(least.centroid.x), float(least.centroid.y)


def _played(browser: Browser, site: str, pages: Pages) -> Result:
    """Frames a second of a year of weeks, each of which was drawn in its turn and from its own numbers."""
    shown = Painted(browser, site, shapesUrl=pages.shapes, valuesUrl=pages.values("week", WEEKS), language="en")
    found = shown.played()
    shown.close()
    is_whole = found["frames"] == list(range(WEEKS)) and found["whole"]
    rate = WEEKS / (found["ms"] / _SECOND)
    note = f"{WEEKS} weeks of {SMALL:,} blocks, frames drawn {len(set(found['frames']))}, in order: {is_whole}"
    return Result("map playback", rate, 0, rate, f">= {LEAST_FPS}", is_whole and rate >= LEAST_FPS, "frames/s", note)
