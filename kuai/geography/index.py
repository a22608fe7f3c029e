"""The index built: a grid sized to the pieces, and finer squares where a cell of it is crowded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kuai.geography.compiled import compiled
from kuai.geography.kernel import WHOLE, Index
from kuai.geography.raster import Drawn, Sheet, rasterise
from kuai.geography.settle import Cells, Ground, boxes, settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELLS_PER_PIECE = 64
CELLS_PER_EDGE = 2
CELLS_AT_LEAST, CELLS_AT_MOST = 1024, 1 << 24
CROWDED = 24
FINER, FINEST = 1.0, 64


class Pieces(NamedTuple):
    """Polygons as flat arrays; a piece is one row of the area table that has a geometry."""

    vertices: NDArray[np.float64]
    """(vertex, [x, y]), rings closed, one after the other"""
    edges: NDArray[np.int32]
    """vertex an edge begins at, piece by piece"""
    starts: NDArray[np.int64]
    """(piece + 1): where a piece's edges begin"""
    pieces: NDArray[np.int32]
    """(piece, [area, first day, last day]), ordered by area"""


class Lists(NamedTuple):
    """Candidate lists of the cells that no single undated piece answers for."""

    starts: NDArray[np.int32]
    """(list + 1): where a list's candidates begin"""
    cells: NDArray[np.int32]
    """(list): its cell"""
    candidates: NDArray[np.int32]
    """(candidate, [piece, first edge, end of edges])"""


class Squares(NamedTuple):
    """Crowded cells of the grid, each drawn again as a square of finer cells."""

    lists: NDArray[np.intp]
    """(square): the list it replaces"""
    cells: NDArray[np.int32]
    """(square): the cell of the grid it lies in"""
    shape: NDArray[np.int64]
    """(square, [first cell, cells a side])"""


@compiled
def _count(cells: NDArray[np.int32], marks: NDArray[np.int32], counts: NDArray[np.int32]) -> None:
    for i in range(len(marks)):
        base = cells[marks[i, 0]]
        if base < 0 or base > marks[i, 1]:
            counts[marks[i, 0]] += 1


@compiled
def _fill(drawn: Drawn, place: NDArray[np.int32], candidates: NDArray[np.int32]) -> None:
    for i in range(len(drawn.marks)):
        cell, piece = drawn.marks[i, 0], drawn.marks[i, 1]
        if drawn.cells[cell] < 0 or drawn.cells[cell] > piece:
            candidates[place[cell], 0] = piece
            candidates[place[cell], 1] = drawn.marks[i, 2]
            candidates[place[cell], 2] = drawn.marks[i, 3]
            place[cell] += 1


def _group(drawn: Drawn) -> Lists:
    """Marks by cell, in the order of the pieces; an undated piece that holds the whole cell closes the list."""
    counts = np.zeros(len(drawn.cells), np.int32)
    _count(drawn.cells, drawn.marks, counts)
    cells = np.flatnonzero(counts).astype(np.int32)
    base = drawn.cells[cells]
    starts = np.zeros(len(cells) + 1, np.int32)
    np.cumsum(counts[cells] + (base >= 0), out=starts[1:])
    candidates = np.full((int(starts[-1]), 3), WHOLE, np.int32)
    closing = starts[1:][base >= 0] - 1
    candidates[closing, 0] = base[base >= 0]
    place = counts
    place[cells] = starts[:-1]
    _fill(drawn, place, candidates)
    return Lists(starts, cells, candidates)


