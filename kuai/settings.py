"""Settings: every one declared in conf/base.toml, read once into frozen values, unknown names refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from kuai.bounds import between as _between
from kuai.errors import SettingsError, nearest
from kuai.host import ConsoleSettings, GenerateSettings, TextSettings
from kuai.retention import RetentionSettings
from kuai.web import AccessSettings, HttpSettings, OidcSettings

_TYPE_NAMES = {int: "a whole number", str: "a text", float: "a number", bool: "true or false"}
_parsed = lru_cache(8)(tomllib.loads)  # nobody changes what it gives
_WORDS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class EngineSettings:
    """Where and with what resources a build runs."""

    master: str
    spark_from_mb: int = _between(0)
    task_memory_mb: int = _between(64)
    threads: int = _between(0)


@dataclass(frozen=True)
class BuildSettings:
    """How often a build commits what it has read."""

    commit_mb: int = _between(1)


@dataclass(frozen=True)
class StoreSettings:
    """How many published snapshots are kept."""

    keep: int = _between(2)


@dataclass(frozen=True)
class ServeSettings:
    """Where pages listen, and what one open serving file may use."""

    host: str
    port: int = _between(1, 65535)
    query_threads: int = _between(1)
    query_memory_mb: int = _between(64)


@dataclass(frozen=True)
class AuditSettings:
    """How audit lines are made safe, tied to anchors, cut into segments and kept."""

    anchors: str
    sync: bool
    anchor_lines: int = _between(1)
    anchor_minutes: int = _between(1)
    anchor_late_minutes: int = _between(0)
    segment_lines: int = _between(1)
    keep_years: int = _between(0)


@dataclass(frozen=True)
class Settings:
    """All settings, one frozen value per section of conf/base.toml."""

    engine: EngineSettings
    build: BuildSettings
    store: StoreSettings
    serve: ServeSettings
    access: AccessSettings
    audit: AuditSettings
    http: HttpSettings
    oidc: OidcSettings
    retention: RetentionSettings
    console: ConsoleSettings
    generate: GenerateSettings
    texts: TextSettings

    @classmethod
    def load(cls, extra: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings in force: base.toml, then `extra`, then the environment.

        Parameters
        ----------
        extra : Path, optional
            A TOML file that overrides some keys; skipped if it does not exist.
        environ : mapping, optional
            Environment to take KUAI_<SECTION>_<KEY> from; the process's own if None.

        Raises
        ------
        SettingsError
            For an unknown section or key, or a value of the wrong type or range; names the place and the nearest name.
        """
        base = conf_folder() / "base.toml"
        layers = [(str(base), _read(base))]
        if extra is not None and extra.is_file():
            layers.append((str(extra), _read(extra)))
        layers.extend(_from_environment(os.environ if environ is None else environ))
        merged: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
        for where, layer in layers:
            _lay_over(merged, layer, where)
        return cls(**{name: _section(name, values, str(base)) for name, values in merged.items()})


SECTIONS: dict[str, type] = get_type_hints(Settings)


def conf_folder() -> Path:
    """Folder of declarations: `conf` beside the packages, or the copy carried inside the wheel.

    Raises
    ------
    SettingsError
        If neither exists: the installation is broken.
    """
    package = Path(__file__).parent
    for folder in (package / "_conf", package.parent / "conf"):
        if (folder / "base.toml").is_file():
            return folder
    raise SettingsError("the declarations (conf/base.toml) are not installed", str(package), "reinstall kuai")


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot be read as TOML: {error}", str(path)) from None


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for variable in sorted(environ):
        section, _, key = variable.removeprefix("KUAI_").lower().partition("_")
        if variable.startswith("KUAI_") and key and section in SECTIONS:
            found.append((variable, {section: {key: _typed(section, key, environ[variable])}}))
    return found


def _typed(section: str, key: str, text: str) -> object:
    kind = _kinds(section).get(key, str)
    try:
        return _WORDS[text.lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        return text


@cache
def _kinds(section: str) -> dict[str, type]:
    return get_type_hints(SECTIONS[section])


@cache
def _bounds(section: str) -> dict[str, Mapping[str, Any]]:
    return {one.name: one.metadata for one in fields(SECTIONS[section])}


def _lay_over(merged: dict[str, dict[str, Any]], layer: dict[str, Any], where: str) -> None:
    for section, values in layer.items():
        if section not in merged:
            raise SettingsError(f"unknown section [{section}]", where, nearest(section, merged))
        if not isinstance(values, dict):
            raise SettingsError(f"{section} is a section, not a setting", where, f"write it as [{section}]")
        for key, value in values.items():
            _check(section, key, value, where)
            merged[section][key] = value


def _check(section: str, key: str, value: object, where: str) -> None:
    kinds = _kinds(section)
    if key not in kinds:
        raise SettingsError(f"unknown setting {section}.{key}", where, nearest(key, kinds))
    if type(value) is not kinds[key]:
        raise SettingsError(f"{section}.{key} must be {_TYPE_NAMES[kinds[key]]}, not {value!r}", where)
    _check_bounds(f"{section}.{key}", value, _bounds(section)[key], where)


def _check_bounds(name: str, value: Any, bounds: Mapping[str, Any], where: str) -> None:  # noqa: ANN401 -- TOML value
    names = bounds.get("names")
    if names and value not in names:
        raise SettingsError(f"{name} cannot be {value!r}", where, nearest(str(value), names))
    if bounds.get("is_date") and not _is_date(value):
        raise SettingsError(f"{name} must be a day such as 2026-06-30, not {value!r}", where)
    if 0 < bounds.get("unless_none", 0) > value > 0:
        raise SettingsError(f"{name} must be 0 or at least {bounds['unless_none']}, not {value}", where)
    least, most = bounds.get("least"), bounds.get("most")
    if (least is not None and value < least) or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"between {least} and {most}"
        raise SettingsError(f"{name} must be {limits}, not {value}", where)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _section(name: str, values: dict[str, Any], where: str) -> Any:  # noqa: ANN401 -- one of the section classes
    lacking = [one for one in _bounds(name) if one not in values]
    if lacking:
        raise SettingsError(f"{name}.{lacking[0]} has no default", where)
    return SECTIONS[name](**values)
