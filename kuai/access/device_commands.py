"""The commands `kuai device`. Their help is in kuai/texts.toml under `help.device`; each act leaves an audit line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from kuai.access.account_commands import Scope, acting, opened, places
from kuai.commands import AsJson, grouped, print_json

if TYPE_CHECKING:
    from kuai.access.devices import Device
    from kuai.access.signin import SignIn


def devices() -> typer.Typer:
    """Commands on displays."""
    named: dict[str, Callable[..., None]] = {
        "add": add_device, "list": list_devices, "rotate": rotate, "revoke": revoke,
    }  # fmt: skip
    return grouped(named)


def add_device(name: str, *, scope: Scope = None, as_json: AsJson = False) -> None:
    """Add a display, and print the token it is enrolled with."""
    sign_in, given = opened(), places(scope)
    with acting("device", "add", name, *map(str, given)):
        token = sign_in.devices.add(name, given, sign_in.policy)
    _tell_token(sign_in, name, token, as_json=as_json)


def rotate(name: str, *, as_json: AsJson = False) -> None:
    """Print a new token for a display, whose key is good no longer."""
    sign_in = opened()
    with acting("device", "rotate", name):
        token = sign_in.devices.rotate(name)
    _tell_token(sign_in, name, token, as_json=as_json)


def revoke(name: str, *, as_json: AsJson = False) -> None:
    """Keep a display out, and end its sessions."""
    from kuai.access import shown

    with acting("device", "revoke", name):
        found = opened().devices.revoke(name)
    if as_json:
        print_json(_device(found))
    else:
        shown.show_devices([found])


def list_devices(*, as_json: AsJson = False) -> None:
    """Print every display: scope, state, when it was last seen."""
    from kuai.access import shown

    found = opened().devices.all()
    if as_json:
        print_json([_device(one) for one in found])
    else:
        shown.show_devices(found)


def _tell_token(sign_in: SignIn, name: str, token: str, *, as_json: bool) -> None:
    from kuai.access import shown

    found = sign_in.devices.get(name)
    if as_json:
        print_json({**_device(found), "token": token})
    else:
        shown.show_secret("access.token", found.name, token, sign_in.accounts.one_time_hours)


def _device(device: Device) -> dict[str, Any]:
    return {
        "name": device.name,
        "scope": [str(one) for one in device.scope],
        "created": device.created,
        "enrolled": device.enrolled,
        "last_seen": device.last_seen,
        "state": device.state,
    }
