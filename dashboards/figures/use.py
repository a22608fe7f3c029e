"""Questions by day, stacked by role or purpose: how much Kuai was asked, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#f0e442")
"""Told apart without colour vision too (Okabe and Ito); after the last they begin anew, with the next pattern."""

SHAPES = ("", "/", "x", ".", "\\", "-", "+", "|")
"""Pattern over each colour, so that colour is never alone."""

_CLEAR = "rgba(0,0,0,0)"
_HOVER = "%{x|%Y-%m-%d}<br>%{fullData.name}: %{y:,}<extra></extra>"


def use(days: Sequence[date], counts: Mapping[str, Sequence[int]], title: str) -> go.Figure:
    """Stacked bars of questions a day.

    Parameters
    ----------
    days : sequence of date
        Days, ascending.
    counts : mapping of str to sequence of int
        Questions on each of the days, by the name that the legend shows.
    title : str
        What the bars count.
    """
    import plotly.graph_objects as go

    bars = [
        go.Bar(x=list(days), y=list(numbers), name=name, hovertemplate=_HOVER, marker=_marker(at))
        for at, (name, numbers) in enumerate(counts.items())
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="stack", bargap=0.15, showlegend=True, template="none", autosize=True,
        paper_bgcolor=_CLEAR, plot_bgcolor=_CLEAR, margin={"l": 52, "r": 12, "t": 8, "b": 34},
        font={"size": 12, "color": "#102a43"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        yaxis={"title": {"text": title}, "rangemode": "tozero", "gridcolor": "#d9e2ec", "tickformat": ",d"},
        xaxis={"type": "date", "tickformat": "%m-%d", "showgrid": False},
    )  # fmt: skip
    return figure


def _marker(at: int) -> dict[str, Any]:
    shape = SHAPES[(at + at // len(COLOURS)) % len(SHAPES)]
    pattern = {"shape": shape, "fillmode": "overlay", "fgcolor": "#ffffff", "size": 7, "solidity": 0.2}
    return {"color": COLOURS[at % len(COLOURS)], "line": {"width": 0}, "pattern": pattern}
