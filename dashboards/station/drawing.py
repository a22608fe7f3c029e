"""Drawings of the page: SVG in an image, so that they are drawn at once, print as they are, and need no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from dash import html

from dashboards.figures.states import FILLS, INKS, STATES

if TYPE_CHECKING:
    from dashboards.station.readings import Point

INK, SOFT, LINE, ACCENT, QUIET = "#102a43", "#52606d", "#d9e2ec", "#0b5394", "#9fb3c8"
"""Text, text beside it, lines, what is looked at, and the rest: on paper; `unit.css` turns them about for the dark."""

FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

_WIDTH, _HEIGHT, _FOOT, _TOP = 320, 92, 16, 14
_SMALL = (150, 28)
_PLAIN = " ='/:;,.()-"
_TILES = {
    "suppressed": (5, "M0 0V5", 1.6, " patternTransform='rotate(45)'"),
    "missing": (6, "M3 3h.01", 2.4, ""),
    "late": (5, "M0 1H5", 1.4, ""),
    "not_permitted": (6, "M0 0L6 6M6 0L0 6", 1, ""),
}
"""Pattern of each state: side of its tile, strokes in it, their width, and how the tile is turned."""


def picture(parts: Iterable[str], size: tuple[int, int], told: str, name: str) -> html.Img:
    """Image of a drawing.

    Parameters
    ----------
    parts : iterable of str
        Elements of SVG.
    size : (int, int)
        Width and height in its own units.
    told : str
        The same in words, for those who do not see it.
    name : str
        Name of its style.
    """
    width, height = size
    drawn = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f'font-family="{FONTS}">{"".join(parts)}</svg>'
    )
    return html.Img(src=f"data:image/svg+xml,{quote(drawn, safe=_PLAIN)}", alt=told, className=f"drawn {name}")


def text(x: float, y: float, said: str, anchor: str = "start", colour: str = SOFT) -> str:
    """A line of text of 11 units."""
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='11' text-anchor='{anchor}' fill='{colour}'>{escape(said)}</text>"


def history(points: Sequence[Point], labels: Sequence[str], most: str, told: str) -> html.Img:
    """Columns of a reading by period: heights are values from zero up, each state without a value has its pattern.

    Parameters
    ----------
    points : sequence of Point
        Periods, oldest first; the last one stands out.
    labels : sequence of str
        Names of the first and the last period.
    most : str
        The greatest value, written.
    told : str
        The same in words.
    """
    box = _Box(_WIDTH, _TOP, _HEIGHT - _FOOT)
    axis = f"<path d='M0 {box.floor}H{_WIDTH}' stroke='{SOFT}'/><path d='M0 {_TOP}H{_WIDTH}' stroke='{LINE}'/>"
    names = [text(0, _HEIGHT - 3, labels[0]), text(_WIDTH, _HEIGHT - 3, labels[-1], "end", INK), text(0, 10, most)]
    return picture([_patterns(), axis, *box.columns(points), *names], (_WIDTH, _HEIGHT), told, "history")


def spark(points: Sequence[Point], told: str) -> html.Img:
    """The same as a small picture beside a line of a table, without a word in it.

    Parameters
    ----------
    points : sequence of Point
        Periods, oldest first; the last one stands out.
    told : str
        The same in words.
    """
    width, height = _SMALL
    box = _Box(width, 1, height - 1)
    axis = f"<path d='M0 {box.floor}H{width}' stroke='{QUIET}'/>"
    return picture([_patterns(), axis, *box.columns(points)], _SMALL, told, "spark")


@dataclass(frozen=True)
class _Box:
    """Where columns stand: from the left end to `width`, from `floor` up to `top`."""

    width: float
    top: float
    floor: float

    def columns(self, points: Sequence[Point]) -> list[str]:
        most = max((one.value for one in points if one.state == "value"), default=0.0) or 1.0
        step = self.width / len(points)
        return [self._column(one, at * step, step, one.value / most, is_last=one is points[-1])
                for at, one in enumerate(points)]  # fmt: skip

    def _column(self, point: Point, x: float, step: float, share: float, *, is_last: bool) -> str:
        width = step * 0.72
        where = f"x='{x + (step - width) / 2:.1f}' width='{width:.1f}'"
        if point.state != "value":
            return f"<rect {where} y='{self.top}' height='{self.floor - self.top}' fill='url(#{point.state})'/>"
        tall = max((self.floor - self.top) * share, 1.0)
        fill = ACCENT if is_last else QUIET
        partial = f" fill-opacity='.35' stroke='{fill}' stroke-dasharray='3 2'" if point.coverage < 1 else ""
        return f"<rect {where} y='{self.floor - tall:.1f}' height='{tall:.1f}' fill='{fill}'{partial}/>"


@cache
def _patterns() -> str:
    return f"<defs>{''.join(_pattern(one) for one in STATES)}</defs>"


def _pattern(state: str) -> str:
    side, strokes, width, turned = _TILES[state]
    return (
        f"<pattern id='{state}' width='{side}' height='{side}' patternUnits='userSpaceOnUse'{turned}>"
        f"<rect width='{side}' height='{side}' fill='{FILLS[state]}'/>"
        f"<path d='{strokes}' stroke='{INKS[state]}' stroke-width='{width}' stroke-linecap='round'/></pattern>"
    )
