"""Dirt of every kind, by seed: rows and files damaged at random, and everything accounted for."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest

from kuai.errors import SourceError
from kuai.landing.grammar import RULES

pytestmark = pytest.mark.slow

MUTATED, FILES = 100_000, 200
HEADER = b"Lamp,Kind,Watts,Lit on,Lon"
DIRT = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x00",
    b"\x1b",
    b"\xff",
    b"\xe5\x9d",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"",
]
DIRT += ["块".encode(), "块".encode("gb18030"), b'""', b"';", b"-", b"1e9", b"NULL", b" ", b"\t", b"9" * 30, b"x" * 999]
COLUMN_RULE = re.compile(r"(type|required|range|domain|pattern|duplicate):(lamp_id|kind|watts|lit_on|longitude)")


def lamp(number: int, random: Random) -> bytes:
    kind, watts = random.choice(["gas", "arc", ""]), random.choice(["", random.randint(1, 1000)])
    day = date(1900, 1, 1).replace(month=random.randint(1, 12), day=random.randint(1, 28))
    return f'L{number},"{kind}",{watts},{day},{random.uniform(-180, 180):.6f}'.encode()


def cut(row: bytes, random: Random) -> bytes:
    return row[: random.randrange(len(row))]


def flip(row: bytes, random: Random) -> bytes:
    at = random.randrange(len(row))
    return row[:at] + bytes([row[at] ^ (1 << random.randrange(8))]) + row[at + 1 :]


def soil(row: bytes, random: Random) -> bytes:
    at = random.randrange(len(row) + 1)
    return row[:at] + random.choice(DIRT) + row[at + random.randrange(3) :]


def swap(row: bytes, random: Random) -> bytes:
    fields = row.split(b",")
    random.shuffle(fields)
    return b",".join(fields)


def mutated(row: bytes, random: Random) -> bytes:
    for _ in range(random.choice([1, 1, 1, 2, 5])):
        row = random.choice([cut, flip, soil, swap])(row or b"?", random)
    return row


def physical(text: bytes) -> int:
    """Lines of a text below its header, without blank ones at its end."""
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    return lines.count(b"\n")


def is_sound(row: tuple[object, ...]) -> bool:
    lamp_id, kind, watts, lit_on, longitude = row
    fits = re.fullmatch(r"L[0-9]+", str(lamp_id)) and kind in (None, "gas", "arc")
    within = watts is None or 1 <= int(str(watts)) <= 1000
    return bool(fits and within and lit_on >= date(1880, 1, 1) and abs(longitude or 0.0) < float("inf"))  # type: ignore[operator, arg-type]


def test_every_mutated_row_is_accepted_or_quarantined_with_a_rule(
    write: Callable, source: Callable, run: Callable
) -> None:
    random = Random(20)  # noqa: S311
    rows = [lamp(number, random) for number in range(MUTATED)]
    clean = [lamp(number, random) for number in range(10**9, 10**9 + MUTATED // 10)]
    dirty = [mutated(row, random) for row in rows]
    tens = ([*dirty[at : at + 10], clean[at // 10]] for at in range(0, MUTATED, 10))
    text = HEADER + b"\n" + b"\n".join(row for ten in tens for row in ten) + b"\n"
    found = run(write(text), source())
    assert found.lines == list(range(2, physical(text) + 2))
    assert len(found.lines) >= MUTATED * 1.1
    assert all(rule in RULES[1:] or COLUMN_RULE.fullmatch(rule) for rule in found.rules.values())
    assert set(RULES[1:]) - set(found.rules.values()) == {"row_too_long"}
    assert all(map(is_sound, found.accepted))
    lost = {row.split(b",")[0] for row in clean} - {str(row[0]).encode() for row in found.accepted}
    assert len(lost) < len(clean) / 300  # those between a quote that opens a field and one that closes it
    numbered = enumerate(re.split(rb"\r\n|\n|\r", text), 1)
    assert {found.rules[line] for line, row in numbered if row.split(b",")[0] in lost} == {"row_quote"}
    assert len(found.accepted) > MUTATED * 0.15
    assert len(found.rules) > MUTATED * 0.3


def packed(text: bytes, random: Random) -> bytes:
    return gzip.compress(text, mtime=0) + gzip.compress(b"\n" * random.randrange(3), mtime=0)


def truncated(text: bytes, random: Random) -> bytes:
    return (whole := gzip.compress(text, mtime=0))[: random.randrange(3, len(whole))]


def corrupt(text: bytes, random: Random) -> bytes:
    whole = bytearray(gzip.compress(text, mtime=0))
    whole[random.randrange(len(whole) - 8, len(whole))] ^= 0x10
    return bytes(whole)


def without_column(text: bytes, random: Random) -> bytes:
    name = random.choice(HEADER.split(b","))
    return text.replace(name, name[:-1] + b"x", 1)


def with_column(text: bytes, random: Random) -> bytes:
    return b"\n".join(row + b',"more, ' + b"x" * random.randrange(9) + b'"' for row in text.split(b"\n") if row)


def huge(text: bytes, random: Random) -> bytes:
    return text.replace(b"gas", b"x" * random.randrange(1 << 20, 1 << 21), 1)


FAULTY = {
    "truncated": (truncated, r"(the gzip file is truncated|the name says gzip)"),
    "corrupt": (corrupt, r"the gzip file is (corrupt|truncated)"),
    "no_gzip": (lambda text, _: text, r"the name says gzip and the content does not"),
    "semicolon": (lambda text, _: text.replace(b",", b";"), r"one field with delimiter ',' and 5 fields with ';'"),
    "tab": (lambda text, _: text.replace(b",", b"\t"), r"one field with delimiter ',' and 5 fields with '\\t'"),
    "missing": (without_column, r"the file has no column \w+( on)?, which lamps.sql needs"),
    "utf_16": (lambda text, _: text.decode().encode("utf-16"), r"the file is UTF-16"),
    "gb18030": (lambda text, _: "编号，".encode("gb18030") + text, r"the header is not utf-8"),
    "empty": (lambda text, random: text[: 0 * random.randrange(2)], r"the file is empty"),
    "twice": (lambda text, _: text.replace(b"Kind", b"LAMP", 1), r"the header names a column twice"),
}
SOUND = {
    "clean": lambda text, _: text,
    "packed": packed,
    "bom": lambda text, _: b"\xef\xbb\xbf" + text,
    "crlf": lambda text, _: text.replace(b"\n", b"\r\n"),
    "extra": with_column,
    "no_end": lambda text, _: text.rstrip(b"\n"),
}
HARMED = {
    "bad_bytes": (lambda text, _: text.replace(b"gas", b"g\xc4s", 1), "row_encoding"),
    "huge": (huge, "row_too_long"),
    "quote": (lambda text, _: text.replace(b'gas"', b"gas", 1), "row_quote"),
}
ZIPPED = ("truncated", "corrupt", "no_gzip", "packed")


def plain(random: Random) -> bytes:
    rows = [b'L0,"gas",7,1901-01-01,1.5', *(lamp(number, random) for number in range(1, random.randrange(2, 40)))]
    return b"\n".join([HEADER, *rows]) + b"\n"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def test_a_faulty_file_is_one_error_and_the_rest_of_the_batch_is_unharmed(
    tmp_path: Path, source: Callable, run: Callable, connection: duckdb.DuckDBPyConnection
) -> None:
    random = Random(21)  # noqa: S311
    seen: Counter[str] = Counter()
    for number in range(FILES):
        kind = [*FAULTY, *SOUND, *HARMED][number % (len(FAULTY) + len(SOUND) + len(HARMED))]
        text = plain(random)
        path = tmp_path / f"{number}.csv{'.gz' if kind in ZIPPED else ''}"
        content = {**SOUND, **{key: both[0] for key, both in {**FAULTY, **HARMED}.items()}}[kind](text, random)
        path.write_bytes(content)
        seen[kind] += 1
        if kind in FAULTY:
            with pytest.raises(SourceError, match=FAULTY[kind][1]) as caught:
                run(path, source(), connection)
            assert re.match(rf"{re.escape(str(path))}:[1-9]\d*: [^\n]+\n  → [^\n]+$", str(caught.value))
            continue
        found = run(path, source(), connection)
        assert found.lines == list(range(2, physical(text) + 2))
        assert set(found.rules.values()) == ({HARMED[kind][1]} if kind in HARMED else set())
        assert len(found.rules) == (kind in HARMED)
    assert sum(seen.values()) == FILES
    assert min(seen.values()) >= FILES // 20
