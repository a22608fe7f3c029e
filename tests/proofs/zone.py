"""Populations whose every cell is known, as landing files of a made-up city, and what they must count to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kuai.identity.number import check_digits

Ints = np.ndarray
CATEGORIES = ("all", "male", "female", "age_0_17", "age_18_34", "age_35_59", "age_60_plus")
LEVELS = ("block", "station", "community")
IS_FULL = os.environ.get("KUAI_PROOFS") == "full"
REGISTERS = (date(2025, 1, 1), date(2026, 1, 1))
YEAR = tuple(date(2025, month, 1) for month in range(1, 13))
KINDS = ("birth", "death", "move_in", "move_out")
FOREVER = 99

CITY = """
city = "proof"
name = { zh = "证城", en = "Proof" }
time_zone = "Asia/Shanghai"
regions = ["68"]
hierarchies = [
    { name = "police", levels = ["city", "county", "station", "block"], locate = "block" },
    { name = "civic", levels = ["city", "street", "community", "block"], locate = "block" },
]
[owner.office]
zh = "统计局"
en = "Office"
""" + "\n".join(
    f'[level.{name}]\nzh = "{name}"\nen = "{name}"'
    for name in ("city", "county", "station", "block", "street", "community")
)
SOURCES = """
[areas]
dataset = "core.area"
files = "areas.parquet"
format = "parquet"
owner = "office"

[persons]
dataset = "core.person"
files = "persons__*.parquet"
format = "parquet"
owner = "office"
as_of = '__(\\d{4}-\\d{2}-\\d{2})'

[events]
dataset = "core.population_event"
files = "events_*.parquet"
format = "parquet"
owner = "office"
coverage = "observed"
"""
SELECTS = {
    "areas": "SELECT line, hierarchy, level, area, parent, area AS name_zh, area AS name_en, "
    "valid_from, valid_to, NULL AS geometry FROM raw",
    "persons": "SELECT line, id_number, sex, birth_date, area, '2020-01-01' AS registered_on, as_of FROM raw",
    "events": "SELECT line, event_id, kind, occurred_on, id_number, sex, birth_date, area, NULL AS direction FROM raw",
}


@dataclass
class Zone:
    """Blocks with the areas above them, and persons with the registers they stand in.

    Parameters
    ----------
    blocks : DataFrame
        block, station, community, and what the block is there for: part, group (number of the trial), role.
    block, since, until : ndarray
        Block of each person, and the first register that has him and the first that no longer does.
    registers : sequence of date
        Days of the registers.
    events : DataFrame
        person, block, day and kind of each population event.
    """

    blocks: pd.DataFrame
    block: Ints
    since: Ints
    until: Ints
    registers: Sequence[date]
    events: pd.DataFrame

    def counts(self, level: str, category: str, register: int) -> pd.Series:
        """Persons of a category by area of a level on the day of a register; areas without any have 0."""
        is_in = _is_in(self._people, category, self.registers[register].year)
        here = (self.since <= register) & (register < self.until) & is_in
        areas = self.blocks[level]
        found = np.bincount(self.block[here], minlength=len(areas))
        return pd.Series(found).groupby(areas.to_numpy()).sum()

    def event_counts(self, month: int) -> pd.Series:
        """Distinct persons with an event in a month of 2026, by station."""
        chosen = self.events[self.events["day"].dt.month == month]
        station = self.blocks["station"].to_numpy()[chosen["block"]]
        return chosen.groupby(station)["person"].nunique()

    def deliver(self, folder: Path) -> None:
        """Write the landing files."""
        folder.mkdir(parents=True)
        _write(_areas(self.blocks), folder / "areas.parquet")
        people = self._people.assign(area=self.blocks["block"].to_numpy()[self.block])
        for number, day in enumerate(self.registers):
            here = (self.since <= number) & (number < self.until)
            _write(people[here].drop(columns="year"), folder / f"persons__{day}.parquet")
        for month, rows in self.events.groupby(self.events["day"].dt.to_period("M")):
            _write(self._told(rows, people), folder / f"events_{month}.parquet")

    def deliver_boundaries(self, folder: Path, moved: pd.DataFrame, day: date) -> None:
        """Deliver the boundaries again: from a day on, blocks lie in other areas."""
        key = ["hierarchy", "level", "area"]
        both = _areas(self.blocks).merge(_areas(moved), how="left", on=key, suffixes=("", "_then"))
        has_moved = (both["level"] == "block") & (both["parent"] != both["parent_then"])
        now = both[[*key, "parent", "valid_from", "valid_to"]]
        then = now[has_moved].assign(parent=both["parent_then"][has_moved], valid_from=str(day))
        now = now.assign(valid_to=np.where(has_moved, str(day - timedelta(days=1)), None))
        _write(pd.concat([now, then]), folder / "areas.parquet")

    @cached_property
    def _people(self) -> pd.DataFrame:
        return people(len(self.block))

    def _told(self, rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
        who = people.drop(columns=["year", "area"]).iloc[rows["person"].to_numpy()].reset_index(drop=True)
        return who.assign(
            event_id=[f"E{number}" for number in rows.index],
            kind=rows["kind"].to_numpy(),
            occurred_on=rows["day"].dt.strftime("%Y-%m-%d").to_numpy(),
            area=self.blocks["block"].to_numpy()[rows["block"]],
        )


def people(size: int) -> pd.DataFrame:
    """Persons with identity numbers, no two alike, whose sex and age depend on nothing else."""
    person, male = np.arange(size), np.random.default_rng(11).integers(0, 2, size)
    born = np.datetime64("1950-01-01") + person * 7919 % 25_000
    text = np.datetime_as_string(born, "D")
    eight = np.char.replace(text, "-", "").astype(np.int64)
    first17 = 680_101 * 10**11 + eight * 1000 + person // 25_000 * 2 + male
    digit = np.array(list("0123456789X"))[check_digits(first17)]
    return pd.DataFrame(
        {
            "id_number": np.char.add(first17.astype(str), digit),
            "sex": np.where(male, "M", "F"),
            "birth_date": text,
            "year": eight // 10_000,
        }
    )


def _is_in(people: pd.DataFrame, category: str, year: int) -> np.ndarray:
    if category in ("male", "female"):
        return (people["sex"] == category[0].upper()).to_numpy()
    age = year - people["year"].to_numpy()
    groups = {"all": (0, 200), "age_0_17": (0, 18), "age_18_34": (18, 35), "age_35_59": (35, 60)}
    first, end = groups.get(category, (60, 200))
    return (age >= first) & (age < end)


def _areas(blocks: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"hierarchy": hierarchy, "level": level, "area": area, "parent": parent}).drop_duplicates()
        for hierarchy, upper, middle in (("police", "county", "station"), ("civic", "street", "community"))
        for level, area, parent in (
            (upper, ["all"], "proof"),
            (middle, blocks[middle], "all"),
            ("block", blocks["block"], blocks[middle]),
        )
    ]
    return pd.concat(parts, ignore_index=True).assign(valid_from="2020-01-01", valid_to=None)


def _write(rows: pd.DataFrame, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path)
