"""The commands `kuai user`. Their help is in kuai/texts.toml under `help.user`; each act leaves a line in the audit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.commands import AsJson, grouped, print_json
from kuai.home import Home

if TYPE_CHECKING:
    from kuai.access.account import Account
    from kuai.access.signin import SignIn
    from kuai.access.viewer import Place
    from kuai.audit.entry import Action

Display = Annotated[str, typer.Option("--display")]
OneTime = Annotated[bool, typer.Option("--one-time")]
Roles = Annotated[list[str], typer.Option("--role")]
Scope = Annotated[list[str] | None, typer.Option("--scope")]


def users() -> typer.Typer:
    """Commands on accounts of persons."""
    named: dict[str, Callable[..., None]] = {
        "add": add_user, "list": list_users, "passwd": passwd, "disable": disable, "enable": enable, "scope": scope,
        "role": role, "second-factor": second_factor,
    }  # fmt: skip
    return grouped(named)


def add_user(  # noqa: PLR0913 -- one parameter per option
    name: str,
    roles: Annotated[list[str], typer.Option("--role")],
    *,
    scope: Scope = None,
    display: Display = "",
    one_time: OneTime = False,
    as_json: AsJson = False,
) -> None:
    """Add an account, with a password asked for or one that has to be changed."""
    from kuai.access.account import Profile, check_profile
    from kuai.access.records import checked_name

    sign_in = opened()
    profile = Profile(checked_name(name), display, tuple(roles), places(scope))
    check_profile(sign_in.policy, profile)
    password = "" if one_time else _asked()
    if password:
        sign_in.accounts.check_password(password, profile.name)
    with acting("user", "add", profile.name, *roles, *map(str, profile.scope)):
        sign_in.accounts.add(profile)
    _give_password(sign_in, profile.name, password, as_json=as_json)


def list_users(*, as_json: AsJson = False) -> None:
    """Print every account: roles, scope, state, last sign-in."""
    from kuai.access import shown

    found = opened().accounts.all()
    if as_json:
        print_json([_user(one) for one in found])
    else:
        shown.show_users(found, datetime.now(UTC))


def passwd(name: str, *, one_time: OneTime = False, as_json: AsJson = False) -> None:
    """Give an account another password, asked for or one that has to be changed."""
    sign_in = opened()
    found, password = sign_in.accounts.get(name).name, "" if one_time else _asked()
    with acting("user", "password", found):
        _give_password(sign_in, found, password, as_json=as_json)


def disable(name: str, *, as_json: AsJson = False) -> None:
    """Keep an account out, and end its sessions."""
    with acting("user", "disable", name):
        found = opened().accounts.disable(name)
    _tell_user(found, as_json=as_json)


def enable(name: str, *, as_json: AsJson = False) -> None:
    """Let an account in again, and end its lockout."""
    with acting("user", "enable", name):
        found = opened().accounts.enable(name)
    _tell_user(found, as_json=as_json)


def scope(name: str, *, scope: Scope = None, as_json: AsJson = False) -> None:
    """Give an account another scope, and end its sessions."""
    from kuai.access.account import check_profile

    sign_in, given = opened(), places(scope)
    profile = sign_in.accounts.get(name).profile
    check_profile(sign_in.policy, replace(profile, scope=given))
    with acting("user", "scope", profile.name, *map(str, given)):
        found = sign_in.accounts.set_scope(name, given)
    _tell_user(found, as_json=as_json)


def role(name: str, roles: Roles, *, as_json: AsJson = False) -> None:
    """Give an account other roles, and end its sessions."""
    from kuai.access.account import check_profile

    sign_in = opened()
    profile = sign_in.accounts.get(name).profile
    check_profile(sign_in.policy, replace(profile, roles=tuple(roles)))
    with acting("user", "role", profile.name, *roles):
        found = sign_in.accounts.set_roles(name, tuple(roles))
    _tell_user(found, as_json=as_json)


def second_factor(
    name: str, *, enable: Annotated[bool, typer.Option("--enable/--disable")], as_json: AsJson = False
) -> None:
    """Print the secret of a new second factor of an account, or take the one it has away."""
    from kuai.access import shown
    from kuai.access.factors import address

    sign_in = opened()
    with acting("user", "second factor on" if enable else "second factor off", name):
        secret = sign_in.factors.enable(name) if enable else ""
        found = sign_in.accounts.get(name) if enable else sign_in.factors.disable(name)
    if not enable:
        _tell_user(found, as_json=as_json)
        return
    if as_json:
        print_json({**_user(found), "secret": secret, "otpauth": address(found.name, secret)})
    else:
        shown.show_factor(found.name, secret, address(found.name, secret))


def opened() -> SignIn:
    """Accounts and displays of the home that is in force."""
    from kuai.access.signin import SignIn

    return SignIn.open(Home.from_environment())


def places(given: list[str] | None) -> tuple[Place, ...]:
    """Areas written as level:code.

    Raises
    ------
    AccessError
        If one is not written so.
    """
    from kuai.access.records import place

    return tuple(place(one) for one in given or ())


def acting(action: Action, *about: str) -> AbstractContextManager[None]:
    """Leave the line of an act on an account or a display, for which keys are made where there are none yet.

    Parameters
    ----------
    action : str
        ``user`` or ``device``.
    *about : str
        What is done, to which of them, and with what; never a password, a token or a secret.

    Raises
    ------
    AuditError, KeyringError
        If it cannot be put down.
    """
    from kuai.audit import host
    from kuai.disclosure.key_commands import make_first

    home = Home.from_environment()
    make_first(home)
    return host.acting(home, host.noted(action, " ".join(about)))


def _asked() -> str:
    from kuai import console, texts

    speech = console.language()
    words = texts.text("access.password", speech), texts.text("access.again", speech)
    return str(typer.prompt(words[0], hide_input=True, confirmation_prompt=words[1], err=True))


def _give_password(sign_in: SignIn, name: str, password: str, *, as_json: bool) -> None:
    """Set the password, or print one that is good once if there is none."""
    from kuai.access import shown

    if password:
        _tell_user(sign_in.accounts.set_password(name, password), as_json=as_json)
        return
    given = sign_in.accounts.one_time_password(name)
    if as_json:
        print_json({**_user(sign_in.accounts.get(name)), "one_time_password": given})
    else:
        shown.show_secret("access.one_time", name, given, sign_in.accounts.one_time_hours)


def _tell_user(account: Account, *, as_json: bool) -> None:
    from kuai.access import shown

    if as_json:
        print_json(_user(account))
    else:
        shown.show_users([account], datetime.now(UTC))


def _user(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "display_name": account.profile.display_name,
        "roles": list(account.profile.roles),
        "scope": [str(one) for one in account.profile.scope],
        "created": account.created,
        "changed": account.changed,
        "last_sign_in": account.last_sign_in,
        "failures": account.failures,
        "second_factor": account.has_second_factor,
        "state": account.state(datetime.now(UTC)),
    }
