"""Colours of the wall: at most five classes on a dark ground, and more is lighter."""

from __future__ import annotations

GROUND = "#101b27"
"""Ground of the wall, as `--ground` in assets/theme.css is in the dark."""

PAPER = "#172432"
"""Ground of a tile, as `--paper` is in the dark."""

RAMP = ("#5c6f91", "#5b93b8", "#63b7bd", "#9fd9b4", "#f2f3c2")
"""Classes from least to most; told apart without colour vision too."""
