"""Read a city pack: one folder with ``city.toml``, ``sources.toml`` and a SELECT per source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kuai import catalog
from kuai.city.model import City, Expected, Hierarchy, Source
from kuai.errors import PackError, nearest
from kuai.metrics import Label
from kuai.periods import PERIODS

_CITY_KEYS = frozenset(
    ["city", "name", "time_zone", "hierarchies", "level", "owner", "holidays", "freshness", "regions", "discovered"]
)  # fmt: skip
_SOURCE_KEYS = frozenset(one.name for one in fields(Source)) - {"name", "sql", "sql_path"}
_EXPECTED_KEYS = frozenset(("from", "until", "every", "due_hours"))
_CHOICES = {"format": ("csv", "parquet"), "coverage": ("observed", "name", "none")}


def load_city(name: str, packs: Path) -> City:
    """City pack by name below ``packs``, or by the path of its folder.

    Parameters
    ----------
    name : str
        Name of a pack that is shipped, or a folder anywhere on disk.
    packs : Path
        Folder of the packs that are shipped.

    Raises
    ------
    PackError
        If the pack is not there, incomplete, or contradicts itself.
    """
    folder = _folder(name, packs)
    spec = _toml(folder / "city.toml")
    where = str(folder / "city.toml")
    _check_keys(spec, _CITY_KEYS, where)
    _require(spec, ("city", "name", "time_zone", "hierarchies", "level"), where)
    return _checked(_city(spec, folder), where)


def _folder(name: str, packs: Path) -> Path:
    for folder in (packs / name, Path(name)):
        if (folder / "city.toml").is_file():
            return folder.resolve()
    known = [entry.name for entry in packs.iterdir() if entry.is_dir()] if packs.is_dir() else []
    raise PackError(f"no city pack {name!r}", str(packs), f"give a folder with a city.toml, or {nearest(name, known)}")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PackError(f"{path.name} is missing", str(path.parent), "see “Onboarding a city” in the README") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"not valid TOML: {error}", str(path)) from None


def _check_keys(spec: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for key in spec:
        if key not in known:
            raise PackError(f"unknown key {key!r}", where, nearest(key, known))


def _require(spec: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in keys:
        if key not in spec:
            raise PackError(f"key {key!r} is missing", where, "see “Onboarding a city” in the README")


def _city(spec: Mapping[str, Any], folder: Path) -> City:
    where = str(folder / "city.toml")
    levels = spec["level"]
    return City(
        code=str(spec["city"]),
        name=_label(spec["name"], where),
        time_zone=str(spec["time_zone"]),
        hierarchies=tuple(_hierarchy(one, where) for one in spec["hierarchies"]),
        levels={name: _label(one, where, "resolution") for name, one in levels.items()},
        resolution={name: one["resolution"] for name, one in levels.items() if "resolution" in one},
        owners={name: _label(one, where) for name, one in spec.get("owner", {}).items()},
        holidays=tuple(_day(one, where) for one in spec.get("holidays", ())),
        freshness=_freshness(spec.get("freshness", {}), where),
        regions=tuple(str(one) for one in spec.get("regions", ())),
        discovered=tuple(str(one) for one in spec.get("discovered", ())),
        sources=_sources(folder),
        folder=folder,
    )


def _label(spec: Mapping[str, str], where: str, *more: str) -> Label:
    _check_keys(spec, frozenset(("zh", "en", *more)), where)
    _require(spec, ("zh", "en"), where)
    return Label(spec["zh"], spec["en"])


def _freshness(spec: Mapping[str, Any], where: str) -> dict[str, int]:
    for name, hours in spec.items():
        catalog.contract(name)
        if type(hours) is not int or hours < 0:
            raise PackError(f"freshness of {name} = {hours!r} is no number of hours", where, "write a whole number")
    return dict(spec)


def _hierarchy(spec: Mapping[str, Any], where: str) -> Hierarchy:
    _check_keys(spec, frozenset(("name", "levels", "locate")), where)
    _require(spec, ("name", "levels"), where)
    return Hierarchy(spec["name"], tuple(spec["levels"]), spec.get("locate", ""))


def _day(value: object, where: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise PackError(f"{value!r} is not a day", where, "write days as 2026-03-01") from None


def _sources(folder: Path) -> tuple[Source, ...]:
    path = folder / "sources.toml"
    return tuple(_source(name, spec, folder) for name, spec in _toml(path).items())


def _source(name: str, spec: Mapping[str, Any], folder: Path) -> Source:
    where = f"{folder / 'sources.toml'} [{name}]"
    _check_keys(spec, _SOURCE_KEYS, where)
    _require(spec, ("dataset", "files"), where)
    _check_kinds(spec, where)
    _check_choices(spec, where)
    _check_files(spec["files"], where)
    _check_pattern(spec.get("as_of", ""), where)
    catalog.contract(spec["dataset"])
    sql_path = folder / f"{name}.sql"
    if not sql_path.is_file():
        raise PackError(f"source {name!r} has no SELECT", str(sql_path), "write one DuckDB SELECT from the view raw")
    given = {key: value for key, value in spec.items() if key != "expected"}
    expected = _expected(spec["expected"], where) if "expected" in spec else None
    return Source(
        **{"owner": "", **given},
        name=name,
        sql=_select(sql_path),
        sql_path=sql_path,
        expected=expected,
    )


def _select(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip().rstrip(";")
    except UnicodeDecodeError as error:
        raise PackError(f"the SELECT is not UTF-8: {error.reason}", str(path), "save it as UTF-8") from None


def _check_choices(spec: Mapping[str, Any], where: str) -> None:
    for key, allowed in _CHOICES.items():
        if spec.get(key, allowed[0]) not in allowed:
            raise PackError(f"{key} = {spec[key]!r} is not known", where, nearest(str(spec[key]), allowed))


def _check_kinds(spec: Mapping[str, Any], where: str) -> None:
    for key in spec.keys() - {"expected"}:
        kind, example = (bool, "true or false") if key == "multiline" else (str, f'text, as {key} = "…"')
        if not isinstance(spec[key], kind):
            raise PackError(f"{key} = {spec[key]!r} is not {example}", where)


def _check_pattern(pattern: str, where: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise PackError(f"as_of is not a regular expression: {error}", where) from None
    if pattern and groups != 1:
        raise PackError("as_of needs exactly one group, the day", where, r"for example '__(\d{4}-\d{2}-\d{2})'")


def _expected(spec: Mapping[str, Any], where: str) -> Expected:
    _check_keys(spec, _EXPECTED_KEYS, where)
    _require(spec, ("from",), where)
    until = _day(spec["until"], where) if "until" in spec else None
    every, due = spec.get("every", "day"), spec.get("due_hours", 48)
    if every not in PERIODS:
        raise PackError(f"every = {every!r} is no period", where, nearest(str(every), PERIODS))
    if not isinstance(due, int) or due < 0:
        raise PackError(f"due_hours = {due!r} is no number of hours", where, "write a whole number, 0 or more")
    return Expected(_day(spec["from"], where), until, every, due)


def _check_files(files: str, where: str) -> None:
    """Refuse what is no glob below the data folder."""
    parts = PurePosixPath(files).parts
    if not parts or parts[0] == "/" or ".." in parts or any("**" in part and part != "**" for part in parts):
        raise PackError(f"files = {files!r} is no pattern below the data folder", where, "for example 'cases/*.csv'")


def _checked(city: City, where: str) -> City:
    _check_zone(city, where)
    for hierarchy in city.hierarchies:
        _check_hierarchy(hierarchy, city, where)
    for source in city.sources:
        if source.owner and source.owner not in city.owners:
            raise PackError(
                f"owner {source.owner!r} of source {source.name!r} is not declared",
                where,
                nearest(source.owner, city.owners),
            )
    return city


def _check_zone(city: City, where: str) -> None:
    try:
        ZoneInfo(city.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise PackError(f"no time zone {city.time_zone!r}", where, "write an IANA name such as Asia/Shanghai") from None


def _check_hierarchy(hierarchy: Hierarchy, city: City, where: str) -> None:
    if hierarchy.levels[:1] != (city.root,):
        raise PackError(f"hierarchy {hierarchy.name!r} does not begin at {city.root!r}", where)
    for level in (*hierarchy.levels, *filter(None, (hierarchy.locate,))):
        if level not in city.levels:
            raise PackError(f"level {level!r} has no name", where, nearest(level, city.levels))
    if hierarchy.locate and hierarchy.locate not in hierarchy.levels:
        raise PackError(
            f"hierarchy {hierarchy.name!r} cannot locate in {hierarchy.locate!r}",
            where,
            nearest(hierarchy.locate, hierarchy.levels),
        )
