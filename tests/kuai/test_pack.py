"""Mistakes in a city pack are told when it is read, with the way out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kuai.city import load_city
from kuai.errors import PackError

PACKS = Path(__file__).parents[2] / "conf" / "cities"
SOURCES, CITY = "sources.toml", "city.toml"


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        (SOURCES, 'every = "day"', 'every = "dya"', "every = 'dya' is no period"),
        (SOURCES, "due_hours = 30", 'due_hours = "soon"', "due_hours = 'soon' is no number of hours"),
        (SOURCES, 'files = "cases/', 'files = "/cases/', "is no pattern below the data folder"),
        (SOURCES, 'files = "cases/', 'files = "../cases/', "is no pattern below the data folder"),
        (SOURCES, 'files = "cases/', 'files = "cases/**', "is no pattern below the data folder"),
        (SOURCES, 'owner = "police"', "owner = 110", "owner = 110 is not text"),
        (SOURCES, 'owner = "police"', 'multiline = "yes"', "multiline = 'yes' is not true or false"),
        (SOURCES, 'owner = "police"', "mutliline = true", "unknown key 'mutliline'"),
        (CITY, 'resolution = "leaf"', 'resoluton = "leaf"', "unknown key 'resoluton'"),
        (CITY, '"core.case" = 36', '"core.case" = "36h"', "freshness of core.case = '36h' is no number of hours"),
        (CITY, '"core.case" = 36', '"core.case" = true', "freshness of core.case = True is no number of hours"),
        (CITY, '"core.case" = 36', '"core.cases" = 36', "no dataset 'core.cases'"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, file: str, right: str, wrong: str, told: str) -> None:
    shutil.copytree(PACKS / "shifan", tmp_path / "shifan")
    path = tmp_path / "shifan" / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(PackError, match=told):
        load_city(str(tmp_path / "shifan"), PACKS)


def test_a_select_in_another_encoding_is_told(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "shifan", tmp_path / "shifan")
    path = tmp_path / "shifan" / "cases.sql"
    path.write_bytes('SELECT line, "\u53f7" AS case_id FROM raw'.encode("gbk"))
    with pytest.raises(PackError, match="not UTF-8") as caught:
        load_city(str(tmp_path / "shifan"), PACKS)
    assert caught.value.where == str(path)
