"""Funnel of a unit beside its peers: ratio of observed to expected over what is expected, with the limits of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dashboards.station.drawing import ACCENT, INK, LINE, QUIET, SOFT, picture, text

if TYPE_CHECKING:
    from dash import html
    from numpy.typing import NDArray

    from dashboards.station.peers import Standing
    from dashboards.words import Words

    Numbers = NDArray[np.float64]

_SIZE = (460, 300)
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 450, 20, 262
_CLIP = (
    f"<clipPath id='plane'><rect x='{_LEFT}' y='{_TOP}' width='{_RIGHT - _LEFT}' height='{_BOTTOM - _TOP}'/></clipPath>"
)
_Z_95, _Z_998 = 1.959964, 3.090232
_NODES = 48
_ROOM = 1.12
_LEAST_TOP, _MOST_TOP = 2.0, 6.0
_TICKS = (0.5, 1, 2, 3, 4, 6, 8, 12, 20)


def drawn(words: Words, standing: Standing, told: str) -> html.Img:
    """Funnel with the unit as a diamond and its peers as dots without a name.

    Parameters
    ----------
    words : Words
        The reader's language.
    standing : Standing
        A unit that has a funnel.
    told : str
        The same in words.
    """
    plane = _Plane(standing)
    parts = [_CLIP, *_axes(words, plane), *plane.lines(), *plane.dots(), plane.mark()]
    return picture(parts, _SIZE, told, "funnel")


class _Plane:
    """Plane of the drawing: expected to the right on a scale of logarithms, ratio upwards."""

    def __init__(self, standing: Standing) -> None:
        group = standing.now
        self.standing, self.expected = standing, group.expected
        self.ratio = group.observed / group.expected
        self.low, self.high = float(group.expected.min()) / _ROOM, float(group.expected.max()) * _ROOM
        self.top = min(max(_LEAST_TOP, float(self.ratio.max()) * _ROOM), _MOST_TOP)

    def x(self, expected: Numbers | float) -> Numbers:
        share: Numbers = np.log(np.asarray(expected) / self.low) / np.log(self.high / self.low)
        return _LEFT + share * (_RIGHT - _LEFT)

    def y(self, ratio: Numbers | float) -> Numbers:
        share: Numbers = np.asarray(ratio) / self.top
        return _BOTTOM - share * (_BOTTOM - _TOP)

    def lines(self) -> list[str]:
        """Limits of 95 % (dashed) and 99.8 %, as far as they lie on the plane."""
        from kuai.statistics.funnel import limits

        at = np.geomspace(self.low, self.high, _NODES)
        noise = np.interp(at, np.sort(self.expected), self.standing.now.noise[np.argsort(self.expected)])
        tau2 = self.standing.funnel.tau2 if self.standing.funnel else 0.0
        return [
            f"<path d='{_path(self.x(at), self.y(line))}' fill='none' stroke='{SOFT}' clip-path='url(#plane)' {style}/>"
            for z, style in ((_Z_95, "stroke-dasharray='5 3'"), (_Z_998, ""))
            for line in limits(at, tau2, noise, z)
        ]

    def dots(self) -> list[str]:
        """Peers, none of which has a name."""
        each = zip(self.x(self.expected), self.y(np.minimum(self.ratio, self.top)), strict=True)
        return [
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{QUIET}' stroke='{SOFT}' stroke-width='.6'/>"
            for at, (x, y) in enumerate(each)
            if at != self.standing.at
        ]

    def mark(self) -> str:
        """The unit."""
        x, y = (
            float(self.x(self.expected[self.standing.at])),
            float(self.y(min(self.ratio[self.standing.at], self.top))),
        )
        fill = ACCENT if self.standing.side == 0 else "#b44d12"
        return f"<path d='M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z' fill='{fill}' stroke='#fff' stroke-width='1.5'/>"


def _axes(words: Words, plane: _Plane) -> list[str]:
    parts = [f"<path d='M{_LEFT} {float(plane.y(1.0)):.1f}H{_RIGHT}' stroke='{INK}'/>"]
    for ratio in (one for one in _TICKS if one <= plane.top):
        y = float(plane.y(ratio))
        parts.append(f"<path d='M{_LEFT} {y:.1f}H{_RIGHT}' stroke='{LINE}'/>")
        parts.append(text(_LEFT - 6, y + 4, f"{ratio:g}×", "end"))
    below = _round(plane.low, plane.high)
    parts += [text(float(plane.x(one)), _BOTTOM + 15, f"{one:,.0f}", "middle") for one in below]
    parts.append(f"<path d='M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}' fill='none' stroke='{SOFT}'/>")
    parts.append(text(_RIGHT, _BOTTOM + 32, words("station.funnel.expected"), "end", INK))
    return [*parts, text(2, 9, words("station.funnel.ratio"), "start", INK)]


def _round(low: float, high: float) -> Sequence[float]:
    """Two to six round numbers between two ends, evenly far apart as logarithms."""
    every = [n * 10.0**power for power in range(-1, 8) for n in (1, 1.5, 2, 3, 5, 7)]
    found = [one for one in every if low <= one <= high]
    return found[:: max(1, len(found) // 5)] or [low * _ROOM]


def _path(x: Numbers, y: Numbers) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
