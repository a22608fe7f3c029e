"""What maps are sent: shapes that cover what they are made of, values that are those of the gate."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kuai.access.signin import SignIn
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards.city import TABLES, square
from tests.dashboards.mapping.reading import read

from dashboards.site import Site

if TYPE_CHECKING:
    from starlette.testclient import TestClient

SHAPES = "/shapes/s1/police/station/2010-01-01"
VALUES = "/values?lang=en&level=station&period=month&date=2018-03-05"


def numbers(analyst: TestClient, search: str = VALUES) -> dict[str, list[int]]:
    """Numbers of each area by frame."""
    answer = read(analyst.get(search).content)
    count, frames = answer.head["count"], len(answer.head["frames"])
    kinds = [(np.uint8, count * frames), *([(np.float32, count * frames)] if "numbers=1" in search else [])]
    found = answer.arrays(*kinds)[0].reshape(frames, count)
    codes = analyst.get(answer.head["shapes"].replace("lo.bin", "names.json")).json()["area"]
    return {code: found[:, at].tolist() for at, code in enumerate(codes)}


def test_values_stand_in_the_order_of_the_shapes(analyst: TestClient) -> None:
    found = numbers(analyst)
    assert found == {"s0": [2], "s1": [3], "s2": [4], "s3": [1], "s4": [5], "s5": [5]}


def test_a_pack_says_how_many_areas_it_has(analyst: TestClient) -> None:
    found = read(analyst.get(f"{SHAPES}/lo.bin").content)
    assert found.head["count"] == 6


def test_a_pack_and_its_names_are_kept_and_a_number_never_is(analyst: TestClient) -> None:
    for name in ("lo.bin", "0.bin", "names.json", "outlines.json", "polygons.json", "area.json?area=s0"):
        answer = analyst.get(f"{SHAPES}/{name}")
        assert answer.status_code == 200, name
        assert "immutable" in answer.headers["cache-control"], name
        assert analyst.get(f"{SHAPES}/{name}".replace("s1", "s0", 1)).headers["cache-control"] == "no-store"
    assert analyst.get(VALUES).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        f"{SHAPES}/9.bin", f"{SHAPES}/area.json?area=s9", f"{SHAPES}/at.json?lon=x&lat=1", "/vendor/0/maplibre-gl.js",
        "/shapes/s1/police/village/2010-01-01/lo.bin", "/shapes/s1/police/station/then/lo.bin",
        "/shapes/s1/police/station/2001-01-01/lo.bin",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(analyst: TestClient, path: str) -> None:
    assert analyst.get(path).status_code == 404


def test_who_takes_no_gzip_is_sent_none(analyst: TestClient) -> None:
    packed, plain = (analyst.get(f"{SHAPES}/lo.bin", headers={"accept-encoding": one}) for one in ("gzip", "identity"))
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.content == plain.content


def test_the_area_at_a_place_is_settled_by_its_outline(analyst: TestClient) -> None:
    names = analyst.get(f"{SHAPES}/names.json").json()["area"]
    found = analyst.get(f"{SHAPES}/at.json?lon=100.1&lat=30.05").json()["positions"]
    assert [names[one] for one in found] == ["s0", "s1"]


def test_frames_are_periods_up_to_the_day(analyst: TestClient) -> None:
    found = numbers(analyst, f"{VALUES}&frames=3&numbers=1")
    assert {code: len(each) for code, each in found.items()} == dict.fromkeys(found, 3)
    assert [each[0] for each in found.values()] == [1] * 6
    head = read(analyst.get(f"{VALUES}&frames=3").content).head
    assert [one["start"] for one in head["frames"]] == ["2018-01-01", "2018-02-01", "2018-03-01"]


@pytest.mark.parametrize(
    "more", ["frames=0", "frames=401", "frames=x", f"frames={'1' * 5000}", "metric=nonsense", "date=then"]
)
def test_what_cannot_be_answered_is_refused(analyst: TestClient, more: str) -> None:
    assert analyst.get(f"/values?level=station&period=month&{more}").status_code == 400


@pytest.mark.parametrize("path", ["/values", "/desk/values", "/checkpoints.json", "/desk/origin"])
def test_it_is_refused_in_the_language_of_the_reader(analyst: TestClient, path: str) -> None:
    said = [analyst.get(f"{path}?date=then&lang={language}").json()["refused"] for language in ("en", "zh")]
    assert said == ["'then' is no day", "'then' 不是日期"]


def test_an_area_leaves_the_others_out(analyst: TestClient) -> None:
    found = numbers(analyst, f"{VALUES}&area=county:c1")
    assert {code for code, each in found.items() if each != [0]} == {"s3", "s4", "s5"}


def test_a_map_is_one_question(analyst: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "dashboards"):
        analyst.get(f"{VALUES}&frames=3&numbers=1")
    assert sum("incident_count" in one.getMessage() for one in caplog.records) == 1


def test_other_boundaries_have_another_address(
    publish: Callable[..., Home], enter: Callable[..., TestClient], gatehouse: SignIn, session_cookie: Callable[[], str]
) -> None:
    """From March on s1 is a part of s0."""
    from dashboards.app import create

    before, after = "s1 | c0 | s1所 | Station s1 | 2010-01-01", "s0 | c0 | s0所 | Station s0 | 2018-03-01"
    lines = TABLES["area"].replace(" | valid_from |", " | valid_from | valid_to |").splitlines()
    table = [lines[0], *(_ended(line) for line in lines[1:])]
    table.append(f"police | station | {after} | - | {square(0, 0, 2)}")
    assert any(before in line for line in table)
    with closing(Serving.open(publish("s1", **TABLES | {"area": "\n".join(table)}), "demo")) as gate:
        client = enter(session_cookie(), create(gate, Site(gatehouse, Settings.load(None, {}).http, language="en")))
        found = {}
        for day in ("2018-02-05", "2018-03-05"):
            head = read(client.get(f"/values?level=station&period=month&date={day}").content).head
            found[head["shapes"]] = read(client.get(head["shapes"]).content).head["count"]
    assert found == {f"{SHAPES}/lo.bin": 6, f"{SHAPES}/lo.bin".replace("2010-01-01", "2018-03-01"): 5}


def _ended(line: str) -> str:
    """The line of an area, which ends with February if it is one of the two."""
    is_over = "| s0 |" in line or "| s1 |" in line
    return line.replace("| 2010-01-01 |", f"| 2010-01-01 | {'2018-02-28' if is_over else '-'} |")


def test_polygons_of_a_place_are_those_within_it(analyst: TestClient) -> None:
    names = analyst.get(f"{SHAPES}/names.json").json()["area"]
    found = analyst.get(f"{SHAPES}/polygons.json?area=county:c1").json()["features"]
    assert sorted(names[one["id"]] for one in found) == ["s3", "s4", "s5"]
    assert len(analyst.get(f"{SHAPES}/polygons.json").json()["features"]) == 6
    assert analyst.get(f"{SHAPES}/polygons.json?area=county:nowhere").status_code == 404
    assert analyst.get(f"{SHAPES}/polygons.json?area=nowhere").status_code == 404
