"""Polygons drawn into raster cells: cells wholly inside a piece, and cells its edges pass with those edges.

Drawing is in doubles and pads every edge by a millionth of a cell, so that a cell which is not marked is touched by
no edge; that a marked cell may not be touched either costs time and never an answer. The rows an edge is listed in
are exact, because the row of a y is a function that never falls as y grows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kuai.geography.borrowed import borrowed
from kuai.geography.compiled import compiled
from kuai.geography.kernel import OUTSIDE, WHOLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAD = 1e-6
PIECE, FIRST, END, ROW, COLUMN, FINER, ROWS, COLUMNS, AT, STRIDE = range(10)
JOB = 10


class Sheet(NamedTuple):
    """What is drawn, and on what."""

    frame: NDArray[np.float64]
    """as in `Index`"""
    extent: NDArray[np.int64]
    """as in `Index`"""
    vertices: NDArray[np.float64]
    """(vertex, [x, y])"""
    edges: NDArray[np.int32]
    """vertex an edge begins at"""
    jobs: NDArray[np.int64]
    """(job, [piece, first edge, end of edges, row, column, finer, rows, columns, at, stride]): draw these edges in
    a window of rows × columns cells, `finer` to a cell of the grid, from the grid's row and column on; the window's
    first cell is number `at`, its rows `stride` apart"""
    dated: NDArray[np.uint8]
    """(piece): it is not valid on every day"""


class Drawn(NamedTuple):
    """What comes out of drawing; shared by all jobs."""

    cells: NDArray[np.int32]
    """cell codes; the first undated piece that holds a whole cell"""
    marks: NDArray[np.int32]
    """(mark, [cell, piece, first edge, end of edges]), edges counted within `rows`"""
    rows: NDArray[np.int32]
    """vertices at which the edges of one job and row begin"""


class Canvas(NamedTuple):
    """Room to draw one window."""

    touched: NDArray[np.uint8]
    """(row × columns): an edge may pass here"""
    flips: NDArray[np.uint8]
    """(row × (columns + 1)): inside turns to outside, or back, at this column's left border or before"""
    starts: NDArray[np.int64]
    """(row + 1): where the row's edges begin"""


@compiled
def _clamp(value: float, size: int) -> int:
    return math.floor(min(max(value, -1.0), float(size)))


@compiled
def _touch(canvas: Canvas, shape: tuple[int, int], row: int, reach: tuple[float, float]) -> None:
    first = max(_clamp(min(reach) - PAD, shape[1]), 0)
    last = min(_clamp(max(reach) + PAD, shape[1]), shape[1] - 1)
    for cell in range(row * shape[1] + first, row * shape[1] + last + 1):
        canvas.touched[cell] = 1


@compiled
def _at_height(low: tuple[float, float], high: tuple[float, float], v: float, flat: float) -> float:
    if high[1] <= low[1]:
        return flat
    return low[0] + min(max((v - low[1]) / (high[1] - low[1]), 0.0), 1.0) * (high[0] - low[0])


@compiled
def _draw_edge(canvas: Canvas, shape: tuple[int, int], low: tuple[float, float], high: tuple[float, float]) -> None:
    first, last = max(_clamp(low[1] - PAD, shape[0]), 0), min(_clamp(high[1] + PAD, shape[0]), shape[0] - 1)
    for row in range(first, last + 1):
        bottom, top = max(low[1], row - PAD), min(high[1], row + 1 + PAD)
        _touch(canvas, shape, row, (_at_height(low, high, bottom, low[0]), _at_height(low, high, top, high[0])))
        if low[1] <= row + 0.5 < high[1]:
            column = max(_clamp(_at_height(low, high, row + 0.5, low[0]), shape[1]) + 1, 0)
            if column <= shape[1]:
                canvas.flips[row * (shape[1] + 1) + column] ^= 1


@compiled
def _place(sheet: Sheet, job: int, vertex: int) -> tuple[float, float]:
    u = (sheet.vertices[2 * vertex] - sheet.frame[0]) * sheet.frame[4]
    v = (sheet.vertices[2 * vertex + 1] - sheet.frame[1]) * sheet.frame[5]
    finer = sheet.jobs[JOB * job + FINER]
    return (u - sheet.jobs[JOB * job + COLUMN]) * finer, (v - sheet.jobs[JOB * job + ROW]) * finer


@compiled
def _draw(sheet: Sheet, job: int, canvas: Canvas) -> None:
    shape = sheet.jobs[JOB * job + ROWS], sheet.jobs[JOB * job + COLUMNS]
    for cell in range(shape[0] * shape[1]):
        canvas.touched[cell] = 0
    for border in range(shape[0] * (shape[1] + 1)):
        canvas.flips[border] = int(sheet.jobs[JOB * job + FIRST] == WHOLE and border % (shape[1] + 1) == 0)
    for k in range(sheet.jobs[JOB * job + FIRST], sheet.jobs[JOB * job + END]):
        a, b = _place(sheet, job, sheet.edges[k]), _place(sheet, job, sheet.edges[k] + 1)
        if a[1] > b[1]:
            a, b = b, a
        _draw_edge(canvas, shape, a, b)


@compiled
def _row(sheet: Sheet, job: int, vertex: int) -> int:
    v = (sheet.vertices[2 * vertex + 1] - sheet.frame[1]) * sheet.frame[5]
    row, finer = min(int(v), sheet.extent[0] - 1), sheet.jobs[JOB * job + FINER]
    within = (row - sheet.jobs[JOB * job + ROW]) * finer + min(int((v - row) * finer), finer - 1)
    return int(min(max(within, -1), sheet.jobs[JOB * job + ROWS]))


