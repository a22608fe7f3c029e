"""Check of the policy file: every name known, every resolution and audience there, every noise row as declared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kuai.disclosure.cellkey import Noise
from kuai.errors import SettingsError, nearest
from kuai.periods import PERIODS

CLASSES = ("person", "incident", "passage", "place")
RESOLUTIONS = ("leaf", "middle", "upper")
AUDIENCES = ("analyst", "wall", "leader", "steward", "oversight", "engineer")

_COMMON = ("method", "flow", "stock", "audience")
_KEYS = {"rule": _COMMON, "cell_key": (*_COMMON, "reach", "variance", "threshold", "bounds")}
_WORDS = {"rule": ("exact", "not_permitted"), "cell_key": ("protected", "not_permitted")}


def checked(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parsed policy itself.

    Raises
    ------
    SettingsError
        At the first key that is unknown or missing, and the first value of the wrong type or range.
    """
    _keys(spec, ("epoch", "ratio", "class"), "")
    _whole(spec["epoch"], "epoch", 1)
    _keys(spec["ratio"], ("min_denominator",), "ratio")
    _whole(spec["ratio"]["min_denominator"], "ratio.min_denominator", 1)
    _keys(spec["class"], CLASSES, "class")
    for name, klass in spec["class"].items():
        _klass(klass, f"class.{name}")
    return spec


def _klass(spec: object, where: str) -> None:
    found = _table(spec, where)
    method = found.get("method")
    if method not in _KEYS:
        raise SettingsError(f"{where}.method cannot be {method!r}", remedy=nearest(str(method), _KEYS))
    _keys(found, _KEYS[method], where)
    _flow(found["flow"], f"{where}.flow")
    _stock(found["stock"], f"{where}.stock")
    _audience(found["audience"], _WORDS[method], f"{where}.audience")
    if method == "cell_key":
        _noise(found, where)


def _flow(spec: object, where: str) -> None:
    for resolution, periods in _keys(spec, RESOLUTIONS, where).items():
        if not isinstance(periods, list):
            raise SettingsError(f"{where}.{resolution} must be a list of periods")
        _members(periods, PERIODS, f"{where}.{resolution}")


def _stock(spec: object, where: str) -> None:
    for resolution, period in _keys(spec, RESOLUTIONS, where).items():
        _members([period], PERIODS, f"{where}.{resolution}")


def _audience(spec: object, words: Collection[str], where: str) -> None:
    for audience, rule in _keys(spec, AUDIENCES, where).items():
        if isinstance(rule, int):
            _whole(rule, f"{where}.{audience}", 2)
        else:
            _members([rule], words, f"{where}.{audience}")


def _noise(spec: Mapping[str, Any], where: str) -> None:
    """Refuse a row of bounds that is not centred or has not the declared reach and variance."""
    bounds = spec["bounds"]
    _whole(spec["threshold"], f"{where}.threshold", 1)
    if not isinstance(bounds, list) or len(bounds) < 3 or not all(type(one) is int for one in bounds):  # noqa: PLR2004
        raise SettingsError(f"{where}.bounds must be a list of whole numbers")
    noise = Noise(tuple(bounds), spec["threshold"])
    mean, variance = noise.moments
    if noise.reach != spec["reach"]:
        raise SettingsError(f"{where}.bounds has reach {noise.reach}, not {spec['reach']}")
    if abs(mean) > 1e-6 or abs(variance - spec["variance"]) > 1e-4:  # noqa: PLR2004
        raise SettingsError(f"{where}.bounds has mean {mean:.6f} and variance {variance:.4f}, not 0 and as declared")


def _keys(spec: object, known: Collection[str], where: str) -> Mapping[str, Any]:
    found, prefix = _table(spec, where), f"{where}." if where else ""
    for key in found:
        if key not in known:
            raise SettingsError(f"unknown key {prefix}{key}", remedy=nearest(key, known))
    for key in known:
        if key not in found:
            raise SettingsError(f"{prefix}{key} is missing")
    return found


def _table(spec: object, where: str) -> Mapping[str, Any]:
    if not isinstance(spec, dict):
        raise SettingsError(f"{where} must be a table")
    return spec


def _members(values: Iterable[object], known: Collection[str], where: str) -> None:
    for value in values:
        if value not in known:
            raise SettingsError(f"{where} cannot hold {value!r}", remedy=nearest(str(value), known))


def _whole(value: object, where: str, least: int) -> None:
    if type(value) is not int or value < least:
        raise SettingsError(f"{where} must be a whole number of at least {least}, not {value!r}")
