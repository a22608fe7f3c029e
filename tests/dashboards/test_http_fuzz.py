"""Hostile and malformed requests, many of them: none fails, none learns anything, none goes unlogged."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.gatehouse.door import OPEN
from dashboards.guard import REQUESTS

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from dash import Dash

CASES = int(os.environ.get("KUAI_HOSTILE_CASES", "150"))
LEAK = re.compile(rb'Traceback|File "|\.py\b|site-packages|duckdb|SELECT |Binder Error|/tmp/|/home/|/etc/|root:x')
ENTERED = re.compile(rb' value="[^"]*"')  # what was entered comes back in its field
NUMBERS = re.compile(rb"Station s\d|incident_count|kuai explain|FeatureCollection|\"s1\"")

HOSTILE = (
    "' OR 1=1 --", "'; DROP TABLE cell; --", "1 UNION SELECT * FROM cell", "${7*7}", "{{7*7}}", "{0.__class__}", "%s%n",
    '=HYPERLINK("x")', "@SUM(1)", "+1", "-1", "\tcmd", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//", "\\..\\",
    "\x00", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>", '"><img src=x>', "\ud800", "\u202e", "é" * 50,
    "A" * 5000, "1" * 5000, "county:c1", "county:", ":", "9999-99-99", "0001-01-01", "9999-12-31", "nan", "1e999",
    "null", "[]", "-0", "2018-03",
)  # fmt: skip
KINDS = ("csv", "parquet", "geojson")
PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789._-"
text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
leaf = st.one_of(text, st.none(), st.booleans(), st.integers(), st.floats(), st.integers(10**30, 10**40))
anything = st.recursive(
    leaf, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)), max_leaves=12
)
names = st.sampled_from(["metric", "level", "period", "date", "category", "area", "lang", "format", "frames", "x"])
known = st.sampled_from([
    "incident_count", "resident_count", "station", "county", "month", "zh", "county:c1", "2018-03-01", *KINDS,
])  # fmt: skip
search = st.lists(st.tuples(names, st.one_of(known, text)), max_size=6).map(
    lambda pairs: "?" + "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs)
)
method = st.sampled_from(["GET", "POST", "GET", "POST", "HEAD", "PUT", "OPTIONS", "X\r\n"])
header = st.tuples(
    st.sampled_from(["cookie", "host", "origin", "accept", "content-type", "range", "if-none-match", "x-forwarded-for",
                     "accept-encoding", "sec-fetch-site", "sec-fetch-mode", "content-length", "expect"]),
    st.one_of(text, st.sampled_from(["text/html", "application/json", "gzip", "navigate", "bytes=0-1"])),
)  # fmt: skip


@dataclass
class Seen:
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Surface:
    """The application, driven without a network, so that no client refuses what a hostile one would send."""

    app: Dash
    paths: list[str]
    cookie: str
    lines: list[str]
    runner: asyncio.Runner

    def send(self, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes) -> Seen:
        raw = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path.encode("utf-8", "replace").decode(), "raw_path": quote(path, errors="replace").encode(),
            "query_string": query.encode("utf-8", "replace"), "root_path": "", "headers": raw,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
        }  # fmt: skip
        return self.runner.run(self._asked(scope, body))

    @cached_property
    def token(self) -> str:
        """Token of the forms of the browser that has the cookie `kuai_form=x`."""
        page = self.send("GET", "/signin", "", [("host", "127.0.0.1"), ("cookie", "kuai_form=x")], b"")
        self.lines.clear()
        return page.body.decode().partition('name="token" value="')[2][:64]

    async def _asked(self, scope: dict[str, Any], body: bytes) -> Seen:
        seen, parts = Seen(), [{"type": "http.request", "body": body}]

        async def receive() -> Any:
            return parts.pop() if parts else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.status, seen.headers = message["status"], dict(message["headers"])
            seen.body += message.get("body", b"")

        await self.app.server(scope, receive, send)
        return seen


@pytest.fixture
def surface(usual_application: Dash, session_cookie: Callable[..., str]) -> Iterator[Surface]:
    routes = [getattr(route, "path", "/") for route in usual_application.server.routes]
    lines: list[str] = []
    kept = logging.Handler()
    kept.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    quiet = logging.getLogger("dashboards.app")
    REQUESTS.addHandler(kept)
    REQUESTS.setLevel(logging.INFO)
    REQUESTS.propagate, quiet.disabled = False, True
    with asyncio.Runner() as runner:
        yield Surface(usual_application, [*routes, *sorted(OPEN), "/"], session_cookie(), lines, runner)
    REQUESTS.removeHandler(kept)
    REQUESTS.propagate, quiet.disabled = True, False


def filled(data: st.DataObject, path: str) -> str:
    """Path of a route with something in every gap, or something after it."""
    whole = re.sub(r"\{[^}]+\}", lambda _: data.draw(text), path)
    return whole + (data.draw(text) if data.draw(st.integers(0, 4)) == 0 else "")


def altered(data: st.DataObject, value: Any) -> Any:
    """The same value with one of its parts, at any depth, made into anything."""
    if data.draw(st.integers(0, 3)) == 0 or not isinstance(value, dict | list) or not value:
        return data.draw(anything)
    copied = dict(value) if isinstance(value, dict) else list(value)
    keys = sorted(copied) if isinstance(copied, dict) else range(len(copied))
    key: Any = data.draw(st.sampled_from(keys))
    copied[key] = altered(data, copied[key])
    return copied


def check(seen: Seen, surface: Surface, path: str, *, is_somebody: bool) -> None:
    assert 200 <= seen.status < 500, seen
    assert len(surface.lines) == 1
    assert json.loads(surface.lines.pop())["status"] == seen.status
    assert seen.headers[b"x-content-type-options"] == b"nosniff"
    assert b"content-security-policy" in seen.headers
    assert b"cache-control" in seen.headers
    if seen.status >= 400:
        assert LEAK.search(ENTERED.sub(b"", seen.body)) is None, seen.body
    if not is_somebody:
        assert NUMBERS.search(seen.body) is None, (path, seen.body)
        assert path in OPEN or seen.status >= 300 or b'http-equiv="refresh"' in seen.body, (path, seen)


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(data=st.data())
def test_no_request_fails_or_leaks_or_is_unlogged(surface: Surface, data: st.DataObject) -> None:
    is_somebody = data.draw(st.booleans())
    path = filled(data, data.draw(st.sampled_from(surface.paths)))
    usual = {"host": "127.0.0.1", "origin": "http://127.0.0.1", **({"cookie": surface.cookie} if is_somebody else {})}
    odd = data.draw(st.lists(header, max_size=3))
    sent = [*usual.items(), *odd] if data.draw(st.booleans()) else list((usual | dict(odd)).items())
    body = data.draw(st.one_of(st.binary(max_size=60), anything.map(lambda one: json.dumps(one).encode())))
    seen = surface.send(data.draw(method), path, data.draw(search)[1:], sent, body)
    check(seen, surface, path, is_somebody=is_somebody)


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(data=st.data())
def test_no_call_of_a_callback_fails(surface: Surface, ask: Callable[..., dict[str, Any]], data: st.DataObject) -> None:
    call: Any = ask(data.draw(st.one_of(search, anything)))
    if data.draw(st.booleans()):
        call = altered(data, call)
    is_somebody = data.draw(st.integers(0, 3)) > 0
    usual = {"host": "127.0.0.1", "origin": "http://127.0.0.1", "content-type": "application/json"}
    sent = list((usual | ({"cookie": surface.cookie} if is_somebody else {})).items())
    path = "/_dash-update-component"
    check(surface.send("POST", path, "", sent, json.dumps(call).encode()), surface, path, is_somebody=is_somebody)


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(asked=search, way=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST"]), lot=st.integers(0, 9))
def test_no_export_fails(surface: Surface, asked: str, way: str, lot: int) -> None:
    usual = f"metric=incident_count&level=station&period=month&date=2018-03-05&format={KINDS[lot % 3]}&"
    is_somebody = lot > 0
    sent = [("host", "127.0.0.1"), ("origin", "http://127.0.0.1"), *([("cookie", surface.cookie)] * is_somebody)]
    seen = surface.send(way, "/export", usual * (lot % 2) + asked[1:], sent, b"")
    check(seen, surface, "/export", is_somebody=is_somebody)
    if seen.status == 200:
        assert seen.headers[b"content-disposition"].startswith(b"attachment; filename=")
        assert set(seen.headers[b"content-disposition"]) < set(b'; ="' + PLAIN)


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(data=st.data())
def test_no_form_fails(surface: Surface, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(["/signin", "/password", "/device", "/signout", "/oidc/start"]))
    fields = data.draw(
        st.dictionaries(
            st.sampled_from(["token", "name", "password", "as", "reason", "next", "lang", "new", "x"]), text
        )
    )
    if data.draw(st.booleans()):
        fields["token"] = surface.token
    body = "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in fields.items()).encode()
    sent = [("host", "127.0.0.1"), ("origin", "http://127.0.0.1"), ("cookie", "kuai_form=x"),
            ("content-type", "application/x-www-form-urlencoded")]  # fmt: skip
    check(surface.send("POST", path, "", sent, body), surface, path, is_somebody=False)
