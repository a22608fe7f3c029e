"""The command: tables for people, JSON for programs, one exit code per class of error and never a traceback."""

# ruff: noqa: E501 -- drawn tables
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kuai import cli, console
from kuai.errors import KuaiError
from kuai.home import Home
from kuai.settings import Settings
from kuai.store.reader import Reader

ROOT = Path(__file__).parents[2]
QUESTION = [
    "query", "incident_count", "--level", "station", "--period", "month", "--from", "2018-03-01", "--to", "2018-03-31",
]  # fmt: skip
DAYS = [*QUESTION[:5], "day", "--from", "2018-01-01", "--to", "2018-12-31"]
ENGINES = ("duckdb", "pandas", "numpy", "pyarrow", "pyspark", "dash")
TABLES = {
    "level": "hierarchy | level | rank | name_zh | name_en | has_geometry\npolice | station | 0 | 派出所 | Station | true",
    "area": """
        hierarchy | level   | area | valid_from
        police    | station | s1   | 2000-01-01
        police    | station | s2   | 2000-01-01
    """,
    "released": "measure | level | period\nincident_count | station | month\nincident_count | station | day",
    "category": "measure | category\nincident_count | all",
    "coverage": "measure | first | last\nincident_count | 2018-03-01 | 2018-03-31",
    "cell": """
        measure        | level   | area | period | start      | category | value
        incident_count | station | s1   | month  | 2018-03-01 | all      | 1234
        incident_count | station | s2   | month  | 2018-03-01 | all      | -
    """,
    "feed": """
        source | dataset   | owner | every | expected_from | due_hours | covered_until | budget_hours
        cases  | core.case | cpd   | day   | 2018-01-01    | 12        | 2018-03-31    | 24
    """,
    "batch": """
        batch_id | dataset   | source | path   | rows_read | accepted | quarantined | unlocated | first_day  | last_day
        b1       | core.case | cases  | m3.csv | 10        | 9        | 1           | 2         | 2018-03-01 | 2018-03-31
    """,
}  # fmt: skip


