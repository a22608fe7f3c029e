"""The map of one view: a filled area for each value, a pattern for each state without one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboards.figures.classes import Classes
from dashboards.figures.patterns import NO_LINE, STATES, Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import plotly.graph_objects as go

FILLS = {"suppressed": "#dfe3e8", "missing": "#fafafa", "late": "#fff3c4", "not_permitted": "#c3c9d1"}
"""Fill below the pattern of each state without a value."""

INKS = {"suppressed": "#6b7785", "missing": "#7b8794", "late": "#b7791f", "not_permitted": "#52606d"}
"""Pattern of each state without a value."""

_TILE = 512
_EDGES = ("#ffffff", "#9fb3c8")
_NARROWEST, _LOWEST = 320, 240


@dataclass(frozen=True)
class Ground:
    """What a map is drawn on.

    Parameters
    ----------
    outlines_url : str
        Address of the outlines (GeoJSON, feature ids are area codes) on this host.
    extent : sequence of float
        West, south, east and north, in degrees.
    patterns : mapping of str to Line
        Pattern of each state that occurs.
    size : sequence of float
        Width and height of the map on the screen, in pixels.
    """

    outlines_url: str
    extent: Sequence[float]
    patterns: Mapping[str, Line]
    size: Sequence[float]


def choropleth(rows: pd.DataFrame, classes: Classes, ground: Ground) -> go.Figure:
    """Map of a frame with the columns area, text (shown when pointed at), value and state.

    Parameters
    ----------
    rows : DataFrame
        One row per area.
    classes : Classes
        Classes of its values.
    ground : Ground
        Outlines, extent and patterns.
    """
    import plotly.graph_objects as go

    shown = rows[rows["state"] == "value"]
    hidden = rows[rows["state"] != "value"]
    ranks = classes.index(shown["value"].to_numpy(float))
    return go.Figure(
        [
            _areas(shown, ranks, classes.colours, ground).update(marker_line_color=_EDGES[0]),
            _areas(hidden, _states(hidden), tuple(FILLS.values()), ground).update(marker_line_color=_EDGES[1]),
            *(_marks(state, ground.patterns.get(state, NO_LINE)) for state in STATES),
        ],
        _layout(ground),
    )


def empty() -> go.Figure:
    """A map without anything on it, for the time before the first answer."""
    import plotly.graph_objects as go

    return go.Figure(go.Choroplethmap(), _layout(Ground("", (0, 0, 0, 0), {}, (1, 1))))


def zoom(extent: Sequence[float], size: Sequence[float]) -> float:
    """Zoom at which an extent in degrees fits a map of so many pixels, with a margin."""
    width = max(size[0], _NARROWEST) * 0.92
    height = max(size[1], _LOWEST) * 0.92
    across = max((extent[2] - extent[0]) / 360, 1e-7)
    up = max(_mercator(extent[3]) - _mercator(extent[1]), 1e-7)
    return min(math.log2(width / _TILE / across), math.log2(height / _TILE / up))


def _mercator(latitude: float) -> float:
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)


def _states(rows: pd.DataFrame) -> np.ndarray[Any, Any]:
    return rows["state"].map(STATES.index).to_numpy(int)


def _areas(
    rows: pd.DataFrame, ranks: np.ndarray[Any, Any], colours: tuple[str, ...], ground: Ground
) -> go.Choroplethmap:
    import plotly.graph_objects as go

    return go.Choroplethmap(
        geojson=ground.outlines_url,
        locations=rows["area"].tolist(),
        z=ranks.tolist(),
        zmin=-0.5,
        zmax=max(len(colours), 1) - 0.5,
        colorscale=_steps(colours),
        showscale=False,
        marker={"line": {"width": 0.7}, "opacity": 1},
        text=rows["text"].tolist(),
        hovertemplate="%{text}<extra></extra>",
    )


def _steps(colours: tuple[str, ...]) -> list[list[Any]]:
    """Colour scale with one even step per class."""
    given = colours or ("#ffffff",)
    return [[(one + side) / len(given), colour] for one, colour in enumerate(given) for side in (0, 1)]


def _marks(state: str, line: Line) -> go.Scattermap:
    import plotly.graph_objects as go

    return go.Scattermap(
        lon=line[0],
        lat=line[1],
        mode="markers" if state == "missing" else "lines",
        line={"color": INKS[state], "width": 1},
        marker={"color": INKS[state], "size": 3},
        hoverinfo="skip",
        showlegend=False,
    )


def _layout(ground: Ground) -> dict[str, Any]:
    west, south, east, north = ground.extent
    return {
        "map": {
            "style": "white-bg",
            "center": {"lon": (west + east) / 2, "lat": (south + north) / 2},
            "zoom": zoom(ground.extent, ground.size),
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "uirevision": ground.outlines_url,
        "hoverlabel": {"bgcolor": "#102a43", "bordercolor": "#102a43", "font": {"color": "#ffffff", "size": 13}},
        "paper_bgcolor": "#ffffff",
        "template": {},
        "showlegend": False,
    }
