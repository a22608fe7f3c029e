"""Candidate lists shortened: where the pieces of a cell leave no gap, the last one needs no test.

In a cell, let every edge occur in an even number of the pieces that are valid together. Crossing an edge then changes
the number of pieces around a point by an even amount, so that this number is odd everywhere in the cell, or nowhere.
Where it is odd at one point, every point of the cell is in one piece at least: a point that is in none of the
others is in the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kuai.geography.borrowed import borrowed
from kuai.geography.compiled import compiled
from kuai.geography.kernel import WHOLE
from kuai.geography.orientation import side
from kuai.geography.raster import PAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOM = 64


class Cells(NamedTuple):
    """Candidate lists and where their cells are."""

    lists: NDArray[np.int32]
    """(list + 1): where its candidates begin"""
    candidates: NDArray[np.int32]
    """(candidate, [piece, first edge, end of edges]); written to"""
    boxes: NDArray[np.float64]
    """(list, [left, right, x and y of a point inside]); left and right are a little beyond the cell"""
    edges: NDArray[np.int32]
    """vertex an edge begins at"""
    vertices: NDArray[np.float64]
    """(vertex, [x, y])"""
    pieces: NDArray[np.int32]
    """(piece, [area, first day, last day])"""


@compiled
def _near(cells: Cells, number: int, i: int) -> bool:
    a, b = cells.vertices[2 * i], cells.vertices[2 * i + 2]
    return bool(max(a, b) >= cells.boxes[4 * number] and min(a, b) <= cells.boxes[4 * number + 1])


@compiled
def _same(vertices: NDArray[np.float64], i: int, j: int) -> bool:
    ax, ay, bx, by = vertices[2 * i], vertices[2 * i + 1], vertices[2 * i + 2], vertices[2 * i + 3]
    cx, cy, dx, dy = vertices[2 * j], vertices[2 * j + 1], vertices[2 * j + 2], vertices[2 * j + 3]
    forth, back = ax == cx and ay == cy and bx == dx and by == dy, ax == dx and ay == dy and bx == cx and by == cy
    return bool(forth or back)


@compiled
def _pair(vertices: NDArray[np.float64], open_edges: NDArray[np.int32], used: int, i: int) -> int:
    """Edge `i` laid beside the open edges, or its twin taken away; how many are open then."""
    for k in range(used):
        if _same(vertices, open_edges[k], i):
            open_edges[k] = open_edges[used - 1]
            return used - 1
    open_edges[used] = i
    return used + 1


@compiled
def _right_of(cells: Cells, number: int, i: int) -> bool:
    """Whether a ray from the cell's inner point to the right crosses edge `i`."""
    p = cells.boxes[4 * number + 2], cells.boxes[4 * number + 3]
    a, b = (cells.vertices[2 * i], cells.vertices[2 * i + 1]), (cells.vertices[2 * i + 2], cells.vertices[2 * i + 3])
    if (a[1] > p[1]) == (b[1] > p[1]):
        return False
    turn = side(a, b, p)
    return bool(turn != 0 and (turn > 0) == (b[1] > a[1]))


@compiled
def _leaves_no_gap(cells: Cells, number: int, last: int, open_edges: NDArray[np.int32]) -> bool:
    """Whether the pieces up to candidate `last`, of its days, leave no gap in the cell."""
    used, odd, piece = 0, False, cells.candidates[3 * last]
    for c in range(cells.lists[number], last + 1):
        if not _same_days(cells.pieces, cells.candidates[3 * c], piece):
            continue
        if cells.candidates[3 * c + 1] == WHOLE:
            return False
        for k in range(cells.candidates[3 * c + 1], cells.candidates[3 * c + 2]):
            odd ^= _right_of(cells, number, cells.edges[k])
            if _near(cells, number, cells.edges[k]):
                used = _pair(cells.vertices, open_edges, used, cells.edges[k])
                if used == ROOM:
                    return False
    return odd and used == 0


@compiled
def _same_days(pieces: NDArray[np.int32], one: int, other: int) -> bool:
    return bool(pieces[3 * one + 1] == pieces[3 * other + 1] and pieces[3 * one + 2] == pieces[3 * other + 2])


@compiled
def _is_last(cells: Cells, number: int, c: int) -> bool:
    for later in range(c + 1, cells.lists[number + 1]):
        if _same_days(cells.pieces, cells.candidates[3 * c], cells.candidates[3 * later]):
            return False
    return True


@compiled
def settle(cells: Cells) -> None:
    """Mark the last candidate of each list, per span of days, as needing no test where that is proved."""
    open_edges = np.empty(ROOM, np.int32)
    lent = borrowed(cells)
    for number in range(len(cells.lists) - 1):
        for c in range(cells.lists[number], cells.lists[number + 1]):
            if _is_last(lent, number, c) and _leaves_no_gap(lent, number, c, open_edges):
                cells.candidates[c, 1] = cells.candidates[c, 2] = WHOLE


class Ground(NamedTuple):
    """Where the cells of the lists lie: first those of the grid, then those of squares, each in ascending order."""

    frame: NDArray[np.float64]
    """as in `Index`"""
    cells: NDArray[np.int32]
    """(list): cell of the grid, or of all squares"""
    counts: NDArray[np.int64]
    """columns of the grid, lists on the grid"""
    squares: NDArray[np.int64]
    """(square, [first cell, cells a side])"""
    homes: NDArray[np.int32]
    """(square): the cell of the grid it lies in"""


@compiled
def _box(frame: NDArray[np.float64], corner: tuple[float, float], size: float, box: NDArray[np.float64]) -> None:
    """Write [left, right, x, y] of a cell whose lower left corner is (column, row) and whose width is `size`."""
    u, v = corner[0] + size / 2, corner[1] + size / 2
    x = frame[0] + u / frame[4] if frame[4] > 0.0 else frame[0]
    y = frame[1] + v / frame[5] if frame[5] > 0.0 else frame[1]
    reach = (size / 2 + 2 * PAD) / frame[4] + 1e-15 * max(abs(frame[0]), abs(frame[2])) if frame[4] > 0.0 else np.inf
    astray = frame[4] > 0.0 and abs((x - frame[0]) * frame[4] - u) > size / 4
    astray |= frame[5] > 0.0 and abs((y - frame[1]) * frame[5] - v) > size / 4
    box[0], box[1], box[2], box[3] = x - reach, x + reach, x, np.nan if astray else y


@compiled
def boxes(ground: Ground) -> NDArray[np.float64]:
    """(list, [left, right, x, y]) for `Cells`, in the unit of the vertices; y is NaN where no inner point is known."""
    columns, square = ground.counts[0], -1
    found = np.empty((len(ground.cells), 4))
    for i in range(len(found)):
        cell = ground.cells[i]
        if i < ground.counts[1]:
            _box(ground.frame, (cell % columns, cell // columns), 1.0, found[i])
            continue
        while square + 1 < len(ground.squares) and ground.squares[square + 1, 0] <= cell:
            square += 1
        within, side, home = cell - ground.squares[square, 0], ground.squares[square, 1], ground.homes[square]
        corner = home % columns + (within % side) / side, home // columns + (within // side) / side
        _box(ground.frame, corner, 1.0 / side, found[i])
    return found
