"""Checkpoints that operate on a day, within the scope of whoever looks: places, and no number of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kuai import sql
from kuai.store.facts import day_number
from kuai.store.scope import is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.access import Place
    from kuai.store.facts import Facts
    from kuai.store.reader import Opened

_COLUMNS = ["checkpoint", "kind", "name", "longitude", "latitude", "level", "area"]


def checkpoints(opened: Opened, scope: Sequence[Place], on: date) -> pd.DataFrame:
    """One row per checkpoint and kind: checkpoint, kind, name, longitude, latitude (degrees, EPSG:4326).

    Parameters
    ----------
    opened : Opened
        Serving file.
    scope : sequence of Place
        Areas they must stand in, by one of the smallest areas they are located in; empty for the whole city.
    on : date
        Day they must operate on.
    """
    import pandas as pd

    rows = pd.DataFrame(opened.rows(sql.text("query_checkpoints"), {"day": on}), columns=_COLUMNS)
    if not is_whole(opened.facts, scope):
        rows = rows[_inside(opened.facts, rows, scope, on)]
    return rows.drop_duplicates(_COLUMNS[:2], ignore_index=True)[_COLUMNS[:5]]


def _inside(facts: Facts, rows: pd.DataFrame, scope: Sequence[Place], on: date) -> NDArray[np.bool_]:
    """Whether the smallest area of each row lies within the scope on a day."""
    found = np.zeros(len(rows), dtype=bool)
    day = np.array([day_number(on)])
    for level in rows["level"].unique():
        at, places = np.flatnonzero(rows["level"] == level), facts.places(level)
        position = np.array([places.position(code) if code else -1 for code in rows["area"].iloc[at]])
        is_held = facts.territory(tuple(scope), level).holds(day, day, None)[0]
        found[at] = (position >= 0) & is_held[position]
    return found
