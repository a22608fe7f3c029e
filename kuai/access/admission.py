"""Admission: whether somebody is let in, in the role and for the purpose stated."""

from __future__ import annotations

from dataclasses import dataclass

from kuai.access.viewer import Place, Viewer
from kuai.disclosure.policy import Policy
from kuai.disclosure.rolefile import WALL
from kuai.disclosure.roles import Purpose, Role
from kuai.errors import AccessError, nearest

_LONGEST_REASON = 500


@dataclass(frozen=True)
class Statement:
    """What a person states for a session.

    Parameters
    ----------
    role : str
        Role to act in; may be empty for an account with only one.
    purpose : str
        Purpose, one of the role's.
    reason : str
        Why, where the purpose asks for it.
    """

    role: str = ""
    purpose: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SessionRequest:
    """What is known of a session before it is admitted.

    Parameters
    ----------
    name : str
        Name of the account or device that has been recognised.
    statement : Statement
        Role, purpose and reason.
    scope : tuple of Place
        Areas named for the account or device.
    is_device : bool
        Whether it is a display.
    has_second_factor : bool
        Whether a second factor was asked for, and given.
    """

    name: str
    statement: Statement
    scope: tuple[Place, ...] = ()
    is_device: bool = False
    has_second_factor: bool = False


def admit(policy: Policy, request: SessionRequest) -> Viewer:
    """Viewer for a session that the policy allows.

    Parameters
    ----------
    policy : Policy
        Policy in force.
    request : SessionRequest
        Who asks, in which role, for what.

    Raises
    ------
    AccessError
        If the role is unknown, a display's for a person or another's for a display, the purpose not one of the role's,
        a reason, a scope or a second factor wanting; says what to do.
    """
    viewer, role = admit_unbounded(policy, request), policy.role(request.statement.role)
    _check_factor(request, role)
    check_scope(role, viewer.scope, viewer.name)
    return viewer


def admit_unbounded(policy: Policy, request: SessionRequest) -> Viewer:
    """Viewer for whoever needs no scope and no second factor: he has the home itself, and with it all there is to see.

    Raises
    ------
    AccessError
        As `admit` does, but for these two.
    """
    role = policy.role(request.statement.role)
    _check_kind(request, role)
    reason = _checked_reason(_purpose(role, request.statement.purpose), request.statement.reason)
    return Viewer(request.name, role.name, request.scope, request.statement.purpose, reason, request.is_device)


def check_scope(role: Role, scope: tuple[Place, ...], name: str) -> None:
    """Refuse a holder without areas in a role that needs them.

    Raises
    ------
    AccessError
        If there are none.
    """
    if role.needs_scope and not scope:
        remedy = "name areas with --scope level:code; the whole city is named by its root area"
        raise AccessError(f"role {role.name} needs a scope, and none was named for {name}", remedy=remedy)


def _check_kind(request: SessionRequest, role: Role) -> None:
    if request.is_device and role.name != WALL:
        raise AccessError(f"a display has the role {WALL} and no other, not {role.name}")
    if not request.is_device and role.name == WALL:
        raise AccessError(f"role {WALL} is for displays, not for persons", remedy="add the display: kuai device add")


def _check_factor(request: SessionRequest, role: Role) -> None:
    if role.needs_second_factor and not request.has_second_factor:
        what = f"role {role.name} needs a second factor, and {request.name} has none"
        raise AccessError(what, remedy=f"kuai user second-factor {request.name} --enable")


def _purpose(role: Role, name: str) -> Purpose:
    known = {one.name: one for one in role.purposes}
    if not name:
        raise AccessError("no purpose was stated", remedy=f"role {role.name} may state: {', '.join(known)}")
    if name not in known:
        raise AccessError(f"role {role.name} has no purpose {name!r}", remedy=nearest(name, known))
    return known[name]


def _checked_reason(purpose: Purpose, reason: str) -> str:
    """Reason on one line, since it is written into the audit."""
    found = " ".join("".join(one if one.isprintable() else " " for one in reason).split())
    if purpose.needs_reason and not found:
        raise AccessError(f"purpose {purpose.name} needs a reason", remedy="say in a sentence what the numbers are for")
    if len(found) > _LONGEST_REASON:
        raise AccessError(f"the reason has {len(found)} characters", remedy=f"use at most {_LONGEST_REASON}")
    return found
