"""Routes of the gatehouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboards.gatehouse.device import DevicePages
from dashboards.gatehouse.house import House
from dashboards.gatehouse.sign_in import SignInPages

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.web import OidcSettings


def add_gatehouse(server: FastAPI, house: House, oidc: OidcSettings | None = None) -> None:
    """Add the pages by which persons and displays come and go.

    Parameters
    ----------
    server : FastAPI
        Gets the routes.
    house : House
        What the pages work with.
    oidc : OidcSettings, optional
        The identity provider; None for local accounts only.

    Raises
    ------
    SettingsError
        If the settings of the identity provider are incomplete.
    """
    people, displays = SignInPages(house, provider=oidc is not None), DevicePages(house)
    routes: list[tuple[str, str, Callable[[Request], Response]]] = [
        ("GET", "/signin", people.show_sign_in), ("POST", "/signin", people.sign_in),
        ("GET", "/code", people.second.show), ("POST", "/code", people.second.confirm),
        ("GET", "/password", people.show_password), ("POST", "/password", people.change_password),
        ("GET", "/device", displays.show), ("POST", "/device", displays.enrol),
        ("GET", "/account", people.show_account), ("POST", "/signout", people.sign_out),
    ]  # fmt: skip
    for method, path, answer in [*routes, *(_provided(house, people, oidc) if oidc else ())]:
        server.add_route(path, answer, methods=[method], include_in_schema=False)


def _provided(
    house: House, people: SignInPages, oidc: OidcSettings
) -> list[tuple[str, str, Callable[[Request], Response]]]:
    from dashboards.gatehouse.provider import Provider
    from dashboards.gatehouse.trips import TripPages

    trips = TripPages(house, people, Provider(oidc))
    return [("POST", "/oidc/start", trips.start), ("GET", "/oidc/return", trips.finish)]
