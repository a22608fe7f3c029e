"""What a build says to wrong words: one error, the way out of it, and the exit code of its class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def city(home_of: Callable[[Path, str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Chicago in an empty home, the command standing in an empty folder."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    return home_of(tmp_path / "home", "chicago")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--city", "chicgo", "--data", "."), 4, ["no city pack 'chicgo'", "did you mean chicago?"]),
        (("--city", "chicago", "--data", "no/such"), 5, ["the data folder is not there", "--data"]),
        (("--city", "chicago", "--data", "."), 5, ["no source finds a file here", "cases/crimes_*.csv.gz"]),
        (("--city", "chicago"), 2, ["Missing option", "--data"]),
    ],
)
def test_wrong_words_to_a_build(city: Any, words: tuple[str, ...], code: int, said: list[str]) -> None:
    found, out, err = city.run("build", *words)
    assert found == code, err
    assert out == ""
    assert "Traceback" not in err
    assert [one for one in said if one not in err] == []
