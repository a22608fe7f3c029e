"""Acts of commands on this host: each leaves its line in the audit before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kuai.access import Viewer
from kuai.access.operator import name as login
from kuai.audit.entry import Action, Entry
from kuai.audit.log import AuditLog
from kuai.errors import KuaiError

if TYPE_CHECKING:
    from kuai.home import Home
    from kuai.settings import Settings


def operator() -> Viewer:
    """Viewer that a command acts as."""
    return Viewer(login(), "oversight")


def noted(action: Action, about: str, **named: Any) -> Entry:
    """Line of an act of the operator at this moment; other fields by their names."""
    return Entry(datetime.now(UTC), operator(), action, about=about, **named)


def leave(home: Home, entry: Entry, settings: Settings | None = None) -> None:
    """Leave one line.

    Raises
    ------
    AuditError, KeyringError
        If it cannot be put down. Then nothing is to be shown or done.
    """
    with closing(AuditLog.open(home, settings)) as log:
        log.write(entry)


@contextmanager
def acting(home: Home, entry: Entry) -> Iterator[None]:
    """Leave a line, then do what stands within; an act that is refused leaves a second line that says so.

    Raises
    ------
    AuditError, KeyringError
        As `leave` does.
    """
    leave(home, entry)
    try:
        yield
    except KuaiError:
        leave(home, replace(entry, outcome="refused"))
        raise
