"""What eyes see: contrast as WCAG 2.2 counts it, distance in CIE Lab, and three ways of seeing fewer colours."""

from __future__ import annotations

from typing import Any

import numpy as np

Colour = Any
"""Red, green and blue, 0 to 1, as sRGB writes them."""

SIMULATIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira & Fernandes (IEEE TVCG 15, 2009), severity 1, on linear light."""

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def parsed(text: str) -> Colour:
    """Colour from its written form: #abc, #aabbcc or rgb(1, 2, 3)."""
    if text.startswith("#"):
        digits = text[1:] if len(text) == 7 else "".join(one * 2 for one in text[1:])
        return np.array([int(digits[at : at + 2], 16) for at in (0, 2, 4)]) / 255
    return np.array([float(one) for one in text[text.index("(") + 1 : -1].replace(",", " ").split()[:3]]) / 255


def linear(colour: Colour) -> Colour:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    light, dark = sorted((float(linear(parsed(each)) @ _TO_XYZ[1]) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour: Colour, simulation: str = "") -> Colour:
    """Colour in CIE Lab, D65, as somebody sees it."""
    light = linear(colour)
    if simulation:
        light = np.clip(np.array(SIMULATIONS[simulation]) @ light, 0, 1)
    share = _TO_XYZ @ light / _WHITE
    root = np.where(share > 0.008856, np.cbrt(share), share * 7.787 + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def distance(one: str, other: str, simulation: str = "") -> float:
    """Distance of two colours in CIE Lab (1976)."""
    return float(np.linalg.norm(lab(parsed(one), simulation) - lab(parsed(other), simulation)))


def lightness(colour: str) -> float:
    return float(lab(parsed(colour))[0])
