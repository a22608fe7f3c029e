"""A2, A3, A4, A5, A7 and A13 of the disclosure specification, on the statement that production runs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from kuai import sql
from kuai.disclosure.cellkey import Cell, Noise, protect, served, set_keyed
from kuai.disclosure.keys import Key
from kuai.disclosure.ptable import Design, Row, derive
from kuai.errors import SettingsError

Cells = Callable[..., pd.DataFrame]
Draw = Callable[[pd.DataFrame], np.ndarray]
People = Callable[[int, int], np.ndarray]
Protected = Callable[[pd.DataFrame], dict[str, float]]

PAIRS, FEW_PAIRS = 100_000, 10_000  # a control is far from its limit

# sdcTools/cellKey, tests/testthat/test_countvars.R: persons, cell key and noise of 21 cells of sex by age.
WORKED = [
    (4580, 0.39177, 0), (1969, 0.13628, -2), (1143, 0.97927, 4), (864, 0.4903, 0), (423, 0.62871, 0),
    (168, 0.69168, 0), (13, 0.46553, 0), (2296, 0.19353, -1), (1015, 0.17001, -1), (571, 0.15445, -2),
    (424, 0.23317, -1), (195, 0.58626, 0), (84, 0.11139, -2), (7, 0.93825, 3), (2284, 0.19824, -1),
    (954, 0.96627, 4), (572, 0.82482, 1), (440, 0.25713, 0), (228, 0.04245, -3), (84, 0.58029, 0), (6, 0.52728, 0),
]  # fmt: skip


@cache
def _rows(design: Design) -> tuple[Row, ...]:
    return derive(design)


def _noise_of(example: list[tuple[int, float, int]]) -> np.ndarray:
    counts, keys, _ = (np.array(column) for column in zip(*example, strict=True))
    return set_keyed(_rows(Design(5, 3.0, gap=2, stay=0.5)), counts, keys)


def test_published_example_is_reproduced_in_all_21_cells() -> None:
    counts, keys, published = (np.array(column) for column in zip(*WORKED, strict=True))
    found = _noise_of(WORKED)
    assert found.tolist() == published.tolist()
    assert np.round(keys.mean(), 3) == 0.456
    assert np.round(found.mean(), 3) == -0.048
    assert np.round((counts + found).mean(), 3) == 872.333


def test_example_is_that_of_the_reference(reference: Path) -> None:
    cells = json.loads((reference / "cell_key_vectors.json").read_text())["cellKey_worked_example"]["cells"]
    assert [tuple(cell[2:]) for cell in cells] == WORKED


@pytest.mark.slow
def test_cell_keys_are_uniform(cells: Cells, con: duckdb.DuckDBPyConnection, people: People, cell_key: Key) -> None:
    even = Noise(tuple(2**32 * (step + 1) // 301 for step in range(301)), 300)
    con.register("exact", cells(np.full(PAIRS, 2000), people(PAIRS, 1)[:, 0]))
    protect(con, "shown", even, cell_key)
    place = con.execute("SELECT value - 1850 AS place FROM shown").fetchnumpy()["place"]
    assert len(place) == PAIRS
    from scipy import stats

    assert stats.kstest((place + 0.5) / 301, "uniform").pvalue > 0.001


@pytest.mark.slow
def test_noise_follows_the_row(cells: Cells, draw: Draw, people: People, noise: Noise) -> None:
    drawn = draw(cells(np.full(PAIRS, 1000), people(PAIRS, 1)[:, 0]))
    share = np.diff([0, *noise.bounds]) / 2**32
    counted = np.bincount(drawn + noise.reach, minlength=len(share))
    from scipy.special import chdtrc

    expected = share * PAIRS
    assert chdtrc(len(share) - 1, ((counted - expected) ** 2 / expected).sum()) > 0.001
    assert abs(drawn.mean()) <= 0.03
    assert 2.9 <= drawn.var() <= 3.1


def _related(cells: Cells, people: People, relation: str, pairs: int = PAIRS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two frames of cells, row by row related: who is in them, and which cell it is."""
    own, other = people(pairs, 3), people(pairs, 3)
    first = cells(np.full(pairs, 40), own.sum(1))
    ids = [name[::-1] for name in first["canonical"]]
    second = {
        "parent": lambda: cells(np.full(pairs, 80), own.sum(1) + other.sum(1), canonical=ids, level="station"),
        "sibling": lambda: cells(np.full(pairs, 40), other.sum(1), canonical=ids),
        "next period": lambda: first.assign(start=pd.Timestamp("2018-04-01").date()),
        "one more": lambda: cells(np.full(pairs, 41), own.sum(1) + other[:, 0], canonical=ids),
    }[relation]()
    return first, second


