"""Every text a user reads, in both languages, from one registry: kuai/texts.toml."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kuai.errors import SettingsError, nearest

LANGUAGES = ("zh", "en")
"""Languages every text has."""


@cache
def registry() -> dict[str, dict[str, str]]:
    """Texts by dotted key and language.

    Raises
    ------
    SettingsError
        If the registry is unreadable, or a text lacks a language.
    """
    path = Path(__file__).with_name("texts.toml")
    try:
        return _flat(tomllib.loads(path.read_text(encoding="utf-8")), "")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"the texts cannot be read: {error}", str(path)) from None


def text(key: str, language: str, **values: object) -> str:
    """Text of a key in a language, with its fields filled in.

    Raises
    ------
    SettingsError
        If there is no such key, language or field.
    """
    try:
        return template(key, language).format(**values)
    except KeyError as error:
        raise SettingsError(f"text {key!r} needs a value for {error.args[0]!r}", "kuai/texts.toml") from None


def template(key: str, language: str) -> str:
    """Text of a key in a language with its fields as they stand in the registry, for somebody else to fill in.

    Raises
    ------
    SettingsError
        If there is no such key or language.
    """
    if key not in registry():
        raise SettingsError(f"no text {key!r}", "kuai/texts.toml", nearest(key, registry()))
    if language not in LANGUAGES:
        raise SettingsError(f"no language {language!r}", "KUAI_LANG", nearest(language, LANGUAGES))
    return registry()[key][language]


def has(key: str) -> bool:
    """Whether the registry has the key."""
    return key in registry()


def language(usual: str) -> str:
    """Language in force: KUAI_LANG if it is set, else the usual one.

    Raises
    ------
    SettingsError
        If KUAI_LANG is neither `zh` nor `en`.
    """
    chosen = os.environ.get("KUAI_LANG") or usual
    if chosen not in LANGUAGES:
        raise SettingsError(f"no language {chosen!r}", "KUAI_LANG", nearest(chosen, LANGUAGES))
    return chosen


def _flat(table: dict[str, Any], prefix: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in table.items():
        if not isinstance(value, dict):
            raise SettingsError(f"{prefix}{key} is no text", "kuai/texts.toml", "give it zh and en")
        if value.keys().isdisjoint(LANGUAGES):
            found |= _flat(value, f"{prefix}{key}.")
        elif set(value) == set(LANGUAGES):
            found[prefix + key] = value
        else:
            raise SettingsError(f"text {prefix}{key} has not exactly the languages zh and en", "kuai/texts.toml")
    return found
