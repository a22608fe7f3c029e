"""Frozen values from tables of a TOML file: each key a field, none unknown, every value of its type."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin

from kuai.errors import PackError, nearest

Made = TypeVar("Made")

_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def made(kind: type[Made], spec: object, where: str) -> Made:
    """Value of a dataclass from a table with its fields as keys.

    Parameters
    ----------
    kind : type
        The dataclass; fields may be numbers, texts, names of a `Literal`, other dataclasses, and tuples of these.
    spec : object
        The table.
    where : str
        File and table, for errors.

    Raises
    ------
    PackError
        At the first key that is unknown (with the nearest), that is missing, or whose value is of another type.
    """
    if not isinstance(spec, Mapping):
        raise PackError("is no table", where)
    hints, known = typing.get_type_hints(kind), {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    for key in spec:
        if key not in known:
            raise PackError(f"unknown key {key!r}", where, nearest(key, known))
    for name, one in known.items():
        if name not in spec and one.default is MISSING and one.default_factory is MISSING:
            raise PackError(f"key {name!r} is missing", where)
    return kind(**{key: _value(hints[key], value, f"{where}.{key}") for key, value in spec.items()})


def _value(hint: Any, value: object, where: str) -> Any:  # noqa: ANN401 -- of the type of the field
    if is_dataclass(hint):
        return made(hint, value, where)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return _several(get_args(hint)[0], value, where)
    if get_origin(hint) is typing.Literal:
        return _one_of(get_args(hint), value, where)
    if get_origin(hint) is types.UnionType:
        return _value(get_args(hint)[0], value, where)
    return _plain(hint, value, where)


def _several(hint: Any, value: object, where: str) -> tuple[Any, ...]:  # noqa: ANN401 -- type of the members
    if not isinstance(value, list):
        raise PackError("is no list", where)
    return tuple(_value(hint, one, f"{where}[{at}]") for at, one in enumerate(value, 1))


def _one_of(known: tuple[str, ...], value: object, where: str) -> object:
    if value not in known:
        raise PackError(f"cannot be {value!r}", where, nearest(str(value), known))
    return value


def _plain(hint: type, value: object, where: str) -> object:
    fits = isinstance(value, int | float) and not isinstance(value, bool) if hint is float else type(value) is hint
    if not fits or value == "":
        raise PackError(f"must be {_NAMES[hint]}, not {value!r}", where)
    return hint(value)
