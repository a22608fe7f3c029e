"""Whoever runs a command: known by his login, in a role of the policy, and no answer without its line."""

from __future__ import annotations

import json
import os
import pwd
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kuai import cli
from kuai.access import operator
from kuai.access.admission import Statement
from kuai.audit import Site, reading
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.home import Home
from kuai.host import ConsoleSettings
from kuai.settings import Settings

TABLES = {
    "level": """
        hierarchy | level   | rank | name_zh | name_en | has_geometry
        police    | station | 0    | 派出所  | Station | true
    """,
    "area": "hierarchy | level | area | valid_from\npolice | station | s1 | 2000-01-01",
    "released": "measure | level | period\nincident_count | station | month",
    "coverage": "measure | first | last\nincident_count | 2018-03-01 | 2018-03-31",
    "cell": """
        measure        | level   | area | period | start      | category | value
        incident_count | station | s1   | month  | 2018-03-01 | all      | 2
    """,
}
QUERY = ["query", "incident_count", "--level", "station", "--period", "month", "--from", "2018-03-01", "--to",
         "2018-03-31", "--json"]  # fmt: skip
EXPLAIN = ["explain", "incident_count", "--area", "s1", "--period", "2018-03", "--json"]
ME = f"console:{pwd.getpwuid(os.getuid()).pw_name}"
USUAL = ConsoleSettings("analyst", "situation")


@pytest.fixture
def home(publish: Any, monkeypatch: pytest.MonkeyPatch) -> Home:
    found: Home = publish(**TABLES)
    monkeypatch.setenv("KUAI_HOME", str(found.root))
    monkeypatch.setenv("KUAI_AUDIT_SYNC", "false")
    return found


def lines(home: Home) -> list[dict[str, Any]]:
    if not home.audit.exists():
        return []
    settings = Settings.load(home.settings)
    span = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    return reading.lines(Site.of(home, settings), settings.serve, span, "")


def test_every_answer_on_the_command_line_leaves_its_line(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(QUERY) == cli.main([*EXPLAIN, "--role", "leader", "--purpose", "briefing"]) == 0
    told = [(one["viewer"], one["role"], one["purpose"], one["action"], one["outcome"], one["rows"])
            for one in lines(home)]  # fmt: skip
    assert told == [
        (ME, "analyst", "situation", "ask", "answered", 1), (ME, "leader", "briefing", "explain", "answered", 1),
    ]  # fmt: skip


def test_a_login_cannot_be_put_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody")
    monkeypatch.setenv("LOGNAME", "somebody")
    assert operator.name() == ME


def test_the_role_says_what_is_seen(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*QUERY, "--role", "engineer"]) == 0
    assert [one["state"] for one in json.loads(capsys.readouterr().out)] == ["suppressed"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "analyts"], "did you mean analyst?"),
        (["--role", "wall"], "for displays"),
        (["--role", "auditor", "--reason", "x"], "auditor may not ask"),
        (["--role", "oversight"], "needs a reason"),
        (["--role", "leader", "--purpose", "breifing"], "did you mean briefing"),
        (["--purpose", "study"], "needs a reason"),
    ],
)
def test_the_policy_says_who_may_ask(
    home: Home, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert cli.main([*QUERY, *words]) == 11
    captured = capsys.readouterr()
    assert (captured.out, said in captured.err) == ("", True)
    assert [one["outcome"] for one in lines(home)] == ["refused"] * said.endswith("may not ask")


def test_what_cannot_be_put_down_is_not_answered(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.audit.write_text("in the way")
    assert cli.main(QUERY) == 12
    captured = capsys.readouterr()
    assert (captured.out, "nothing is shown without its line" in captured.err) == ("", True)


def test_the_status_shows_no_number_of_an_area_and_needs_no_audit(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.audit.write_text("in the way")
    assert cli.main(["status", "--role", "auditor", "--reason", "yearly", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["city"] == "demo"


def test_a_home_chooses_the_usual_role(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.settings.write_text('[console]\nrole = "steward"\n', "utf-8")
    assert cli.main(QUERY) == 0
    assert [(one["role"], one["purpose"]) for one in lines(home)] == [("steward", "quality")]
    home.settings.write_text('[console]\nrole = "stewrad"\n', "utf-8")
    assert cli.main(QUERY) == 11
    assert "console.role: no role 'stewrad'\n  → did you mean steward?" in capsys.readouterr().err


def test_the_usual_role_and_purpose_are_the_policys() -> None:
    usual, policy = Settings.load(None, {}).console, Policy.load()
    found = operator.viewer(policy, usual, Statement())
    assert (found.role, found.purpose, found.scope) == (usual.role, usual.purpose, ())


def test_who_has_several_purposes_states_one() -> None:
    with pytest.raises(AccessError, match="no purpose was stated"):
        operator.viewer(Policy.load(), ConsoleSettings("leader", "audit"), Statement())
    assert operator.viewer(Policy.load(), USUAL, Statement("engineer")).purpose == "maintenance"


def test_nothing_is_begun_where_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path / "none"))
    assert cli.main(QUERY) == 6
    assert not (tmp_path / "none").exists()
