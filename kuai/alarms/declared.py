"""What a city declares of its wall: the display, the sheets that take turns, and the alarms with those who act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kuai.city.model import City
from kuai.metrics import Label

Kind = Literal["kpi", "ranking", "map"]
PinnedBy = Literal["standing", "unacknowledged"]


@dataclass(frozen=True)
class Display:
    """The display and how far away its readers are.

    Parameters
    ----------
    distance_m : float
        Metres from which it has to be read.
    pitch_mm : float
        Millimetres from one pixel to the next.
    width_px, height_px : int
        Its pixels.
    """

    distance_m: float
    pitch_mm: float
    width_px: int = 1920
    height_px: int = 1080

    @property
    def width_mm(self) -> float:
        """Width in millimetres."""
        return self.width_px * self.pitch_mm


@dataclass(frozen=True)
class Rotation:
    """How sheets take turns: seconds each is shown for, and by which alarms the turning is held."""

    dwell_seconds: int = 20
    pinned_by: PinnedBy = "standing"


@dataclass(frozen=True)
class Duty:
    """Who is there to act: operators at a time, and the longest that an alarm may be put aside for."""

    operators: int = 1
    shelve_most_hours: int = 24


@dataclass(frozen=True)
class Tile:
    """One part of a sheet.

    Parameters
    ----------
    kind : str
        ``kpi``: one number of the sheet's area, its usual range and its past; ``ranking``: areas of a level with
        their numbers; ``map``: the same as a map.
    metric, period, category : str
        What is shown; the newest whole period is.
    level : str
        Level of the areas of a ranking or a map.
    """

    kind: Kind
    metric: str
    period: str
    category: str = "all"
    level: str = ""


@dataclass(frozen=True)
class Sheet:
    """What is shown at once: tiles about one area, in turn for each of several.

    Parameters
    ----------
    name : Label
        Name in both languages.
    tiles : tuple of Tile
        What is shown.
    areas : tuple of str
        Areas as ``level:code``, each of which gets its turn; the whole city if there are none.
    each : str
        Level whose areas each get a turn.
    """

    name: Label
    tiles: tuple[Tile, ...]
    areas: tuple[str, ...] = ()
    each: str = ""


@dataclass(frozen=True)
class Rule:
    """When an alarm is raised: a number that may be shown crosses a bound, or a feed is over its budget.

    Parameters
    ----------
    metric, level, period, category : str
        Number that is watched in every area of a level, of the newest whole period.
    above, below : float, optional
        Bounds in the metric's unit.
    above_usual, below_usual : bool
        Whether the usual range of the area is the bound.
    feed : str
        Source whose age is watched instead.
    """

    metric: str = ""
    level: str = ""
    period: str = ""
    category: str = "all"
    above: float | None = None
    below: float | None = None
    above_usual: bool = False
    below_usual: bool = False
    feed: str = ""

    @property
    def bounds(self) -> int:
        """How many bounds the rule has."""
        return sum((self.above is not None, self.below is not None, self.above_usual, self.below_usual))


@dataclass(frozen=True)
class Alarm:
    """Something that somebody has to act on.

    Parameters
    ----------
    name, cause, action : Label
        What it is called, what is likely to be behind it, what is to be done.
    owner : str
        Unit that acts, one of the city's owners.
    respond_minutes : int
        Minutes within which it must have been acknowledged.
    rule : Rule
        When it is raised, and cleared.
    """

    name: Label
    cause: Label
    action: Label
    owner: str
    respond_minutes: int
    rule: Rule


@dataclass(frozen=True)
class Wall:
    """The wall of a city.

    Parameters
    ----------
    city : City
        The city's pack.
    display : Display
        What it is shown on.
    sheets : tuple of Sheet
        What takes turns.
    rotation, duty : Rotation, Duty
        How they do, and who acts.
    alarms : mapping of str to Alarm
        Alarms by name.
    """

    city: City
    display: Display
    sheets: tuple[Sheet, ...]
    rotation: Rotation = field(default_factory=Rotation)
    duty: Duty = field(default_factory=Duty)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)

    def owner(self, alarm: Alarm) -> Label:
        """Name of the unit that acts on an alarm."""
        return self.city.owners[alarm.owner]
