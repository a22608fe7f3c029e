from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from kuai.disclosure.cellkey import Noise, protect
from kuai.disclosure.keys import Key, Secret
from kuai.disclosure.policy import Policy

REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "reference"


@pytest.fixture(scope="session")
def cell_key() -> Key:
    return Key("cell", 1, Secret(range(32)))


@pytest.fixture(scope="session")
def noise() -> Noise:
    found = Policy.load().klass("person").noise
    assert found is not None
    return found


@pytest.fixture
def con(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return database


@pytest.fixture(scope="session")
def reference() -> Path:
    if not REFERENCE.is_dir():
        pytest.skip("the reference vectors are not there (../shared/data/reference)")
    return REFERENCE


@cache
def _names(size: int, shape: str) -> list[str]:
    return [shape.format(i) for i in range(size)]


@pytest.fixture(scope="session")
def cells() -> Callable[..., pd.DataFrame]:
    """Frame of exact cells, one a row, every column but n and k the same unless given."""

    def make(n: object, k: object, **columns: object) -> pd.DataFrame:
        frame = pd.DataFrame({"n": np.asarray(n, np.int64), "k": np.asarray(k, np.int64)})
        start = pd.Timestamp("2018-01-01").date()
        fixed = {"measure": "resident_count", "level": "block", "area": _names(len(frame), "{:09d}")}
        row = {**fixed, "canonical": _names(len(frame), "{:032x}"), "period": "stock", "start": start}
        return frame.assign(**{**row, "category": "all", **columns})

    return make


@pytest.fixture
def draw(con: duckdb.DuckDBPyConnection, noise: Noise, cell_key: Key) -> Callable[[pd.DataFrame], np.ndarray]:
    """Noise that the production statement adds to each row of a frame of cells, all of at least 15 persons."""

    def run(frame: pd.DataFrame) -> np.ndarray:
        con.register("exact", frame)
        con.execute("DROP TABLE IF EXISTS shown")
        protect(con, "shown", noise, cell_key)
        shown = con.execute("SELECT value FROM shown ORDER BY area").fetchnumpy()["value"]
        assert len(shown) == len(frame)
        return (shown - frame["n"].to_numpy()).astype(np.int64)

    return run


@pytest.fixture(scope="session")
def people() -> Callable[[int, int], np.ndarray]:
    """Random record keys of a number of sets of persons, one set a row."""
    rng = np.random.default_rng(20180101)
    return lambda sets, size: rng.integers(0, 2**32, (sets, size), np.int64)
