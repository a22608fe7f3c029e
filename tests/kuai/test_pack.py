"""Mistakes in a city pack are told when it is read, with the way out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kuai.city import load_city
from kuai.errors import PackError

PACKS = Path(__file__).parents[2] / "conf" / "cities"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('every = "day"', 'every = "dya"', "every = 'dya' is no period"),
        ("due_hours = 30", 'due_hours = "soon"', "due_hours = 'soon' is no number of hours"),
        ('files = "cases/', 'files = "/cases/', "is no pattern below the data folder"),
        ('files = "cases/', 'files = "../cases/', "is no pattern below the data folder"),
        ('owner = "police"', "owner = 110", "owner = 110 is not text"),
        ('owner = "police"', 'multiline = "yes"', "multiline = 'yes' is not true or false"),
        ('owner = "police"', "mutliline = true", "unknown key 'mutliline'"),
    ],
)
def test_a_mistake_in_sources_is_told(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    shutil.copytree(PACKS / "shifan", tmp_path / "shifan")
    path = tmp_path / "shifan" / "sources.toml"
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(PackError, match=told):
        load_city(str(tmp_path / "shifan"), PACKS)
