"""Saved views: by account and name, replaced, removed, bounded, and in a private file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kuai.access.views import MOST, SavedView, Views
from kuai.errors import LakeError, SettingsError

THEFTS = SavedView("thefts", "?category=THEFT")


def test_a_view_is_kept_for_its_account_and_page_alone(tmp_path: Path) -> None:
    views = Views(tmp_path)
    views.save("ana", "desk", THEFTS)
    assert views.of("ana", "desk") == [THEFTS]
    assert views.of("bo", "desk") == views.of("ana", "map") == []
    assert (tmp_path / "views.sqlite").stat().st_mode & 0o077 == 0


def test_a_name_is_saved_once_and_can_be_removed(tmp_path: Path) -> None:
    views = Views(tmp_path)
    for search in ("?a=1", "?a=2"):
        views.save("ana", "desk", SavedView("  my   view ", search))
    assert views.of("ana", "desk") == [SavedView("my view", "?a=2")]
    views.remove("bo", "desk", "my view")
    assert len(views.of("ana", "desk")) == 1
    views.remove("ana", "desk", "my view")
    assert views.of("ana", "desk") == []


@pytest.mark.parametrize("view", [SavedView(" ", "?"), SavedView("n" * 61, "?"), SavedView("a\x00", "?"),
                                  SavedView("n", "?" * 1001)])  # fmt: skip
def test_what_cannot_be_saved_is_refused(tmp_path: Path, view: SavedView) -> None:
    with pytest.raises(SettingsError, match="cannot be saved"):
        Views(tmp_path).save("ana", "desk", view)


def test_an_account_keeps_so_many_and_may_still_replace_them(tmp_path: Path) -> None:
    views = Views(tmp_path)
    for number in range(MOST):
        views.save("ana", "desk", SavedView(f"v{number}", "?"))
    views.save("ana", "desk", SavedView("v0", "?b=1"))
    with pytest.raises(SettingsError, match="are saved"):
        views.save("ana", "desk", SavedView("one more", "?"))


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "views.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(LakeError, match="cannot be used"):
        Views(tmp_path).of("ana", "desk")
