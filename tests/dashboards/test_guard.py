"""What every answer carries, what is refused before it is looked at, and that nothing is open by oversight."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access import Place, Viewer
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from kuai.errors import AccessError
from kuai.settings import Settings

from dashboards.caller import seen_as, viewer
from dashboards.gatehouse.door import FORMS, OPEN
from dashboards.limits import Limits, client

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
EXAMPLES = {"{package_name}": "dash", "{fingerprinted_path:path}": "x.js", "{snapshot}": "s1", "{level}": "station",
            "{on}": "2018-03-01", "{path:path}": "whatever", "{hierarchy}": "police", "{part}": "lo",
            "{edition}": "1", "{name}": "maplibre-gl.js"}  # fmt: skip


def paths(app: Dash) -> list[tuple[str, str]]:
    """Every route of the application with each of its methods."""
    found = []
    for route in app.server.routes:
        path = route.path if hasattr(route, "methods") else f"{route.path}/x.js"
        for pattern, example in EXAMPLES.items():
            path = path.replace(pattern, example)
        found += [(method, path) for method in sorted(getattr(route, "methods", None) or {"GET"})]
    return found


def test_nothing_is_answered_to_nobody_but_what_is_listed(usual_application: Dash, visitor: TestClient) -> None:
    tried = paths(usual_application)
    assert len(tried) > 15
    for method, path in tried:
        answer = visitor.request(method, path)
        assert (answer.status_code in (200, 400, 403, 404)) is (path in OPEN), (method, path)
        assert (answer.status_code == 401) is (path not in OPEN), (method, path)


def test_what_is_open_is_the_sign_in_and_tells_nothing(visitor: TestClient) -> None:
    for path in OPEN - FORMS:
        assert "s1" not in visitor.get(path).text


def test_a_new_route_is_closed(application: Callable[..., Dash], enter: Callable[..., TestClient]) -> None:
    app = application()
    app.server.router.routes.insert(0, app.server.router.routes[-1])
    assert enter("", app).get("/signin/secret").status_code == 401
    assert enter("", app).get("/assets/address.js").status_code == 401


def test_no_websocket_is_opened(analyst: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), analyst.websocket_connect("/_dash-ws-callback"):
        pass


def test_no_page_tries_a_websocket(analyst: TestClient) -> None:
    config = re.search(r'id="_dash-config"[^>]*>([^<]*)<', analyst.get("/").text)
    assert config
    assert "websocket" not in json.loads(config[1])


@pytest.mark.parametrize("path", ["/", "/signin", "/healthz", "/nothing", "/assets/page.css", "/_dash-layout"])
def test_every_answer_carries_the_headers(visitor: TestClient, analyst: TestClient, path: str) -> None:
    for someone in (visitor, analyst):
        headers = someone.get(path).headers
        assert {name: headers[name] for name in ALWAYS} == ALWAYS
        assert "geolocation=()" in headers["permissions-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
        assert "server" not in headers
        assert headers["cache-control"] == ("private, no-cache" if "assets" in path else "no-store")


def test_no_inline_script_and_no_other_host_is_allowed(analyst: TestClient) -> None:
    rules = dict(one.split(" ", 1) for one in analyst.get("/").headers["content-security-policy"].split("; "))
    assert "unsafe" not in rules["script-src"]
    assert rules["script-src"].startswith("'self' 'sha256-")
    assert "http" not in " ".join(rules.values())
    assert rules["object-src"] == rules["base-uri"] == "'none'"


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "", "localhost@evil.test", "[::1"])
def test_another_host_is_not_answered_for(visitor: TestClient, host: str) -> None:
    answer = visitor.get("/signin", headers={"Host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8050", "LOCALHOST", "[::1]:80", "127.0.0.1"])
def test_our_names_are(visitor: TestClient, host: str) -> None:
    assert visitor.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_not_accepted(analyst: TestClient, method: str) -> None:
    assert analyst.request(method, "/").status_code == 405


def test_a_large_body_is_not_read_to_its_end(analyst: TestClient) -> None:
    read = []

    def endless() -> Any:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 65_536

    answer = analyst.post("/_dash-update-component", content=endless())
    assert answer.status_code == 413


def test_long_heads_are_refused(visitor: TestClient) -> None:
    assert visitor.get("/signin", headers={"X-Long": "x" * 40_000}).status_code == 431
    assert visitor.get("/signin?" + "x" * 40_000).status_code == 431


def test_too_many_requests_are_told_to_wait(application: Callable[..., Dash], enter: Callable[..., TestClient]) -> None:
    client = enter("", application(requests_a_minute=60))
    answers = [client.get("/healthz") for _ in range(65)]
    assert [one.status_code for one in answers] == [200] * 60 + [429] * 5
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


def test_too_many_sign_ins_are_told_to_wait(application: Callable[..., Dash], enter: Callable[..., TestClient]) -> None:
    client = enter("", application(sign_ins_a_minute=2))
    page = client.get("/device").text
    token = page.partition('name="token" value="')[2][:64]
    answers = [client.post("/device", data={"token": token, "enrolment": "x"}).status_code for _ in range(4)]
    assert answers == [403, 403, 429, 429]


def test_addresses_of_one_network_count_as_one() -> None:
    assert client({"client": ("2001:db8::1:2", 1)}) == client({"client": ("2001:db8::ffff", 1)})
    assert client({"client": ("10.0.0.1", 1)}) != client({"client": ("10.0.0.2", 1)})
    limits = Limits(replace(Settings.load(None, {}).http, sign_ins_a_minute=1))
    assert limits.count("sign-in", "a") is None
    assert limits.count("sign-in", "b") is None
    assert limits.count("sign-in", "a")


def test_a_failure_tells_nothing_and_is_logged(
    application: Callable[..., Dash],
    enter: Callable[..., TestClient],
    session_cookie: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = application()

    def fail(_request: Any) -> Any:
        raise RuntimeError("secret-value")

    app.server.add_route("/failing", fail)
    app.server.router.routes.insert(0, app.server.router.routes.pop())
    answer = enter(session_cookie(), app).get("/failing")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "a request failed" in caplog.text


def test_every_request_is_a_line_without_its_query(
    analyst: TestClient, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "dashboards.requests"):
        analyst.get("/healthz?secret=1")
        visitor.get("/%0D%0Aforged")
        visitor.request("PUT", "/")
    lines = [json.loads(one.getMessage()) for one in caplog.records if one.name == "dashboards.requests"]
    assert [(one["viewer"], one["path"], one["status"]) for one in lines] == [
        ("ana", "/healthz", 200), (None, "/\r\nforged", 401), (None, "/", 405),
    ]  # fmt: skip
    assert "secret" not in caplog.text


def test_nobody_is_nobody() -> None:
    with seen_as(None), pytest.raises(AccessError, match="nobody has signed in"):
        viewer()


@pytest.mark.slow
def test_many_at_once_are_each_themselves(
    application: Callable[..., Dash],
    gatehouse: SignIn,
    session_cookie: Callable[..., str],
    enter: Callable[..., TestClient],
) -> None:
    import asyncio

    from starlette.requests import Request
    from starlette.responses import JSONResponse

    app = application()

    def in_thread(_request: Request) -> JSONResponse:
        return JSONResponse(viewer().name)

    async def in_task(_request: Request) -> JSONResponse:
        await asyncio.sleep(0.001)
        return JSONResponse((await asyncio.gather(asyncio.to_thread(viewer)))[0].name)

    for path, endpoint in (("/thread", in_thread), ("/task", in_task)):
        app.server.add_route(path, endpoint)
        app.server.router.routes.insert(0, app.server.router.routes.pop())
    names = [f"person{number}" for number in range(8)]
    for name in names:
        gatehouse.accounts.add(Profile(name, "", ("analyst",), (Place("city", "demo"),)))
        gatehouse.accounts.set_password(name, "quiet violet harbour 41")
    cookies = {name: session_cookie(name) for name in names}
    open_client = enter("", app)

    def ask(number: int) -> tuple[str, str]:
        name = names[number % len(names)]
        path = ("/thread", "/task")[number % 2]
        return name, open_client.get(path, headers={"Cookie": cookies[name]}).json()

    with ThreadPoolExecutor(8) as pool:
        assert all(wanted == got for wanted, got in pool.map(ask, range(200)))


def test_a_viewer_ends_with_its_request() -> None:
    with seen_as(Viewer("one", "analyst")):
        with seen_as(Viewer("two", "wall")):
            assert viewer().name == "two"
        assert viewer().name == "one"
