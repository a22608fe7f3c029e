"""`kuai serve` as a user starts and stops it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuai import cli, texts
from kuai.errors import SettingsError
from kuai.home import Home

from dashboards.cli import listen

WORDS = [sys.executable, "-m", "kuai.cli", "serve", "--port"]


@pytest.mark.slow
def test_it_says_its_address_answers_and_ends_quietly(
    issue: Callable[[str], Home], command: Callable[[Path], dict[str, Any]]
) -> None:
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    home = issue("s1")
    with subprocess.Popen([*WORDS, "0"], **command(home.root), **piped) as process:
        address = process.stdout.readline().strip()
        answer = urllib.request.urlopen(f"{address}/healthz", timeout=20)  # noqa: S310 -- this host
        assert json.load(answer) == {"status": "ok"}
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert told.splitlines() == [texts.text("cli.no_account", "en")]
    kept = home.access / "requests.log"
    assert kept.stat().st_mode & 0o077 == 0
    assert '"path": "/healthz", "status": 200' in kept.read_text("utf-8")


@pytest.mark.slow
def test_its_address_is_told_to_a_program_as_json(
    issue: Callable[[str], Home], command: Callable[[Path], dict[str, Any]]
) -> None:
    words = [*WORDS, "0", "--json"]
    with subprocess.Popen(
        words, **command(issue("s1").root), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        told = json.loads(process.stdout.readline())
        process.terminate()
    assert told.keys() == {"url", "city"}
    assert told["url"].startswith("http://127.0.0.1:")


@pytest.mark.slow
def test_a_taken_port_is_one_clear_error(issue: Callable[[str], Home], kuai: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = kuai(issue("s1").root, "serve", "--port", str(taken.getsockname()[1]))
    assert told.returncode == SettingsError.exit_code
    assert "is in use" in told.stderr
    assert "Traceback" not in told.stderr


def test_nothing_published_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    monkeypatch.setenv("KUAI_LANG", "en")
    assert cli.main(["serve", "--port", "0"]) == 6
    said = capsys.readouterr()
    assert said.out == ""
    assert "nothing has been published" in said.err
    assert "Traceback" not in said.err


def test_an_address_of_another_host_is_refused() -> None:
    with pytest.raises(SettingsError, match="cannot listen"):
        listen("192.0.2.1", 0)
