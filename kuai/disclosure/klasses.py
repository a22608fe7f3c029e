"""Rules of one class of measures: how it is protected, how often and when it comes, and what each audience gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kuai.disclosure.cellkey import Noise
from kuai.disclosure.release import Release


@dataclass(frozen=True)
class Rule:
    """What one audience gets of one class.

    Parameters
    ----------
    is_permitted : bool
        Whether it gets anything at all.
    minimum : int
        Least count that is shown besides 0; 0 and 1 for all of them.
    """

    is_permitted: bool = True
    minimum: int = 0


@dataclass(frozen=True)
class KlassPolicy:
    """Rules of one class of measures.

    Parameters
    ----------
    name : str
        ``person``, ``incident``, ``passage`` or ``place``.
    noise : Noise, optional
        Perturbation and threshold; None where counts are stored as they are.
    flow : mapping
        Periods released, by resolution.
    stock : mapping
        Period of which the first stock is released, by resolution.
    breakdown : mapping
        Period of which the first stock is released by category, by resolution.
    rules : mapping
        Rule by audience.
    calendar : Release, optional
        When counts are published and corrected; None where they are shown as they come.
    """

    name: str
    noise: Noise | None
    flow: Mapping[str, tuple[str, ...]]
    stock: Mapping[str, str]
    breakdown: Mapping[str, str]
    rules: Mapping[str, Rule]
    calendar: Release | None = None

    @property
    def is_protected(self) -> bool:
        """Whether counts pass the cell-key method before anything is stored for serving."""
        return self.noise is not None


def klass_policy(name: str, spec: Mapping[str, Any]) -> KlassPolicy:
    """Rules of a class from its table in the policy file, which was checked."""
    noise = Noise(tuple(spec["bounds"]), spec["threshold"]) if spec["method"] == "cell_key" else None
    flow = {resolution: tuple(periods) for resolution, periods in spec["flow"].items()}
    rules = {audience: _rule(value) for audience, value in spec["audience"].items()}
    breakdown, calendar = spec.get("breakdown", spec["stock"]), _calendar(spec.get("release"))
    return KlassPolicy(name, noise, flow, spec["stock"], breakdown, rules, calendar)


def _calendar(spec: Mapping[str, Any] | None) -> Release | None:
    if spec is None:
        return None
    lag = {period: days for period, days in spec.items() if period not in ("revise", "revisions")}
    return Release(lag, spec["revise"], spec["revisions"])


def _rule(value: str | int) -> Rule:
    return Rule(minimum=value) if isinstance(value, int) else Rule(is_permitted=value != "not_permitted")
