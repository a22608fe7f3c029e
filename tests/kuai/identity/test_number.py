"""Identity numbers: vectors of the standard, and the same answer from Python, numpy and SQL."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import sql
from kuai.disclosure.keyfile import Secret
from kuai.disclosure.keys import Key, lend
from kuai.errors import PackError, SourceError
from kuai.identity.number import PROVINCES, RULES, check_digit, check_digits, fault, upgrade
from kuai.identity.statement import declare_regions, pseudonymised

TODAY = date(2026, 1, 1)

# number, rule it breaks
VECTORS = [
    ("11010519491231002X", ""),          # the example of the standard
    ("110105491231002", ""),             # its old form
    ("360426199101010071", ""),
    ("810000199408230021", ""),          # permit of a resident of Hong Kong
    ("440524188001010014", "id_birth_date"),
    ("11010519491231002x", "id_format"),
    ("1101051949123100", "id_format"),
    ("0101051949123100X2", "id_format"),
    (" 11010519491231002X", "id_format"),
    ("+10105491231002", "id_format"),
    ("", "id_format"),
    ("110105194912310021", "id_check_digit"),
]  # fmt: skip


def _made(region: str, born: date, order: int) -> str:
    first17 = f"{region}0105{born:%Y%m%d}{order:03d}"
    return first17 + check_digit(first17)


days = st.dates(date(1900, 1, 1), TODAY)
valid = st.builds(_made, st.sampled_from(PROVINCES), days, st.integers(0, 999))


@pytest.mark.parametrize(("number", "rule"), VECTORS)
def test_vectors(number: str, rule: str) -> None:
    assert fault(number, TODAY) == rule


def test_old_number_becomes_the_example_of_the_standard() -> None:
    assert upgrade("110105491231002") == "11010519491231002X"
    assert upgrade("110105491231997")[6:8] == "18"
    assert upgrade("not a number") == "not a number"


@given(valid)
def test_made_number_breaks_no_rule(number: str) -> None:
    assert fault(number, TODAY) == ""


@given(valid, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_always_fails_the_check_digit(number: str, place: int, shift: int) -> None:
    digit = str((int(number[place]) + shift) % 10)
    wrong = number[:place] + digit + number[place + 1 :]
    assert fault(wrong, TODAY) == ("id_format" if wrong.startswith("0") else "id_check_digit")


@given(valid, st.integers(0, 15))
def test_swapped_neighbours_always_fail_the_check_digit(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    expected = "id_check_digit" if number[place] != number[place + 1] else ""
    assert fault(swapped, TODAY) == ("id_format" if swapped.startswith("0") else expected)


@pytest.mark.parametrize("text", ["", "1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17])
def test_check_digit_of_anything_but_17_digits_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        check_digit(text)
    assert not text or text not in str(caught.value)


def test_check_digits_of_many_equal_those_of_one() -> None:
    numbers = np.random.default_rng(1).integers(10**16, 10**17, 2_000)
    assert ["0123456789X"[digit] for digit in check_digits(numbers)] == [check_digit(str(one)) for one in numbers]


@pytest.fixture
def con(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return database


def _mutations(size: int) -> list[str | None]:
    rng = np.random.default_rng(size)
    found: list[str | None] = [None, *(number for number, _ in VECTORS)]
    for _ in range(size):
        born = date(1895, 1, 1) + timedelta(days=int(rng.integers(0, 49_000)))
        number = _made(str(rng.integers(11, 92)), born, int(rng.integers(0, 1000)))
        old = number[:6] + number[8:17]
        typed, place = list(number), int(rng.integers(0, 18))
        typed[place] = str(rng.choice(list("0123456789Xx -O")))
        first17 = f"{number[:10]}{rng.integers(0, 14):02d}{rng.integers(0, 33):02d}{number[14:17]}"
        found += [number, old, "".join(typed), number[:place], first17 + check_digit(first17)]
    return found


def test_statement_agrees_with_the_written_out_rules(con: duckdb.DuckDBPyConnection) -> None:
    numbers = _mutations(1_000)
    declare_regions(con)
    con.register("given", pd.DataFrame({"line": range(len(numbers)), "id_number": pd.Series(numbers, dtype="object")}))
    rows = con.execute(
        f"SELECT line, is_upgraded, identity_rule, id18 FROM ({sql.text('identity_check')})", {"today": TODAY}
    )
    found = {line: rest for line, *rest in rows.fetchall()}
    assert len(found) == len(numbers)
    for line, number in enumerate(numbers):
        rule = fault(number or "", TODAY)
        full = upgrade(number or "")
        assert found[line] == [full != (number or ""), rule or None, None if rule else full], number
    assert {rule for _, rule, _ in found.values()} == {None, *RULES}


def test_leap_days_are_told_apart(con: duckdb.DuckDBPyConnection) -> None:
    declare_regions(con)
    texts = [f"110105{year}{day}001" for year in (1900, 1904, 1999, 2000) for day in ("0228", "0229", "0230")]
    con.register("given", pd.DataFrame({"id_number": [text + check_digit(text) for text in texts]}))
    rows = con.execute(
        f"SELECT id_number[7:14] FROM ({sql.text('identity_check')}) WHERE id18 IS NOT NULL", {"today": TODAY}
    )
    days_found = sorted(day for (day,) in rows.fetchall())
    assert days_found == ["19000228", "19040228", "19040229", "19990228", "20000228", "20000229"]


def test_regions_of_a_pack_replace_the_national_ones(con: duckdb.DuckDBPyConnection) -> None:
    con.register("given", pd.DataFrame({"id_number": ["11010519491231002X", "360426199101010071"]}))
    declare_regions(con, ("110105", "110101"))
    rows = con.execute(f"SELECT identity_rule FROM ({sql.text('identity_check')}) ORDER BY id_number", {"today": TODAY})
    assert rows.fetchall() == [(None,), ("id_region",)]


@pytest.mark.parametrize("codes", [("11", "1101"), ("1",), ("1x",)])
def test_regions_of_several_lengths_are_refused(con: duckdb.DuckDBPyConnection, codes: tuple[str, ...]) -> None:
    with pytest.raises(PackError, match="2, 4 or 6 digits"):
        declare_regions(con, codes)


def test_pseudonyms_are_keyed_and_nothing_of_the_number_is_left(con: duckdb.DuckDBPyConnection) -> None:
    keys = [Key("pid", 1, Secret(range(32))), Key("rkey", 1, Secret(range(32, 64)))]
    for key in keys:
        lend(con, key)
    declare_regions(con)
    frame = pd.DataFrame({"line": [1, 2, 3], "id_number": ["11010519491231002X", "110105491231002", "bad"], "sex": "F"})
    con.register("given", frame)
    rows = con.execute(f"SELECT * FROM ({pseudonymised()}) ORDER BY line", {"today": TODAY})
    pid = keys[0].digest(b"11010519491231002X")[:16]
    rkey = int.from_bytes(keys[1].digest(pid)[:4])
    assert [column[0] for column in rows.description] == ["line", "sex", "is_upgraded", "identity_rule", "pid", "rkey"]
    assert rows.fetchall() == [
        (1, "F", False, None, pid.hex(), rkey),
        (2, "F", True, None, pid.hex(), rkey),
        (3, "F", False, "id_format", None, None),
    ]
