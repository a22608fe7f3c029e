"""Adaptive roll-up: what it shows of a city whose finest map is mostly suppressed; and windows of any cells (A9)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from kuai import periods
from kuai.home import Home
from kuai.serving import Question, Roll, Rolled, Serving, Window
from tests.proofs.figures import Table
from tests.proofs.zone import IS_FULL

pytestmark = pytest.mark.slow

HOMES = os.environ.get("KUAI_ROLLUP_HOMES", "").split()
TRIES = 10_000 if IS_FULL else 50
HELD = 0.95
HEAD = (
    "| city | metric | audience | hierarchy | period | shapes by level | shown | hold of residents | finest map |\n"
    "|---|---|---|---|---|---|---:|---:|---:|\n"
)
LINES = ("police", "civic")


@pytest.fixture(scope="module")
def town(town_home: Path) -> Iterator[Serving]:
    with closing(Serving.open(Home(town_home))) as found:
        yield found


@pytest.fixture(scope="module", params=HOMES or [""])
def city(request: pytest.FixtureRequest) -> Iterator[Serving]:
    """A city of `KUAI_ROLLUP_HOMES`, each written as home:city; the town of the tests where none is given."""
    home, _, name = request.param.rpartition(":")
    where = Path(home) if home else request.getfixturevalue("town_home")
    with closing(Serving.open(Home(where), name or None)) as found:
        yield found


def maps(serving: Serving) -> Iterator[Roll]:
    """Maps of 28 days, and of a month where it goes down to the leaves, of all that the proof is about."""
    ends = {row["hierarchy"]: row["level"] for row in serving.levels()}
    for metric, period in (("incident_count", "week"), ("incident_count", "month"), ("incident_rate", "month"),
                           ("resident_count", "month")):  # fmt: skip
        offered = {level for level, one in serving.offered(metric) if one == period}
        for hierarchy in ends:
            levels = [row["level"] for row in serving.levels() if row["hierarchy"] == hierarchy]
            finest = [level for level in levels if level in offered][1:]
            for audience in ("wall", "analyst") if finest else ():
                yield asked(serving, (metric, finest[-1], period), hierarchy, audience)


def asked(serving: Serving, what: tuple[str, str, str], hierarchy: str, audience: str) -> Roll:
    """The last block of days that has been observed to its end."""
    newest = serving.newest("incident_count")
    assert newest is not None
    first, last = periods.block(what[2], newest)
    if last > newest:
        first, last = periods.block(what[2], first - timedelta(days=1))
    return Roll(*what, first, last, None, "all", audience, hierarchy=hierarchy)


def line(serving: Serving, roll: Roll, found: Rolled) -> str:
    """Row of the table for one map; the last figure is what the finest level shows without roll-up."""
    rows = found.rows
    shown = rows[rows["state"] == "value"]
    levels = rows["level"].value_counts(sort=False)
    by_level = ", ".join(f"{n:,} {level}" for level, n in levels.items() if n)
    plain, held = finest(serving, roll), f"{share_of_residents(serving, roll, found):.1%}"
    held += "" if found.weighed_by == "residents" else " (by tract)"
    return (
        f"| {serving.snapshot()['name_en']} | {roll.metric} | {roll.audience} | {roll.hierarchy} | "
        f"{found.rows['period'].iloc[0]} | {by_level} | {len(shown) / len(rows):.1%} | {held} | {plain:.1%} |"
    )


def share_of_residents(serving: Serving, roll: Roll, found: Rolled) -> float:
    """Part of the residents in shapes with a value.

    Where none are told in the hierarchy, those of the finest level of another that has outlines, each area's in the
    shape that holds a point within it.
    """
    if found.weighed_by == "residents":
        return found.shown
    told = {level for level, _ in serving.offered("resident_count")}
    drawn = [row["level"] for row in serving.levels() if row["has_geometry"] and row["level"] in told]
    question = Question("resident_count", drawn[-1], "month", roll.last, roll.last)
    people = serving.ask(question).rows.set_index("area")["value"].fillna(0)
    areas = serving.areas(drawn[-1], roll.last).set_index("area")["geometry"]
    points = shapely.point_on_surface(shapely.from_wkb(areas.map(bytes).to_numpy()))
    return float(people.loc[areas.index[shapely.contains(_surface(serving, roll, found), points)]].sum() / people.sum())


def _surface(serving: Serving, roll: Roll, found: Rolled) -> object:
    """All shapes with a value as one geometry."""
    shown, parts = found.rows[found.rows["state"] == "value"], []
    for level, rows in shown.groupby("level", observed=True):
        areas = serving.areas(str(level), roll.last, roll.hierarchy)
        parts += [shapely.from_wkb(bytes(one)) for one in areas["geometry"][areas["area"].isin(rows["area"])]]
    whole = shapely.union_all(shapely.make_valid(np.array(parts)))
    shapely.prepare(whole)
    return whole


def finest(serving: Serving, roll: Roll) -> float:
    """Part of the areas of the finest level that have a value in the same window."""
    window = Window(roll.metric, roll.level, roll.period, roll.first, roll.last, audience=roll.audience)
    return float((serving.total(window).rows["state"] == "value").mean())


def test_roll_up_shows_where_nearly_everybody_lives(city: Serving, pytestconfig: pytest.Config) -> None:
    known = [(roll, city.partition(roll)) for roll in maps(city)]
    if HOMES:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():  # type: ignore[union-attr]
            print("\n" + HEAD + "\n".join(line(city, *one) for one in known))  # noqa: T201 -- what the run is for
    assert {roll.hierarchy for roll, _ in known} == set(LINES)
    assert min(share_of_residents(city, *one) for one in known) >= HELD


def test_each_shape_is_served_as_it_is_and_no_leaf_lies_in_two(city: Serving) -> None:
    for roll in maps(city):
        found = city.partition(roll).rows
        held: set[str] = set()
        for level, rows in found.groupby("level", observed=True):
            window = Window(roll.metric, str(level), roll.period, roll.first, roll.last, audience=roll.audience)
            same = city.total(window).rows.set_index("area")["value"].loc[rows["area"]].to_numpy()
            assert np.array_equal(same, rows["value"].to_numpy(), equal_nan=True)
            held |= set(rows["area"])
        assert len(held) == len(found)


def test_any_window_is_the_sum_of_what_was_served(town: Serving, table: Table) -> None:
    rng, other, told = np.random.default_rng(19), 0, 0
    for _ in range(TRIES):
        window = any_window(rng, town)
        cells = town.ask(Question(*(getattr(window, name) for name in Question.__dataclass_fields__))).rows
        chosen = cells[cells["area"].isin(window.areas)]
        row = town.total(window).rows.iloc[0]
        # an area that was not there in one of the periods has no row then, and no sum
        is_whole = len(chosen) == len(window.areas) * cells["period"].nunique()
        shown = is_whole and (chosen["state"] == "value").all()
        is_alike = row["value"] == chosen["value"].sum() if shown else row["state"] != "value"
        other, told = other + (not is_alike), told + shown
    assert told > TRIES / 4
    assert table.hold("A9", f"windows that are no sum of served cells, of {TRIES} ({told} with a value)", other, "<= 0")


def any_window(rng: np.random.Generator, serving: Serving) -> Window:
    """Cases of a few areas over up to ten periods."""
    offered = [pair for pair in serving.offered("incident_count") if pair[1] != "year"]
    level, period = offered[rng.integers(len(offered))]
    newest = serving.newest("incident_count")
    assert newest is not None
    first = periods.start(period, newest - timedelta(days=int(rng.integers(100, 250))))
    last = first
    for _ in range(int(rng.integers(0, 10 if period in ("day", "week") else 3))):
        last = periods.following(period, last)
    areas = serving.areas(level)["area"].to_numpy()
    chosen = rng.choice(areas, min(int(rng.integers(1, 5)), len(areas)), replace=False)
    audience = str(rng.choice(["analyst", "wall"]))
    asked = Window("incident_count", level, period, first, periods.end(period, last), None, "all", audience)
    return replace(asked, areas=tuple(map(str, chosen)))


def test_windows_that_end_in_one_block_have_the_same_shapes(town: Serving) -> None:
    newest = town.newest("incident_count")
    assert newest is not None
    first, _ = periods.block("week", newest - timedelta(days=40))
    ends = [first + timedelta(days=7 * weeks - 1) for weeks in (1, 2, 3)]
    for hierarchy, level in (("police", "station"), ("civic", "street")):
        asked = [Roll("incident_count", level, "week", end - timedelta(days=27), end, audience="wall") for end in ends]
        rolled = [town.partition(replace(one, hierarchy=hierarchy)).rows for one in asked]
        kept = [rows[["level", "area"]].astype(str) for rows in rolled]
        for other in kept[1:]:
            pd.testing.assert_frame_equal(kept[0], other)