@pytest.mark.slow
@pytest.mark.parametrize("relation", ["parent", "sibling", "next period", "one more"])
def test_noise_of_related_cells_is_independent(cells: Cells, draw: Draw, people: People, relation: str) -> None:
    first, second = _related(cells, people, relation)
    assert abs(np.corrcoef(draw(first), draw(second))[0, 1]) <= 0.01


def _set_draw(frame: pd.DataFrame) -> np.ndarray:
    rows = _rows(Design(5, 3.0, gap=2))
    return set_keyed(rows, frame["n"].to_numpy(), frame["k"].to_numpy() % 2**32 / 2**32)


def test_control_set_keyed_noise_is_not_independent(cells: Cells, people: People) -> None:
    first, second = _related(cells, people, "next period", FEW_PAIRS)
    assert np.corrcoef(_set_draw(first), _set_draw(second))[0, 1] > 0.99


def _equality_gap(first: pd.DataFrame, second: pd.DataFrame, draw: Draw) -> float:
    """How much likelier two cells show one number if they hold the same persons than if one holds one more."""
    alias = first.assign(canonical=second["canonical"].to_numpy())
    shown, same, more = (draw(frame) + frame["n"].to_numpy() for frame in (first, alias, second))
    return float((shown == same).mean() - (shown == more).mean())


@pytest.mark.slow
def test_equal_numbers_do_not_tell_whether_a_person_was_added(cells: Cells, draw: Draw, people: People) -> None:
    first, second = _related(cells, people, "one more")
    assert abs(_equality_gap(first, second, draw)) <= 0.05


def test_control_set_keyed_noise_tells_it(cells: Cells, people: People) -> None:
    first, second = _related(cells, people, "one more", FEW_PAIRS)
    assert _equality_gap(first, second, _set_draw) > 0.5


def _cell(row: dict[str, object]) -> Cell:
    return Cell(**{field.name: row[field.name] for field in dataclasses.fields(Cell)})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def population(cells: Cells, size: int = 5_000) -> pd.DataFrame:
    """Cells of nobody, few, some and many persons, in all categories."""
    rng = np.random.default_rng(7)
    n = rng.poisson(rng.choice([1.5, 8, 40, 350], size))
    category = rng.choice(["all", "male", "age_0_17", "类别|条"], size)
    return cells(n, np.where(n > 0, rng.integers(0, 2**40, size), 0), category=category)


@pytest.fixture
def protected(con: duckdb.DuckDBPyConnection, noise: Noise, cell_key: Key) -> Protected:
    def run(frame: pd.DataFrame) -> dict[str, float]:
        con.register("exact", frame)
        con.execute("DROP TABLE IF EXISTS shown")
        protect(con, "shown", noise, cell_key)
        return dict(con.execute("SELECT area, value FROM shown").fetchall())

    return run


@pytest.fixture(scope="module")
def written_out(population: pd.DataFrame, noise: Noise, cell_key: Key) -> dict[str, float]:
    """What is served of the population by the method written out in Python."""
    values = served([_cell(row) for row in population.to_dict("records")], noise, cell_key)
    return {area: value for area, value in zip(population["area"], values, strict=True) if value is not None}


@pytest.mark.slow
@pytest.mark.parametrize("partitions", [1, 2, 8])
def test_same_values_for_any_partition_and_order(
    population: pd.DataFrame, protected: Protected, written_out: dict[str, float], partitions: int
) -> None:
    shuffled = population.sample(frac=1, random_state=partitions)
    parts = [protected(shuffled.iloc[i::partitions]) for i in range(partitions)]
    assert {area: value for part in parts for area, value in part.items()} == written_out


