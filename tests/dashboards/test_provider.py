"""Sign-in through an identity provider: a real one over HTTP, which signs with RS256 and can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from kuai.errors import SettingsError
from kuai.serving import Serving
from kuai.settings import Settings
from kuai.web import OidcSettings

from dashboards.gatehouse.provider import Provider
from dashboards.site import Site

if TYPE_CHECKING:
    from starlette.testclient import TestClient

SECRET = "of-the-client"  # noqa: S105 -- of a provider that lives for a test
FIELDS = {"as": "analyst/planning", "lang": "en", "next": "/?lang=en&metric=incident_count"}


@dataclass
class Issuer:
    """An identity provider; `claims` and `lies` change what it says."""

    server: ThreadingHTTPServer
    key: Any
    other: Any
    claims: dict[str, Any] = field(default_factory=dict)
    lies: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def discovery(self) -> dict[str, Any]:
        issuer = "http://127.0.0.1:1" if "issuer" in self.lies else self.address
        host = "http://sso.intra" if "open" in self.lies else self.address
        ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": issuer, **{name: host + path for name, path in ends.items()}}

    def authorise(self, url: str) -> str:
        """What a person's browser brings back: the query of the redirection."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.codes["c1"] = asked
        return f"code=c1&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        from joserfc import jwt

        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"kuai:{SECRET}"
        now = int(time.time())
        told = {"iss": self.address, "aud": "kuai", "sub": "1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
                "preferred_username": "vera", "groups": ["kuai-analysts"]} | self.claims  # fmt: skip
        header = {"alg": "none" if "none" in self.lies else "RS256", "kid": self.key.kid}
        if "none" in self.lies:
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (header, told)]
            return {"access_token": "a", "token_type": "Bearer", "id_token": ".".join([*parts, ""])}
        key = self.other if "key" in self.lies else self.key
        return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(header, told, key)}


def handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [issuer.key.as_dict(private=False)]}
            self._tell(keys if self.path == "/keys" else issuer.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._tell(issuer.token(form, self.headers["Authorization"]))

        def _tell(self, told: dict[str, Any]) -> None:
            text = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def keys() -> tuple[Any, Any]:
    from joserfc.jwk import RSAKey

    one, other = (RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}) for _ in range(2))
    return one, other


@pytest.fixture
def issuer(keys: tuple[Any, Any]) -> Iterator[Issuer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    found = Issuer(server, *keys)
    server.RequestHandlerClass = handler(found)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def oidc(issuer: Issuer, tmp_path: Path) -> OidcSettings:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n", "utf-8")
    secret.chmod(0o600)
    usual = Settings.load(None, {}).oidc
    return replace(
        usual, issuer=issuer.address, client_id="kuai", secret_file=str(secret), role_claim="groups",
        roles="analyst=kuai-analysts leader=kuai-leaders", redirect="http://127.0.0.1/oidc/return",
    )  # fmt: skip


@pytest.fixture(scope="module")
def vera(gatehouse: SignIn) -> str:
    """Account without a password: somebody else vouches for her."""
    profile = Profile("vera", "Vera", ("analyst", "leader"), (Place("city", "demo"),))
    return gatehouse.accounts.add(profile).name


@pytest.fixture
def browser(
    oidc: OidcSettings, serving: Serving, gatehouse: SignIn, vera: str, enter: Callable[..., TestClient]
) -> TestClient:
    from dashboards.app import create

    http = replace(Settings.load(None, {}).http, sign_ins_a_minute=1000)
    return enter("", create(serving, Site(gatehouse, http, oidc, "en")))


def start(browser: TestClient, **fields: str) -> str:
    """Address at the provider that the form leads to."""
    page = browser.get("/signin?lang=en").text
    token = page.partition('name="token" value="')[2][:64]
    answer = browser.post("/oidc/start", data={**FIELDS, "token": token, **fields})
    assert ("SameSite=Lax" in answer.headers["set-cookie"]) is (answer.status_code == 200)
    return str(answer.text.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&"))


def come_back(browser: TestClient, issuer: Issuer, url: str) -> Any:
    far = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    return browser.get(f"/oidc/return?{issuer.authorise(url)}", headers=far)


def test_whom_the_provider_vouches_for_is_let_in(browser: TestClient, issuer: Issuer) -> None:
    answer = come_back(browser, issuer, start(browser))
    assert answer.status_code == 200
    assert 'content="0; url=/?lang=en&amp;metric=incident_count"' in answer.text
    shown = browser.get("/account?lang=en").text
    assert "vera" in shown
    assert "Planning of duty" in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1}, {"sub": None},
        {"preferred_username": "nobody"}, {"preferred_username": None}, {"preferred_username": ["vera"]},
        {"groups": []}, {"groups": "kuai-leaders"}, {"groups": None},
    ],
)  # fmt: skip
def test_whom_it_does_not_vouch_for_is_not(browser: TestClient, issuer: Issuer, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    assert come_back(browser, issuer, start(browser)).status_code == 403
    assert "kuai_session" not in browser.cookies


@pytest.mark.parametrize("lie", ["key", "none"])
def test_an_identity_that_it_did_not_sign_is_refused(browser: TestClient, issuer: Issuer, lie: str) -> None:
    url = start(browser)
    issuer.lies = {lie}
    assert come_back(browser, issuer, url).status_code == 403


@pytest.mark.parametrize("lie", ["issuer", "open"])
def test_another_issuer_is_not_gone_to_nor_one_that_others_can_read(
    browser: TestClient, issuer: Issuer, lie: str
) -> None:
    issuer.lies = {lie}
    assert start(browser) == ""


def test_an_answer_is_good_once_and_for_the_browser_that_asked(
    browser: TestClient, issuer: Issuer, enter: Callable[..., TestClient]
) -> None:
    url = start(browser)
    query = issuer.authorise(url)
    assert enter().get(f"/oidc/return?{query}").status_code == 404
    trip = browser.cookies["kuai_trip"]
    browser.cookies.delete("kuai_trip")
    assert browser.get(f"/oidc/return?{query}").status_code == 403
    browser.cookies.set("kuai_trip", trip, "127.0.0.1", "/")
    assert browser.get(f"/oidc/return?{query}x").status_code == 403
    browser.cookies.set("kuai_trip", trip, "127.0.0.1", "/")
    assert browser.get(f"/oidc/return?{query}").status_code == 403


def test_a_purpose_is_stated_before(browser: TestClient) -> None:
    assert start(browser, **{"as": ""}) == ""


def test_settings_that_would_tell_a_secret_are_refused(oidc: OidcSettings) -> None:
    Path(oidc.secret_file).chmod(0o644)
    with pytest.raises(SettingsError, match="other users"):
        Provider(oidc)
    with pytest.raises(SettingsError, match="is not https"):
        Provider(replace(oidc, issuer="http://sso.intra", secret_file=""))
    with pytest.raises(SettingsError, match=r"oidc\.redirect is empty"):
        Provider(replace(oidc, redirect="", secret_file=""))
    with pytest.raises(SettingsError, match="names no value"):
        Provider(replace(oidc, roles="analyst", secret_file=""))
