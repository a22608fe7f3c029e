"""`kuai export`: the file is there whole or not at all, and holds what `kuai query` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kuai import cli
from kuai.home import Home

SPAN = ["--level", "station", "--period", "month", "--from", "2018-03-01", "--to", "2018-04-30"]


@pytest.fixture
def home(city: Home, serving: Any, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Home of the city; its file stays open, for every command would start another database for it."""
    monkeypatch.setenv("KUAI_HOME", str(city.root))
    monkeypatch.setenv("KUAI_AUDIT_SYNC", "false")
    monkeypatch.setenv("KUAI_LANG", "en")
    return city


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def export(out: Path, *words: str) -> int:
    return cli.main(["export", "incident_count", *SPAN, "--out", str(out), *words])


def test_an_export_holds_what_a_query_prints(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["query", "incident_count", *SPAN, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert export(tmp_path / "a.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == len(rows)
    found = pd.read_csv(tmp_path / "a.csv", comment="#", dtype={"area": str})
    for name in ("area", "level", "period", "category", "value", "state"):
        assert found[name].tolist() == [one[name] for one in rows]


def test_it_is_readable_by_its_owner_alone_and_told_in_words(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(tmp_path / "a.x", "--format", "parquet", "--within", "district:d1") == 0
    assert "4 rows" in capsys.readouterr().out
    assert (tmp_path / "a.x").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["a.x"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "steward"], "steward may not export"),
        (["--category", "none"], "no category"),
        (["--within", "d1"], "--within: 'd1' names no area"),
        (["--format", "xlsx"], "no format 'xlsx'"),
    ],
)
def test_what_is_refused_leaves_the_old_file_as_it_was(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    old = tmp_path / "a.csv"
    old.write_text("old")
    assert export(old, *words) in (6, 11)
    assert said in capsys.readouterr().err
    assert (old.read_text(), names(tmp_path)) == ("old", ["a.csv"])


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("no space left on device")])
def test_what_is_stopped_leaves_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    def broken(_export: Any, _language: str, file: Any) -> None:
        file.write(b"half")
        raise stop

    monkeypatch.setattr("kuai.export.csv_file.write", broken)
    assert export(tmp_path / "a.csv") in (130, 1)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("out", "said"), [("none/a.csv", "cannot be written"), ("", "is a folder")])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_asked(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, said: str
) -> None:
    before = [one.read_bytes() for one in home.audit.glob("*.jsonl")]
    assert export(tmp_path / out, "--format", "csv") == 3
    assert said in capsys.readouterr().err
    assert [one.read_bytes() for one in home.audit.glob("*.jsonl")] == before
