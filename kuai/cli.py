"""The command `kuai`: built-in commands, those that other packages add, and errors without a traceback."""

from __future__ import annotations

import logging
import os
import sys
import tomllib
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from kuai import commands, texts
from kuai.access import account_commands, device_commands, policy_commands
from kuai.alarms import commands as alarm_commands
from kuai.audit import commands as audit
from kuai.disclosure import key_commands
from kuai.errors import KuaiError
from kuai.export import commands as export_commands
from kuai.home import Home
from kuai.settings import Settings

_GROUP = "kuai.commands"
_OWN: dict[str, Callable[..., None]] = {
    "generate": commands.generate,
    "query": commands.query,
    "metrics": commands.metrics,
    "status": commands.status,
    "explain": commands.explain,
    "export": export_commands.export,
    "calendar": commands.calendar,
}
_GROUPS: dict[str, Callable[[], typer.Typer]] = {
    "user": account_commands.users,
    "device": device_commands.devices,
    "alarm": alarm_commands.alarms,
    "policy": policy_commands.policies,
    "audit": audit.audits,
    "keys": key_commands.keyrings,
}
_UNEXPECTED, _STOPPED = 1, 130


def main(arguments: list[str] | None = None) -> int:
    """Exit code of one run of the command: 0, 2 for wrong usage, 130 if stopped, else that of the error's class.

    Parameters
    ----------
    arguments : list of str, optional
        Words after `kuai`; those of the process if None.
    """
    words = sys.argv[1:] if arguments is None else arguments
    try:
        outcome = _run(words or ["--help"])
    except KeyboardInterrupt:
        outcome = _STOPPED
    except Exception as error:  # noqa: BLE001 -- the last line before the user
        return _failed(error)
    if outcome == _STOPPED:
        return _tell(texts.text("cli.stopped", _language()), _STOPPED)
    return outcome if isinstance(outcome, int) else 0


def run() -> NoReturn:
    """Run the command as a program.

    The process ends without taking apart what it imported, which no one needs any more and takes up to a second.
    """
    code = main()
    logging.shutdown()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _run(words: list[str]) -> object:
    command = typer.main.get_command(application(words))
    describe(command, _language())
    return command(words, prog_name="kuai", standalone_mode=False)


def _failed(error: Exception) -> int:
    if isinstance(error, KuaiError):
        return _tell(str(error), error.exit_code)
    if isinstance(error, TyperException):
        return _tell(error.format_message(), error.exit_code)
    if isinstance(error, typer.Abort):
        return _tell(texts.text("cli.stopped", "en"), _STOPPED)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return _unexpected(error)


def application(words: Iterable[str] = ()) -> typer.Typer:
    """The command with all its sub-commands.

    Parameters
    ----------
    words : iterable of str
        Arguments: of built-in commands only the one is made that these begin with. If they begin with none, all are,
        and other packages are looked for, of which only the one is loaded whose command they begin with.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.callback(help=texts.text("help.app", _language()))(_nothing)
    first, second = (*words, "", "")[:2]
    if first in _GROUPS:
        app.add_typer(_only(second, _GROUPS[first]()), name=first)
        return app
    for name in (first,) if first in _OWN else _OWN:
        app.command(name)(_OWN[name])
    if first not in _OWN:
        _join_others(app, first)
    return app


def _only(name: str, group: typer.Typer) -> typer.Typer:
    """The group with the command of that name alone, for to read the options of each takes time; else with all."""
    group.registered_commands = [
        one for one in group.registered_commands if one.name == name
    ] or group.registered_commands
    return group


def describe(command: Any, language: str, name: str = "") -> None:  # noqa: ANN401 -- a command of any of typer's kinds
    """Give a command, its sub-commands and their options the help that the registry has for them.

    Parameters
    ----------
    command : typer command
        Changed in place; what the registry does not know keeps the help it has.
    language : str
        `zh` or `en`.
    name : str
        Name of the sub-command, such as `user.add`; empty for the whole.
    """
    for part, inner in getattr(command, "commands", {}).items():
        describe(inner, language, f"{name}.{part}" if name else part)
    if texts.has(f"help.{name}.text"):
        command.help = texts.text(f"help.{name}.text", language)
    for option in command.params if name else ():
        if texts.has(f"help.{name}.{option.name}"):
            option.help = texts.text(f"help.{name}.{option.name}", language)


def _join_others(app: typer.Typer, first: str) -> None:
    for name, group in _GROUPS.items():
        app.add_typer(group(), name=name)
    found = _others()
    for entry in [one for one in found if one.name == first] or found:
        _join(app, entry)


def _join(app: typer.Typer, entry: EntryPoint) -> None:
    try:
        register = entry.load()
    except ImportError as error:
        _tell(texts.text("cli.unavailable", _language(), name=entry.name, what=str(error)), 0, "yellow")
    else:
        register(app)


def _nothing() -> None:
    """Let the sub-command do the work."""


def _others() -> list[EntryPoint]:
    return list(entry_points(group=_GROUP)) or _declared()


def _declared() -> list[EntryPoint]:
    """Commands that the project beside this package declares; it need not be installed."""
    path = Path(__file__).parents[1] / "pyproject.toml"
    if not path.is_file():
        return []
    groups = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {})
    found = [EntryPoint(name, value, _GROUP) for name, value in groups.get(_GROUP, {}).items()]
    return [entry for entry in found if find_spec(entry.module.partition(".")[0])]


def _language() -> str:
    try:
        usual = Settings.load(Home.from_environment().settings).texts.cli
    except KuaiError:
        usual = "en"
    return texts.language(usual)


def _tell(message: str, code: int, style: str = "red") -> int:
    from rich.console import Console

    Console(stderr=True, highlight=False, soft_wrap=True).print(message, style=style, markup=False)
    return code


def _unexpected(error: Exception) -> int:
    if os.environ.get("KUAI_DEBUG"):
        raise error
    what = str(error).partition("\n")[0]
    message = texts.text("cli.unexpected", "en", kind=type(error).__name__, what=what)
    return _tell(f"{message}\n  → {texts.text('cli.debug', 'en')}", _UNEXPECTED)


if __name__ == "__main__":
    run()
