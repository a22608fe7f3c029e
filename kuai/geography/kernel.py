"""The locate kernel: which area a point is in, from raster cells and a crossing-number test on few edges.

Tie rule: a point on a shared edge or corner belongs to exactly one area, the first by code among those whose
closed polygon covers it and that are valid on its day; a point on the outer boundary belongs to the area it bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kuai.geography.borrowed import borrowed
from kuai.geography.compiled import compiled
from kuai.geography.orientation import side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OUTSIDE = -1
WHOLE = -1


class Index(NamedTuple):
    """Point-in-polygon index over numbered pieces of areas, as flat arrays.

    A cell code ≥ 0 is the piece that holds the whole cell, -1 no piece; -2 - k is the finer square of cells k where
    k < number of squares, else the candidate list k - number of squares.
    """

    frame: NDArray[np.float64]
    """min x, min y, max x, max y, cells per unit of x, cells per unit of y"""
    extent: NDArray[np.int64]
    """rows, columns, first and last day of validity (days since 1970-01-01), number of squares"""
    grid: NDArray[np.int32]
    """cell codes, row by row from the lowest y"""
    squares: NDArray[np.int64]
    """(square, [first cell, cells a side])"""
    cells: NDArray[np.int32]
    """cell codes of all squares"""
    lists: NDArray[np.int32]
    """first candidate of each list, and one past the last"""
    candidates: NDArray[np.int32]
    """(candidate, [piece, first edge, end of edges]); first edge -1: the piece holds the whole cell"""
    edges: NDArray[np.int32]
    """vertex an edge begins at; it ends at the next one"""
    vertices: NDArray[np.float64]
    """(vertex, [x, y])"""
    pieces: NDArray[np.int32]
    """(piece, [area, first day, last day]), ordered by area"""


class Points(NamedTuple):
    """Points to locate, and where to write the answer."""

    x: NDArray[np.float64]
    """in the unit of the index; not finite: in no area"""
    y: NDArray[np.float64]
    """in the unit of the index"""
    day: NDArray[np.int32]
    """days since 1970-01-01, one per point or one for all"""
    area: NDArray[np.int32]
    """written to: number of the area, or -1"""


@compiled
def covers(index: Index, span: tuple[int, int], p: tuple[float, float]) -> bool:
    """Whether `p` is inside or on the edges `span`, the complete set of a polygon's edges at the height of `p`.

    Source: crossing number with a half-open rule, as in JTS/GEOS ``RayCrossingCounter``.
    """
    inside = False
    for k in range(span[0], span[1]):
        i = index.edges[k]
        ax, ay = index.vertices[2 * i], index.vertices[2 * i + 1]
        bx, by = index.vertices[2 * i + 2], index.vertices[2 * i + 3]
        if bx == p[0] and by == p[1]:
            return True
        if (ay > p[1]) != (by > p[1]):
            if ax < p[0] and bx < p[0]:
                continue
            turn = side((ax, ay), (bx, by), p)
            if turn == 0:
                return True
            inside ^= (turn > 0) == (by > ay)
        elif ay == p[1] and by == p[1] and min(ax, bx) <= p[0] <= max(ax, bx):
            return True
    return inside


@compiled
def first_cover(index: Index, number: int, p: tuple[float, float], day: int) -> int:
    """First piece of candidate list `number` that covers `p` on `day`, or -1."""
    for k in range(index.lists[number], index.lists[number + 1]):
        piece, first, end = index.candidates[3 * k], index.candidates[3 * k + 1], index.candidates[3 * k + 2]
        if index.pieces[3 * piece + 1] <= day <= index.pieces[3 * piece + 2] and (
            first == WHOLE or covers(index, (first, end), p)
        ):
            return int(piece)
    return OUTSIDE


@compiled
def cell_code(index: Index, p: tuple[float, float]) -> int:
    """Code of the finest cell that holds `p`, which lies in the frame; no finer square is named by it."""
    u, v = (p[0] - index.frame[0]) * index.frame[4], (p[1] - index.frame[1]) * index.frame[5]
    row, column = min(int(v), index.extent[0] - 1), min(int(u), index.extent[1] - 1)
    code = index.grid[row * index.extent[1] + column]
    if -2 - code < 0 or -2 - code >= index.extent[4]:
        return int(code)
    start, width = index.squares[2 * (-2 - code)], index.squares[2 * (-2 - code) + 1]
    low = min(int((v - row) * width), width - 1)
    return int(index.cells[start + low * width + min(int((u - column) * width), width - 1)])


@compiled
def locate_point(index: Index, p: tuple[float, float], day: int) -> int:
    """Area that `p` is in on `day`, or -1."""
    frame = index.frame
    if not (frame[0] <= p[0] <= frame[2] and frame[1] <= p[1] <= frame[3]):
        return OUTSIDE
    if not index.extent[2] <= day <= index.extent[3]:
        return OUTSIDE
    piece = cell_code(index, p)
    if piece < OUTSIDE:
        piece = first_cover(index, -2 - piece - index.extent[4], p, day)
    return int(index.pieces[3 * piece]) if piece >= 0 else OUTSIDE


@compiled
def locate_points(index: Index, points: Points) -> None:
    """Write into `points.area` the number of the area each point is in on its day, or -1."""
    step, lent = 1 if len(points.day) == len(points.x) else 0, borrowed(index)
    for i in range(len(points.x)):
        points.area[i] = locate_point(lent, (points.x[i], points.y[i]), points.day[i * step])
