"""Operator: whoever runs a command on this host, known by his login and heard by the audit like anybody else."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kuai.access.viewer import Viewer
from kuai.errors import AccessError
from kuai.settings import Settings

if TYPE_CHECKING:
    from kuai.access.admission import Statement
    from kuai.audit import AuditLog, Entry
    from kuai.disclosure.policy import Policy
    from kuai.disclosure.roles import Role
    from kuai.home import Home
    from kuai.host import ConsoleSettings
    from kuai.serving import Serving


def name() -> str:
    """Name of the viewer: `console:` and the user of the operating system, not what a variable calls him."""
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        login = str(os.getuid())
    return f"console:{login}"


def viewer(policy: Policy, usual: ConsoleSettings, stated: Statement) -> Viewer:
    """Viewer that a command asks as, for the whole city.

    Parameters
    ----------
    policy : Policy
        Policy in force.
    usual : ConsoleSettings
        Role and purpose unless others are stated.
    stated : Statement
        Role, purpose and reason on the command line, each of which may be empty.

    Raises
    ------
    AccessError
        If the role is unknown or a display's, the purpose not one of the role's, or a reason wanting.
    """
    from kuai.access.admission import SessionRequest, Statement, admit_unbounded

    role = _role(policy, usual, stated)
    whole = Statement(role.name, stated.purpose or _usual_purpose(role, usual), stated.reason)
    return admit_unbounded(policy, SessionRequest(name(), whole))


@contextmanager
def asking(home: Home, city: str, stated: Statement) -> Iterator[Serving]:
    """Gate of a city (the one published last if empty) that answers the operator, and puts down what it is asked.

    Raises
    ------
    AccessError
        As `viewer` does.
    GateError
        If that city has not been published in this home.
    """
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving

    settings, policy = Settings.load(home.settings), Policy.load()
    serving, log = Serving.open(home, city or None, settings, policy), _Log(home, settings)
    try:
        yield serving.seen_by(viewer(policy, settings.console, stated), log.write)
    finally:
        log.close()


class _Log:
    """Audit that is opened with its first line: what shows no number needs none."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home, self._settings = home, settings
        self._opened: AuditLog | None = None

    def write(self, entry: Entry) -> int:
        from kuai.audit import AuditLog

        self._opened = self._opened or AuditLog.open(self._home, self._settings)
        return self._opened.write(entry)

    def close(self) -> None:
        if self._opened:
            self._opened.close()


def _role(policy: Policy, usual: ConsoleSettings, stated: Statement) -> Role:
    chosen, where = (stated.role, "--role") if stated.role else (usual.role, "console.role")
    try:
        return policy.role(chosen)
    except AccessError as error:
        raise AccessError(error.what, where, error.remedy) from None


def _usual_purpose(role: Role, usual: ConsoleSettings) -> str:
    """Purpose of the settings if the role has it, else the only one that it has; none where it has to be stated."""
    known = [one.name for one in role.purposes]
    return usual.purpose if usual.purpose in known else known[0] if len(known) == 1 else ""
