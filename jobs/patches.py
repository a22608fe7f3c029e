"""Patches: units of a mart that say what changed since its unit was written, by their names.

The unit ``2026-05`` and its patches ``2026-05+0001``, ``2026-05+0002`` … are read together, in this order. When there
are many the unit is written anew as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

MOST_PATCHES = 30
_PATCH = "+"


def by_unit(units: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Files of each unit, the patches on it in order after it.

    Parameters
    ----------
    units : mapping
        Files by the names of units and patches.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(units):
        found[name.partition(_PATCH)[0]].extend(units[name])
    return dict(found)


def patch(unit: str, held: Collection[str]) -> str:
    """Name of the next patch on a unit that the files are held of."""
    return f"{unit}{_PATCH}{len(held):04d}"


def is_patchable(held: Collection[str]) -> bool:
    """Whether a unit that the files are held of may get another patch."""
    return 0 < len(held) <= MOST_PATCHES


def replaced(written: Iterable[str], units: Iterable[str]) -> frozenset[str]:
    """Names of a table that leave it when the written ones come: of what is written whole, itself and its patches."""
    whole = {name for name in written if _PATCH not in name}
    return frozenset(name for name in units if name.partition(_PATCH)[0] in whole)
