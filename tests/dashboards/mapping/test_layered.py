"""Layers of maps: kinds in the place of classes, smoothed rates in the place of rates, each frame for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely

from kuai import catalog
from kuai.errors import GateError
from kuai.question import Answer
from tests.dashboards.mapping.reading import read

from dashboards import layers
from dashboards.mapping import layered
from dashboards.words import Words

if TYPE_CHECKING:
    from starlette.testclient import TestClient

VALUES = "/values?lang=en&level=station&period=month&date=2018-03-05&numbers=1"
SIDE = 8


def grid() -> pd.DataFrame:
    outlines = [shapely.to_wkb(shapely.box(i, j, i + 1, j + 1)) for i in range(SIDE) for j in range(SIDE)]
    return pd.DataFrame({"area": [f"a{n}" for n in range(SIDE**2)], "geometry": outlines})


def answer(metric: str, *frames: np.ndarray) -> Answer:
    """Frames of a month each, area by area: the rows of one frame do not stand together."""
    parts = [
        pd.DataFrame({"area": grid()["area"], "value": values, "state": "value", "start": pd.Timestamp(2018, month, 1)})
        for month, values in enumerate(frames, 1)
    ]
    rows = pd.concat(parts).sort_values(["area", "start"]).reset_index(drop=True)
    return Answer(
        {name: column.array if name == "state" else column.to_numpy() for name, column in rows.items()},
        catalog.metric(metric),
        "s1",
        0,
        [],
    )


def test_each_frame_is_judged_for_itself() -> None:
    calm = np.random.default_rng(1).normal(20, 2, (SIDE, SIDE))
    hill = calm.copy()
    hill[:3, :3] += 15
    found = answer("incident_count", calm.reshape(-1), hill.reshape(-1))
    classes, about = layered.spotted("hotspot", found, grid(), layers.near(grid()), Words("en"))
    is_second = (found.rows["start"] == pd.Timestamp(2018, 2, 1)).to_numpy()
    assert set(classes[~is_second]) == {1}
    assert classes[is_second & (found.rows["area"] == f"a{SIDE + 1}").to_numpy()].tolist() == [3]
    assert about["names"] == ["nothing that stands out", "cold spot", "hot spot"]
    assert "9,999 permutations" in about["note"]
    assert len(about["colours"]["dark"]["classes"]) == 3


def test_too_many_frames_are_refused() -> None:
    found = answer("incident_count", np.arange(SIDE**2, dtype=float))
    starts = pd.date_range("2018-01-01", periods=len(found.rows))
    with pytest.raises(GateError, match="at most 60"):
        layered.spotted(
            "cluster",
            replace(found, columns=found.columns | {"start": starts.to_numpy()}),
            grid(),
            layers.near(grid()),
            Words("en"),
        )


def test_rates_are_smoothed_frame_by_frame() -> None:
    chance = np.random.default_rng(2)
    people = chance.uniform(200, 3000, (2, SIDE**2))
    rates = 1000 * chance.poisson(0.01 * people) / people
    rate, base = answer("incident_rate", *rates), answer("resident_count", *people)
    base.rows.loc[0, ["value", "state"]] = [np.nan, "suppressed"]
    found = layered.smoothed(rate, base).rows
    assert found["state"].tolist() == ["suppressed"] + ["value"] * (len(found) - 1)
    for start, rows in found.groupby("start"):
        raw = rate.rows.loc[rate.rows["start"] == start, "value"]
        assert rows["value"].std() < 0.6 * raw.std()


def test_the_values_of_a_map_may_be_kinds(analyst: TestClient) -> None:
    plain, found = (read(analyst.get(VALUES + more).content) for more in ("", "&layer=hotspot"))
    assert found.head["layer"] == "hotspot"
    assert found.head["names"][2] == "hot spot"
    assert found.head["note"].startswith("Getis-Ord")
    assert (plain.head["layer"], plain.head["names"], plain.head["note"]) == ("", [], "")
    kinds = [(np.uint8, 6), (np.float32, 6)]
    numbers, told = found.arrays(*kinds)
    # Six areas are too few to look for anything among them; what was counted is told all the same.
    assert set(numbers.tolist()) == {1}
    assert told.tolist() == plain.arrays(*kinds)[1].tolist()


def test_a_layer_that_is_not_offered_is_the_values_as_counted(analyst: TestClient) -> None:
    for layer in ("raw", "smoothed", "nonsense"):
        assert read(analyst.get(f"{VALUES}&layer={layer}").content).head["layer"] == ""
