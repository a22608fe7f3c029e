"""Nothing that was written or said holds a key, a person, or a vehicle; only the zone knows pseudonyms."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest

from kuai.disclosure.keys import OTHERS, PURPOSES, Keyring
from kuai.identity.number import fault

pytestmark = pytest.mark.jvm

NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
TODAY = date(2027, 1, 1)


@pytest.fixture(scope="module")
def traces(undisturbed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every file of the home but its keys, everything said, and what Spark's workers wrote."""
    roots = [undisturbed, *tmp_path_factory.getbasetemp().glob("cluster*")]
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".parquet", ".duckdb", ".log", ".json", ".avro"}
    return [path for path in files if path.parent != undisturbed / "home" / "keys"]


@cache
def text_of(path: Path) -> str:
    """Every value of a file as text: the columns of tables, otherwise its bytes."""
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            return "\n".join(_values(connection, f"read_parquet('{path}')"))
        if path.suffix == ".duckdb":
            connection.execute(f"ATTACH '{path}' AS store (READ_ONLY)")
            names = connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'"
            ).fetchall()
            return "\n".join(line for (name,) in names for line in _values(connection, f"store.{name}"))
    return path.read_bytes().decode("utf-8", "replace")


def _values(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    for (row,) in connection.execute(f"SELECT CAST(t AS VARCHAR) FROM {table} AS t").fetchall():
        yield row


def secrets(home: Path) -> list[bytes]:
    """The master keys of all epochs, every key derived from them, and what is mixed into a statement."""
    ring = Keyring.open(home / "keys")
    assert len(ring.epochs) == 2
    keys = [*map(ring.key, (*PURPOSES, *OTHERS)), *ring.cell_keys]
    pads = [bytes(pad) for key in keys for pad in key.pads()]
    return [*(bytes(one.master) for one in ring.epochs), *(bytes(key.secret) for key in keys), *pads]


def spellings(secret: bytes) -> list[bytes]:
    """Ways a secret could have been written."""
    forms = [secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret).rstrip(b"=")]
    quoted = "".join(f"\\x{byte:02X}" for byte in secret).encode()
    return [form[:24] for form in forms] + [quoted[:64]]


def test_no_key_is_anywhere(undisturbed: Path, traces: list[Path]) -> None:
    looked_for = [form for secret in secrets(undisturbed / "home") for form in spellings(secret)]
    assert looked_for[1] in (undisturbed / "home" / "keys" / "master.key").read_bytes()
    found = [path for path in traces if any(form in path.read_bytes() for form in looked_for)]
    shown = [path for path in traces if any(form.decode("latin-1") in text_of(path) for form in looked_for)]
    assert (found, shown) == ([], [])


def test_no_identity_number_is_anywhere(town_data: Path, traces: list[Path]) -> None:
    landed = {number for path in town_data.glob("persons/*.parquet") for number in numbers(path)}
    assert len([number for number in landed if NUMBER.fullmatch(number)]) > 1_000
    for path in traces:
        text = text_of(path)
        assert [one for one in NUMBER.findall(text) if not fault(one.upper(), TODAY, ["68"])] == [], path.name
        assert landed.isdisjoint(re.findall(r"[0-9]{14,17}[0-9Xx]", text)), path.name


def numbers(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT DISTINCT \"公民身份号码\" FROM read_parquet('{path}')").fetchall()
    return [row[0] for row in rows if row[0]]


def test_no_pseudonym_leaves_the_zone(undisturbed: Path, traces: list[Path]) -> None:
    zone = undisturbed / "home" / "shifan" / "lake"
    people = set().union(*(re.findall(r"[0-9a-f]{32}", text_of(path)) for path in zone.glob("core_person/*.parquet")))
    assert len(people) > 1_000
    outside = [path for path in traces if zone not in path.parents]
    assert any(path.suffix == ".duckdb" for path in outside)
    assert [path for path in outside if not people.isdisjoint(re.findall(r"[0-9a-f]{32}", text_of(path)))] == []


def test_no_vehicle_is_anywhere(town_data: Path, traces: list[Path]) -> None:
    plates = set()
    for path in town_data.glob("passages/*.csv"):
        with path.open(encoding="utf-8-sig") as file:
            plates |= {row["号牌"] for row in csv.DictReader(file) if row["号牌"]}
    assert len(plates) > 100
    pattern = re.compile("|".join(map(re.escape, sorted(plates))))
    assert [path for path in traces if pattern.search(text_of(path))] == []


def test_exact_counts_of_persons_stay_in_the_zone(undisturbed: Path) -> None:
    store = next((undisturbed / "home" / "shifan" / "store").glob("serving-*.duckdb"))
    with duckdb.connect(str(store), read_only=True) as connection:
        columns = {row[0] for row in connection.execute("SELECT column_name FROM duckdb_columns()").fetchall()}
        low = connection.execute("SELECT count(*) FROM cell WHERE measure = 'resident_count' AND value < 10").fetchall()
    assert columns.isdisjoint({"n", "k", "pid", "rkey"})
    assert low == [(0,)]
    assert list((undisturbed / "home" / "shifan" / "scratch").iterdir()) == []
