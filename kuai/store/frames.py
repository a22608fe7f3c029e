"""Judged cells as a frame: texts are categories, so a row costs a few bytes and no Python object."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.store import calendar, states

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.metrics import Metric
    from kuai.store.cells import Grid
    from kuai.store.facts import Facts
    from kuai.store.states import Judged


def frame(facts: Facts, grid: Grid, judged: Judged, coverage: NDArray[np.float64]) -> pd.DataFrame:
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
    """
    import pandas as pd

    here = None if grid.area is None else facts.places(grid.level).position(grid.area)
    kept = facts.places(grid.level).valid(grid.first_days, grid.last_days, here)
    rows = slice(None) if kept.all() else np.flatnonzero(kept)
    periods_here, areas_here = kept.shape
    positions = np.arange(areas_here, dtype=np.int32) + np.int32(here or 0)
    at = np.repeat(np.arange(periods_here, dtype=np.int32), areas_here)[rows]
    return pd.DataFrame(
        {
            "area": _coded(np.tile(positions, periods_here)[rows], facts.codes(grid.level)),
            "level": _texts(np.zeros(len(at), dtype=np.int8), [grid.level]),
            "period": _texts(at, calendar.labels(grid.period, grid.starts)),
            "start": grid.first_days.astype("datetime64[D]").astype("datetime64[s]")[at],
            "category": _texts(np.zeros(len(at), dtype=np.int8), [grid.category]),
            "value": judged.value.ravel()[rows],
            "state": _texts(judged.state.ravel()[rows], states.NAMES),
            "coverage": coverage[at],
        },
        copy=False,
    )


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
