"""Strict reading of declared tables: every key known and there, every value of its type, range and list of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kuai.errors import SettingsError, nearest


def table(spec: object, where: str) -> Mapping[str, Any]:
    """Return the value itself, which is a table.

    Raises
    ------
    SettingsError
        If it is none.
    """
    if not isinstance(spec, dict):
        raise SettingsError(f"{where} must be a table")
    return spec


def keys(spec: object, known: Collection[str], where: str) -> Mapping[str, Any]:
    """Return the table itself, which has exactly the known keys.

    Raises
    ------
    SettingsError
        At the first key that is unknown, with the nearest known ones, and at the first that is missing.
    """
    found, prefix = table(spec, where), f"{where}." if where else ""
    for key in found:
        if key not in known:
            raise SettingsError(f"unknown key {prefix}{key}", remedy=nearest(key, known))
    for key in known:
        if key not in found:
            raise SettingsError(f"{prefix}{key} is missing")
    return found


def members(values: Iterable[object], known: Collection[str], where: str) -> None:
    """Refuse values that are no known names.

    Raises
    ------
    SettingsError
        At the first of them, with the nearest known names.
    """
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise SettingsError(f"{where} cannot hold {value!r}", remedy=nearest(str(value), known))


def names(value: object, known: Collection[str], where: str, kind: str) -> list[str]:
    """Return the value itself, which is a list of known names, each once.

    Raises
    ------
    SettingsError
        If it is no list of them; the message calls them by their ``kind``.
    """
    if not isinstance(value, list):
        raise SettingsError(f"{where} must be a list of {kind}")
    members(value, known, where)
    if len(set(value)) < len(value):
        raise SettingsError(f"{where} names one of the {kind} twice")
    return value


def whole(value: object, where: str, least: int) -> None:
    """Refuse what is no whole number of at least ``least``.

    Raises
    ------
    SettingsError
        If it is not.
    """
    if type(value) is not int or value < least:
        raise SettingsError(f"{where} must be a whole number of at least {least}, not {value!r}")


def text(value: object, where: str) -> None:
    """Refuse what is no text, or an empty one.

    Raises
    ------
    SettingsError
        If it is not.
    """
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{where} must be a text, not {value!r}")
