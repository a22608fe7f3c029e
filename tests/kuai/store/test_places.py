"""Areas are found by the hash of their code, all of them and no others."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.errors import LakeError
from kuai.store import places

CODES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6), unique=True)


def hashed(codes: list[str]) -> np.ndarray:
    found = duckdb.execute("SELECT hash(unnest(?::VARCHAR[])) AS place", [codes]).fetchnumpy()["place"]
    return np.asarray(found, dtype=np.uint64)


def indexed(codes: list[str], hashes: np.ndarray | None = None) -> places.Places:
    spans = np.zeros(len(codes), dtype=np.int32)
    keys = hashed(codes) if hashes is None else hashes
    columns = {"area": np.array(codes, dtype=object), "place": keys, "valid_from": spans, "valid_to": spans + 9}
    return places.index(columns)


@given(CODES, CODES)
def test_every_code_is_found_and_no_other(known: list[str], others: list[str]) -> None:
    index = indexed(sorted(known))
    strange = sorted(set(others) - set(known))
    assert index.codes.tolist() == sorted(known)
    assert index.find(hashed(sorted(known))).tolist() == list(range(len(known)))
    assert index.find(hashed(strange)).tolist() == [-1] * len(strange)
    assert [index.position(code) for code in sorted(known)] == list(range(len(known)))
    assert all(index.position(code) == -1 for code in strange)


@pytest.mark.slow
def test_a_hundred_thousand_codes_are_found() -> None:
    codes = [f"B{n:06}" for n in range(100_000)]
    hashes = hashed(codes)
    assert (indexed(codes, hashes).find(hashes) == np.arange(100_000)).all()


def test_two_codes_with_one_hash_are_an_error() -> None:
    with pytest.raises(LakeError, match="same hash"):
        indexed(["a", "b"], np.array([7, 7], dtype=np.uint64))


def test_an_area_is_valid_in_every_span_that_touches_one_of_its_own() -> None:
    columns = {
        "area": np.array(["a", "a", "b"], dtype=object),
        "place": np.array([1, 1, 2], dtype=np.uint64),
        "valid_from": np.array([0, 20, 5]),
        "valid_to": np.array([9, 29, 5]),
    }
    first, last = np.array([0, 5, 10, 15]), np.array([4, 5, 19, 20])
    found = places.index(columns)
    assert found.valid(first, last).tolist() == [[True, False], [True, True], [False, False], [True, False]]
    assert found.valid(first, last, 1).tolist() == [[False], [True], [False], [False]]
