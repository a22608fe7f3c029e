"""Rows as no source should send them: cut, changed, filled with what breaks readers."""

from __future__ import annotations

from random import Random

DIRT = [b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"\xe5\x9d", b"\xef\xbb\xbf", b"", b'""', b"-", b"1e999", b"NULL"]
DIRT += ["块".encode("gb18030"), b" ", b"\t", b"9" * 40, b"x" * 999, b"' OR 1=1 --", b"2026-02-30", b"-0", b"inf"]


def damaged(row: bytes, random: Random) -> bytes:
    for _ in range(random.choice([1, 1, 1, 2, 5])):
        at = random.randrange(len(row) + 1)
        kind = random.randrange(4)
        if kind == 0:
            row = row[:at]
        elif kind == 1:
            row = row[:at] + bytes([random.randrange(256)]) + row[at + 1 :]
        elif kind == 2:
            row = row[:at] + random.choice(DIRT) + row[at + random.randrange(3) :]
        else:
            row = b",".join(random.sample(fields := row.split(b","), len(fields)))
    return row
