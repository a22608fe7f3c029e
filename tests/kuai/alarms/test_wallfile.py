"""The declaration of a wall: read whole, refused at the first name nobody knows, found in the home or in the pack."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kuai.alarms.declared import Rule, Tile, Wall
from kuai.alarms.wallfile import check_wall, find_wall, load_wall
from kuai.city.load import load_city
from kuai.errors import PackError
from kuai.home import Home
from kuai.settings import conf_folder
from tests.kuai.alarms.conftest import WALL

Hang = Callable[[str], Wall]


def test_a_wall_is_read_as_declared(wall: Wall) -> None:
    assert wall.display.width_mm == 1920 * 2.5
    assert wall.sheets[0].tiles[1] == Tile("ranking", "incident_count", "month", level="station")
    assert wall.alarms["many"].rule == Rule("incident_count", "station", "month", above=20.0)
    assert wall.owner(wall.alarms["late"]).en == "Police"
    assert (wall.rotation.dwell_seconds, wall.rotation.pinned_by, wall.duty.operators) == (20, "standing", 2)


@pytest.mark.parametrize(
    ("given", "instead", "what", "remedy"),
    [
        ("pitch_mm", "pitch_m", "unknown key 'pitch_m'", "did you mean pitch_mm"),
        ("[duty]", "[dutty]", "unknown key 'dutty'", "did you mean duty"),
        ('kind = "kpi"', 'kind = "kpl"', "cannot be 'kpl'", "did you mean kpi"),
        ('"kpi", metric = "incident_count"', '"kpi", metric = "incident_cuont"', "no metric", "incident_count"),
        ('"kpi", metric = "incident_count"', '"map", metric = "incident_count"', "a map needs the level", ""),
        ('level = "station" }', 'level = "staton" }', "unknown level 'staton'", "did you mean station"),
        ('period = "month" }', 'period = "moon" }', "unknown period 'moon'", "did you mean month"),
        ('owner = "police"', 'owner = "polise"', "unknown owner 'polise'", "did you mean police"),
        ('feed = "cases"', 'feed = "case"', "unknown feed 'case'", "did you mean cases"),
        ("above = 20", "above = 20, below = 3", "2 bounds", "give one"),
        ('"station", period = "month", ', '"staton", period = "month", ', "unknown level 'staton'", "station"),
        ("respond_minutes = 30", "respond_minutes = 0", "respond_minutes must be more than 0", ""),
        ("respond_minutes = 30", 'respond_minutes = "30"', "must be a whole number, not '30'", ""),
        ("distance_m = 8", "distance_m = 80", "is too small", "read it from at most 11.5 m"),
        ("operators = 2", "", "", ""),
        ('    name = { zh = "案件", en = "Cases" }\n', "", "key 'name' is missing", ""),
        ("[[sheet]]", '[[sheet]]\n    areas = ["city"]', "names no area", "level:code"),
        ("[[sheet]]", '[[sheet]]\n    areas = ["city:demo"]\n    each = "county"', "both given", "leave one"),
        ("[[sheet]]", '[[sheet]]\n    each = "contry"', "unknown level 'contry'", "county"),
        ("distance_m = 8", "distance_m = =", "cannot be read as TOML", ""),
    ],
)
def test_every_name_is_checked(hang: Hang, given: str, instead: str, what: str, remedy: str) -> None:
    assert given in WALL
    text = WALL.replace(given, instead)
    if not what:
        assert hang(text).duty.operators == 1
        return
    with pytest.raises(PackError) as caught:
        hang(text)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert "wall.toml" in caught.value.where


@pytest.mark.parametrize("place", ['each = "station"', 'areas = ["station:s1"]'])
def test_a_tile_is_of_a_level_within_what_its_sheet_is_about(hang: Hang, place: str) -> None:
    text = WALL.replace('level = "station" }', 'level = "county" }').replace("[[sheet]]", f"[[sheet]]\n    {place}")
    with pytest.raises(PackError, match="no county lies within a station") as caught:
        hang(text)
    assert "station" in caught.value.remedy


@pytest.mark.parametrize("city", ["shifan", "chicago"])
def test_the_walls_that_are_shipped_are_whole(city: str) -> None:
    pack = load_city(city, conf_folder() / "cities")
    wall = load_wall(pack, pack.folder / "wall.toml")
    assert len(wall.sheets) >= 3
    assert wall.alarms


@pytest.fixture
def ours(pack: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of packs in the place of those that are shipped."""
    monkeypatch.setattr("kuai.alarms.wallfile.shipped", lambda: pack.parent)
    return pack.parent


def test_the_home_goes_before_the_pack(hang: Hang, ours: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").city("demo").prepare()
    assert find_wall(home) is None
    hang(WALL)
    found = find_wall(home)
    assert found is not None
    assert found.rotation.dwell_seconds == 20
    (home.root / "wall.toml").write_text(WALL + "\n[rotation]\ndwell_seconds = 5", "utf-8")
    own = find_wall(home)
    assert own is not None
    assert own.rotation.dwell_seconds == 5


def test_a_pack_that_is_elsewhere_is_the_one_that_was_built(hang: Hang, pack: Path, tmp_path: Path) -> None:
    hang(WALL)
    home = Home(tmp_path / "home").city("demo").prepare()
    home.remember_pack(tmp_path)
    home.remember_pack(pack)
    found = find_wall(home)
    assert found is not None
    assert found.city.folder == pack
    shutil.rmtree(pack)
    assert find_wall(home) is None


def test_a_pack_with_a_wrong_wall_is_not_built(hang: Hang, pack: Path) -> None:
    city = load_city(str(pack), pack.parent)
    check_wall(city)
    (pack / "wall.toml").write_text(WALL.replace("station", "staton"), "utf-8")
    with pytest.raises(PackError, match="unknown level 'staton'"):
        check_wall(city)


def test_a_wall_without_its_pack_is_refused(ours: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").city("nowhere").prepare()
    assert find_wall(home) is None
    (home.root / "wall.toml").write_text(WALL, "utf-8")
    with pytest.raises(PackError, match="the pack of nowhere is not there"):
        find_wall(home)
