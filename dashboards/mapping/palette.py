"""Fills of classes and states on a light and on a dark ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import layers
from dashboards.figures.classes import MOST
from dashboards.figures.states import DARK_FILLS, DARK_INKS, FILLS, INKS

if TYPE_CHECKING:
    from dashboards.figures.classes import Classes

DARK_RAMPS = {
    "down": ("#4a2327", "#84382f", "#bf5a36", "#ec9750", "#fbdfae"),
    "up": ("#12352d", "#1e5f4c", "#37906f", "#7cc4a0", "#d5f0de"),
    "neutral": ("#15304d", "#245684", "#3f81b8", "#86b5dd", "#dcebf8"),
}
"""On a dark ground more is lighter, so that much is what is seen."""


def colours(good: str, classes: Classes) -> dict[str, dict[str, object]]:
    """Fills of the classes, and fill and pattern of the states, by theme."""
    return {
        "light": {"classes": classes.colours, "fills": FILLS, "inks": INKS},
        "dark": {"classes": _dark(good, classes), "fills": DARK_FILLS, "inks": DARK_INKS},
    }


def shades(good: str, classes: Classes) -> list[dict[str, str]]:
    """Style of what is filled as each class is: the fill of both grounds, of which the page takes one."""
    pairs = zip(classes.colours, _dark(good, classes), strict=True)
    return [{"--light": light, "--dark": dark} for light, dark in pairs]


def named(layer: str) -> dict[str, dict[str, object]]:
    """The same of a layer of kinds."""
    return {
        "light": {"classes": layers.colours(layer, "light"), "fills": FILLS, "inks": INKS},
        "dark": {"classes": layers.colours(layer, "dark"), "fills": DARK_FILLS, "inks": DARK_INKS},
    }


def _dark(good: str, classes: Classes) -> tuple[str, ...]:
    """As many colours of a dark ramp as there are classes, as the light ones are chosen."""
    ramp, count = DARK_RAMPS[good], len(classes.colours)
    if count <= 1:
        return ramp[2:3] * count
    return tuple(ramp[round(one * (MOST - 1) / (count - 1))] for one in range(count))
