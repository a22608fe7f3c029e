"""Legible: how large letters have to be on a display to be read from where its readers are."""

from __future__ import annotations

from math import radians, tan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kuai.alarms.declared import Display

MINUTES = {"zh": 30, "en": 16}
"""Minutes of arc that a character has to fill: dense Chinese text; Latin capitals and digits (ISO 9241-303). That is a
height of distance / 114.6 and of distance / 214.9."""

FACE = {"zh": 0.92, "en": 0.70}
"""Height of a character as a part of the size of its font: the face of a Chinese character, a Latin capital."""

ACROSS = 44
"""Sizes of the smallest font that the display has to be wide."""


def height_mm(display: Display, language: str) -> float:
    """Height in millimetres that the smallest character must have.

    Parameters
    ----------
    display : Display
        The display, with the distance it is read from.
    language : str
        ``zh`` or ``en``.
    """
    return 1000 * display.distance_m * tan(radians(MINUTES[language] / 60))


def smallest(display: Display, language: str) -> float:
    """Size of the smallest font, as a part of the width of the display."""
    return height_mm(display, language) / FACE[language] / display.width_mm


def reach_m(display: Display) -> float:
    """Largest distance in metres at which the sheets still fit on a display in both languages."""
    largest = max(smallest(display, language) for language in MINUTES)
    return display.distance_m / (largest * ACROSS)
