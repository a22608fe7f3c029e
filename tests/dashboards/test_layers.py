"""Layers of the map: kinds by area, in the order of the rows, from nothing but what was answered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from kuai import catalog, texts
from kuai.statistics import smoothing

from dashboards import layers
from dashboards.words import Words

SIDE = 12


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    outlines = [shapely.to_wkb(shapely.box(i, j, i + 1, j + 1)) for i in range(SIDE) for j in range(SIDE)]
    return pd.DataFrame({"area": [f"a{n:03}" for n in range(SIDE**2)], "geometry": outlines})


@pytest.fixture(scope="module")
def rows(areas: pd.DataFrame) -> pd.DataFrame:
    """A hill in one corner, backwards, one area suppressed and one that is on no map."""
    values = np.random.default_rng(0).normal(20, 2, (SIDE, SIDE))
    values[:3, :3] += 15
    known = pd.DataFrame({"area": areas["area"], "value": values.reshape(-1), "state": "value"})
    known.loc[0, ["value", "state"]] = [np.nan, "suppressed"]
    other = pd.DataFrame({"area": ["elsewhere"], "value": [900.0], "state": ["value"]})
    return pd.concat([known, other]).iloc[::-1].reset_index(drop=True)


@pytest.mark.parametrize(("layer", "kind"), [(layers.HOTSPOT, "hot"), (layers.CLUSTER, "high-high")])
def test_each_row_has_its_kind(areas: pd.DataFrame, rows: pd.DataFrame, layer: str, kind: str) -> None:
    found = layers.spots(layer, areas, rows)
    by_area = dict(zip(rows["area"], found.kinds, strict=True))
    assert by_area[f"a{SIDE + 1:03}"] == kind
    assert by_area["a000"] == by_area["elsewhere"] == ""
    assert found.classes[rows["area"] == "a000"].tolist() == [0]
    assert found.classes.max() == len(layers.KINDS[layer])
    assert found.settings.areas == SIDE**2 - 1


def test_neighbours_may_be_kept(areas: pd.DataFrame, rows: pd.DataFrame) -> None:
    kept = layers.near(areas)
    one, other = layers.spots("hotspot", areas, rows, kept), layers.spots("hotspot", areas, rows)
    assert one.kinds.tolist() == other.kinds.tolist()


def test_nothing_is_found_in_nothing(areas: pd.DataFrame, rows: pd.DataFrame) -> None:
    hidden = rows.assign(state="suppressed", value=np.nan)
    assert set(layers.spots("hotspot", areas, hidden).kinds) == {""}
    assert layers.spots("cluster", areas.head(0), rows).classes.tolist() == [0] * len(rows)


def test_the_legend_counts_every_kind_and_tells_the_settings(areas: pd.DataFrame, rows: pd.DataFrame) -> None:
    found = layers.spots("hotspot", areas, rows)
    for language in texts.LANGUAGES:
        legend = found.legend(Words(language))
        assert [kind for kind, _, _ in legend] == ["none", "cold", "hot"]
        assert sum(count for _, _, count in legend) == SIDE**2 - 1
        note = found.note(Words(language))
        assert all(told in note for told in ("9,999", "5%", "143", str(found.settings.seed)))


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("layer", [layers.HOTSPOT, layers.CLUSTER])
def test_kinds_differ_in_lightness(layer: str, ground: str) -> None:
    fills = layers.colours(layer, ground)
    lights = sorted(lightness(fill) for fill in fills)
    assert len(fills) == len(layers.KINDS[layer])
    assert min(np.diff(lights)) >= 12


def lightness(fill: str) -> float:
    """L* of a colour (CIE 1976)."""
    parts = np.array([int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16)


def test_rates_are_smoothed_in_their_unit_and_counts_are_not() -> None:
    rate, count = catalog.metric("incident_rate"), catalog.metric("incident_count")
    assert layers.offered(rate, "station") == ("smoothed", "hotspot", "cluster")
    assert layers.offered(count, "station") == layers.offered(rate, "adaptive-police") == ("hotspot", "cluster")
    events, people = np.array([2.0, 40, 9, 30]), np.array([100.0, 4000, 1000, 2500])
    rows = pd.DataFrame({"area": list("abcd"), "value": 1000 * events / people, "state": "value"})
    base = pd.DataFrame({"area": list("dcba"), "value": people[::-1], "state": "value"})
    assert layers.smoothed(rate, rows, base) == pytest.approx(1000 * smoothing.empirical_bayes(events, people))
    base.loc[3, "state"] = "suppressed"
    assert np.isnan(layers.smoothed(rate, rows, base)).tolist() == [True, False, False, False]


def test_every_layer_has_a_name() -> None:
    offered = layers.offered(catalog.metric("incident_rate"), "station")
    assert all(texts.has(f"layer.{one}") for one in ("raw", *offered))
