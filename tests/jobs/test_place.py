"""The raster indexes that points are placed by, read once for each state of their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from kuai.geography.locator import Locator

import jobs.place


class Read:
    """Stands for an index: what its file held when it was read."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text("utf-8")

    @classmethod
    def load(cls, path: Path) -> Read | None:
        return cls(path) if path.read_text("utf-8") != "damaged" else None


def test_an_index_is_read_once_until_its_file_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.place, "Locator", Read)
    path = tmp_path / "block.index"
    assert jobs.place.locator(str(path)) is None
    found: list[Any] = [_written(path, text) for text in ("a", "b", "damaged")]
    assert [one and one.text for one in found] == ["a", "b", None]


def _written(path: Path, text: str) -> Any:
    """Index of a file that was put in the place of another, asked for twice."""
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
    first, again = (jobs.place.locator(str(path)) for _ in range(2))
    assert first is again
    return first


def test_a_point_lies_in_the_area_of_each_span_of_days(tmp_path: Path) -> None:
    spans = [("a", 10, 19), ("b", 15, 29), ("c", 30, None), ("d", 40, None)]
    dates = [pa.array([one[at] for one in spans], pa.int32()).cast(pa.date32()) for at in (1, 2)]
    shapes = [shapely.box(0, 0, 1, 1).wkb] * 3 + [shapely.box(5, 5, 6, 6).wkb]
    areas = pa.table([[one[0] for one in spans], *dates, shapes], ["area", "valid_from", "valid_to", "geometry"])
    Locator.build(areas).save(tmp_path / "beat.index")
    points = pa.table({"longitude": [0.5, 9.0, None], "latitude": [0.5, 9.0, None]})
    found = jobs.place.spans(points, jobs.place.Places((("beat", str(tmp_path / "beat.index")),)))
    assert found["level"].to_pylist() == ["beat"] * 6
    assert list(zip(found["longitude"].to_pylist(), found["area"].to_pylist(), strict=True)) == [
        (0.5, None), (0.5, "a"), (0.5, "b"), (0.5, "c"), (9.0, None), (None, None),
    ]  # fmt: skip
    first, last = (np.array(found[name].cast(pa.int32()).to_pylist()) for name in ("valid_from", "valid_to"))
    assert list(zip(first[1:4], last[:3], strict=True)) == [(10, 9), (20, 19), (30, 29)]
    assert set(last[3:]) == {2_932_896}
    assert set(first[[0, 4, 5]]) == {-719_162}