@pytest.mark.jvm
def test_spark_computes_the_same_values(
    population: pd.DataFrame, written_out: dict[str, float], noise: Noise, cell_key: Key, spark: Any
) -> None:
    spark.createDataFrame(population).createOrReplaceTempView("exact_cells")
    rows = spark.sql(_SPARK, args={"key": bytearray(cell_key.secret)}).collect()
    drawn = noise.of(np.array([row["u"] for row in rows], np.int64))
    noisy = {row["area"]: row["n"] + int(drawn[i]) for i, row in enumerate(rows)}
    assert {area: value for area, value in noisy.items() if value >= noise.threshold} == written_out


_SPARK = """
SELECT area, n, CAST(conv(substr(hex(hmac(:key, CAST(
    concat_ws('|', measure, canonical, category, period, CAST(start AS STRING), n, k) AS BINARY))), 1, 8), 16, 10
) AS BIGINT) AS u
FROM exact_cells
"""


def test_one_set_of_blocks_has_one_value_under_every_name(
    con: duckdb.DuckDBPyConnection, noise: Noise, cell_key: Key
) -> None:
    con.execute("""CREATE TABLE leaf_set AS
        SELECT *, DATE '2000-01-01' AS valid_from, DATE '9999-12-31' AS valid_to FROM (VALUES
        ('station', 's1', 'b2'), ('station', 's1', 'b1'), ('polygon', 'p7', 'b1'), ('polygon', 'p7', 'b2'),
        ('polygon', 'p7', 'b2'), ('county', 'c1', 'b1'), ('county', 'c1', 'b2'), ('county', 'c1', 'b3')
    ) t(level, area, leaf)""")
    con.execute(f"CREATE TABLE canonical AS {sql.text('canonical_area')}")
    con.execute("""CREATE TABLE exact AS SELECT 'resident_count' AS measure, *, 'stock' AS period,
        DATE '2018-01-01' AS start, 'c' || category AS category, 50 AS n, 123456789 AS k
        FROM canonical, range(200) t(category)""")
    protect(con, "shown", noise, cell_key)
    names = con.execute("SELECT count(DISTINCT canonical) FROM canonical").fetchone()
    query = """SELECT count(*) FILTER (a.value <> b.value) FROM shown a JOIN shown b USING (category)
        WHERE a.area = 's1' AND b.area = ?"""
    assert names == (2,)
    assert con.execute(query, ["p7"]).fetchone() == (0,)
    assert con.execute(query, ["c1"]).fetchone() > (100,)


def test_nothing_under_the_threshold_is_served_and_small_counts_look_like_none(
    cells: Cells, noise: Noise, protected: Protected
) -> None:
    n = np.repeat(np.arange(31), 500)
    frame = cells(n, np.where(n > 0, np.random.default_rng(3).integers(0, 2**34, len(n)), 0))
    shown = protected(frame)
    assert min(shown.values()) >= noise.threshold
    served_n = frame.set_index("area")["n"].loc[list(shown)]
    assert served_n.min() >= noise.threshold - noise.reach
    assert (served_n >= noise.threshold + noise.reach).sum() == (n >= noise.threshold + noise.reach).sum()


def test_cell_without_a_count_is_not_served(con: duckdb.DuckDBPyConnection, noise: Noise, cell_key: Key) -> None:
    con.execute("""CREATE TABLE exact AS SELECT 'm' AS measure, 'l' AS level, 'a' AS area, 'c' AS canonical,
        'stock' AS period, DATE '2018-01-01' AS start, 'all' AS category, 50 AS n, NULL::BIGINT AS k""")
    protect(con, "shown", noise, cell_key)
    assert con.execute("SELECT count(*) FROM shown").fetchone() == (0,)


@pytest.mark.parametrize(
    ("bounds", "threshold", "said"),
    [((1, 2**32), 10, "odd number"), ((5, 4, 2**32), 10, "rising"), ((1, 2, 3), 10, "2\\^32"),
     ((1, 2, 2**32), 1, "twice the reach")],
)  # fmt: skip
def test_noise_that_would_not_protect_is_refused(bounds: tuple[int, ...], threshold: int, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Noise(bounds, threshold)
