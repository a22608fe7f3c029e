"""Viewer: whoever a number is shown to, as the gate and the audit know him."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """An area by its level and code."""

    level: str
    area: str

    def __str__(self) -> str:
        return f"{self.level}:{self.area}"


@dataclass(frozen=True)
class Viewer:
    """A person or a device that has signed in, for one session.

    Parameters
    ----------
    name : str
        Name of the account or of the device.
    role : str
        Role in the policy, from which the audience follows.
    scope : tuple of Place
        Areas within which numbers are shown, of any level and hierarchy; empty for the whole city.
    purpose : str
        Purpose stated for the session, one of the policy's.
    reason : str
        Reason given where the purpose asks for one.
    is_device : bool
        Whether it is a display with an identity of its own.
    session : str
        Identity of the session; empty for a command.
    """

    name: str
    role: str
    scope: tuple[Place, ...] = ()
    purpose: str = ""
    reason: str = ""
    is_device: bool = False
    session: str = ""
