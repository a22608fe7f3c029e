"""Chicago, from seven years of cases and four registries to numbers: every row, every resident, every camera."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import shapely

from kuai import texts
from kuai.city import load_city
from kuai.serving import Serving
from kuai.settings import Settings, conf_folder

from jobs.frame import PATHS, write_paths
from jobs.site import Site

pytestmark = pytest.mark.slow

YEARS = {2012: 335_921, 2013: 307_030, 2014: 275_200, 2015: 263_929, 2016: 268_813, 2017: 267_792, 2018: 230_659}
NULLS, SENTINELS = 14_267, 26
NEW_BEATS = date(2012, 12, 18)
SAMPLE = 12_000
SAME_PLACE, SAME_STREET = 15.0, 300.0  # metres


@pytest.fixture(scope="module")
def city(chicago_built: tuple[Any, dict[str, Any]]) -> Any:
    return chicago_built[0]


@pytest.fixture(scope="module")
def report(chicago_built: tuple[Any, dict[str, Any]]) -> dict[str, Any]:
    return chicago_built[1]


def test_every_row_of_every_file_is_accounted_for(report: dict[str, Any]) -> None:
    assert report["errors"] == []
    assert [one for one in report["batches"] if one["rows_read"] != one["accepted"] + one["quarantined"]] == []
    cases = {one["path"]: one for one in report["batches"] if one["dataset"] == "core.case"}
    assert {path: one["rows_read"] for path, one in cases.items()} == {
        f"cases/crimes_{year}.csv.gz": rows for year, rows in YEARS.items()
    }
    assert sum(one["rows_read"] for one in cases.values()) == 1_949_344
    assert {one["quarantined"] for one in cases.values()} == {0}


def test_a_station_whose_record_is_of_several_lines_is_there(city: Any, report: dict[str, Any]) -> None:
    (stations,) = [one for one in report["batches"] if one["source"] == "stations"]
    assert (stations["rows_read"], stations["quarantined"]) == (23, 0)
    with duckdb.connect() as connection:
        units = connection.execute("SELECT unit_id FROM read_parquet($1)", [city.lake.paths("core_unit")]).fetchall()
    assert ("012",) in units


def test_every_category_has_a_name_in_both_languages(city: Any) -> None:
    with closing(Serving.open(city.home, "chicago")) as gate:
        categories = {one for metric in ("incident_count", "passage_count") for one in gate.categories(metric)}
    assert len(categories) > 30
    assert [one for one in sorted(categories) if not texts.has(f"category.{one.lower()}")] == []


def test_every_year_has_its_cases_in_the_total_of_the_city(city: Any) -> None:
    totals = city.total("incident_count", "year", date(2012, 1, 1), date(2018, 12, 31))
    assert totals == {str(year): rows for year, rows in YEARS.items()}


def test_unlocated_rows_are_kept_and_counted(city: Any, report: dict[str, Any]) -> None:
    with city.tables("core_case") as connection:
        rows, nulls, sentinels, outside, placed = connection.execute("""
            SELECT count(*), count(*) FILTER (longitude IS NULL), count(*) FILTER (latitude < 41),
                count(*) FILTER (area_beat IS NULL OR area_tract IS NULL),
                count(*) FILTER ((longitude IS NULL OR latitude < 41) AND coalesce(area_beat, area_tract) IS NOT NULL)
            FROM core_case
        """).fetchall()[0]
    assert (rows, nulls, sentinels, placed) == (sum(YEARS.values()), NULLS, SENTINELS, 0)
    assert outside >= NULLS + SENTINELS
    assert outside == sum(one["unlocated"] for one in report["batches"] if one["dataset"] == "core.case")


def test_population_is_the_published_one_in_every_tract_and_community(city: Any, chicago: Path, tmp_path: Path) -> None:
    pack = load_city("chicago", conf_folder() / "cities")
    write_paths(Site(pack, city.home, chicago, Settings.load(), "test"), city.lake.paths("core_area"), tmp_path)
    areas = chicago / "areas"
    with city.tables("core_population_count") as zone:
        zone.execute(f"ATTACH '{tmp_path / PATHS}' AS frame (READ_ONLY)")
        zone.execute("CREATE VIEW path AS FROM frame.path")
        zone.execute(f"""CREATE VIEW published AS
            SELECT 'tract' AS level, geoid10 AS area, "TOTAL POPU" AS residents
            FROM read_parquet('{areas}/census_tracts_2010.parquet')
            UNION ALL
            SELECT 'community', CAST("NID" AS VARCHAR), POP2010 FROM read_parquet('{areas}/community_areas_pop.parquet')
        """)
        found = zone.execute("""
            SELECT level, count(*), count(*) FILTER (published.residents = ours.residents)
            FROM published LEFT JOIN (
                SELECT path.level, path.area, sum(counted.residents) AS residents
                FROM core_population_count AS counted
                JOIN path ON path.leaf_level = counted.level AND path.leaf = counted.area
                    AND counted.as_of BETWEEN path.valid_from AND path.valid_to
                GROUP BY ALL
            ) AS ours USING (level, area)
            GROUP BY ALL ORDER BY ALL
        """).fetchall()
        total = zone.execute("SELECT sum(residents) FROM core_population_count").fetchall()
    assert found == [("community", 77, 77), ("tract", 801, 801)]
    assert total == [(2_695_598,)]


def test_what_is_served_of_the_population_is_protected_and_close(city: Any, chicago: Path) -> None:
    path = chicago / "areas" / "census_tracts_2010.parquet"
    with duckdb.connect() as connection:
        query = f"SELECT geoid10, \"TOTAL POPU\" FROM read_parquet('{path}')"
        exact = dict(connection.execute(query).fetchall())
    rows = city.query("resident_count", "tract", "year", date(2010, 1, 1), date(2010, 12, 31))
    shown = {row["area"]: row["value"] for row in rows if row["value"] is not None}
    differences = Counter(shown[area] - exact[area] for area in shown)
    assert set(differences) <= set(range(-5, 6))
    assert len(differences) > 5
    assert {row["state"] for row in rows if row["value"] is None} <= {"suppressed"}
    assert all(exact[row["area"]] < 15 for row in rows if row["value"] is None)


def outlines(path: Path) -> tuple[Any, list[str]]:
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT ST_AsWKB(geometry), \"BEAT_NUM\" FROM read_parquet('{path}')").fetchall()
    return shapely.STRtree(shapely.from_wkb([bytes(row[0]) for row in rows])), [row[1] for row in rows]


def test_rows_of_2012_lie_in_the_beat_of_their_day(city: Any, chicago: Path) -> None:
    with city.tables("core_case") as connection:
        rows = connection.execute(f"""
            (FROM core_case SELECT longitude, latitude, day, area_beat
             WHERE year(day) = 2012 AND longitude IS NOT NULL ORDER BY hash(case_id) LIMIT {SAMPLE})
            UNION ALL
            (FROM core_case SELECT longitude, latitude, day, area_beat
             WHERE day BETWEEN DATE '2012-12-08' AND DATE '2012-12-27' AND longitude IS NOT NULL)
        """).fetchall()
    assert len(rows) > 20_000
    points = shapely.points([row[0] for row in rows], [row[1] for row in rows])
    is_new = np.array([row[2] >= NEW_BEATS for row in rows])
    assert {True, False} == set(is_new)
    wrong = []
    for vintage, name in ((True, "police_beats_dec2012"), (False, "police_beats_pre_dec2012")):
        tree, codes = outlines(chicago / "areas" / f"{name}.parquet")
        chosen = np.flatnonzero(is_new == vintage)
        covering: dict[int, set[str]] = {int(at): set() for at in chosen}
        for at, outline in zip(*tree.query(points[chosen], predicate="intersects"), strict=True):
            covering[int(chosen[at])].add(codes[outline])
        wrong += [rows[at] for at, found in covering.items() if (rows[at][3] or "") not in (found or {""})]
    assert wrong == []


def test_violations_of_2019_are_served_and_2018_is_missing_not_zero(city: Any) -> None:
    totals = city.total("passage_count", "year", date(2018, 1, 1), date(2019, 12, 31))
    assert totals == {"2018": "missing", "2019": 236_920}
    for level in ("district", "beat", "community", "tract"):
        rows = city.query("passage_count", level, "year", date(2018, 1, 1), date(2018, 12, 31))
        assert {(row["value"], row["state"]) for row in rows} == {(None, "missing")}
    (ratio,) = city.query("passages_per_checkpoint", "city", "year", date(2018, 1, 1), date(2018, 12, 31))
    assert ratio["state"] == "missing"


def test_cases_of_2019_are_missing_too(city: Any) -> None:
    assert city.total("incident_count", "year", date(2019, 1, 1), date(2019, 12, 31)) == {"2019": "missing"}


@pytest.mark.parametrize("metric", ["accepted_count", "filed_count", "closed_count", "median_handling_days"])
def test_what_the_source_does_not_tell_is_missing_not_zero(city: Any, metric: str) -> None:
    assert set(city.total(metric, "month", date(2018, 1, 1), date(2018, 12, 31)).values()) == {"missing"}


def test_every_camera_that_counts_is_in_the_registry(city: Any) -> None:
    with city.tables("core_checkpoint", "core_checkpoint_hour") as connection:
        counting, known, twice = connection.execute("""
            SELECT
                (SELECT count(DISTINCT checkpoint_id) FROM core_checkpoint_hour),
                (SELECT count(DISTINCT checkpoint_id)
                 FROM core_checkpoint_hour SEMI JOIN core_checkpoint USING (checkpoint_id)),
                (SELECT count(*) - count(DISTINCT (seen_on, checkpoint_id)) FROM core_checkpoint)
        """).fetchall()[0]
    assert (counting, known, twice) == (156, 156, 0)


Camera = tuple[str, float, float, date]


def registry(path: Path) -> list[Camera]:
    """Cameras of one snapshot, read without the pack."""
    with duckdb.connect() as connection:
        rows = connection.execute(f"""
            SELECT COLUMNS('^(ADDRESS|INTERSECTION)$'), LATITUDE, LONGITUDE, COLUMNS('^GO.LIVE DATE$')
            FROM read_csv('{path}', all_varchar = true)
        """).fetchall()
    return [(name, float(y), float(x), day_of(went_live)) for name, y, x, went_live in rows]


def day_of(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def is_same(one: Camera, other: Camera) -> bool:
    """Whether two snapshots speak of one camera: the same spot or name, or the same house number near by."""
    distance = 111_000 * math.hypot(one[1] - other[1], (one[2] - other[2]) * math.cos(math.radians(41.8)))
    number, others = one[0].split()[0], other[0].split()[0]
    return (
        distance < SAME_PLACE
        or one[0] == other[0]
        or (number == others and number.isdigit() and distance < SAME_STREET)
    )


@pytest.mark.parametrize(("kind", "glob"), [("speed", "Speed_Camera_Loc"), ("red_light", "Red_Light_Camera_Loc")])
def test_checkpoints_at_each_snapshot_are_those_it_lists_and_those_later_ones_say_were_live(
    city: Any, chicago: Path, kind: str, glob: str
) -> None:
    files = sorted((chicago / "checkpoints").glob(f"{glob}*.csv"))
    snapshots = {date.fromisoformat(path.stem.split("__")[1]): registry(path) for path in files}
    assert len(snapshots) == {"speed": 4, "red_light": 2}[kind]
    for day, listed in snapshots.items():
        standing = list(listed)
        for later in (other for at, other in snapshots.items() if at > day):
            standing += [one for one in later if one[3] <= day and not any(is_same(one, known) for known in standing)]
        # The registry gives the new half of a divided crossing the date of the old one.
        expected = [one for one in standing if one in listed or one[0] != "Damen-Elston"]
        assert city.total("checkpoint_count", "day", day, day, "--category", kind) == {str(day): len(expected)}


def test_the_layer_of_the_map_has_the_checkpoints_that_are_counted(city: Any) -> None:
    with closing(Serving.open(city.home, "chicago")) as gate:
        for day in (date(2015, 6, 30), date(2018, 12, 31), date(2023, 10, 31)):
            found = gate.checkpoints(day)
            assert city.total("checkpoint_count", "day", day, day) == {str(day): len(found)}
            assert found["latitude"].between(41.6, 42.1).all()
            assert found["longitude"].between(-88, -87.5).all()


def test_checkpoints_never_jump_and_none_is_counted_twice(city: Any) -> None:
    days = city.total("checkpoint_count", "month", date(2014, 12, 1), date(2023, 11, 30))
    counts = list(days.values())
    assert 290 < min(counts) <= max(counts) < 330
    assert max(abs(after - before) for before, after in pairwise(counts)) <= 20


def test_the_same_build_again_ingests_nothing_and_gives_the_same_snapshot(
    city: Any, report: dict[str, Any], chicago: Path
) -> None:
    again = city.build(chicago)
    assert again["snapshot"] == report["snapshot"]
    assert not again["published"]
    assert not any(one["is_new"] for one in again["batches"])
    assert [{**one, "is_new": True} for one in again["batches"]] == report["batches"]
