"""Legible: how large letters have to be on a display to be read from where its readers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kuai.alarms.declared import Display

REACH = {"zh": 115, "en": 215}
"""Distance over the height of a character: 30 minutes of arc for dense Chinese text, 16 for Latin capitals and digits
(ISO 9241-303)."""

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
    return 1000 * display.distance_m / REACH[language]


def smallest(display: Display, language: str) -> float:
    """Size of the smallest font, as a part of the width of the display."""
    return height_mm(display, language) / FACE[language] / display.width_mm


def reach_m(display: Display) -> float:
    """Largest distance in metres at which the sheets still fit on a display in both languages."""
    largest = max(smallest(display, language) for language in REACH)
    return display.distance_m / (largest * ACROSS)
