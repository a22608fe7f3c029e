"""Roles and purposes: as whom a session sees numbers, what it may do, for how much of the city, and what for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kuai.disclosure.rolefile import NOBODY
from kuai.metrics import Label


@dataclass(frozen=True)
class Purpose:
    """What a session may be for.

    Parameters
    ----------
    name : str
        Name in the policy.
    label : Label
        Name for people.
    needs_reason : bool
        Whether whoever states it also has to say why.
    """

    name: str
    label: Label
    needs_reason: bool


@dataclass(frozen=True)
class Role:
    """What a session may see and do.

    Parameters
    ----------
    name : str
        Name in the policy.
    label : Label
        Name for people.
    audience : str, optional
        Audience whose rules of disclosure apply; None if it sees no numbers.
    may : tuple of str
        Deeds: ``ask``, ``explain``, ``export``, ``status``, ``attend``, ``audit``.
    needs_scope : bool
        Whether it sees numbers only of areas that were named for the account.
    needs_second_factor : bool
        Whether a person needs more than a password to act in it.
    purposes : tuple of Purpose
        Purposes a session may state.
    """

    name: str
    label: Label
    audience: str | None
    may: tuple[str, ...]
    needs_scope: bool
    needs_second_factor: bool
    purposes: tuple[Purpose, ...]


def roles(spec: Mapping[str, Any]) -> dict[str, Role]:
    """Roles by name, of a policy that has been checked."""
    stated = {name: _purpose(name, one) for name, one in spec["purpose"].items()}
    return {name: _role(name, one, stated) for name, one in spec["role"].items()}


def _purpose(name: str, spec: Mapping[str, Any]) -> Purpose:
    return Purpose(name, Label(**spec["label"]), spec["needs_reason"])


def _role(name: str, spec: Mapping[str, Any], stated: Mapping[str, Purpose]) -> Role:
    audience = None if spec["audience"] == NOBODY else spec["audience"]
    purposes = tuple(stated[one] for one in spec["purposes"])
    scope, factor = (spec[one] == "required" for one in ("scope", "second_factor"))
    return Role(name, Label(**spec["label"]), audience, tuple(spec["may"]), scope, factor, purposes)
