"""The page on city packs names every key that a pack may have, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from kuai.alarms.declared import Alarm, Display, Duty, Rotation, Rule, Sheet, Tile
from kuai.city import load
from kuai.city.model import Hierarchy

PAGE = (Path(__file__).parents[2] / "docs" / "pack.md").read_text("utf-8")
DECLARED = {
    "display": Display, "rotation": Rotation, "duty": Duty, "sheet": Sheet, "tiles": Tile, "alarm": Alarm, "rule": Rule,
}  # fmt: skip


def rows(after: str) -> list[tuple[str, ...]]:
    """Cells in backticks that begin the rows of the first table after some words."""
    table = PAGE[PAGE.index(after) :].split("| --- |", 1)[1].split("\n\n", 1)[0]
    return [tuple(re.findall(r"`([a-z_]+)`", row.split(" | ")[0])) for row in table.splitlines()[1:]]


def keys(after: str) -> set[str]:
    return {key for row in rows(after) for key in row}


def test_the_keys_of_a_city() -> None:
    assert keys("## city.toml") == load._CITY_KEYS
    assert keys("A table of `hierarchies`") == {one.name for one in fields(Hierarchy)}


def test_the_keys_of_a_source() -> None:
    assert keys("## sources.toml") == load._SOURCE_KEYS
    assert keys("A table of `expected`") == load._EXPECTED_KEYS


def test_the_keys_of_a_wall() -> None:
    table = PAGE[PAGE.index("## wall.toml") :].split("| --- |", 1)[1]
    found = set(re.findall(r"^\| `([a-z]+)` \| `([a-z_]+)` \|", table, re.MULTILINE))
    assert found == {(name, one.name) for name, kind in DECLARED.items() for one in fields(kind)}
