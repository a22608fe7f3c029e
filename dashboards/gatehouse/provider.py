"""Identity provider: OpenID Connect with an authorization code and PKCE, found by discovery on the intranet."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kuai.errors import AccessError, SettingsError
from kuai.web import OidcSettings

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

_SECONDS, _LEEWAY = 10, 60
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True)
class Trip:
    """One way to the provider and back.

    Parameters
    ----------
    url : str
        Where the browser goes.
    state, nonce, verifier : str
        What the answer, the identity and the code must fit.
    """

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """The identity provider of the settings.

    Parameters
    ----------
    settings : OidcSettings
        Section ``[oidc]``.

    Raises
    ------
    SettingsError
        If the section is incomplete, or the secret is open to other users.
    """

    def __init__(self, settings: OidcSettings) -> None:
        for name in ("client_id", "redirect", "name_claim"):
            if not getattr(settings, name):
                raise SettingsError(f"oidc.{name} is empty", "[oidc]", "an issuer needs it")
        self._settings = settings
        self._issuer = _safe(settings.issuer.rstrip("/"))
        self._secret = _secret(settings.secret_file)
        self._values = _values(settings.roles)

    def begin(self) -> Trip:
        """Way to the provider for a browser.

        Raises
        ------
        AccessError
            If the provider does not answer as it must.
        """
        found, verifier, nonce = self._discovered(), secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client() as client:
            url, state = client.create_authorization_url(
                found["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Trip(url, state, nonce, verifier)

    def claims(self, trip: Trip, answer: Mapping[str, str]) -> dict[str, Any]:
        """Claims about the person who came back from a trip.

        Raises
        ------
        AccessError
            If the answer, the code or the identity does not fit the trip.
        """
        from authlib.integrations.requests_client import OAuthError
        from joserfc.errors import JoseError
        from requests import RequestException

        if not compare_digest(answer.get("state", "").encode(), trip.state.encode()) or not answer.get("code"):
            raise AccessError("the answer of the identity provider does not fit the question")
        try:
            return self._identity(trip, answer["code"])
        except (OAuthError, JoseError, RequestException, ValueError, KeyError, TypeError) as error:
            raise AccessError(f"the identity provider vouches for nobody ({type(error).__name__})") from None

    def name(self, claims: Mapping[str, Any]) -> str:
        """Name of the account that the claims are about; empty if they name none."""
        found = claims.get(self._settings.name_claim)
        return found if isinstance(found, str) else ""

    def grants(self, claims: Mapping[str, Any], role: str) -> bool:
        """Whether the claims allow a role; the account has to allow it as well."""
        if not self._settings.role_claim:
            return True
        found = claims.get(self._settings.role_claim)
        held = {found} if isinstance(found, str) else set(found) if isinstance(found, list) else set()
        return bool(held & self._values.get(role, set()))

    def _identity(self, trip: Trip, code: str) -> dict[str, Any]:
        """Claims of the identity token, once its signature and all it says of itself are right."""
        from joserfc import jwt
        from joserfc.jwk import KeySet

        found = self._discovered()
        with self._client() as client:
            given = client.fetch_token(
                found["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=trip.verifier
            )
            keys = client.request("GET", found["jwks_uri"], withhold_token=True, allow_redirects=False).json()
        identity = jwt.decode(given["id_token"], KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY, iss=_exactly(found["issuer"]), aud=_exactly(self._settings.client_id),
            nonce=_exactly(trip.nonce), exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
        )  # fmt: skip
        rules.validate(identity.claims)
        return dict(identity.claims)

    def _discovered(self) -> dict[str, str]:
        """Endpoints of the provider, as it publishes them."""
        from requests import RequestException

        where = f"{self._issuer}/.well-known/openid-configuration"
        try:
            with self._client() as client:
                found = client.request("GET", where, withhold_token=True, allow_redirects=False).json()
            if found["issuer"].rstrip("/") != self._issuer:
                raise AccessError("the identity provider is not the one of the settings", "oidc.issuer")
            return {name: _safe(found[name]) for name in _ENDPOINTS} | {"issuer": found["issuer"]}
        except SettingsError as error:
            raise AccessError(error.what, where) from None
        except (RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
            raise AccessError(f"the identity provider does not answer ({type(error).__name__})", where) from None

    def _client(self) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        client = OAuth2Session(
            self._settings.client_id, self._secret or None, scope="openid profile",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            redirect_uri=self._settings.redirect, code_challenge_method="S256", default_timeout=_SECONDS,
        )  # fmt: skip
        client.trust_env = False
        return client


def _exactly(value: str) -> Any:  # noqa: ANN401 -- an option of the registry
    return {"essential": True, "value": value}


def _safe(url: str) -> str:
    """The same address, if nobody on the way can read or change what is sent there."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise SettingsError(f"{url} is not https", "[oidc]", "what identifies people must not travel in the open")


def _secret(file: str) -> str:
    if not file:
        return ""
    path = Path(file).expanduser()
    try:
        if path.stat().st_mode & _OPEN_TO_OTHERS:
            raise SettingsError("other users can read the secret", str(path), "chmod 600 it")
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"the secret cannot be read: {error.strerror}", str(path)) from None


def _values(roles: str) -> dict[str, set[str]]:
    """Values of the claim by role."""
    found: dict[str, set[str]] = {}
    for one in roles.split():
        role, _, value = one.partition("=")
        if not value:
            raise SettingsError(f"{one!r} names no value for a role", "oidc.roles", "write role=value")
        found.setdefault(role, set()).add(value)
    return found
