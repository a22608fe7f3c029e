"""The map of a frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kuai import catalog

from dashboards.figures.choropleth import FILLS, Ground, choropleth, zoom
from dashboards.figures.classes import classify
from dashboards.figures.patterns import STATES

EXTENT = (100.0, 30.0, 101.0, 30.5)
ROWS = pd.DataFrame(
    {
        "area": ["a", "b", "c", "d", "e", "f"],
        "text": list("ABCDEF"),
        "value": [1.0, 9.0, *[np.nan] * 4],
        "state": ["value", "value", *STATES],
    }
)


@pytest.fixture
def drawn() -> dict[str, object]:
    patterns = {state: ([1.0, 2.0], [3.0, 4.0]) for state in STATES}
    classes = classify(catalog.metric("incident_count"), ROWS["value"].to_numpy())
    ground = Ground("/outlines/x.json", EXTENT, patterns, (900, 600))
    return dict(choropleth(ROWS, classes, ground).to_plotly_json())


def test_values_and_states_are_filled_apart(drawn: dict[str, list[dict[str, object]]]) -> None:
    values, states = drawn["data"][:2]
    assert (values["locations"], states["locations"]) == (["a", "b"], ["c", "d", "e", "f"])
    assert values["z"] == [0, 1]
    assert states["z"] == [0, 1, 2, 3]


def test_every_state_has_its_own_fill_and_marks(drawn: dict[str, list[dict[str, object]]]) -> None:
    assert len(set(FILLS.values())) == len(STATES) == len(drawn["data"][2:])
    assert all(trace["lon"] == [1.0, 2.0] for trace in drawn["data"][2:])


def test_outlines_come_by_address_and_not_with_the_figure(drawn: dict[str, list[dict[str, object]]]) -> None:
    assert {trace.get("geojson") for trace in drawn["data"][:2]} == {"/outlines/x.json"}


def test_no_tile_server_is_named(drawn: dict[str, dict[str, dict[str, object]]]) -> None:
    assert drawn["layout"]["map"]["style"] == "white-bg"


@pytest.mark.parametrize("size", [(500, 400), (1400, 900), (300, 1200)])
def test_the_extent_fits_the_map(size: tuple[float, float]) -> None:
    pixels = 512 * 2 ** zoom(EXTENT, size) / 360
    assert 0.5 * size[0] < pixels * (EXTENT[2] - EXTENT[0]) <= size[0] or pixels * 0.5 / 0.86 <= size[1]
    assert pixels * (EXTENT[2] - EXTENT[0]) <= size[0]
