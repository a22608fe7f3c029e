"""Read `wall.toml` of a city: every key known, every name one of the catalogue, the levels and the owners."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kuai import catalog, periods
from kuai.access.records import place
from kuai.alarms import legible
from kuai.alarms.declared import Alarm, Display, Duty, Rotation, Rule, Sheet, Tile, Wall
from kuai.alarms.strictly import made
from kuai.city.load import load_city
from kuai.errors import AccessError, GateError, PackError, nearest
from kuai.settings import conf_folder

if TYPE_CHECKING:
    from kuai.city.model import City
    from kuai.home import CityHome

FILE = "wall.toml"
_KEYS = ("display", "rotation", "duty", "sheet", "alarm")
_AREAL = ("ranking", "map")


def shipped() -> Path:
    """Folder of the packs that are shipped."""
    return conf_folder() / "cities"


def find_wall(home: CityHome) -> Wall | None:
    """Wall of a city: as its folder in the home declares it, else its pack; None if neither does.

    Parameters
    ----------
    home : CityHome
        Folders of the city.

    Raises
    ------
    PackError
        If the declaration is not as it must be.
    """
    own, folders = home.root / FILE, (home.pack, shipped() / home.name)
    pack = next((one for one in folders if (one / "city.toml").is_file()), None)
    if pack is None:
        if own.is_file():
            remedy = f"build the city again, or put its pack into {folders[1]}"
            raise PackError(f"the pack of {home.name} is not there", str(own), remedy)
        return None
    path = own if own.is_file() else pack / FILE
    return load_wall(load_city(str(pack), shipped()), path) if path.is_file() else None


def check_wall(city: City) -> None:
    """Nothing, if the pack declares no wall, or one that is as it must be.

    Raises
    ------
    PackError
        As `load_wall` does.
    """
    if (city.folder / FILE).is_file():
        load_wall(city, city.folder / FILE)


def load_wall(city: City, path: Path) -> Wall:
    """Wall that a file declares for a city.

    Parameters
    ----------
    city : City
        Pack with its levels and owners.
    path : Path
        The file.

    Raises
    ------
    PackError
        At the first key or name that is unknown, with the nearest that is known, and at the first contradiction.
    """
    spec, where = _toml(path), str(path)
    for key in spec:
        if key not in _KEYS:
            raise PackError(f"unknown key {key!r}", where, nearest(key, _KEYS))
    sheets = [made(Sheet, one, f"{where} sheet[{at}]") for at, one in enumerate(spec.get("sheet", ()), 1)]
    alarms = {name: made(Alarm, one, f"{where} alarm.{name}") for name, one in spec.get("alarm", {}).items()}
    wall = Wall(
        city, made(Display, spec.get("display", {}), f"{where} display"), tuple(sheets),
        made(Rotation, spec.get("rotation", {}), f"{where} rotation"),
        made(Duty, spec.get("duty", {}), f"{where} duty"), alarms,
    )  # fmt: skip
    _check(wall, where)
    return wall


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"cannot be read as TOML: {error}", str(path)) from None


def _check(wall: Wall, where: str) -> None:
    with _at(where):
        _require(bool(wall.sheets), "there is no sheet", "declare the first with [[sheet]]")
    for name, one in (("display", wall.display), ("rotation", wall.rotation), ("duty", wall.duty)):
        with _at(f"{where} {name}"):
            _check_positive(vars(one))
    with _at(f"{where} display"):
        _check_distance(wall.display)
    for at, sheet in enumerate(wall.sheets, 1):
        with _at(f"{where} sheet[{at}]"):
            _check_sheet(sheet, wall.city)
    for name, alarm in wall.alarms.items():
        with _at(f"{where} alarm.{name}"):
            _known(alarm.owner, wall.city.owners, "owner")
            _check_positive({"respond_minutes": alarm.respond_minutes})
            _check_rule(alarm.rule, wall.city)


@contextmanager
def _at(where: str) -> Iterator[None]:
    """Say of what is wrong within the block where it stands."""
    try:
        yield
    except (AccessError, GateError, PackError) as error:
        raise PackError(error.what, where, error.remedy) from None


def _check_positive(values: Mapping[str, object]) -> None:
    for name, value in values.items():
        _require(not isinstance(value, int | float) or value > 0, f"{name} must be more than 0, not {value}")


def _check_distance(display: Display) -> None:
    reach = legible.reach_m(display)
    remedy = f"read it from at most {reach:.1f} m, or use a larger one"
    _require(display.distance_m <= reach, f"a display of {display.width_mm / 1000:.1f} m is too small", remedy)


def _check_sheet(sheet: Sheet, city: City) -> None:
    _check_areas(sheet, city.levels)
    for tile in sheet.tiles:
        _check_tile(tile, city.levels)
        for top in filter(None, (sheet.each, *(place(one, "areas").level for one in sheet.areas))):
            _check_within(tile, top, city)


def _check_within(tile: Tile, top: str, city: City) -> None:
    paths = [one.levels[one.levels.index(top) :] for one in city.hierarchies if top in one.levels]
    fits = not tile.level or any(tile.level in path for path in paths)
    remedy = f"take one of: {', '.join(dict.fromkeys(level for path in paths for level in path))}"
    _require(fits, f"no {tile.level} lies within a {top}, which the sheet is about", remedy)


def _check_areas(sheet: Sheet, levels: Collection[str]) -> None:
    _require(not (sheet.each and sheet.areas), "areas and each are both given", "leave one of them out")
    _require(bool(sheet.tiles), "the sheet has no tiles")
    for level in filter(None, (sheet.each, *(place(one, "areas").level for one in sheet.areas))):
        _known(level, levels, "level")


def _check_tile(tile: Tile, levels: Collection[str]) -> None:
    _check_number(tile)
    if tile.kind in _AREAL:
        _require(bool(tile.level), f"a {tile.kind} needs the level of its areas")
        _known(tile.level, levels, "level")
    else:
        _require(not tile.level, f"a {tile.kind} is about the area of its sheet", "leave its level out")


def _check_rule(rule: Rule, city: City) -> None:
    if rule.feed:
        _require(rule == Rule(feed=rule.feed), "a rule on a feed has nothing beside it")
        _known(rule.feed, {one.name for one in city.sources}, "feed")
        return
    _check_number(rule)
    _known(rule.level, city.levels, "level")
    remedy = "give one: above, below, above_usual or below_usual"
    _require(rule.bounds == 1, f"the rule has {rule.bounds} bounds", remedy)


def _check_number(asked: Tile | Rule) -> None:
    known = catalog.measure(catalog.metric(asked.metric).numerator).categories
    periods.check(asked.period)
    if known:
        _known(asked.category, known, "category")


def _known(name: str, known: Collection[str], kind: str) -> None:
    _require(name in known, f"unknown {kind} {name!r}", nearest(name, known))


def _require(holds: bool, what: str, remedy: str = "") -> None:  # noqa: FBT001 -- a condition is what it is about
    if not holds:
        raise PackError(what, remedy=remedy)