@compiled
def _rows(sheet: Sheet, job: int, k: int) -> tuple[int, int]:
    a, b = _row(sheet, job, sheet.edges[k]), _row(sheet, job, sheet.edges[k] + 1)
    return max(min(a, b), 0), min(max(a, b), sheet.jobs[JOB * job + ROWS] - 1)


@compiled
def _size(sheet: Sheet, job: int, canvas: Canvas) -> tuple[int, int]:
    """Marks and row edges that `job` needs, once drawn."""
    rows, columns = sheet.jobs[JOB * job + ROWS], sheet.jobs[JOB * job + COLUMNS]
    marks, edges, dated = 0, 0, sheet.dated[sheet.jobs[JOB * job + PIECE]] != 0
    for row in range(rows):
        inside = False
        for column in range(columns):
            inside ^= canvas.flips[row * (columns + 1) + column] != 0
            marks += canvas.touched[row * columns + column] != 0 or (inside and dated)
    for k in range(sheet.jobs[JOB * job + FIRST], sheet.jobs[JOB * job + END]):
        first, last = _rows(sheet, job, k)
        edges += max(last + 1 - first, 0)
    return marks, edges


@compiled
def measure(sheet: Sheet, canvas: Canvas, needs: NDArray[np.int64]) -> None:
    """Write into `needs` (job + 1, [marks, row edges]) where the marks and row edges of each job begin."""
    lent, room = borrowed(sheet), borrowed(canvas)
    for job in range(len(needs) - 1):
        _draw(lent, job, room)
        marks, edges = _size(lent, job, room)
        needs[job + 1, 0] = needs[job, 0] + marks
        needs[job + 1, 1] = needs[job, 1] + edges


@compiled
def _list_rows(sheet: Sheet, job: int, canvas: Canvas, out: tuple[Drawn, int]) -> None:
    """Write the edges of each row of `job`; `canvas.starts` tells where they are."""
    rows, begin = sheet.jobs[JOB * job + ROWS], out[1]
    for row in range(rows + 1):
        canvas.starts[row] = 0
    for k in range(sheet.jobs[JOB * job + FIRST], sheet.jobs[JOB * job + END]):
        first, last = _rows(sheet, job, k)
        for row in range(first, last + 1):
            canvas.starts[row] += 1
    for row in range(rows + 1):
        begin += canvas.starts[row]
        canvas.starts[row] = begin
    for k in range(sheet.jobs[JOB * job + END] - 1, sheet.jobs[JOB * job + FIRST] - 1, -1):
        first, last = _rows(sheet, job, k)
        for row in range(first, last + 1):
            canvas.starts[row] -= 1
            out[0].rows[canvas.starts[row]] = sheet.edges[k]


@compiled
def _mark(drawn: Drawn, at: int, mark: tuple[int, int, int, int]) -> int:
    drawn.marks[4 * at], drawn.marks[4 * at + 1] = mark[0], mark[1]
    drawn.marks[4 * at + 2], drawn.marks[4 * at + 3] = mark[2], mark[3]
    return at + 1


@compiled
def _emit(sheet: Sheet, job: int, canvas: Canvas, out: tuple[Drawn, int]) -> None:
    drawn, at = out
    piece, columns = sheet.jobs[JOB * job + PIECE], sheet.jobs[JOB * job + COLUMNS]
    for row in range(sheet.jobs[JOB * job + ROWS]):
        inside = False
        for column in range(columns):
            inside ^= canvas.flips[row * (columns + 1) + column] != 0
            cell = sheet.jobs[JOB * job + AT] + row * sheet.jobs[JOB * job + STRIDE] + column
            if canvas.touched[row * columns + column] != 0:
                at = _mark(drawn, at, (cell, piece, canvas.starts[row], canvas.starts[row + 1]))
            elif inside and sheet.dated[piece] != 0:
                at = _mark(drawn, at, (cell, piece, WHOLE, WHOLE))
            elif inside and drawn.cells[cell] == OUTSIDE:
                drawn.cells[cell] = piece


@compiled
def draw(sheet: Sheet, canvas: Canvas, needs: NDArray[np.int64], drawn: Drawn) -> None:
    """Write the marks, row edges and whole cells of every job into `drawn`, at the places `measure` found."""
    lent, room, out = borrowed(sheet), borrowed(canvas), borrowed(drawn)
    for job in range(len(needs) - 1):
        _draw(lent, job, room)
        _list_rows(lent, job, room, (out, needs[job, 1]))
        _emit(lent, job, room, (out, needs[job, 0]))


def rasterise(sheet: Sheet, cells: int) -> Drawn:
    """Cells, marks and row edges of all jobs of `sheet`.

    Parameters
    ----------
    sheet : Sheet
        Jobs in the order of their pieces, so that the first piece of a cell is the first by area.
    cells : int
        Number of cells that the jobs' windows lie in.
    """
    rows, columns = sheet.jobs[:, ROWS], sheet.jobs[:, COLUMNS]
    canvas = Canvas(
        np.empty(int((rows * columns).max(initial=0)), np.uint8),
        np.empty(int((rows * (columns + 1)).max(initial=0)), np.uint8),
        np.empty(int(rows.max(initial=0)) + 1, np.int64),
    )
    needs = np.zeros((len(sheet.jobs) + 1, 2), np.int64)
    measure(sheet, canvas, needs)
    drawn = Drawn(
        np.full(cells, OUTSIDE, np.int32),
        np.empty((int(needs[-1, 0]), 4), np.int32),
        np.empty(int(needs[-1, 1]), np.int32),
    )
    draw(sheet, canvas, needs, drawn)
    return drawn
