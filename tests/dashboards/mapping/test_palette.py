"""Fills of classes are told apart on either ground, without full colour vision too."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import dashboards
from dashboards.figures.classes import MOST, RAMPS, Classes
from dashboards.figures.states import DARK_FILLS, DARK_INKS, FILLS, INKS, STATES
from dashboards.mapping.palette import DARK_RAMPS, colours

# Machado, Oliveira and Fernandes (2009), severity 1
VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deuteranopia": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "tritanopia": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
WHITE = np.array([0.9505, 1.0, 1.0890])


def linear(colour: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    shares = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(colour: str, vision: str = "full") -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x, y, z = (cube if cube**3 > 0.008856 else 7.787 * cube**3 + 16 / 116 for cube in np.cbrt(
        TO_XYZ @ (VISIONS[vision] @ linear(colour)).clip(0, 1) / WHITE))  # fmt: skip
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("ramps", [RAMPS, DARK_RAMPS])
def test_any_two_classes_differ(ramps: dict[str, tuple[str, ...]], vision: str) -> None:
    for ramp in ramps.values():
        assert min(np.linalg.norm(lab(one, vision) - lab(other, vision)) for one, other in combinations(ramp, 2)) >= 10


def test_more_is_darker_on_light_and_lighter_on_dark() -> None:
    for ramps, way in ((RAMPS, -1), (DARK_RAMPS, 1)):
        for ramp in ramps.values():
            assert (np.diff([lab(one)[0] for one in ramp]) * way > 0).all()


def test_the_style_sheet_has_the_same_states() -> None:
    assets = Path(dashboards.__path__[0]) / "assets"
    light, dark = ((assets / name).read_text("utf-8") for name in ("theme.css", "theme_dark.css"))
    for part, fills, inks in ((light, FILLS, INKS), (dark, DARK_FILLS, DARK_INKS)):
        wanted = [f"--{state}: {fills[state]}; --{state}-ink: {inks[state]};" for state in STATES]
        assert [one for one in wanted if one not in part] == []


@pytest.mark.parametrize("count", range(MOST + 1))
def test_both_grounds_have_as_many_fills_as_there_are_classes(count: int) -> None:
    classes = Classes((), ((0.0, 1.0),) * count, (1,) * count, RAMPS["down"][:count])
    found = colours("down", classes)
    assert [len(found[theme]["classes"]) for theme in ("light", "dark")] == [count, count]  # type: ignore[arg-type]