@pytest.fixture(scope="module")
def root(publish_into: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Home of a published city. Its file stays open, for every command would start another database for it."""
    home: Home = publish_into(tmp_path_factory.mktemp("home"), **TABLES)
    with Reader(home.city("demo").store, Settings.load().serve).lease():
        yield home.root


@pytest.fixture
def home(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KUAI_HOME", str(root))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("KUAI_LANG", raising=False)
    return root


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.main(list(words)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(list(words))
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


def test_a_query_prints_one_array_with_the_agreed_fields(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(printed(capsys, *QUESTION, "--json"))
    age = rows[0].pop("age_seconds")
    assert isinstance(age, int)
    assert rows[0] == {
        "area": "s1", "level": "station", "period": "2018-03", "category": "all", "value": 1234, "state": "value",
        "snapshot": "s1",
    }  # fmt: skip
    assert isinstance(rows[0]["value"], int)
    assert (rows[1]["value"], rows[1]["state"]) == (None, "suppressed")


def test_a_query_prints_a_table_for_people_in_both_languages(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    english = printed(capsys, *QUESTION)
    assert "1,234" in english
    assert "suppressed" in english
    monkeypatch.setenv("KUAI_LANG", "zh")
    chinese = printed(capsys, *QUESTION)
    assert "已抑制" in chinese
    assert "案件数" in chinese


def test_a_long_answer_is_cut_for_people_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "200 of 730 rows" in printed(capsys, *DAYS)
    assert len(json.loads(printed(capsys, *DAYS, "--json"))) == 730


@pytest.mark.parametrize(
    "words", [["status"], ["metrics"], ["explain", "incident_count", "--area", "s1", "--period", "2018-03"]]
)
def test_every_command_speaks_to_people_and_to_programs(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert printed(capsys, *words).strip()
    assert json.loads(printed(capsys, *words, "--json"))


def test_explain_leads_to_the_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, "explain", "incident_count", "--area", "s1", "--period", "2018-03", "--json"))
    assert found["files"][0]["path"] == "m3.csv"
    assert found["cells"][0]["value"] == 1234


def test_status_tells_ages_in_a_humane_unit(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert " y" in printed(capsys, "status")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "–"), (0, "0 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d"), (63_115_200, "2.0 y")],
)
def test_age_has_one_unit(seconds: int | None, expected: str) -> None:
    assert console.age(seconds, "en") == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000, "2.0 MB")])
def test_size_has_one_unit(count: int, expected: str) -> None:
    assert console.size(count) == expected


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([*QUESTION, "--category", "x"], 6, "no category 'x'"),
        ([*QUESTION, "--city", "chicago"], 6, "has not been published"),
        ([*QUESTION, "--city", "none/such"], 4, "no city can be read"),
        (["explain", "incident_count", "--area", "s1", "--period", "2018-3"], 6, "names no period"),
        (["query", "incident_count"], 2, "--level"),
        ([*QUESTION[:-1], "yesterday"], 2, "is no day"),
        (["quary"], 2, "quary"),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    found, message = refused(capsys, *words)
    assert found == code
    assert said in message
    assert "Traceback" not in message


def test_a_wrong_setting_is_reported_before_anything_is_done(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUAI_SERVE_PROT", "1")
    code, message = refused(capsys, "status")
    assert (code, "serve.prot" in message) == (3, True)


def test_the_unexpected_is_one_line_unless_asked_for_more(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero\nand more")

    monkeypatch.setattr("kuai.serving.Serving.open", fail)
    code, message = refused(capsys, "status")
    assert code == 1
    assert "unexpected ZeroDivisionError: by zero\n" in message
    assert "KUAI_DEBUG=1" in message
    monkeypatch.setenv("KUAI_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["status"])


def test_stopping_is_no_error(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kuai.serving.Serving.open", stop)
    code, message = refused(capsys, "status")
    assert (code, "nothing is left half-done" in message) == (130, True)


def test_help_is_there_in_both_languages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("KUAI_LANG", "zh")
    assert "追溯一个数" in printed(capsys)
    monkeypatch.setenv("KUAI_LANG", "en")
    for name in ("generate", "query", "metrics", "status", "explain"):
        assert "help." not in printed(capsys, name, "--help")


def test_every_option_of_every_built_in_command_has_a_text() -> None:
    import typer

    command: Any = typer.main.get_command(cli.application())
    assert set(command.commands) >= {*cli._OWN, *cli._GROUPS}
    cli.describe(command, "en")
    assert [
        f"{name} {one.name}" for name, inner in command.commands.items() for one in inner.params if not one.help
    ] == []


@pytest.mark.parametrize("words", [["status"], ["user", "list"]])
def test_only_the_command_that_is_asked_for_is_made(words: list[str]) -> None:
    import typer

    command: Any = typer.main.get_command(cli.application(words))
    while words:
        assert list(command.commands) == words[:1]
        command, words = command.commands[words[0]], words[1:]


def test_the_application_runs_in_a_runner(home: Path) -> None:
    result = CliRunner().invoke(cli.application(["status"]), ["status", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["snapshot"] == "s1"
    failed = CliRunner().invoke(cli.application(["status"]), ["status", "--city", "none"])
    assert isinstance(failed.exception, KuaiError)


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    outside = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "kuai.cli", *words], capture_output=True, text=True, env=outside, check=False
    )


@pytest.mark.slow
def test_a_real_process_returns_the_code_of_the_error(home: Path) -> None:
    good = run("status", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["city"] == "demo"
    bad = run(*QUESTION, "--category", "x")
    assert (bad.returncode, bad.stdout) == (6, "")
    assert "Traceback" not in bad.stderr


def test_the_command_starts_without_an_engine() -> None:
    code = f"import sys, kuai.cli; print([name for name in {ENGINES} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


@pytest.mark.slow
def test_generating_writes_all_or_says_it_is_there(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["generate", "--scale", "town", "--processes", "1", "--out", str(tmp_path / "landing"), "--json"]
    first = json.loads(printed(capsys, *words))
    assert first["written"]
    assert first["rows"]["cases"] > 2000
    assert not json.loads(printed(capsys, *words))["written"]
    code, message = refused(capsys, *words[:-1], "--seed", "2")
    assert code == 3
    assert "Traceback" not in message
