"""Question: what is asked of the gate, the answer to it, and the answer as it is taken away."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai.access import Place

if TYPE_CHECKING:
    from datetime import date, datetime

    import pandas as pd
    from numpy.typing import NDArray

    from kuai.access import Viewer
    from kuai.metrics import Metric
    from kuai.store.releases import Note

    Column = NDArray[Any] | pd.Categorical[str]
    Columns = dict[str, Column]


@dataclass(frozen=True)
class Question:
    """A metric over every area of a level, or one, in every period that holds a day of [first, last].

    Parameters
    ----------
    metric, level, period : str
        Names as in the catalogue, the city pack and `kuai.periods.PERIODS`.
    first, last : date
        Days of the city's calendar, both inclusive.
    area : str, optional
        Code of one area of the level.
    category : str
        Category of the metric's numerator.
    audience : str
        Audience whose rules of disclosure apply.
    within : Place, optional
        Area of a level above, outside of which no area is meant.
    """

    metric: str
    level: str
    period: str
    first: date
    last: date
    area: str | None = None
    category: str = "all"
    audience: str = "analyst"
    within: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """The narrowest areas the question names; none if it is about all of the level."""
        if self.area:
            return (Place(self.level, self.area),)
        return (self.within,) if self.within else ()


@dataclass(frozen=True)
class Window(Question):
    """A metric added up over whole periods, from the first day of one to the last day of another.

    Flows are summed over the periods; a stock is the one that stands at the end.

    Parameters
    ----------
    areas : tuple of str
        Codes of areas of the level that are added up as well, to one value; none for a value of each area.
    outline : str
        The same by a GeoJSON polygon or multipolygon (EPSG:4326): the areas of the level that lie wholly within it.
    """

    areas: tuple[str, ...] = ()
    outline: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """The narrowest areas the question names; none if it is about all of the level."""
        return tuple(Place(self.level, area) for area in self.areas) or super().places


EVERY = "*"
"""What the audit has in place of a category where all of them were asked for."""


@dataclass(frozen=True)
class Distribution(Question):
    """Every category of a metric in one area, each added up over whole periods, from the first day to the last.

    The metric is neither a ratio nor a stock. The area is named; of the category it is said that all are meant.
    """

    category: str = EVERY


@dataclass(frozen=True)
class Roll(Question):
    """A metric over whole periods on one map: every area is shown at the finest level at which it may be.

    The level of the question is the finest that is wanted; it names no single area of it. Within an area are the shapes
    that lie in it, and the one that it lies in.

    Parameters
    ----------
    hierarchy : str
        Hierarchy whose levels are mixed; the first that has the level if empty.
    """

    hierarchy: str = ""


@dataclass(frozen=True)
class Series(Question):
    """A metric added up over each of several windows of whole periods, for every area of a level or for one.

    Its days are the first of the first window and the last of the last.

    Parameters
    ----------
    windows : tuple of (date, date)
        First and last day of each window, in order; none reaches into the next.
    """

    windows: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Told:
    """What the audit is told of an answer.

    Parameters
    ----------
    rows : int
        Rows in another state than not permitted.
    level : str
        Levels of the values, with a ``+`` between, where they are others than the question's.
    areas : tuple of Place
        Areas the values are of, where they are others than the question's.
    """

    rows: int
    level: str = ""
    areas: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What may be shown to a question, and where it comes from.

    Parameters
    ----------
    columns : dict of array
        Columns of `rows`, all of one length; texts that repeat as categories.
    metric : Metric
        What the values are, with label, unit and scale.
    snapshot : str
        Id of the snapshot they come from.
    age_seconds : int
        Time since the newest observed day behind the metric ended; 0 if it has not.
    batches : list of dict
        Ingested files whose days touch the question's.
    notes : tuple of Note
        Periods that wait for the day they are released on, and such that were corrected.
    """

    columns: Columns
    metric: Metric
    snapshot: str
    age_seconds: int
    batches: list[dict[str, Any]] = field(repr=False)
    notes: tuple[Note, ...] = ()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per period and area, as a frame, which takes longer to make than to fill.

        Its columns are area, level, period (label), start, category, value (NaN unless the state is ``value``), state
        and coverage (observed part of the period, 0 to 1).
        """
        import pandas as pd

        return pd.DataFrame(self.columns, copy=False)


@dataclass(frozen=True, kw_only=True)
class Rolled(Answer):
    """Shapes of mixed level that do not overlap, with how they were chosen.

    Its rows are those of a window, one a shape, and ``share``: the part of the residents that the shape holds (of the
    smallest areas, where no residents are told), 0 to 1.

    Parameters
    ----------
    hierarchy : str
        Hierarchy the shapes belong to.
    reference : tuple of date
        First and last day of the periods whose cells decided which shapes there are.
    weighed_by : str
        ``residents``, or ``areas`` where no residents are told.
    """

    hierarchy: str
    reference: tuple[date, date]
    weighed_by: str

    @property
    def shown(self) -> float:
        """Part of the residents, or of the smallest areas, in shapes that show a value, 0 to 1."""
        return round(float(np.asarray(self.columns["share"])[self.columns["state"] == "value"].sum()), 12)


@dataclass(frozen=True)
class Export:
    """An answer that is taken away, with all that has to go with it.

    Parameters
    ----------
    question : Question
        What was asked.
    answer : Answer
        Values with their states.
    areas : DataFrame
        One row per area and span of validity that touches the answer's periods, by first day: area, name_zh, name_en,
        valid_from and geometry (WKB, EPSG:4326; None where it is missing or was not asked for).
    snapshot : dict
        The snapshot, as `Serving.snapshot` tells it.
    noise : dict
        Standard deviation of the noise, in persons, by each measure behind the values that counts persons.
    viewer : Viewer
        Who takes it, in which role, for what purpose.
    policy : str
        Version of the policy in force.
    at : datetime
        When, with its time zone.
    """

    question: Question
    answer: Answer
    areas: pd.DataFrame
    snapshot: dict[str, Any]
    noise: dict[str, float]
    viewer: Viewer
    policy: str
    at: datetime
