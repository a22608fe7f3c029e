"""Account: a person who may sign in, and as what."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kuai.access import records
from kuai.access.admission import SessionRequest, Statement, check_scope
from kuai.access.viewer import Place
from kuai.disclosure.policy import Policy
from kuai.disclosure.rolefile import WALL
from kuai.errors import AccessError, nearest


class MustChangeError(AccessError):
    """The password is right, and good for nothing but choosing another (exit code 11)."""


@dataclass(frozen=True)
class Profile:
    """What is decided about an account by whoever adds it.

    Parameters
    ----------
    name : str
        Name to sign in with.
    display_name : str
        Name for people.
    roles : tuple of str
        Roles the person may act in.
    scope : tuple of Place
        Areas within which numbers are shown; empty for the whole city, where the role allows that.
    """

    name: str
    display_name: str
    roles: tuple[str, ...]
    scope: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Account:
    """An account as it stood when it was read; before the attempt, where it comes from a sign-in.

    Parameters
    ----------
    profile : Profile
        Name, roles and scope.
    created, changed : datetime
        When it was added, and when its roles, scope, password or state last changed.
    last_sign_in : datetime, optional
        When its password was last right.
    failures : int
        Failed sign-ins in a row.
    locked_until : datetime, optional
        End of its newest lockout.
    is_disabled, must_change, has_password, has_second_factor : bool
        Whether it is kept out, has a one-time password, has a password at all, and has a second factor.
    """

    profile: Profile
    created: datetime
    changed: datetime
    last_sign_in: datetime | None
    failures: int
    locked_until: datetime | None
    is_disabled: bool
    must_change: bool
    has_password: bool
    has_second_factor: bool = False

    @property
    def name(self) -> str:
        """Name to sign in with."""
        return self.profile.name

    def state(self, now: datetime) -> str:
        """``disabled``, ``locked``, ``one_time``, ``vouched`` (another system identifies the person) or ``active``."""
        if self.is_disabled:
            return "disabled"
        if self.locked_until is not None and now < self.locked_until:
            return "locked"
        if self.must_change:
            return "one_time"
        return "active" if self.has_password else "vouched"

    def request(self, statement: Statement, *, vouched: bool = False) -> SessionRequest:
        """Request for a session, to be judged by `admit`.

        Parameters
        ----------
        statement : Statement
            What the person states.
        vouched : bool
            Whether another system has identified the person, by as many factors as it asks for.

        Raises
        ------
        MustChangeError
            If it has a one-time password.
        AccessError
            If it is disabled, the role is none of its own, or none of several was chosen.
        """
        if self.is_disabled:
            raise AccessError(f"account {self.name} is disabled", remedy=f"kuai user enable {self.name}")
        if self.must_change:
            raise MustChangeError("the one-time password has to be changed first", remedy="choose one of your own")
        chosen = Statement(self._role(statement.role), statement.purpose, statement.reason)
        has_factor = vouched or self.has_second_factor
        return SessionRequest(self.name, chosen, self.profile.scope, has_second_factor=has_factor)

    def _role(self, wanted: str) -> str:
        known = self.profile.roles
        if not wanted and len(known) == 1:
            return known[0]
        if not wanted:
            raise AccessError("no role was chosen", remedy=f"{self.name} may act as: {', '.join(known)}")
        if wanted not in known:
            raise AccessError(f"{self.name} does not have the role {wanted!r}", remedy=nearest(wanted, known))
        return wanted


def check_profile(policy: Policy, profile: Profile) -> None:
    """Refuse a profile that no session could be admitted with.

    Raises
    ------
    AccessError
        If it has no role, one that is unknown or a display's, or lacks the scope one of them needs.
    """
    if not profile.roles:
        raise AccessError(f"{profile.name} has no role", "--role", f"known: {', '.join(sorted(policy.roles))}")
    for name in profile.roles:
        role = policy.role(name)
        if name == WALL:
            raise AccessError(f"role {WALL} is for displays, not for persons", remedy="add it: kuai device add")
        check_scope(role, profile.scope, profile.name)


def account(row: sqlite3.Row) -> Account:
    """Account from its row."""
    roles = tuple(records.listed(row["roles"]))
    return Account(
        Profile(row["name"], row["display_name"], roles, records.scope(row["scope"])),
        records.known_moment(row["created"]),
        records.known_moment(row["changed"]),
        records.moment(row["last_sign_in"]),
        row["failures"],
        records.moment(row["locked_until"]),
        bool(row["is_disabled"]),
        row["one_time_until"] is not None,
        bool(row["hash"]),
        bool(row["otp_secret"]),
    )
