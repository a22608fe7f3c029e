"""Sparkline: the past of a number as the path of a small drawing, with the usual range behind its newest point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 200, 48
"""Units of the drawing, which is stretched to its place."""

_MARGIN = 4
_BAND = 12


def spark(values: NDArray[np.float64], low: float, high: float) -> dict[str, Any]:
    """Path of a line, broken where there is no value; the last point, and the band of its usual range.

    Parameters
    ----------
    values : array of float
        Values in the order of time; NaN where there is none.
    low, high : float
        Usual range of the last; NaN if it is not known.
    """
    known = np.array([*values, low, high], dtype=np.float64)
    if np.isnan(values).all():
        return {}
    least, most = float(np.nanmin(known)), float(np.nanmax(known))
    across = np.linspace(_MARGIN, WIDTH - _MARGIN, len(values))
    up = _rows(values, least, most)
    found: dict[str, Any] = {"size": [WIDTH, HEIGHT], "line": _path(across, up)}
    if not np.isnan(low) and not np.isnan(high):
        top, bottom = _rows(np.array([high, low]), least, most)
        left = WIDTH - _BAND - 1
        found["band"] = [left, round(float(top), 1), _BAND, round(float(max(bottom - top, 1)), 1)]
    if not np.isnan(values[-1]):
        found["dot"] = [round(float(across[-1]), 1), round(float(up[-1]), 1)]
    return found


def _rows(values: NDArray[np.float64], least: float, most: float) -> NDArray[np.float64]:
    """Height of values in the drawing, counted from its top."""
    share = (values - least) / (most - least) if most > least else np.full_like(values, 0.5)
    return np.asarray(HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN))


def _path(across: NDArray[np.float64], up: NDArray[np.float64]) -> str:
    parts, pen = [], "M"
    for x, y in zip(across, up, strict=True):
        if np.isnan(y):
            pen = "M"
            continue
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(parts)
