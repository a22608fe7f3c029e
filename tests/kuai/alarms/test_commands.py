"""The commands on alarms: who acts is known by his login, and what is printed can be read and parsed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuai import cli
from kuai.access import operator
from kuai.alarms.declared import Wall
from kuai.home import Home
from tests.dashboards import city
from tests.kuai.alarms.conftest import WALL

Run = Callable[..., Any]


@pytest.fixture
def run(
    publish: Callable[..., Home], hang: Callable[[str], Wall], pack: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:  # fmt: skip
    """Run a command on alarms in a home whose city is old: only its feed is a reason for an alarm."""
    hang(WALL)
    home = publish("s1", **city.TABLES)
    monkeypatch.setenv("KUAI_HOME", str(home.root))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("kuai.alarms.wallfile.shipped", lambda: pack.parent)

    def told(*words: str) -> Any:
        code = cli.main(["alarm", *words])
        captured = capsys.readouterr()
        if code:
            return code, captured.err
        return json.loads(captured.out) if "--json" in words else captured.out

    return told


def test_an_alarm_is_raised_acknowledged_and_put_aside(run: Run) -> None:
    (found,) = run("check", "--json")
    assert (found["rule"], found["level"], found["area"], found["state"]) == ("late", "city", "demo", "standing")
    (found,) = run("acknowledge", "1", "--json")
    assert (found["state"], found["acknowledged_by"]) == ("acknowledged", operator.name())
    (found,) = run("shelve", "1", "--hours", "2", "--reason", "the line is being repaired", "--json")
    assert found["state"] == "shelved"
    assert run("unshelve", "1", "--json")[0]["state"] == "acknowledged"
    acts = run("log", "--json")
    assert [one["deed"] for one in acts] == ["raised", "acknowledged", "shelved", "returned"]
    assert "the line is being repaired" in acts[2]["about"]
    assert run("load", "--json")["raised"] == 1


def test_acts_are_in_the_audit_too(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("check")
    run("acknowledge", "1")
    assert run("shelve", "1", "--hours", "1", "--reason", " ")[0] == 13
    assert cli.main(["audit", "show", "--json"]) == 0
    lines = [one for one in json.loads(capsys.readouterr().out) if one["action"] == "alarm"]
    assert [(one["about"], one["rows"]) for one in lines[:1]] == [("list", 1)]
    assert [(one["about"], one["outcome"], one["areas"]) for one in lines[1:]] == [
        ("acknowledged 1 late", "answered", ["city:demo"]), ("shelved 1 late", "answered", ["city:demo"]),
        ("shelved 1 late", "refused", ["city:demo"]),
    ]  # fmt: skip


def test_people_are_told_in_words(run: Run) -> None:
    assert "Data out of date" in run("check")
    assert "Call" in run("list")
    assert "raised" in run("log")
    assert "1 alarms since" in run("load")
    assert run("list", "--all").count("Data out of date") == 1


def test_a_reason_is_printed_as_it_was_written(run: Run) -> None:
    run("check")
    run("shelve", "1", "--hours", "1", "--reason", "works [north], see [/note]")
    assert "works [north], see [/note]" in run("log")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(("acknowledge", "9"), 13, "no alarm 9"), (("shelve", "9", "--hours", "1", "--reason", "x"), 13, "no alarm 9"),
     (("list", "--city", "elsewhere"), 6, "has not been published")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    found, told = run(*words)
    assert found == code
    assert said in told


def test_a_city_without_a_wall_says_so(run: Run, pack: Path) -> None:
    (pack / "wall.toml").unlink()
    code, told = run("list")
    assert code == 4
    assert "declares no wall" in told
