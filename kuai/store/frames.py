"""Judged cells as the columns of a frame: texts are categories, so a row costs a few bytes and no Python object."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.store import calendar, states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.metrics import Metric
    from kuai.question import Columns
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.states import Judged
    from kuai.store.windows import Total


def frame(
    facts: Facts,
    grid: Grid,
    judged: Judged,
    coverage: NDArray[np.float64],
    meant: NDArray[np.bool_] | None = None,
) -> Columns:
    """One row per period and area valid in it, by period and then by code.

    Parameters
    ----------
    facts : Facts
        Areas with their spans of validity.
    grid : Grid
        Periods and areas of the arrays.
    judged : Judged
        Values and states.
    coverage : array of float
        Observed part of each period, 0 to 1.
    meant : array of bool, optional
        Whether each area is asked for, as periods × areas; all of them if None.
    """
    here = None if grid.area is None else facts.places(grid.level).position(grid.area)
    kept = facts.places(grid.level).valid(grid.first_days, grid.last_days, here)
    kept = kept if meant is None else kept & meant
    rows = slice(None) if kept.all() else np.flatnonzero(kept)
    periods_here, areas_here = kept.shape
    positions = np.arange(areas_here, dtype=np.int32) + np.int32(here or 0)
    at = np.repeat(np.arange(periods_here, dtype=np.int32), areas_here)[rows]
    return {
        "area": _coded(np.tile(positions, periods_here)[rows], facts.codes(grid.level)),
        "level": _texts(np.zeros(len(at), dtype=np.int8), [grid.level]),
        "period": _texts(at, calendar.labels(grid.period, grid.starts)),
        "start": grid.first_days.astype("datetime64[D]").astype("datetime64[s]")[at],
        "category": _texts(np.zeros(len(at), dtype=np.int8), [grid.category]),
        "value": judged.value.ravel()[rows],
        "state": _texts(judged.state.ravel()[rows], states.NAMES),
        "coverage": coverage[at],
    }


def total_frame(
    grid: Grid, areas: NDArray[np.object_], total: Total, levels: Mapping[str, int] | None = None
) -> Columns:
    """One row per sum, in the order given, with the cells behind it and the variance of the noise in it.

    Parameters
    ----------
    grid : Grid
        Level, periods and category.
    areas : array of str
        What each sum is of.
    total : Total
        The sums.
    levels : mapping of str to int, optional
        Rows of each level, one after the other; all are of the grid's level if None.
    """
    one, given = np.zeros(len(areas), dtype=np.int8), levels or {grid.level: len(areas)}
    return {
        "area": areas,
        "level": _texts(np.repeat(np.arange(len(given), dtype=np.int8), list(given.values())), list(given)),
        "period": _texts(one, [span(grid)]),
        "start": np.repeat(grid.first_days[:1].astype("datetime64[D]").astype("datetime64[s]"), len(areas)),
        "category": _texts(one, [grid.category]),
        "value": total.judged.value[0],
        "state": _texts(total.judged.state[0], states.NAMES),
        "coverage": np.full(len(areas), total.coverage),
        "cells": np.full(len(areas), total.cells),
        "noise_variance": np.where(total.judged.state[0] == states.VALUE, total.variance[0], np.nan),
    }


def distribution_frame(grid: Grid, total: Total) -> Columns:
    """One row per category of the one area of a grid, in order, as `total_frame` has them."""
    areas = np.full(len(grid.categories), grid.area, dtype=object)
    codes = np.arange(len(grid.categories), dtype=np.int16)
    return total_frame(grid, areas, total) | {"category": _texts(codes, grid.categories)}


def series_frame(
    grid: Grid, parts: Sequence[slice], totals: Sequence[Total], areas: Sequence[NDArray[np.object_]]
) -> Columns:
    """One row per window and area, by window and then by code, as `total_frame` has them.

    Parameters
    ----------
    grid : Grid
        Level, category, and the periods of all windows.
    parts : sequence of slice
        Periods of each window.
    totals : sequence of Total
        Sums over each window.
    areas : sequence of array of str
        What the sums of each window are of.
    """
    counts = np.array([len(one) for one in areas])
    state = np.concatenate([one.judged.state[0] for one in totals])
    at, one = np.repeat(np.arange(len(parts)), counts), np.zeros(len(state), dtype=np.int8)
    spans = [span(replace(grid, starts=grid.starts[part])) for part in parts]
    begins = grid.first_days[[part.start for part in parts]].astype("datetime64[D]").astype("datetime64[s]")
    variance = np.concatenate([one.variance[0] for one in totals])
    return {
        "area": np.concatenate(areas),
        "level": _texts(one, [grid.level]),
        "period": _texts(at, spans),
        "start": begins[at],
        "category": _texts(one, [grid.category]),
        "value": np.concatenate([one.judged.value[0] for one in totals]),
        "state": _texts(state, states.NAMES),
        "coverage": np.array([one.coverage for one in totals])[at],
        "cells": np.array([one.cells for one in totals])[at],
        "noise_variance": np.where(state == states.VALUE, variance, np.nan),
    }


def part(columns: Columns, at: slice | NDArray[Any]) -> Columns:
    """The same columns of some rows."""
    return {name: column[at] for name, column in columns.items()}


def span(grid: Grid) -> str:
    """Written form of the first and the last period of a grid, with a stroke between, or of its only one."""
    return "/".join(dict.fromkeys(calendar.labels(grid.period, (grid.starts[0], grid.starts[-1]))))


def plain(metric: Metric, values: pd.Series[float]) -> list[float | int | None]:
    """Values as plain numbers: whole for counts, None where there is none."""
    is_whole = not metric.is_ratio and metric.digits == 0
    return [None if math.isnan(one) else int(one) if is_whole else one for one in values.tolist()]


def _texts(codes: NDArray[np.integer[Any]], names: Sequence[str]) -> pd.Categorical[str]:
    return _coded(codes, _kind(tuple(names)))


@lru_cache(maxsize=256)
def _kind(names: tuple[str, ...]) -> pd.CategoricalDtype[str]:
    import pandas as pd

    return pd.CategoricalDtype(pd.Index(names, dtype=object))


def _coded(codes: NDArray[np.integer[Any]], kind: pd.CategoricalDtype[str]) -> pd.Categorical[str]:
    import pandas as pd

    return pd.Categorical.from_codes(codes, dtype=kind, validate=False)
