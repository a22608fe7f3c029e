"""Check of the roles and purposes in the policy file: every name known, none unused, no contradictions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from kuai.disclosure import strict
from kuai.errors import SettingsError

ROLES = ("wall", "analyst", "leader", "steward", "oversight", "engineer", "auditor")
DEEDS = ("ask", "explain", "export", "status", "attend", "audit")
"""What a role may do: ask for numbers, see where one comes from, take a table away, see how fresh the data are,
attend to alarms, and read who asked for what."""

WALL = "wall"
"""The role of displays, and of nobody else."""

NOBODY = "none"
"""Audience of a role that sees no numbers."""

_ROLE = ("label", "audience", "may", "scope", "second_factor", "purposes")
_PURPOSE = ("label", "needs_reason")
_NEEDS = ("required", "optional")
_OF_NUMBERS = ("ask", "explain", "export", "attend")
_OF_DISPLAYS = ("ask", "status")
_NAME = re.compile(r"[a-z][a-z_]*")


def check_roles(roles: object, purposes: object, audiences: Collection[str]) -> None:
    """Refuse roles and purposes that are not as they must be.

    Parameters
    ----------
    roles, purposes : object
        The tables ``role`` and ``purpose``, as parsed.
    audiences : collection of str
        Known audiences.

    Raises
    ------
    SettingsError
        At the first key that is unknown or missing, the first value of the wrong type, and the first contradiction.
    """
    stated = strict.table(purposes, "purpose")
    for name, purpose in stated.items():
        _check_purpose(name, purpose)
    for name, role in strict.keys(roles, ROLES, "role").items():
        _check_role(role, f"role.{name}", stated, audiences)
    found: Mapping[str, Any] = strict.table(roles, "role")
    _check_wall(found[WALL], stated)
    unused = set(stated) - {one for role in found.values() for one in role["purposes"]}
    if unused:
        raise SettingsError(f"purpose.{min(unused)} is no role's", remedy="add it to the purposes of one, or remove it")


def _check_purpose(name: str, spec: object) -> None:
    where = f"purpose.{name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where} is no name of a purpose", remedy="use lower-case letters and _")
    found = strict.keys(spec, _PURPOSE, where)
    _check_label(found["label"], f"{where}.label")
    if not isinstance(found["needs_reason"], bool):
        raise SettingsError(f"{where}.needs_reason must be true or false, not {found['needs_reason']!r}")


def _check_label(spec: object, where: str) -> None:
    for language, label in strict.keys(spec, ("zh", "en"), where).items():
        strict.text(label, f"{where}.{language}")


def _check_role(spec: object, where: str, purposes: Collection[str], audiences: Collection[str]) -> None:
    found = strict.keys(spec, _ROLE, where)
    _check_label(found["label"], f"{where}.label")
    strict.members([found["audience"]], (*audiences, NOBODY), f"{where}.audience")
    for name in ("scope", "second_factor"):
        strict.members([found[name]], _NEEDS, f"{where}.{name}")
    deeds = strict.names(found["may"], DEEDS, f"{where}.may", "deeds")
    if not strict.names(found["purposes"], purposes, f"{where}.purposes", "purposes"):
        raise SettingsError(f"{where}.purposes is empty", remedy="a session states a purpose: declare at least one")
    numbers = [deed for deed in deeds if deed in _OF_NUMBERS]
    if found["audience"] == NOBODY and numbers:
        raise SettingsError(f"{where} sees no numbers and cannot {numbers[0]}", remedy=f"take it from {where}.may")


def _check_wall(spec: Mapping[str, Any], purposes: Mapping[str, Any]) -> None:
    """Refuse a display that does more than show, for nobody is signed in at it who could answer for that."""
    if spec["audience"] != WALL:
        raise SettingsError(f"role.wall.audience must be {WALL!r}: displays have rules of their own")
    strict.members(spec["may"], _OF_DISPLAYS, "role.wall.may")
    if spec["second_factor"] != "optional":
        raise SettingsError("role.wall.second_factor must be 'optional': a display has none to give")
    asking = [one for one in spec["purposes"] if purposes[one]["needs_reason"]]
    if asking:
        raise SettingsError(f"role.wall.purposes holds {asking[0]!r}, which needs a reason: a display has none to give")
