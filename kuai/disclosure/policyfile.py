"""Check of the policy file: every name known, every resolution and audience there, every noise row as declared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from kuai.disclosure import strict
from kuai.disclosure.cellkey import Noise
from kuai.disclosure.release import STOCK
from kuai.disclosure.rolefile import check_roles
from kuai.errors import SettingsError, nearest
from kuai.periods import PERIODS, RHYTHMS

CLASSES = ("person", "incident", "passage", "place")
RESOLUTIONS = ("leaf", "middle", "upper")
AUDIENCES = ("analyst", "wall", "leader", "steward", "oversight", "engineer")

_COMMON = ("method", "flow", "stock", "audience")
_KEYS = {"rule": _COMMON, "cell_key": (*_COMMON, "breakdown", "release", "reach", "variance", "threshold", "bounds")}
_WORDS = {"rule": ("exact", "not_permitted"), "cell_key": ("protected", "not_permitted")}


def checked(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parsed policy itself.

    Raises
    ------
    SettingsError
        At the first key that is unknown or missing, and the first value of the wrong type or range.
    """
    strict.keys(spec, ("epoch", "ratio", "purpose", "role", "class"), "")
    strict.whole(spec["epoch"], "epoch", 1)
    strict.keys(spec["ratio"], ("min_denominator",), "ratio")
    strict.whole(spec["ratio"]["min_denominator"], "ratio.min_denominator", 1)
    check_roles(spec["role"], spec["purpose"], AUDIENCES)
    strict.keys(spec["class"], CLASSES, "class")
    for name, klass in spec["class"].items():
        _klass(klass, f"class.{name}")
    return spec


def _klass(spec: object, where: str) -> None:
    found = strict.table(spec, where)
    method = found.get("method")
    if not isinstance(method, str) or method not in _KEYS:
        raise SettingsError(f"{where}.method cannot be {method!r}", remedy=nearest(str(method), _KEYS))
    strict.keys(found, _KEYS[method], where)
    _flow(found["flow"], f"{where}.flow")
    _rhythms(found["stock"], f"{where}.stock")
    _audience(found["audience"], _WORDS[method], f"{where}.audience")
    if where == "class.person" and method != "cell_key":
        raise SettingsError("class.person.method cannot be 'rule': counts of persons are protected for everybody")
    if method == "cell_key":
        _breakdown(found, where)
        _release(found, f"{where}.release")
        _noise(found, where)


def _flow(spec: object, where: str) -> None:
    for resolution, periods in strict.keys(spec, RESOLUTIONS, where).items():
        strict.names(periods, PERIODS, f"{where}.{resolution}", "periods")


def _rhythms(spec: object, where: str) -> None:
    for resolution, rhythm in strict.keys(spec, RESOLUTIONS, where).items():
        strict.members([rhythm], RHYTHMS, f"{where}.{resolution}")


def _breakdown(spec: Mapping[str, Any], where: str) -> None:
    """Refuse categories that are released more often than their total: they add up to it."""
    _rhythms(spec["breakdown"], f"{where}.breakdown")
    for resolution, rhythm in spec["breakdown"].items():
        total = spec["stock"][resolution]
        if RHYTHMS.index(rhythm) < RHYTHMS.index(total) or (total == "week" != rhythm):
            what = f"{where}.breakdown.{resolution} is {rhythm!r}, and the total is released by the {total}"
            remedy = f"release categories by the {total}, or by a longer period that it divides"
            raise SettingsError(what, remedy=remedy)


def _release(klass: Mapping[str, Any], where: str) -> None:
    """Refuse a calendar that lacks a period of the class, or would show a day on itself."""
    used = {period for listed in klass["flow"].values() for period in listed}
    periods = (STOCK, *(one for one in PERIODS if one in used))
    spec = strict.keys(klass["release"], (*periods, "revise", "revisions"), where)
    for period in periods:
        strict.whole(spec[period], f"{where}.{period}", 1)
    strict.members([spec["revise"]], RHYTHMS, f"{where}.revise")
    strict.whole(spec["revisions"], f"{where}.revisions", 0)


def _audience(spec: object, words: Collection[str], where: str) -> None:
    for audience, rule in strict.keys(spec, AUDIENCES, where).items():
        if isinstance(rule, int):
            strict.whole(rule, f"{where}.{audience}", 2)
        else:
            strict.members([rule], words, f"{where}.{audience}")


def _noise(spec: Mapping[str, Any], where: str) -> None:
    """Refuse a row of bounds that is not centred or has not the declared reach and variance."""
    bounds = spec["bounds"]
    strict.whole(spec["threshold"], f"{where}.threshold", 1)
    if not isinstance(bounds, list) or len(bounds) < 3 or not all(_is_bound(one) for one in bounds):  # noqa: PLR2004
        raise SettingsError(f"{where}.bounds must be a list of whole numbers from 0 to 4294967296")
    if type(spec["variance"]) not in (int, float) or not isfinite(spec["variance"]):
        raise SettingsError(f"{where}.variance must be a number")
    noise = Noise(tuple(bounds), spec["threshold"])
    mean, variance = noise.moments
    if noise.reach != spec["reach"]:
        raise SettingsError(f"{where}.bounds has reach {noise.reach}, not {spec['reach']}")
    if abs(mean) > 1e-6 or abs(variance - spec["variance"]) > 1e-4:  # noqa: PLR2004
        raise SettingsError(f"{where}.bounds has mean {mean:.6f} and variance {variance:.4f}, not 0 and as declared")


def _is_bound(one: object) -> bool:
    return type(one) is int and 0 <= one <= 2**32
