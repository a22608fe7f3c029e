"""What maps are sent: shapes that cover what they are made of, values that are those of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.dashboards.mapping.reading import read

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
