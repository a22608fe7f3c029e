"""The newest of the deliveries of a case, where its source does not say when it changed it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuai.lake import Batch
from tests.jobs.town import HEADERS, X0, Y0

from jobs.order import ordered

Served = Callable[..., dict[str, list[Any]]]


def batch(path: str) -> Batch:
    return Batch(path, "core.case", "cases", path, "", 1, 1)


def test_the_day_of_a_file_decides_then_its_path() -> None:
    names = ["cases_2026-06-02.csv", "again/cases_2026-06-01.csv", "cases_2026-06-01.csv", "cases_2026-06.csv", "b.csv"]
    names.append("cases_2026-06-01-corrected.csv")
    assert ordered(map(batch, names)) == ["b.csv", names[1], names[2], names[5], names[0], names[3]]


@pytest.mark.slow
@pytest.mark.parametrize("days", [[1, 2, 3], [3, 1, 2]])
def test_of_three_deliveries_the_last_day_counts_in_whatever_order_they_come(
    town: Any, home: Path, served: Served, monkeypatch: pytest.MonkeyPatch, days: list[int]
) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])
    kinds = {1: "theft", 2: "noise", 3: "fraud"}
    for path in town.data.glob("案件*"):
        path.unlink()
    for day in days:
        row = f"1;{kinds[day]};2025-06-01 08:00;2025-06-01 09:00;;{X0 + 500};{Y0 + 500};"
        town.write(f"案件_2025-07-0{day}.csv", HEADERS["incidents"], [row])
        assert town.build(home).failures == []
    cells = served(home)["cell"]
    found = {one[5] for one in cells if one[:2] == ("incident_count", "town") and one[3] == "month"}
    assert found == {"all", "fraud"}
