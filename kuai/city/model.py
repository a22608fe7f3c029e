"""A city pack in memory: its hierarchies, levels, owners and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from kuai.metrics import Label

Coverage = Literal["observed", "name", "none"]


@dataclass(frozen=True)
class Hierarchy:
    """One way a city is divided, from the root down.

    Parameters
    ----------
    name : str
        Name in the data, such as ``police``.
    levels : tuple of str
        Levels from the whole city to the smallest.
    locate : str
        Level whose outlines points are located in; empty if points are not located in this hierarchy.
    """

    name: str
    levels: tuple[str, ...]
    locate: str = ""


@dataclass(frozen=True)
class Expected:
    """When a source is due: its days, rhythm and grace in hours after a day's end."""

    first: date
    until: date | None = None
    every: str = "day"
    due_hours: int = 48


@dataclass(frozen=True)
class Source:
    """One kind of file that is delivered, and how it becomes rows of a contract.

    Parameters
    ----------
    name, dataset, owner : str
        Name in the pack, target contract, unit that answers for it.
    files : str
        Glob below the data folder.
    sql, sql_path : str, Path
        The pack's SELECT and the file it was read from.
    format, delimiter, encoding, crs : str
        How to read it; ``crs`` is that of coordinates and outlines.
    multiline : bool
        Whether a quoted field of a CSV file may run over line ends; else every line of such a record is turned away.
    as_of : str
        Regular expression that finds the day of a snapshot in the file's name.
    coverage : str
        ``observed``: first to last day of the rows, without stray ones; ``name``: the day, month or year in the
        file's name;
        ``none``: the source covers no days.
    expected : Expected, optional
        When deliveries are due.
    """

    name: str
    dataset: str
    owner: str
    files: str
    sql: str
    sql_path: Path
    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    crs: str = "EPSG:4326"
    multiline: bool = False
    as_of: str = ""
    coverage: Coverage = "none"
    expected: Expected | None = None


@dataclass(frozen=True)
class City:
    """A city pack: everything Kuai must be told about a place.

    Parameters
    ----------
    code : str
        Code of the city, and of its root area.
    name : Label
        Name in both languages.
    time_zone : str
        IANA zone of the local times in its sources.
    hierarchies, levels, resolution : tuple, mapping, mapping
        Divisions, the name of each level, and the resolution each level is released at.
    owners, holidays, freshness : mapping, tuple, mapping
        Units that answer for sources, days off, and age budget in hours per dataset.
    regions : tuple of str
        Prefixes that identity numbers may begin with; empty for the national list.
    discovered : tuple of str
        Categories of cases that are found by the police's own work and not reported by others: more work, more cases.
    sources : tuple of Source
        What is delivered.
    folder : Path
        Where the pack was read from.
    """

    code: str
    name: Label
    time_zone: str
    hierarchies: tuple[Hierarchy, ...]
    levels: Mapping[str, Label]
    resolution: Mapping[str, str]
    owners: Mapping[str, Label]
    holidays: tuple[date, ...]
    freshness: Mapping[str, int]
    regions: tuple[str, ...]
    discovered: tuple[str, ...]
    sources: tuple[Source, ...]
    folder: Path

    @property
    def located(self) -> tuple[str, ...]:
        """Levels that points are located in, each once, in the order of the hierarchies."""
        return tuple(dict.fromkeys(one.locate for one in self.hierarchies if one.locate))

    @property
    def root(self) -> str:
        """Level of the whole city, shared by every hierarchy."""
        return self.hierarchies[0].levels[0]
