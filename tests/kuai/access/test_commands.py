"""The commands `kuai user`, `kuai device` and `kuai policy`: for people and for programs, with their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from kuai import cli
from kuai.access import operator
from kuai.access.signin import SignIn
from kuai.disclosure.keys import Keyring
from kuai.home import Home

PASSWORD = "violet harbour tin whistle"  # noqa: S105 -- of accounts that live for a test


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    monkeypatch.setenv("KUAI_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("KUAI_ACCESS_HASH_MEMORY_KB", "19456")
    monkeypatch.setenv("KUAI_ACCESS_HASH_PASSES", "2")
    Keyring.made(Home(tmp_path).key_source)
    return Home(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def ran(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


@pytest.fixture
def told(run: Callable[..., tuple[int, str, str]]) -> Callable[..., Any]:
    """What a command prints as JSON."""

    def ran(*words: str) -> Any:
        code, out, err = run(*words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return ran


def test_a_one_time_password_is_printed_once(told: Any, run: Any, home: Home) -> None:
    added = told("user", "add", "Li", "--role", "leader", "--display", "李四", "--one-time")
    assert (added["name"], added["state"], added["scope"]) == ("li", "one_time", [])
    assert SignIn.open(home).accounts.sign_in("li", added["one_time_password"]).must_change
    listed = told("user", "list")
    assert [one["name"] for one in listed] == ["li"]
    assert added["one_time_password"] not in json.dumps(listed)
    code, out, _ = run("user", "passwd", "li", "--one-time")
    assert (code, "shown only now" in out) == (0, True)


def test_a_password_is_asked_for_twice_and_never_an_argument(home: Home) -> None:
    words = ["user", "add", "li", "--role", "leader"]
    runner = CliRunner()
    result = runner.invoke(cli.application(words), words, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    assert SignIn.open(home).accounts.sign_in("li", PASSWORD)
    weak = runner.invoke(cli.application(words), [*words[:2], "wu", *words[3:]], input="password1234\n" * 2)
    assert "common words" in str(weak.exception)
    assert [one.name for one in SignIn.open(home).accounts.all()] == ["li"]


def test_an_account_is_changed(told: Any, run: Any) -> None:
    told("user", "add", "li", "--role", "leader", "--one-time")
    assert told("user", "disable", "li")["state"] == "disabled"
    assert told("user", "enable", "li")["state"] == "one_time"
    assert told("user", "scope", "li", "--scope", "county:6801")["scope"] == ["county:6801"]
    assert told("user", "role", "li", "--role", "analyst", "--role", "leader")["roles"] == ["analyst", "leader"]
    code, _, err = run("user", "scope", "li")
    assert (code, "role analyst needs a scope" in err) == (11, True)
    assert "li" in run("user", "list")[1]


def test_a_display_is_added_rotated_and_revoked(told: Any, run: Any, home: Home) -> None:
    token = told("device", "add", "hall", "--scope", "city:68")["token"]
    assert SignIn.open(home).devices.enrol(token)
    assert "token" not in told("device", "list")[0]
    assert told("device", "rotate", "hall")["state"] == "awaited"
    assert told("device", "revoke", "hall")["state"] == "revoked"
    assert "revoked" in run("device", "list")[1]
    assert "Enrolment token of hall" in run("device", "rotate", "hall")[1]


def test_whoever_makes_the_first_account_is_told_of_the_keys_that_the_audit_needed(run: Any, home: Home) -> None:
    home.key_source.path.unlink()
    words = ("device", "add", "hall", "--scope", "city:68")
    code, _, err = run(*words)
    assert (code, "Back them up" in err) == (0, True)
    assert str(home.key_source.path) in err
    assert run("device", "rotate", "hall")[2] == ""


def test_every_act_is_put_down_and_what_was_refused(told: Any, run: Any) -> None:
    told("user", "add", "li", "--role", "analyst", "--scope", "city:68", "--one-time")
    told("user", "role", "li", "--role", "leader")
    told("user", "second-factor", "li", "--enable")
    assert run("user", "disable", "wu")[0] == 11
    token = told("device", "add", "hall", "--scope", "city:68")["token"]
    run("user", "list")
    lines = told("audit", "show")
    assert [(one["action"], one["about"], one["outcome"]) for one in lines] == [
        ("user", "add li analyst city:68", "answered"), ("user", "role li leader", "answered"),
        ("user", "second factor on li", "answered"), ("user", "disable wu", "answered"),
        ("user", "disable wu", "refused"), ("device", "add hall city:68", "answered"),
    ]  # fmt: skip
    assert {one["viewer"] for one in lines} == {operator.name()}
    assert token not in json.dumps(lines)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["user", "add", "li", "--role", "wall", "--one-time"], 11, "kuai device add"),
        (["user", "add", "li", "--role", "leadr", "--one-time"], 11, "did you mean leader"),
        (["user", "add", "l i", "--role", "leader", "--one-time"], 11, "is no name"),
        (["user", "add", "li", "--one-time"], 2, "--role"),
        (["user", "passwd", "li", "--one-time"], 11, "no account 'li'"),
        (["device", "add", "hall"], 11, "name areas with --scope"),
        (["device", "add", "hall", "--scope", "68"], 11, "write level:code"),
        (["device", "rotate", "hall"], 11, "no device 'hall'"),
        (["policy", "show", "--role", "analist"], 11, "did you mean analyst"),
        (["policy", "diff", "none.toml"], 3, "cannot be read as TOML"),
        (["policy", "diff", "none.toml", "--city", "none/such"], 3, "none.toml"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_an_exit_code(run: Any, words: list[str], code: int, said: str) -> None:
    found, out, err = run(*words)
    assert (found, out, said in err) == (code, "", True)


def test_a_policy_is_checked(told: Any, run: Any, changed: Callable[..., Path]) -> None:
    assert "could be put in force" in run("policy", "check")[1]
    path = changed(("wall = 3", "wall = 4"))
    assert told("policy", "check", str(path))["version"] != told("policy", "check")["version"]
    assert run("policy", "check", str(changed(("wall = 3", "wall = 1"))))[0] == 3


def test_a_policy_that_is_the_same_ends_with_0(run: Any, told: Any, changed: Callable[..., Path]) -> None:
    path = str(changed())
    assert "Nothing changes" in run("policy", "diff", path)[1]
    assert told("policy", "diff", path)["differences"] == []


def test_a_policy_that_opens_ends_with_20_and_says_so_first(run: Any, changed: Callable[..., Path]) -> None:
    path = str(changed(("leaf = []", 'leaf = ["month"]')))
    code, out, _ = run("policy", "diff", path, "--city", "shifan")
    assert (code, out.splitlines()[1:3]) == (
        20, ["Nothing goes black.", "OPENS: somebody would see or do what they cannot now."],
    )  # fmt: skip
    assert "block" in out
    code, out, _ = run("policy", "diff", path, "--json")
    assert (code, json.loads(out)["differences"][0]["effect"]) == (20, "opens")


def test_a_policy_that_only_closes_ends_with_21_and_says_so_first(run: Any, changed: Callable[..., Path]) -> None:
    code, out, _ = run("policy", "diff", str(changed(('wall = "protected"', 'wall = "not_permitted"'))))
    assert (code, out.splitlines()[1][:9], out.splitlines()[2]) == (21, "BLACK OUT", "Nothing opens.")


def test_a_policy_is_shown_whole_or_for_one_role(run: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told("policy", "show")
    assert [one["role"] for one in found["roles"]][-1] == "auditor"
    assert {one["terms"]["auditor"] for one in found["metrics"]} == {"–"}
    assert set(told("policy", "show", "--role", "wall")["metrics"][0]["terms"]) == {"wall"}
    assert "oversight*" in run("policy", "show", "--role", "oversight")[1]
    assert "status, audit" in run("policy", "show", "--role", "auditor")[1]
    monkeypatch.setenv("KUAI_LANG", "zh")
    assert "数据管理员" in run("policy", "show")[1]


@pytest.mark.parametrize("name", ["user", "device", "policy"])
def test_every_command_and_option_has_a_text(name: str) -> None:
    command: Any = typer.main.get_command(cli.application([name]))
    cli.describe(command, "zh")
    group = command.commands[name]
    found = [group, *group.commands.values()]
    assert [one.name for one in found if not one.help or one.help.isascii()] == []
    assert [f"{one.name} {option.name}" for one in found for option in one.params if not option.help] == []