def _frame(vertices: NDArray[np.float64], cells: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Frame and (rows, columns) of a grid of about `cells` cells over the vertices."""
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        width, height = high - low
        ratio = float(np.clip(np.nan_to_num(height / width, nan=1.0), 1e-3, 1e3))
        rows = max(round((cells * ratio) ** 0.5), 1)
        columns = max(cells // rows, 1)
        scale = np.array([columns / width, rows / height])
    scale[~np.isfinite(scale) | ~np.isfinite(high - low)] = 0.0
    return np.concatenate([low, high, scale]), (rows, columns)


def _positions(values: NDArray[np.float64], low: float, scale: float, size: int) -> NDArray[np.int64]:
    return np.minimum(((values - low) * scale).astype(np.int64), size - 1)


def _piece_jobs(source: Pieces, frame: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.int64]:
    """One job for each piece: its bounding box of cells, drawn on the grid."""
    first = source.starts[:-1]
    x, y = source.vertices[source.edges, 0], source.vertices[source.edges, 1]
    left = _positions(np.minimum.reduceat(x, first), frame[0], frame[4], shape[1])
    right = _positions(np.maximum.reduceat(x, first), frame[0], frame[4], shape[1])
    bottom = _positions(np.minimum.reduceat(y, first), frame[1], frame[5], shape[0])
    top = _positions(np.maximum.reduceat(y, first), frame[1], frame[5], shape[0])
    one = np.ones_like(left)
    size = top - bottom + 1, right - left + 1
    at = bottom * shape[1] + left
    columns = (np.arange(len(left)), first, source.starts[1:], bottom, left, one, *size, at, one * shape[1])
    return np.column_stack(columns).astype(np.int64)


def _squares(lists: Lists) -> Squares:
    """Squares for the crowded lists, the finer the more edges a list has."""
    weight = np.concatenate([[0], np.cumsum(lists.candidates[:, 2] - lists.candidates[:, 1])])
    weight = weight[lists.starts[1:]] - weight[lists.starts[:-1]]
    crowded = np.flatnonzero(weight > CROWDED)
    side = 2 ** np.ceil(np.log2(FINER * np.sqrt(weight[crowded]))).astype(np.int64)
    side = np.minimum(side, FINEST)
    shape = np.column_stack([np.cumsum(side * side) - side * side, side]).astype(np.int64)
    return Squares(crowded, lists.cells[crowded], shape)


def _square_jobs(lists: Lists, chosen: Squares, columns: int) -> NDArray[np.int64]:
    """One job for each candidate of a crowded cell: its edges drawn in the cell's square."""
    sizes = lists.starts[chosen.lists + 1] - lists.starts[chosen.lists]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    candidate = lists.candidates[lists.starts[chosen.lists][owner] + within].astype(np.int64)
    cell, (at, side) = chosen.cells[owner].astype(np.int64), chosen.shape[owner].T
    columns_of = (*candidate.T, cell // columns, cell % columns, side, side, side, at, side)
    return np.column_stack(columns_of).astype(np.int64)


def _codes(lists: Lists, cells: NDArray[np.int32], first: int) -> None:
    cells[lists.cells] = -2 - first - np.arange(len(lists.cells), dtype=np.int32)


def _keep(lists: Lists, chosen: NDArray[np.intp]) -> Lists:
    """The lists that are not chosen."""
    kept = np.ones(len(lists.cells), np.bool_)
    kept[chosen] = False
    sizes = np.diff(lists.starts)
    starts = np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int32)
    return Lists(starts, lists.cells[kept], lists.candidates[np.repeat(kept, sizes)])


def _join(coarse: Lists, fine: Lists, edges: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Starts and candidates of both, the edges of `fine` standing after the first `edges`."""
    shift = np.where(fine.candidates[:, 1:] == WHOLE, 0, np.int32(edges))
    moved = np.column_stack([fine.candidates[:, 0], fine.candidates[:, 1:] + shift])
    starts = np.concatenate([coarse.starts, fine.starts[1:] + coarse.starts[-1]])
    return starts, np.concatenate([coarse.candidates, moved])


def assemble(source: Pieces) -> Index:
    """Index over `source`, which has at least one piece and no piece without edges."""
    days = source.pieces[:, 1:]
    span = int(days[:, 0].min()), int(days[:, 1].max())
    wanted = max(CELLS_PER_PIECE * len(days), CELLS_PER_EDGE * len(source.edges), CELLS_AT_LEAST)
    frame, shape = _frame(source.vertices, min(wanted, CELLS_AT_MOST))
    extent = np.array([*shape, *span, 0], np.int64)
    jobs = _piece_jobs(source, frame, shape)
    dated = (days != span).any(axis=1).astype(np.uint8)
    return _refine(Sheet(frame, extent, source.vertices, source.edges, jobs, dated), source.pieces)


def _refine(sheet: Sheet, pieces: NDArray[np.int32]) -> Index:
    """Index from the jobs of the pieces: drawn on the grid, then crowded cells drawn again as squares."""
    columns = int(sheet.extent[1])
    coarse = rasterise(sheet, int(sheet.extent[0]) * columns)
    lists = _group(coarse)
    chosen = _squares(lists)
    inner = sheet._replace(edges=coarse.rows, jobs=_square_jobs(lists, chosen, columns))
    fine = rasterise(inner, int((chosen.shape[:, 1] ** 2).sum()))
    finer, kept = _group(fine), _keep(lists, chosen.lists)
    coarse.cells[chosen.cells] = -2 - np.arange(len(chosen.cells), dtype=np.int32)
    _codes(kept, coarse.cells, len(chosen.cells))
    _codes(finer, fine.cells, len(chosen.cells) + len(kept.cells))
    starts, candidates = _join(kept, finer, len(coarse.rows))
    edges = np.concatenate([coarse.rows, fine.rows])
    cells, counts = np.concatenate([kept.cells, finer.cells]), np.array([columns, len(kept.cells)], np.int64)
    places = boxes(Ground(sheet.frame, cells, counts, chosen.shape, chosen.cells))
    settle(Cells(starts, candidates, places, edges, sheet.vertices, pieces))
    sheet.extent[4] = len(chosen.cells)
    return Index(
        sheet.frame,
        sheet.extent,
        coarse.cells,
        chosen.shape,
        fine.cells,
        starts,
        candidates,
        edges,
        sheet.vertices,
        pieces,
    )
