"""The raster indexes that points are placed by, read once for each state of their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
