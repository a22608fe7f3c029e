"""The policy of release: what each class of measure may be shown as, how often, how finely, and to whom."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kuai.disclosure.klasses import KlassPolicy, Rule, klass_policy
from kuai.disclosure.policyfile import AUDIENCES, RESOLUTIONS, checked
from kuai.disclosure.roles import Purpose, Role, roles
from kuai.errors import AccessError, GateError, SettingsError, nearest
from kuai.settings import conf_folder


@dataclass(frozen=True)
class RatioRule:
    """When a ratio of two served values is shown: its denominator is at least ``min_denominator``."""

    min_denominator: int


@dataclass(frozen=True)
class Policy:
    """The whole policy, with a version that changes whenever a rule does.

    Parameters
    ----------
    version : str
        12 hex digits over the content; comments do not count.
    release : str
        12 hex digits over what is released; roles, purposes, epoch and calendar do not count: no cell depends on them.
    epoch : int
        Newest epoch of the keys that may be drawn from.
    ratio : RatioRule
        Rule for ratios.
    klasses : mapping
        Rules by class.
    roles : mapping
        Roles by name.
    """

    version: str
    release: str
    epoch: int
    ratio: RatioRule
    klasses: Mapping[str, KlassPolicy]
    roles: Mapping[str, Role]

    @classmethod
    def load(cls, path: Path | None = None) -> Policy:
        """Policy of a file, ``conf/privacy.toml`` if none is given.

        Raises
        ------
        SettingsError
            If the file cannot be read, or a name, type or bound in it is wrong; names the key and the nearest name.
        """
        file = path or conf_folder() / "privacy.toml"
        try:
            return _policy(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"cannot be read as TOML: {error}", str(file)) from None
        except SettingsError as error:
            raise SettingsError(error.what, str(file), error.remedy) from None

    def klass(self, name: str) -> KlassPolicy:
        """Rules of a class.

        Raises
        ------
        SettingsError
            If the policy has no such class.
        """
        if name not in self.klasses:
            raise SettingsError(f"no class {name!r} in the policy", remedy=nearest(name, self.klasses))
        return self.klasses[name]

    def released(self, klass: str, resolution: str) -> tuple[str, ...]:
        """Periods that flows of a class are released for at a resolution, shortest first."""
        return self.klass(klass).flow[_known(resolution)]

    def rhythm(self, klass: str, resolution: str) -> str:
        """Period of which only the first stock is released at a resolution: ``quarter`` for one stock a quarter."""
        return self.klass(klass).stock[_known(resolution)]

    def breakdown(self, klass: str, resolution: str) -> str:
        """Period of which only the first stock is released by category at a resolution."""
        return self.klass(klass).breakdown[_known(resolution)]

    def rule(self, klass: str, audience: str) -> Rule:
        """What an audience gets of a class.

        Raises
        ------
        GateError
            If there is no such audience.
        """
        if audience not in AUDIENCES:
            raise GateError(f"no audience {audience!r}", remedy=nearest(audience, AUDIENCES))
        return self.klass(klass).rules[audience]

    def is_told_exactly(self, klass: str, audience: str) -> bool:
        """Whether an audience sees every count of a class as it was counted."""
        rule = self.rule(klass, audience)
        return rule.is_permitted and rule.minimum <= 1 and not self.klass(klass).is_protected

    def role(self, name: str) -> Role:
        """Return the role of that name: its audience, what it may do, its purposes.

        Raises
        ------
        AccessError
            If the policy has no such role.
        """
        if name not in self.roles:
            raise AccessError(f"no role {name!r}", remedy=nearest(name, self.roles))
        return self.roles[name]

    def purposes(self, role: str) -> tuple[Purpose, ...]:
        """Purposes that a session of a role may state.

        Raises
        ------
        AccessError
            If the policy has no such role.
        """
        return self.role(role).purposes

    def suppressed_most(self, klass: str, audience: str) -> int:
        """Largest count of a class that an audience is not shown, by its minimum or the threshold; 0 if none."""
        noise = self.klass(klass).noise
        return max(self.rule(klass, audience).minimum, noise.threshold if noise else 0, 1) - 1


@lru_cache(8)
def _policy(text: str) -> Policy:
    """Policy of the text of a file, which is read far more often than it changes."""
    spec = checked(tomllib.loads(text))
    klasses = {name: klass_policy(name, one) for name, one in spec["class"].items()}
    drawn = {name: {key: one[key] for key in one if key != "release"} for name, one in spec["class"].items()}
    release = _digest({"ratio": spec["ratio"], "class": drawn})
    ratio = RatioRule(spec["ratio"]["min_denominator"])
    return Policy(_digest(spec), release, spec["epoch"], ratio, klasses, roles(spec))


def resolutions(levels: tuple[str, ...], locate: str = "", override: Mapping[str, str] | None = None) -> dict[str, str]:
    """Resolution of every level of a hierarchy.

    Parameters
    ----------
    levels : tuple of str
        Levels from the whole city to the smallest.
    locate : str
        Level points are located in; the smallest one if empty.
    override : mapping, optional
        Resolutions a city pack declares by level.

    Raises
    ------
    SettingsError
        If a declared resolution is unknown.
    """
    leaf = levels.index(locate) if locate else len(levels) - 1
    found: dict[str, str] = {}
    for rank, level in enumerate(levels):
        by_rank = "upper" if rank <= 1 else "middle"
        found[level] = "leaf" if 0 < leaf <= rank else by_rank
    declared = {level: _known(one) for level, one in (override or {}).items() if level in found}
    return found | declared


def _known(resolution: str) -> str:
    if resolution not in RESOLUTIONS:
        raise SettingsError(f"no resolution {resolution!r}", remedy=nearest(resolution, RESOLUTIONS))
    return resolution


def _digest(spec: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:12]
